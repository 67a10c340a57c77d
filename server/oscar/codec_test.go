package oscar_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"

	"postern/server/oscar"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.NewReplacer(" ", "", "|", "", "[", "", "]", "").Replace(s))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestHashes(t *testing.T) {
	for _, c := range []struct{ password, weak, strong string }{
		{"s3cretpw", "97a8c2969acddf33374639df8aeae1fa", "8afdc8078b67fd9e6500e9c50b29f9b5"},
		{"12345luggage", "fb77dcbaf2b3db908b149bb718845c01", "313cfc9d886c57f825d6020e49517d74"},
		{"a-password-longer-than-16-chars", "14a8d33fedb0911aa5b946c8858b0066", "96788538c0e1fca6b350ba431b054da4"},
	} {
		key := []byte("1234567890")
		if got := hex.EncodeToString(oscar.WeakHash(key, c.password)); got != c.weak {
			t.Errorf("weak: %s", got)
		}
		if got := hex.EncodeToString(oscar.Hash(key, c.password)); got != c.strong {
			t.Errorf("strong: %s", got)
		}
	}
}

// Frames that another server and its clients exchanged.
func TestCapturedBytes(t *testing.T) {
	read := func(s string) (oscar.Frame, oscar.SNAC) {
		t.Helper()
		raw := unhex(t, s)
		f, err := oscar.ReadFrame(bytes.NewReader(raw))
		if err != nil || !bytes.Equal(f.Append(nil), raw) {
			t.Fatalf("%s: %v", s, err)
		}
		n, err := oscar.ParseSNAC(f.Payload)
		if err != nil || f.Channel == oscar.ChannelData && !bytes.Equal(n.Append(nil), f.Payload) {
			t.Fatalf("%s: %v", s, err)
		}
		return f, n
	}
	f, n := read("2a02 6124 0018 | 0017 0006 0000 00000001 | 0001 000a 506f737465726e426f74")
	values, err := oscar.ParseTLVs(n.Body)
	if name, _ := values.Get(oscar.TagName); f.Channel != 2 || f.Seq != 0x6124 || n.Subtype != oscar.SignOnChallenge || n.Request != 1 || string(name) != "PosternBot" || err != nil {
		t.Errorf("17/06: %+v %+v %v", f, n, err)
	}
	const cookie, fragments = "4f5c29032c5f7e31", "[05 01 0003 010102][01 01 0027 0000 0000 506f737465726e20746573742036623032376363392d39656238353230363538626566]"
	_, n = read("2a02 507c 0059 | 0004 0006 0000 00000008 | " + cookie + " 0001 0a 506f737465726e426f74 0002 0032 " + fragments + " 0003 0000")
	sent, err := oscar.ParseSent(n.Body)
	if want := (oscar.Sent{Cookie: oscar.Cookie(unhex(t, cookie)), Channel: 1, To: "PosternBot", Text: "Postern test 6b027cc9-9eb8520658bef", WantAck: true}); sent != want || err != nil {
		t.Errorf("04/06: %+v, %v", sent, err)
	}
	_, n = read("2a02 006a 001f | 0004 000c 0000 00000008 | " + cookie + " 0001 0a 506f737465726e426f74")
	if ack, err := oscar.ParseAck(n.Body); ack.Cookie != sent.Cookie || ack.To != "PosternBot" || err != nil || !bytes.Equal(ack.Append(nil), n.Body) {
		t.Errorf("04/0C: %+v, %v", ack, err)
	}
	_, n = read("2a02 006c 0077 | 0004 0007 0000 80000000 | " + cookie + " 0001 0a 506f737465726e426f74 0000 0004 " +
		"[0003 0004 6b027cc9][0001 0002 0011][0006 0004 00000000][001e 0004 00000000] 0002 0032 " + fragments)
	if m, err := oscar.ParseReceived(n.Body); m.Cookie != sent.Cookie || m.Text != sent.Text || len(m.Info) != 4 || m.From != "PosternBot" || err != nil {
		t.Errorf("04/07: %+v, %v", m, err)
	}
	change, err := oscar.ParseRateChange(unhex(t, "0003 | 0003 00000014 000013ec 00001388 00000fa0 00000bb8 00000da9 00001770 00000001 01"))
	if change.Code != oscar.RateLimited || change.Class.Window != 20 || change.Class.Most != 6000 || change.Class.State != 1 || err != nil {
		t.Errorf("01/0A: %+v, %v", change, err)
	}
	if f, _ := oscar.ReadFrame(bytes.NewReader(unhex(t, "2a04 0065 0006 | 0008 0002 001d"))); f.Channel != oscar.ChannelSignOff {
		t.Errorf("a rate limit in a sign-off frame: %+v", f)
	}
}

func TestFrames(t *testing.T) {
	whole := oscar.Frame{Channel: 2, Seq: 7, Payload: []byte("payload")}.Append(oscar.Frame{Channel: 5, Seq: 8}.Append(nil))
	for name, r := range map[string]io.Reader{"bytes": iotest.OneByteReader(bytes.NewReader(whole)), "halves": iotest.HalfReader(bytes.NewReader(whole))} {
		first, err1 := oscar.ReadFrame(r)
		second, err2 := oscar.ReadFrame(r)
		_, end := oscar.ReadFrame(r)
		if first.Channel != 5 || second.Channel != 2 || string(second.Payload) != "payload" || err1 != nil || err2 != nil || end != io.EOF {
			t.Errorf("%s: %+v %v, %+v %v, %v", name, first, err1, second, err2, end)
		}
	}
	for text, want := range map[string]error{
		"": io.EOF, "48": oscar.ErrNotOSCAR, "485454502f": oscar.ErrNotOSCAR, "2a": io.ErrUnexpectedEOF, "2a0200": io.ErrUnexpectedEOF, "2a020001": io.ErrUnexpectedEOF,
		"2a02000100": io.ErrUnexpectedEOF, "2a0200010002aa": io.ErrUnexpectedEOF, "2a020001ffff": io.ErrUnexpectedEOF, "2a0000010000": oscar.ErrNotOSCAR,
		"2a0600010000": oscar.ErrNotOSCAR, "2a040001": nil, "2a04000100": io.ErrUnexpectedEOF,
	} {
		if f, err := oscar.ReadFrame(bytes.NewReader(unhex(t, text))); !errors.Is(err, want) {
			t.Errorf("%s: %+v, %v", text, f, err)
		}
	}
}

