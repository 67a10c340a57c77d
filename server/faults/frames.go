package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/binary"
	"fmt"
	"io"
	"time"
)

// The types of HTTP/2's frames that are misused here (RFC 9113, section 6).
const (
	headersFrame  = 1
	resetFrame    = 3
	settingsFrame = 4
	pingFrame     = 6
	continuation  = 9
)

// frame is a frame of HTTP/2.
func frame(kind, flags byte, stream uint32, payload []byte) []byte {
	head := make([]byte, 9, 9+len(payload))
	head[0], head[1], head[2] = byte(len(payload)>>16), byte(len(payload)>>8), byte(len(payload))
	head[3], head[4] = kind, flags
	binary.BigEndian.PutUint32(head[5:], stream)
	return append(head, payload...)
}

// frames sends HTTP/2 as nobody means it: frames that are broken, or too many.
func (o *odd) frames(ctx context.Context) {
	const preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
	get := []byte{0x82, 0x87, 0x84, 0x01, 1, 'x'} // GET, https, /, :authority x
	var resets, pings, settings, endless bytes.Buffer
	for i := range uint32(3000) {
		resets.Write(frame(headersFrame, 5, 2*i+1, get))
		resets.Write(frame(resetFrame, 0, 2*i+1, []byte{0, 0, 0, 8}))
		pings.Write(frame(pingFrame, 0, 0, make([]byte, 8)))
		settings.Write(frame(settingsFrame, 0, 0, []byte{0, 4, 0, 0, 0, byte(i)}))
		endless.Write(frame(continuation, 0, 1, bytes.Repeat([]byte{0x82}, 100)))
	}
	begun := frame(settingsFrame, 0, 0, nil)
	shots := [][]byte{
		bytes.Repeat([]byte{0xff}, 2000),
		append(bytes.Clone(begun), frame(headersFrame, 5, 1, bytes.Repeat([]byte{0xff}, 300))...),
		append(bytes.Clone(begun), frame(headersFrame, 4, 0, get)...),
		append(bytes.Clone(begun), frame(0xfa, 0xff, 7, make([]byte, 16000))...),
		append(bytes.Clone(begun), resets.Bytes()...),
		append(bytes.Clone(begun), pings.Bytes()...),
		append(bytes.Clone(begun), settings.Bytes()...),
		append(append(bytes.Clone(begun), frame(headersFrame, 1, 1, get)...), endless.Bytes()...),
	}
	each(shots, func(shot []byte) {
		dialer := &tls.Dialer{Config: &tls.Config{InsecureSkipVerify: true, NextProtos: []string{"h2"}}}
		conn, err := dialer.DialContext(ctx, "tcp", fmt.Sprintf("127.0.0.1:%d", o.n.ports[whm]))
		if err != nil {
			o.mu.Lock()
			o.breaks("HTTP/2 is not spoken: %v", err)
			o.mu.Unlock()
			return
		}
		defer conn.Close()
		_ = conn.SetDeadline(time.Now().Add(3 * time.Second))
		go func() { _, _ = conn.Write(append([]byte(preface), shot...)) }() // the server may close before it has all
		_, _ = io.Copy(io.Discard, conn)
		o.heard(0)
	})
}
