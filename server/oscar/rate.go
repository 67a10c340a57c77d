package oscar

import (
	"encoding/binary"
	"slices"
)

// RateClass is how often the requests of a class may be made. The numbers but
// Window are averages of milliseconds between requests.
type RateClass struct {
	ID                                                     uint16
	Window, Clear, Alert, Limit, Disconnect, Current, Most uint32
	Last                                                   uint32 // milliseconds since the last request; of long records
	State                                                  byte   // of long records
}

// RateMembers are the requests in a class, as pairs of family and subtype.
type RateMembers struct {
	ID    uint16
	Pairs [][2]uint16
}

// Rates is the body of 01/07.
type Rates struct {
	Long    bool // each class has Last and State, as clients of newer versions are told
	Classes []RateClass
	Members []RateMembers
}

// The states and causes in 01/0A.
const (
	RateChanged uint16 = 1
	RateAlert   uint16 = 2
	RateLimited uint16 = 3
	RateClear   uint16 = 4
)

func (r RateClass) append(b []byte, long bool) []byte {
	b = binary.BigEndian.AppendUint16(b, r.ID)
	for _, n := range []uint32{r.Window, r.Clear, r.Alert, r.Limit, r.Disconnect, r.Current, r.Most} {
		b = binary.BigEndian.AppendUint32(b, n)
	}
	if long {
		b = append(binary.BigEndian.AppendUint32(b, r.Last), r.State)
	}
	return b
}

// Append writes the body of 01/07 to the end of b.
func (r Rates) Append(b []byte) []byte {
	b = binary.BigEndian.AppendUint16(b, uint16(len(r.Classes)))
	for _, class := range r.Classes {
		b = class.append(b, r.Long)
	}
	for _, m := range r.Members {
		b = binary.BigEndian.AppendUint16(b, m.ID)
		b = binary.BigEndian.AppendUint16(b, uint16(len(m.Pairs)))
		for _, p := range m.Pairs {
			b = binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(b, p[0]), p[1])
		}
	}
	return b
}

// ParseRates reads the body of 01/07. Nothing in it says how long a record is:
// the length at which the rest is whole is the right one.
func ParseRates(body []byte) (Rates, error) {
	r, err := parseRates(body, true)
	if err != nil {
		return parseRates(body, false)
	}
	return r, nil
}

func parseRates(body []byte, long bool) (Rates, error) {
	c := cursor{rest: body}
	r := Rates{Long: long}
	for n := c.u16(); n > 0 && !c.short; n-- {
		r.Classes = append(r.Classes, c.rateClass(long))
	}
	for range r.Classes {
		m := RateMembers{ID: c.u16()}
		for n := c.u16(); n > 0 && !c.short; n-- {
			m.Pairs = append(m.Pairs, [2]uint16{c.u16(), c.u16()})
		}
		if !slices.ContainsFunc(r.Classes, func(class RateClass) bool { return class.ID == m.ID }) {
			return Rates{}, errShort
		}
		r.Members = append(r.Members, m)
	}
	if c.short || len(c.rest) > 0 {
		return Rates{}, errShort
	}
	return r, nil
}

func (c *cursor) rateClass(long bool) RateClass {
	r := RateClass{
		ID: c.u16(), Window: c.u32(), Clear: c.u32(), Alert: c.u32(), Limit: c.u32(), Disconnect: c.u32(), Current: c.u32(), Most: c.u32(),
	}
	if long {
		r.Last, r.State = c.u32(), c.u8()
	}
	return r
}

// RateChange is the body of 01/0A.
type RateChange struct {
	Code  uint16
	Class RateClass
}

// Append writes the body of 01/0A, with a long record, to the end of b.
func (r RateChange) Append(b []byte) []byte {
	return r.Class.append(binary.BigEndian.AppendUint16(b, r.Code), true)
}

// ParseRateChange reads the body of 01/0A, with a record of either length.
func ParseRateChange(body []byte) (r RateChange, err error) {
	c := cursor{rest: body}
	r.Code = c.u16()
	const short = 30
	r.Class = c.rateClass(len(c.rest) > short)
	return r, c.err()
}

// subscribe is the body of 01/08: every class.
func (r Rates) subscribe() (b []byte) {
	for _, class := range r.Classes {
		b = binary.BigEndian.AppendUint16(b, class.ID)
	}
	return b
}
