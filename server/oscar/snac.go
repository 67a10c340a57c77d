package oscar

import "encoding/binary"

// extended is the flag of a SNAC whose body begins with a length and that many
// bytes to pass over.
const extended uint16 = 0x8000

// SNAC is the payload of a frame on the data channel.
type SNAC struct {
	Family, Subtype uint16
	Flags           uint16
	Request         uint32 // a reply repeats the request's; what nobody asked for has the highest bit
	Body            []byte
}

// ParseSNAC reads a payload. What the flag 0x8000 put before the body is left
// out, and the flag with it.
func ParseSNAC(payload []byte) (SNAC, error) {
	c := cursor{rest: payload}
	s := SNAC{Family: c.u16(), Subtype: c.u16(), Flags: c.u16(), Request: c.u32()}
	if s.Flags&extended != 0 {
		c.take(int(c.u16()))
		s.Flags &^= extended
	}
	s.Body = c.rest
	return s, c.err()
}

// Append writes the SNAC to the end of b.
func (s SNAC) Append(b []byte) []byte {
	for _, n := range []uint16{s.Family, s.Subtype, s.Flags} {
		b = binary.BigEndian.AppendUint16(b, n)
	}
	return append(binary.BigEndian.AppendUint32(b, s.Request), s.Body...)
}

// is tells a SNAC's kind.
func (s SNAC) is(family, subtype uint16) bool { return s.Family == family && s.Subtype == subtype }
