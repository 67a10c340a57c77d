package oscartest

import (
	"bytes"
	"crypto/rand"
	"encoding/binary"
	"net"
	"slices"
	"strings"
	"sync"

	"postern/server/oscar"
)

// session is one connection to the host.
type session struct {
	host *Host
	conn net.Conn
	name string // whose, at the message server

	mu  sync.Mutex // others' messages are written between the session's own
	seq uint16
}

// serve answers a connection: sign-on or messages, as the client's first frame says.
func (h *Host) serve(s *session) {
	// Which server the client means is not known before the hello, so of the two
	// misdeeds at a hello the second waits for the second connection.
	step := Hello
	if h.Accepted() > 1 && h.Wrong[Hello] == "" {
		step = MessageHello
	}
	if h.misbehaves(s, step) {
		return
	}
	if h.SignOnError != 0 && h.AtOnce {
		s.frame(oscar.ChannelSignOn, []byte{0, 0, 0, 1})
		s.refuse()
		return
	}
	s.frame(oscar.ChannelSignOn, []byte{0, 0, 0, 1})
	f, err := oscar.ReadFrame(s.conn)
	if err != nil || f.Channel != oscar.ChannelSignOn || len(f.Payload) < 4 {
		return
	}
	values, err := oscar.ParseTLVs(f.Payload[4:])
	if err != nil {
		return
	}
	if cookie, is := values.Get(oscar.TagCookie); is {
		h.messages(s, string(cookie))
		return
	}
	h.signOn(s)
}

// signOn is the part of the sign-on server.
func (h *Host) signOn(s *session) {
	name, key := "", []byte(strings.Repeat("k", h.KeyLength))
	for {
		n, err := s.next()
		if err != nil {
			return
		}
		values, err := oscar.ParseTLVs(n.Body)
		if err != nil || n.Family != oscar.FamilySignOn {
			return
		}
		switch n.Subtype {
		case oscar.SignOnChallenge:
			value, _ := values.Get(oscar.TagName)
			name = oscar.Normal(string(value))
			if h.misbehaves(s, Key) {
				return
			}
			if _, known := h.Users[name]; !known && h.SignOnError == 0 {
				s.snac(oscar.FamilySignOn, oscar.SignOnReply, n.Request, oscar.TLVs{{Tag: oscar.TagError, Value: []byte{0, 1}}}.Append(nil))
				s.frame(oscar.ChannelSignOff, nil)
				return
			}
			s.snac(oscar.FamilySignOn, oscar.SignOnKey, n.Request, oscar.AppendKey(nil, key))
		case oscar.SignOnRequest:
			if !h.misbehaves(s, Pointing) {
				h.point(s, n.Request, name, key, values)
			}
			return
		}
	}
}

// point answers 17/02.
func (h *Host) point(s *session, request uint32, name string, key []byte, values oscar.TLVs) {
	if h.SignOnError != 0 {
		s.refuse()
		return
	}
	hash, _ := values.Get(oscar.TagHash)
	want := oscar.WeakHash(key, h.Users[name])
	if _, strong := values.Get(oscar.TagStrongHash); strong {
		want = oscar.Hash(key, h.Users[name])
	}
	if !bytes.Equal(hash, want) {
		s.snac(oscar.FamilySignOn, oscar.SignOnReply, request, oscar.TLVs{{Tag: oscar.TagError, Value: []byte{0, 5}}}.Append(nil))
		s.frame(oscar.ChannelSignOff, nil)
		return
	}
	s.snac(oscar.FamilySignOn, oscar.SignOnReply, request, h.pointer(name).Append(nil))
	s.frame(oscar.ChannelSignOff, nil)
}

// pointer are the values that send a client to the message server.
func (h *Host) pointer(name string) oscar.TLVs {
	cookie := make([]byte, h.CookieLength)
	_, _ = rand.Read(cookie)
	h.mu.Lock()
	h.cookies[string(cookie)] = name
	h.mu.Unlock()
	address := h.Messages
	if address == "" {
		address = h.Address()
	}
	return oscar.TLVs{
		{Tag: oscar.TagName, Value: []byte(name)}, {Tag: 0x008E, Value: []byte{0}}, {Tag: 0x4242, Value: []byte("unknown")},
		{Tag: oscar.TagServer, Value: []byte(address)}, {Tag: oscar.TagCookie, Value: cookie},
	}
}

// refuse sends SignOnError in either dress.
func (s *session) refuse() {
	values := oscar.TLVs{{Tag: oscar.TagError, Value: binary.BigEndian.AppendUint16(nil, s.host.SignOnError)}}.Append(nil)
	if s.host.InFrame {
		s.frame(oscar.ChannelSignOff, values)
		return
	}
	s.snac(oscar.FamilySignOn, oscar.SignOnReply, 0, values)
	s.frame(oscar.ChannelSignOff, nil)
}

// next is the client's next SNAC. A goodbye is counted.
func (s *session) next() (oscar.SNAC, error) {
	for {
		f, err := oscar.ReadFrame(s.conn)
		if err != nil {
			return oscar.SNAC{}, err
		}
		if f.Channel == oscar.ChannelSignOff {
			s.host.mu.Lock()
			s.host.left++
			s.host.mu.Unlock()
		}
		if f.Channel == oscar.ChannelData {
			return oscar.ParseSNAC(f.Payload)
		}
	}
}

// snac sends a SNAC, with whatever chatter goes before it.
func (s *session) snac(family, subtype uint16, request uint32, body []byte) {
	n := oscar.SNAC{Family: family, Subtype: subtype, Request: request, Body: body}
	if s.host.Chatter {
		s.frame(oscar.ChannelKeepAlive, nil)
		s.frame(oscar.ChannelData, oscar.SNAC{Family: oscar.FamilyGeneric, Subtype: oscar.GenericMotd, Request: 1 << 31, Body: []byte{0, 4}}.Append(nil))
		s.frame(oscar.ChannelData, oscar.SNAC{Family: 0x00F0, Subtype: 0x0BAD, Request: 1 << 31, Body: []byte("whatever")}.Append(nil))
		n.Flags = 0x8000
		n.Body = append([]byte{0, 6, 0, 1, 0, 2, 0, 4}, body...)
	}
	s.frame(oscar.ChannelData, n.Append(nil))
}

func (s *session) frame(channel byte, payload []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seq++
	s.write(oscar.Frame{Channel: channel, Seq: s.seq, Payload: payload}.Append(nil))
}

func (s *session) write(b []byte) {
	if !s.host.Pieces {
		_, _ = s.conn.Write(b)
		return
	}
	for size := 1; len(b) > 0; size = size%3 + 1 {
		size = min(size, len(b))
		if _, err := s.conn.Write(b[:size]); err != nil {
			return
		}
		b = b[size:]
	}
}

// others are the sessions of an account.
func (h *Host) others(name string) []*session {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.sessions[oscar.Normal(name)])
}
