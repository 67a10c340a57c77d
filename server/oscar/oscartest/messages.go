package oscartest

import (
	"encoding/binary"
	"slices"
	"strings"
	"unicode/utf16"

	"postern/server/oscar"
)

// messages is the part of the message server.
func (h *Host) messages(s *session, cookie string) {
	h.mu.Lock()
	name, known := h.cookies[cookie]
	delete(h.cookies, cookie)
	h.mu.Unlock()
	switch {
	case h.OnlineError != 0:
		s.frame(oscar.ChannelSignOff, oscar.TLVs{{Tag: oscar.TagError, Value: []byte{byte(h.OnlineError)}}}.Append(nil))
		return
	case !known:
		s.frame(oscar.ChannelSignOff, oscar.TLVs{{Tag: oscar.TagError, Value: []byte{0, 0x14}}}.Append(nil))
		return
	}
	s.name = name
	defer h.leave(s)
	if h.misbehaves(s, Online) {
		return
	}
	families := []byte{0, 1, 0, 2, 0, 3, 0, 4, 0, 9}
	if h.NoMessages {
		families = families[:6]
	}
	s.snac(oscar.FamilyGeneric, oscar.GenericHostOnline, 1<<31, families)
	for {
		n, err := s.next()
		if err != nil || !h.reply(s, n) {
			return
		}
	}
}

// reply answers one SNAC; false ends the session.
func (h *Host) reply(s *session, n oscar.SNAC) bool {
	switch [2]uint16{n.Family, n.Subtype} {
	case [2]uint16{oscar.FamilyGeneric, oscar.GenericClientVers}:
		if h.misbehaves(s, Versions) {
			return false
		}
		s.snac(oscar.FamilyGeneric, oscar.GenericHostVers, n.Request, []byte{0, 1, 0, 4, 0, 4, 0, 1})
	case [2]uint16{oscar.FamilyGeneric, oscar.GenericRateQuery}:
		if h.misbehaves(s, Rates) {
			return false
		}
		s.snac(oscar.FamilyGeneric, oscar.GenericRateParams, n.Request, h.rates().Append(nil))
	case [2]uint16{oscar.FamilyICBM, oscar.ICBMParamQuery}:
		s.snac(oscar.FamilyICBM, oscar.ICBMParamReply, n.Request, []byte{0, 2, 0, 0, 0, 3, 2, 0, 3, 0x84, 3, 0xE7, 0, 0, 3, 0xE8})
	case [2]uint16{oscar.FamilyGeneric, oscar.GenericClientOnline}:
		h.mu.Lock()
		h.sessions[s.name] = append(h.sessions[s.name], s)
		h.peak[s.name] = max(h.peak[s.name], len(h.sessions[s.name]))
		h.mu.Unlock()
	case [2]uint16{oscar.FamilyICBM, oscar.ICBMSend}:
		m, err := oscar.ParseSent(n.Body)
		return err == nil && h.take(s, m, n.Request)
	}
	return true
}

func (h *Host) leave(s *session) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.sessions[s.name] = slices.DeleteFunc(h.sessions[s.name], func(other *session) bool { return other == s })
}

// rates are five classes, of which the third holds messages.
func (h *Host) rates() (r oscar.Rates) {
	r.Long = !h.ShortRates
	for id := uint16(1); id <= 5; id++ {
		r.Classes = append(r.Classes, rateClass(id))
		r.Members = append(r.Members, oscar.RateMembers{ID: id, Pairs: [][2]uint16{{0x0013, id}}})
	}
	r.Members[2].Pairs = [][2]uint16{{oscar.FamilyICBM, oscar.ICBMSend}, {oscar.FamilyICBM, 0x0014}}
	return r
}

func rateClass(id uint16) oscar.RateClass {
	return oscar.RateClass{ID: id, Window: 20, Clear: 5100, Alert: 5000, Limit: 4000, Disconnect: 3000, Current: 6000, Most: 6000}
}

