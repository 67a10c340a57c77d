package oscar

import "encoding/binary"

// TLV is a tagged value. What a tag means depends on where it stands.
type TLV struct {
	Tag   uint16
	Value []byte // at most 65535 bytes
}

// TLVs are tagged values one after the other.
type TLVs []TLV

// ParseTLVs reads to the end of b.
func ParseTLVs(b []byte) (TLVs, error) {
	c := cursor{rest: b}
	var all TLVs
	for len(c.rest) > 0 {
		all = append(all, c.tlv())
		if c.short {
			return nil, errShort
		}
	}
	return all, nil
}

func (c *cursor) tlv() TLV {
	tag := c.u16()
	return TLV{tag, c.bytes(int(c.u16()))}
}

// Append writes the values to the end of b. It panics on one that is too long.
func (all TLVs) Append(b []byte) []byte {
	for _, t := range all {
		if len(t.Value) > maxPayload {
			panic("oscar: a value has at most 65535 bytes")
		}
		b = binary.BigEndian.AppendUint16(b, t.Tag)
		b = binary.BigEndian.AppendUint16(b, uint16(len(t.Value)))
		b = append(b, t.Value...)
	}
	return b
}

// Get is the first value with a tag.
func (all TLVs) Get(tag uint16) (value []byte, found bool) {
	for _, t := range all {
		if t.Tag == tag {
			return t.Value, true
		}
	}
	return nil, false
}

// Number is a value of up to four bytes as a number: servers write some numbers
// shorter than others do. Of a longer value the first four bytes count.
func (all TLVs) Number(tag uint16) (n uint32, found bool) {
	value, found := all.Get(tag)
	for _, b := range value[:min(len(value), 4)] {
		n = n<<8 | uint32(b)
	}
	return n, found
}
