package main

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// A small heap is collected all the time: after every few megabytes of requests.
// So garbage may grow to spare before the first collection, and from there to as
// much again as is in use, which is Go's own measure. That is memory that a server
// has, and a large heap costs nothing more than without.
const (
	spare   = 32 << 20 // bytes
	usual   = 100      // per cent: Go's own
	sparing = 400
)

// spareCollections adapts how much garbage may lie around to how much is in use,
// after each collection. An operator who sets GOGC decides alone.
func spareCollections() {
	if os.Getenv("GOGC") != "" {
		return
	}
	debug.SetGCPercent(sparing)
	watch(sparing)
}

// watch comes back after each collection, by the end of something that nobody holds.
func watch(set int) {
	runtime.AddCleanup(new([16]byte), func(set int) {
		live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
		metrics.Read(live)
		if want := percent(live[0].Value.Uint64()); want != set {
			debug.SetGCPercent(want)
			set = want
		}
		watch(set)
	}, set)
}

// percent is how much a heap of that many bytes may grow.
func percent(live uint64) int {
	tenths := spare * 10 / max(live, 1) // in steps of ten, for each change stops the world
	return int(min(max(tenths*10, usual), sparing))
}