// take does with a message what the host's manners say.
func (h *Host) take(s *session, m oscar.Sent, request uint32) bool {
	to := h.others(m.To)
	switch {
	case len(to) == 0 || h.MessageError != 0:
		code := uint16(0x0004) // not logged on
		if h.MessageError != 0 {
			code = h.MessageError
		}
		s.snac(oscar.FamilyICBM, oscar.GenericError, request, binary.BigEndian.AppendUint16(nil, code))
		return true
	case h.Limited:
		s.snac(oscar.FamilyGeneric, oscar.GenericRateChange, 1<<31, oscar.RateChange{Code: oscar.RateLimited, Class: rateClass(3)}.Append(nil))
		return true
	case h.Elsewhere:
		s.frame(oscar.ChannelSignOff, oscar.TLVs{{Tag: oscar.TagDisconnect, Value: []byte{0, 1}}}.Append(nil))
		return false
	}
	ack := func() bool {
		if h.misbehaves(s, Acking) {
			return false
		}
		if m.WantAck {
			s.snac(oscar.FamilyICBM, oscar.ICBMHostAck, request, oscar.Ack{Cookie: m.Cookie, Channel: m.Channel, To: m.To}.Append(nil))
		}
		return true
	}
	if !h.MessageFirst && !ack() {
		return false
	}
	if h.misbehaves(s, Delivery) {
		return false
	}
	h.deliver(to, s.name, m)
	return !h.MessageFirst || ack()
}

func (h *Host) deliver(to []*session, from string, m oscar.Sent) {
	back := oscar.Received{Cookie: m.Cookie, Channel: m.Channel, From: from, Text: m.Text, Info: oscar.TLVs{
		{Tag: 0x0003, Value: []byte{0x6B, 2, 0x7C, 0xC9}}, {Tag: 0x0001, Value: []byte{0, 0x11}}, {Tag: 0x0006, Value: make([]byte, 4)},
		{Tag: 0x0002, Value: []byte("about the sender, not the message")},
	}}
	if h.OtherText {
		back.Text = "Something else"
	}
	if h.Reformatted {
		back.From, back.Text = strings.ToUpper(from[:1])+" "+from[1:], "<HTML><BODY>"+back.Text+"</BODY></HTML>"
	}
	for _, s := range to {
		if h.Strangers {
			other := back
			other.Cookie, other.From = oscar.Cookie{1, 2, 3}, "somebody"
			s.snac(oscar.FamilyICBM, oscar.ICBMReceive, 1<<31, other.Append(nil))
			other.From, other.Text = from, "Hello"
			s.snac(oscar.FamilyICBM, oscar.ICBMReceive, 1<<31, other.Append(nil))
			s.snac(oscar.FamilyICBM, oscar.ICBMReceive, 1<<31, []byte("no message at all"))
		}
		if h.NoDelivery {
			continue
		}
		body := back.Append(nil)
		if h.Wide {
			body = wide(back)
		}
		s.snac(oscar.FamilyICBM, oscar.ICBMReceive, 1<<31, body)
	}
}

// wide is a message whose text is in UCS-2, before a fragment that nobody knows.
func wide(m oscar.Received) []byte {
	units := utf16.Encode([]rune(m.Text))
	fragments := binary.BigEndian.AppendUint16([]byte{1, 1}, uint16(2*len(units)+4))
	fragments = append(fragments, 0, 2, 0, 0)
	for _, u := range units {
		fragments = binary.BigEndian.AppendUint16(fragments, u)
	}
	fragments = append(fragments, 9, 9, 0, 1, 'x')
	m.Text = ""
	plain := m.Append(nil)
	head := plain[:len(plain)-4-13] // the empty text: a TLV of two fragments, five and eight bytes
	return oscar.TLVs{{Tag: 0x0002, Value: fragments}}.Append(head)
}
