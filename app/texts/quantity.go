package texts

import (
	"strconv"
	"time"
)

// Plain is a number as the API writes it, without a language's marks.
func Plain(n int) string { return strconv.Itoa(n) }

// Clock is the time of the reader's machine.
func Clock() time.Time { return time.Now() }

// Bytes writes how much space something takes.
func Bytes(n int64) string {
	units := []string{"B", "KiB", "MiB", "GiB", "TiB"}
	unit := 0
	for n >= 10*1024 && unit < len(units)-1 {
		n, unit = n/1024, unit+1
	}
	return Number(int(n)) + " " + units[unit]
}
