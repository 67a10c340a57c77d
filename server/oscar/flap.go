package oscar

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// Channels of frames.
const (
	ChannelSignOn    byte = 1
	ChannelData      byte = 2 // the payload is a SNAC
	ChannelError     byte = 3
	ChannelSignOff   byte = 4
	ChannelKeepAlive byte = 5
)

const (
	marker     = 0x2A
	maxPayload = 0xFFFF
)

// ErrNotOSCAR says that what came is no frame of the protocol.
var ErrNotOSCAR = errors.New("oscar: the other end does not speak the protocol")

// Frame is a FLAP frame, the only framing there is.
type Frame struct {
	Channel byte
	Seq     uint16 // one more with each frame of a direction; starts anywhere
	Payload []byte // at most 65535 bytes
}

// Append writes the frame to the end of b. It panics on a payload that is too long.
func (f Frame) Append(b []byte) []byte {
	if len(f.Payload) > maxPayload {
		panic("oscar: a frame has at most 65535 bytes")
	}
	b = append(b, marker, f.Channel)
	b = binary.BigEndian.AppendUint16(b, f.Seq)
	b = binary.BigEndian.AppendUint16(b, uint16(len(f.Payload)))
	return append(b, f.Payload...)
}

// ReadFrame reads one frame, however the network cut it, and no byte more. A
// sign-off may lack the length: then its payload is nil. The error is
// ErrNotOSCAR, or the reader's, io.EOF between frames.
func ReadFrame(r io.Reader) (Frame, error) {
	var head [6]byte
	n, err := io.ReadFull(r, head[:4])
	if n > 0 && head[0] != marker {
		return Frame{}, fmt.Errorf("%w: a frame begins with the byte %#x", ErrNotOSCAR, head[0])
	}
	if err != nil {
		return Frame{}, err
	}
	f := Frame{Channel: head[1], Seq: binary.BigEndian.Uint16(head[2:])}
	if f.Channel < ChannelSignOn || f.Channel > ChannelKeepAlive {
		return Frame{}, fmt.Errorf("%w: there is no channel %d", ErrNotOSCAR, f.Channel)
	}
	if _, err := io.ReadFull(r, head[4:]); err != nil {
		if f.Channel == ChannelSignOff && err == io.EOF {
			return f, nil
		}
		return Frame{}, cutOff(err)
	}
	f.Payload = make([]byte, binary.BigEndian.Uint16(head[4:]))
	if _, err := io.ReadFull(r, f.Payload); err != nil {
		return Frame{}, cutOff(err)
	}
	return f, nil
}

// cutOff is the end of a stream within a frame.
func cutOff(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}
