package oscartest

import (
	"net"
	"time"

	"postern/server/oscar"
)

// misbehaves does the misdeed of a step, if there is one; the connection is over then.
func (h *Host) misbehaves(s *session, at Step) bool {
	deed := h.Wrong[at]
	switch deed {
	case "":
		return false
	case Reset:
		_ = s.conn.(*net.TCPConn).SetLinger(0)
	case SignOff:
		s.frame(oscar.ChannelSignOff, nil)
	case BareSignOff:
		s.write([]byte{0x2A, oscar.ChannelSignOff, 0, 1})
	case HTTP:
		s.write([]byte("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"))
	case BadMarker:
		s.write([]byte{0x2B, 2, 0, 1, 0, 0})
	case Junk:
		s.frame(oscar.ChannelSignOn, []byte{0, 0})
		s.frame(oscar.ChannelData, []byte{0, 4, 0, 7})
	case HalfHeader:
		s.write([]byte{0x2A, 2, 0})
		s.idle()
	case Oversized:
		s.write(append([]byte{0x2A, 2, 0, 1, 0xFF, 0xFF}, make([]byte, 1000)...))
		s.idle()
	case Hang:
		s.idle()
	case KeepAlives:
		for !h.wait(5*time.Millisecond) && s.sent(oscar.Frame{Channel: oscar.ChannelKeepAlive}) {
		}
	case Flood:
		data := oscar.SNAC{Family: oscar.FamilyGeneric, Subtype: oscar.GenericMotd, Body: make([]byte, 8000)}.Append(nil)
		for s.sent(oscar.Frame{Channel: oscar.ChannelData, Payload: data}) {
		}
	case Again:
		s.snac(oscar.FamilySignOn, oscar.SignOnReply, 0, h.pointer(s.name).Append(nil))
		s.idle()
	}
	return true
}

// idle is until the client goes, or the host ends.
func (s *session) idle() {
	for buffer := make([]byte, 512); ; {
		if _, err := s.conn.Read(buffer); err != nil {
			return
		}
	}
}

func (s *session) sent(f oscar.Frame) bool {
	_, err := s.conn.Write(f.Append(nil))
	return err == nil
}
