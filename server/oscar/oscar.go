// Package oscar is a small client of OSCAR, the protocol of ICQ and AIM: enough
// to sign on, send a message to oneself and see it come back.
//
// It owns the protocol's frames, both ways, and the client. It does not know
// where the server is, whose the account is or what to say to people: package
// notify does, and hands it a guarded dialer. Package oscartest is a host to
// talk to. All integers on the wire are big-endian.
//
// AOL's network closed in 2017 and ICQ's in 2024; independent servers speak the
// protocol on.
package oscar

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
)

// Port is where servers of both networks customarily listen.
const Port = "5190"

// Families of SNACs.
const (
	FamilyGeneric uint16 = 0x0001
	FamilyICBM    uint16 = 0x0004 // messages
	FamilySignOn  uint16 = 0x0017
)

// Subtypes of FamilyGeneric.
const (
	GenericError        uint16 = 0x0001 // in every family
	GenericClientOnline uint16 = 0x0002
	GenericHostOnline   uint16 = 0x0003
	GenericRateQuery    uint16 = 0x0006
	GenericRateParams   uint16 = 0x0007
	GenericRateAdd      uint16 = 0x0008
	GenericRateChange   uint16 = 0x000A
	GenericMotd         uint16 = 0x0013
	GenericClientVers   uint16 = 0x0017
	GenericHostVers     uint16 = 0x0018
)

// Subtypes of FamilyICBM.
const (
	ICBMParamQuery uint16 = 0x0004
	ICBMParamReply uint16 = 0x0005
	ICBMSend       uint16 = 0x0006
	ICBMReceive    uint16 = 0x0007
	ICBMHostAck    uint16 = 0x000C
)

// Subtypes of FamilySignOn.
const (
	SignOnRequest   uint16 = 0x0002
	SignOnReply     uint16 = 0x0003
	SignOnChallenge uint16 = 0x0006
	SignOnKey       uint16 = 0x0007
)

// Tags of TLVs at sign-on and in sign-off frames.
const (
	TagName        uint16 = 0x0001
	TagClient      uint16 = 0x0003
	TagServer      uint16 = 0x0005 // host[:port] of the message server
	TagCookie      uint16 = 0x0006
	TagError       uint16 = 0x0008
	TagDisconnect  uint16 = 0x0009 // 1: the account signed on elsewhere
	TagCountry     uint16 = 0x000E
	TagLanguage    uint16 = 0x000F
	TagHash        uint16 = 0x0025
	TagMultiple    uint16 = 0x004A // 1: the account may be signed on more than once
	TagStrongHash  uint16 = 0x004C
	tagClientID    uint16 = 0x0016
	tagMajor       uint16 = 0x0017
	tagMinor       uint16 = 0x0018
	tagPoint       uint16 = 0x0019
	tagBuild       uint16 = 0x001A
	tagDistributor uint16 = 0x0014
)

// Normal is an account's name as names are compared: without spaces and case.
func Normal(name string) string { return strings.ToLower(strings.ReplaceAll(name, " ", "")) }

// ICQ tells that an account's name is a number, and so ICQ's; any other is AIM's.
func ICQ(name string) bool { return name != "" && strings.Trim(name, "0123456789") == "" }

// errShort says that something ended before it was whole.
var errShort = fmt.Errorf("oscar: the data ends too early")

// cursor reads from the front of bytes; after the first lack everything it gives is zero.
type cursor struct {
	rest  []byte
	short bool
}

func (c *cursor) take(n int) []byte {
	if c.short || n > len(c.rest) {
		c.short, c.rest = true, nil
		return make([]byte, min(n, 8))
	}
	taken := c.rest[:n:n]
	c.rest = c.rest[n:]
	return taken
}

func (c *cursor) u8() byte    { return c.take(1)[0] }
func (c *cursor) u16() uint16 { return binary.BigEndian.Uint16(c.take(2)) }
func (c *cursor) u32() uint32 { return binary.BigEndian.Uint32(c.take(4)) }

// bytes gives n bytes of its own, none where they lack.
func (c *cursor) bytes(n int) []byte {
	taken := c.take(n)
	if c.short {
		return nil
	}
	return bytes.Clone(taken)
}

// name is a text with its length in one byte before it.
func (c *cursor) name() string { return string(c.bytes(int(c.u8()))) }

func (c *cursor) err() error {
	if c.short {
		return errShort
	}
	return nil
}

// appendName writes a text of at most 255 bytes with its length before it.
func appendName(b []byte, name string) []byte {
	if len(name) > 255 {
		panic("oscar: a name has at most 255 bytes")
	}
	return append(append(b, byte(len(name))), name...)
}

func u16(n uint16) []byte { return binary.BigEndian.AppendUint16(nil, n) }
