package oscar

import (
	"encoding/binary"
	"strings"
	"unicode/utf16"
)

// Tags of the parts of a message.
const (
	tagFragments uint16 = 0x0002
	tagWantAck   uint16 = 0x0003
	tagStore     uint16 = 0x0006
)

// Fragments of a message, and how texts are written.
const (
	fragmentText         = 1
	fragmentCapabilities = 5

	charsetASCII  = 0
	charsetUCS2   = 2
	charsetLatin1 = 3
)

// Cookie tells messages apart.
type Cookie [8]byte

// Sent is 04/06: a message on its way to the server.
type Sent struct {
	Cookie  Cookie
	Channel uint16 // 1: a text
	To      string
	Text    string // ASCII
	WantAck bool
	Store   bool // for later, if the other is not there
}

// Append writes the body of 04/06 to the end of b.
func (m Sent) Append(b []byte) []byte {
	b = appendName(binary.BigEndian.AppendUint16(append(b, m.Cookie[:]...), m.Channel), m.To)
	parts := TLVs{{tagFragments, appendText(nil, m.Text)}}
	if m.WantAck {
		parts = append(parts, TLV{Tag: tagWantAck})
	}
	if m.Store {
		parts = append(parts, TLV{Tag: tagStore})
	}
	return parts.Append(b)
}

// ParseSent reads the body of 04/06.
func ParseSent(body []byte) (m Sent, err error) {
	c := cursor{rest: body}
	copy(m.Cookie[:], c.take(8))
	m.Channel, m.To = c.u16(), c.name()
	if c.short {
		return m, errShort
	}
	parts, err := ParseTLVs(c.rest)
	if err != nil {
		return m, err
	}
	_, m.WantAck = parts.Get(tagWantAck)
	_, m.Store = parts.Get(tagStore)
	fragments, _ := parts.Get(tagFragments)
	m.Text, err = parseText(fragments)
	return m, err
}

// Received is 04/07: a message from the server.
type Received struct {
	Cookie  Cookie
	Channel uint16
	From    string // in the server's spelling
	Warning uint16
	Info    TLVs // about the sender
	Text    string
}

// Append writes the body of 04/07 to the end of b.
func (m Received) Append(b []byte) []byte {
	b = appendName(binary.BigEndian.AppendUint16(append(b, m.Cookie[:]...), m.Channel), m.From)
	b = binary.BigEndian.AppendUint16(b, m.Warning)
	b = binary.BigEndian.AppendUint16(b, uint16(len(m.Info)))
	return TLVs{{tagFragments, appendText(nil, m.Text)}}.Append(m.Info.Append(b))
}

// ParseReceived reads the body of 04/07. The values about the sender are as
// many as their count says: the tags mean other things among the parts of the message.
func ParseReceived(body []byte) (m Received, err error) {
	c := cursor{rest: body}
	copy(m.Cookie[:], c.take(8))
	m.Channel, m.From, m.Warning = c.u16(), c.name(), c.u16()
	for n := c.u16(); n > 0 && !c.short; n-- {
		m.Info = append(m.Info, c.tlv())
	}
	if c.short {
		return m, errShort
	}
	parts, err := ParseTLVs(c.rest)
	if err != nil {
		return m, err
	}
	fragments, _ := parts.Get(tagFragments)
	m.Text, err = parseText(fragments)
	return m, err
}

// Ack is 04/0C: the server took a message.
type Ack struct {
	Cookie  Cookie
	Channel uint16
	To      string
}

// Append writes the body of 04/0C to the end of b.
func (a Ack) Append(b []byte) []byte {
	return appendName(binary.BigEndian.AppendUint16(append(b, a.Cookie[:]...), a.Channel), a.To)
}

// ParseAck reads the body of 04/0C.
func ParseAck(body []byte) (a Ack, err error) {
	c := cursor{rest: body}
	copy(a.Cookie[:], c.take(8))
	a.Channel, a.To = c.u16(), c.name()
	return a, c.err()
}

// appendText writes a text as fragments: what the client can show, then the text.
func appendText(b []byte, text string) []byte {
	b = append(b, fragmentCapabilities, 1, 0, 1, 1, fragmentText, 1)
	b = binary.BigEndian.AppendUint16(b, uint16(len(text)+4))
	b = append(b, 0, charsetASCII, 0, 0)
	return append(b, text...)
}

// parseText joins the texts among fragments of any order; unknown ones are passed over.
func parseText(b []byte) (string, error) {
	c := cursor{rest: b}
	var text strings.Builder
	for len(c.rest) > 0 {
		id, _ := c.u8(), c.u8()
		data := cursor{rest: c.bytes(int(c.u16()))}
		if c.short {
			return "", errShort
		}
		if id != fragmentText {
			continue
		}
		charset, _ := data.u16(), data.u16()
		if data.short {
			return "", errShort
		}
		text.WriteString(decode(charset, data.rest))
	}
	return text.String(), nil
}

// decode makes UTF-8 of a text. A character set that is not known is read as Latin-1.
func decode(charset uint16, b []byte) string {
	if charset == charsetUCS2 {
		units := make([]uint16, len(b)/2)
		for i := range units {
			units[i] = binary.BigEndian.Uint16(b[2*i:])
		}
		return string(utf16.Decode(units))
	}
	runes := make([]rune, len(b)) // ASCII is the first half of Latin-1
	for i, c := range b {
		runes[i] = rune(c)
	}
	return string(runes)
}