func TestTLVs(t *testing.T) {
	values, err := oscar.ParseTLVs(unhex(t, "0008 0001 18 | 0001 0000 | 0008 0002 001d | 0009 0005 0000000102"))
	one, _ := values.Number(oscar.TagError)
	long, _ := values.Number(oscar.TagDisconnect)
	empty, found := values.Number(oscar.TagName)
	if _, none := values.Number(oscar.TagServer); err != nil || one != 0x18 || long != 1 || empty != 0 || !found || none {
		t.Errorf("%v %v %x %x %x", values, err, one, long, empty)
	}
	for _, short := range []string{"00", "000800", "0008 0001", "0008 ffff 00"} {
		if got, err := oscar.ParseTLVs(unhex(t, short)); err == nil {
			t.Errorf("%s: %v", short, got)
		}
	}
}

func TestRecordsOfBothLengths(t *testing.T) {
	for _, long := range []bool{true, false} {
		r := oscar.Rates{Long: long}
		for id := uint16(1); id < 6; id++ {
			r.Classes = append(r.Classes, oscar.RateClass{ID: id, Window: 20, Limit: 4000, Most: 6000})
			r.Members = append(r.Members, oscar.RateMembers{ID: id, Pairs: [][2]uint16{{4, 6}, {4, id}}})
		}
		if got, err := oscar.ParseRates(r.Append(nil)); err != nil || !reflect.DeepEqual(got, r) {
			t.Errorf("long %v: %+v, %v", long, got, err)
		}
	}
}

func FuzzFrame(f *testing.F) {
	f.Add([]byte("\x2a\x02\x00\x01\x00\x02ab"))
	f.Add([]byte("\x2a\x04\x00\x01"))
	f.Fuzz(func(t *testing.T, b []byte) {
		r := bytes.NewReader(b)
		got, err := oscar.ReadFrame(r)
		if err != nil {
			return
		}
		read := b[:len(b)-r.Len()]
		if again := got.Append(nil); !bytes.Equal(again, read) && !(got.Channel == oscar.ChannelSignOff && got.Payload == nil && bytes.HasPrefix(again, read)) {
			t.Fatalf("%x became %x", read, again)
		}
	})
}

func FuzzSNAC(f *testing.F) {
	f.Add([]byte("\x00\x04\x00\x07\x80\x00\x00\x00\x00\x01\x00\x02xxbody"))
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := oscar.ParseSNAC(b)
		if err != nil {
			return
		}
		again, err := oscar.ParseSNAC(got.Append(nil))
		if err != nil || again.Family != got.Family || again.Flags != got.Flags || again.Request != got.Request || !bytes.Equal(again.Body, got.Body) {
			t.Fatalf("%+v became %+v, %v", got, again, err)
		}
	})
}

// FuzzBodies: no body makes a parser panic, and what one reads is written as it was.
func FuzzBodies(f *testing.F) {
	f.Add(unhex(f, "0008 0002 001d 0001 0000"))
	f.Add(oscar.Sent{Channel: 1, To: "a", Text: "text", WantAck: true}.Append(nil))
	f.Add(oscar.Received{Channel: 1, From: "a", Text: "text", Info: oscar.TLVs{{Tag: 2, Value: []byte("x")}}}.Append(nil))
	f.Add(oscar.Rates{Classes: []oscar.RateClass{{ID: 1}}, Members: []oscar.RateMembers{{ID: 1}}}.Append(nil))
	f.Fuzz(func(t *testing.T, b []byte) {
		if v, err := oscar.ParseTLVs(b); err == nil && !bytes.Equal(v.Append(nil), b) {
			t.Fatalf("TLVs: %x", b)
		}
		if r, err := oscar.ParseRates(b); err == nil && !bytes.Equal(r.Append(nil), b) {
			t.Fatalf("rates: %x", b)
		}
		if a, err := oscar.ParseAck(b); err == nil && !bytes.HasPrefix(b, a.Append(nil)) {
			t.Fatalf("ack: %x", b)
		}
		if k, err := oscar.ParseKey(b); err == nil && !bytes.HasPrefix(b, oscar.AppendKey(nil, k)) {
			t.Fatalf("key: %x", b)
		}
		_, _ = oscar.ParseRateChange(b)
		if m, err := oscar.ParseSent(b); err == nil && ascii(m.Text) {
			if again, err := oscar.ParseSent(m.Append(nil)); err != nil || again != m {
				t.Fatalf("%+v became %+v, %v", m, again, err)
			}
		}
		if m, err := oscar.ParseReceived(b); err == nil && ascii(m.Text) {
			if again, err := oscar.ParseReceived(m.Append(nil)); err != nil || !reflect.DeepEqual(again, m) {
				t.Fatalf("%+v became %+v, %v", m, again, err)
			}
		}
	})
}

// ascii tells that a text is one that the client writes, and of a length that fits.
func ascii(s string) bool {
	return len(s) < 60000 && strings.IndexFunc(s, func(r rune) bool { return r > 127 }) < 0
}
