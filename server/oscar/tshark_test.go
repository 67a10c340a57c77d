package oscar_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"postern/server/oscar/oscartest"
)

// Wireshark's dissector, written by others, reads what the client and the host
// send: everything, without a complaint, and in the order of a sign-on.
func TestWiresharkUnderstands(t *testing.T) {
	if _, err := exec.LookPath("tshark"); err != nil {
		t.Fatal("tshark is missing: run .ci/need tshark")
	}
	want := []string{
		"17/06", "17/07", "17/02", "17/03", // the sign-on server
		"01/03", "01/17", "01/18", "01/06", "01/07", "01/08", "01/02", "04/06", "04/0c", "04/07",
	}
	// Its rates are always records of 35 bytes, so those of 30 are not for it.
	for name, m := range map[string]oscartest.Manners{
		"plain": {}, "short keys and long cookies": {KeyLength: 10, CookieLength: 4096}, "reformatted, in UCS-2": {Reformatted: true, Wide: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var r recorder
			c := clientOf(start(t, m))
			c.Dial = r.dial
			if err := echo(t, c, "123456", "s3cretpw"); err != nil {
				t.Fatal(err)
			}
			capture := r.pcap()
			if bytes.Contains(capture, []byte("s3cretpw")) {
				t.Error("the password went over the wire")
			}
			file := filepath.Join(t.TempDir(), "oscar.pcap")
			if err := os.WriteFile(file, capture, 0o600); err != nil {
				t.Fatal(err)
			}
			got, names, texts := dissected(t, file)
			if !slices.Equal(got, want) {
				t.Errorf("the dissector saw\n%v, not\n%v", got, want)
			}
			if len(texts) == 0 || !strings.Contains(texts[0], mark) || !slices.Contains(names, "123456") {
				t.Errorf("the dissector read the names %q and the texts %q", names, texts)
			}
		})
	}
}

// dissected are the kinds of SNACs, the names and the texts in a capture. A
// packet with data that the dissector does not take whole fails the test.
func dissected(t *testing.T, file string) (kinds, names, texts []string) {
	t.Helper()
	fields := tshark(t, file, "-T", "fields", "-e", "frame.number", "-e", "tcp.len", "-e", "frame.protocols", "-e", "tcp.reassembled_in",
		"-e", "_ws.malformed", "-e", "aim.fnac.family", "-e", "aim.fnac.subtype", "-e", "aim.buddyname", "-e", "aim.messageblock.message")
	for _, line := range strings.Split(strings.TrimRight(fields, "\n"), "\n") {
		f := strings.Split(line, "\t")
		if len(f) != 9 {
			t.Fatalf("%q", line)
		}
		if isPiece := f[3] != "" && f[3] != f[0]; f[4] != "" || !strings.Contains(f[2], ":aim") && !isPiece {
			t.Errorf("malformed: %q", line)
		}
		subtypes := strings.Split(f[6], ",")
		for i, family := range strings.Split(f[5], ",") {
			if family != "" { // both as 0x0004
				kinds = append(kinds, family[4:]+"/"+subtypes[i][4:])
			}
		}
		names = append(names, strings.Split(f[7], ",")...)
		if f[8] != "" {
			texts = append(texts, f[8])
		}
	}
	return kinds, names, texts
}

func tshark(t *testing.T, file string, args ...string) string {
	t.Helper()
	cmd := exec.Command("tshark", append([]string{"-n", "-2", "-r", file, "-d", "tcp.port==5190,aim", "-E", "occurrence=a"}, args...)...)
	cmd.Env = append(os.Environ(), "HOME="+t.TempDir(), "LC_ALL=C.UTF-8")
	var failed bytes.Buffer
	cmd.Stderr = &failed
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("tshark: %v\n%s", err, failed.String())
	}
	return string(out)
}

// recorder keeps what connections carry, so that no right to capture is needed.
type recorder struct {
	mu    sync.Mutex
	ports uint16
	parts []part
}

type part struct {
	port   uint16 // the client's
	toHost bool
	data   []byte
}

func (r *recorder) dial(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := new(net.Dialer).DialContext(ctx, network, address)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ports++
	return &recorded{conn, r, 40000 + r.ports}, err
}

func (r *recorder) add(port uint16, toHost bool, data []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.parts = append(r.parts, part{port, toHost, bytes.Clone(data)})
}

type recorded struct {
	net.Conn
	to   *recorder
	port uint16
}

func (c *recorded) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.to.add(c.port, false, p[:n])
	return n, err
}

func (c *recorded) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	c.to.add(c.port, true, p[:n])
	return n, err
}

// pcap writes the parts as packets of TCP over IPv4 in a capture file, the host
// at port 5190.
func (r *recorder) pcap() []byte {
	r.mu.Lock()
	defer r.mu.Unlock()
	const rawIP = 101
	out := []byte{0xA1, 0xB2, 0xC3, 0xD4, 0, 2, 0, 4}
	for _, n := range []uint32{0, 0, 1 << 18, rawIP} {
		out = binary.BigEndian.AppendUint32(out, n)
	}
	seq := map[[2]uint16]uint32{}
	for i, p := range r.parts {
		from, to := p.port, uint16(5190)
		if !p.toHost {
			from, to = to, from
		}
		const limit = 60000 // a packet of IPv4 holds less than 64 KiB
		for data := p.data; len(data) > 0; {
			piece := data[:min(len(data), limit)]
			data = data[len(piece):]
			packet := packetOf(from, to, seq[[2]uint16{from, to}], seq[[2]uint16{to, from}], piece)
			seq[[2]uint16{from, to}] += uint32(len(piece))
			for _, n := range []uint32{1700000000, uint32(i), uint32(len(packet)), uint32(len(packet))} {
				out = binary.BigEndian.AppendUint32(out, n)
			}
			out = append(out, packet...)
		}
	}
	return out
}

func packetOf(from, to uint16, seq, ack uint32, data []byte) []byte {
	ip := []byte{0x45, 0, 0, 0, 0, 0, 0x40, 0, 64, 6, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2}
	if from == 5190 {
		ip[15], ip[19] = 2, 1
	}
	binary.BigEndian.PutUint16(ip[2:], uint16(len(ip)+20+len(data)))
	tcp := binary.BigEndian.AppendUint16(ip, from)
	tcp = binary.BigEndian.AppendUint16(tcp, to)
	tcp = binary.BigEndian.AppendUint32(tcp, seq+1)
	tcp = binary.BigEndian.AppendUint32(tcp, ack+1)
	tcp = append(tcp, 0x50, 0x18, 0xFF, 0xFF, 0, 0, 0, 0) // PSH, ACK
	return append(tcp, data...)
}
