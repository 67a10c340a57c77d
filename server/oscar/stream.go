package oscar

import (
	"bufio"
	"context"
	"errors"
	"net"
	"time"
)

// What one connection may cost, whatever the other end sends.
const (
	maxFrames = 500
	maxBytes  = 1 << 20
)

var errFlood = errors.New("oscar: the server sends more than a check needs")

// leaving is how long saying goodbye may take.
const leaving = 100 * time.Millisecond

// stream is one connection to a server. It has no goroutine of its own.
type stream struct {
	conn    net.Conn
	in      *bufio.Reader
	seq     uint16
	request uint32
	frames  int
	bytes   int
	stop    func() bool
}

// open connects, and lets the connection live as long as ctx does.
func open(ctx context.Context, dial func(context.Context, string, string) (net.Conn, error), address string) (*stream, error) {
	conn, err := dial(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	s := &stream{conn: conn, in: bufio.NewReader(conn)}
	if deadline, has := ctx.Deadline(); has {
		err = conn.SetDeadline(deadline)
	}
	s.stop = context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	return s, err
}

// close says goodbye, also to a server that failed: a session that lingers
// counts against the account's limit.
func (s *stream) close() {
	s.stop()
	_ = s.conn.SetWriteDeadline(time.Now().Add(leaving))
	_ = s.send(ChannelSignOff, nil)
	_ = s.conn.Close()
}

func (s *stream) send(channel byte, payload []byte) error {
	s.seq++
	_, err := s.conn.Write(Frame{channel, s.seq, payload}.Append(nil))
	return err
}

// snac sends a SNAC and returns its request ID.
func (s *stream) snac(family, subtype uint16, body []byte) (uint32, error) {
	s.request++
	return s.request, s.send(ChannelData, SNAC{Family: family, Subtype: subtype, Request: s.request, Body: body}.Append(nil))
}

// next is the next frame that is no keep-alive. They do not make the connection
// live longer, and count.
func (s *stream) next() (Frame, error) {
	for {
		f, err := ReadFrame(s.in)
		if err != nil {
			return f, err
		}
		s.frames++
		s.bytes += len(f.Payload)
		if s.frames > maxFrames || s.bytes > maxBytes {
			return f, errFlood
		}
		if f.Channel != ChannelKeepAlive {
			return f, nil
		}
	}
}

// nextSNAC is the next SNAC; a frame in which the server signs off is its failure.
func (s *stream) nextSNAC() (SNAC, error) {
	for {
		f, err := s.next()
		if err != nil {
			return SNAC{}, err
		}
		switch f.Channel {
		case ChannelData:
			return ParseSNAC(f.Payload)
		case ChannelSignOff, ChannelError:
			return SNAC{}, signedOff(f.Payload)
		}
	}
}

// signedOff is why a server signed off: what TLVs say, if they do.
func signedOff(payload []byte) *Failure {
	values, err := ParseTLVs(payload)
	if err != nil {
		return &Failure{Class: Outage, cause: err}
	}
	if code, found := values.Number(TagError); found {
		return signOnFailure(uint16(code))
	}
	if code, _ := values.Number(TagDisconnect); code == 1 {
		return &Failure{Class: Elsewhere}
	}
	return &Failure{Class: Outage, cause: errors.New("the server signed off")}
}

// hello exchanges the first frames: each side tells its version, and more in values.
func (s *stream) hello(values TLVs) error {
	f, err := s.next()
	switch {
	case err != nil:
		return err
	case f.Channel == ChannelSignOff || f.Channel == ChannelError:
		return signedOff(f.Payload)
	case f.Channel != ChannelSignOn || len(f.Payload) < 4:
		return ErrNotOSCAR
	}
	return s.send(ChannelSignOn, values.Append([]byte{0, 0, 0, 1}))
}
