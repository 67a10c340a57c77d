// Package fastcgi asks a program that speaks FastCGI 1.0 one request at a time.
//
// It owns the protocol as a responder's client, and nothing of HTTP beyond CGI's
// header. Packages webmail and databaseapp, which mount applications, call Ask.
package fastcgi

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/textproto"
	"strconv"
	"strings"
	"time"
)

// The records of the FastCGI 1.0 specification that a responder exchanges.
const (
	recordBegin  = 1
	recordEnd    = 3
	recordParams = 4
	recordStdin  = 5
	recordStdout = 6
	recordStderr = 7
)

const (
	maxRecord = 65528 // bytes of content, a multiple of eight
	maxHeader = 64 << 10
	maxStderr = 4 << 10 // of what the program complains, for the log
)

// Reply is what the program answered. Body ends with it, or with an error.
type Reply struct {
	Status int
	Header http.Header
	Body   io.Reader
}

// Ask sends one request on a connection of its own and reads the answer's header.
// address is a socket's path or host:port; params are the CGI variables; complain
// is told what the program says on its standard error. The connection ends with
// the context, so the body must be read before that. An error is the
// connection's, or says that the answer is none.
func Ask(ctx context.Context, address string, params [][2]string, body io.Reader, complain func(string)) (*Reply, error) {
	network := "tcp"
	if strings.HasPrefix(address, "/") {
		network = "unix"
	}
	conn, err := (&net.Dialer{Timeout: 5 * time.Second}).DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	context.AfterFunc(ctx, func() { conn.Close() })
	w := bufio.NewWriterSize(conn, 64<<10)
	writeRecord(w, recordBegin, []byte{0, 1, 0, 0, 0, 0, 0, 0}) // a responder, and the connection is closed after it
	writeStream(w, recordParams, encodeParams(params))
	if err := w.Flush(); err != nil { // of all writes before it, too
		conn.Close()
		return nil, err
	}
	go sendBody(w, body)
	out, in := io.Pipe()
	go func() { in.CloseWithError(readRecords(bufio.NewReader(conn), in, complain)) }()
	context.AfterFunc(ctx, func() { out.Close() })
	return readHeader(out)
}

// sendBody sends the request's body; a failure shows in the answer.
func sendBody(w *bufio.Writer, body io.Reader) {
	buffer := make([]byte, 32<<10)
	for {
		n, err := body.Read(buffer)
		if n > 0 {
			writeRecord(w, recordStdin, buffer[:n])
		}
		if err != nil {
			break
		}
	}
	writeRecord(w, recordStdin, nil)
	_ = w.Flush()
}

// writeStream writes a stream whole, with the empty record that ends it.
func writeStream(w *bufio.Writer, kind byte, content []byte) {
	for len(content) > 0 {
		n := min(len(content), maxRecord)
		writeRecord(w, kind, content[:n])
		content = content[n:]
	}
	writeRecord(w, kind, nil)
}

// writeRecord writes one record; a bufio.Writer remembers its first error.
func writeRecord(w *bufio.Writer, kind byte, content []byte) {
	head := [8]byte{1, kind, 0, 1}
	binary.BigEndian.PutUint16(head[4:], uint16(len(content)))
	_, _ = w.Write(head[:])
	_, _ = w.Write(content)
}

func encodeParams(params [][2]string) []byte {
	var b bytes.Buffer
	for _, p := range params {
		for _, text := range p {
			if len(text) < 128 {
				b.WriteByte(byte(len(text)))
				continue
			}
			_ = binary.Write(&b, binary.BigEndian, uint32(len(text))|1<<31) // a buffer takes everything
		}
		b.WriteString(p[0])
		b.WriteString(p[1])
	}
	return b.Bytes()
}

// readRecords passes on what the program says until it ends.
func readRecords(r *bufio.Reader, out io.Writer, complain func(string)) error {
	var head [8]byte
	said := 0
	for {
		if _, err := io.ReadFull(r, head[:]); err != nil {
			return fmt.Errorf("fastcgi: the answer broke off: %w", err)
		}
		content := io.LimitReader(r, int64(binary.BigEndian.Uint16(head[4:])))
		switch head[1] {
		case recordStdout:
			if _, err := io.Copy(out, content); err != nil {
				return err
			}
		case recordStderr:
			text, _ := io.ReadAll(content) // 64 KB at most
			if said < maxStderr {
				complain(strings.TrimSpace(string(text[:min(len(text), maxStderr-said)])))
			}
			said += len(text)
		case recordEnd:
			return nil
		}
		if _, err := io.Copy(io.Discard, content); err != nil {
			return err
		}
		if _, err := r.Discard(int(head[6])); err != nil {
			return fmt.Errorf("fastcgi: the answer broke off: %w", err)
		}
	}
}

var errHeader = errors.New("fastcgi: the answer has no header that could be read")

// readHeader takes CGI's header off the answer.
func readHeader(out io.Reader) (*Reply, error) {
	whole := bufio.NewReaderSize(out, maxHeader)
	var lines bytes.Buffer
	for {
		line, err := whole.ReadSlice('\n')
		if err != nil || lines.Len()+len(line) > maxHeader {
			return nil, errors.Join(errHeader, err)
		}
		lines.Write(line)
		if len(bytes.TrimRight(line, "\r\n")) == 0 {
			break
		}
	}
	header, err := textproto.NewReader(bufio.NewReader(&lines)).ReadMIMEHeader()
	if err != nil {
		return nil, errors.Join(errHeader, err)
	}
	a := &Reply{Status: http.StatusOK, Header: http.Header(header), Body: whole}
	if status := a.Header.Get("Status"); status != "" {
		code, _, _ := strings.Cut(status, " ")
		if a.Status, err = strconv.Atoi(code); err != nil || a.Status < 200 || a.Status > 599 {
			return nil, errHeader
		}
	} else if a.Header.Get("Location") != "" {
		a.Status = http.StatusFound
	}
	return a, nil
}
