package notify_test

import (
	"crypto/rand"
	"crypto/x509"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
	"time"

	"postern/server/database"
	"postern/server/dispatch"
	"postern/server/notify"
	"postern/server/oscar/oscartest"
	"postern/server/seal"
	"postern/server/testkit"
	"postern/server/testkit/roomtest"
	"postern/shared/fault"
	"postern/shared/function"
	"postern/shared/scalar"
)

// house is the room with a database of its own.
type house struct {
	*roomtest.House
	room   *notify.Room
	events roomtest.Events
}

const hostname = "host.example.com"

func newHouse(t *testing.T) *house {
	return newHouseOf(t, testkit.New(t), seal.NewKeyText(), rand.Reader)
}

// newHouseOf is one more node on a database.
func newHouseOf(t *testing.T, db *database.DB, keyText string, random io.Reader) *house {
	t.Helper()
	key, err := seal.NewKey(keyText)
	if err != nil {
		t.Fatal(err)
	}
	h := &house{House: roomtest.On(t, db)}
	h.Mux.Record = h.events.Record
	h.room = &notify.Room{Key: key, Random: random, Hostname: hostname, Record: h.events.Record}
	h.room.Register(h.Mux)
	return h
}

var root = dispatch.Caller{
	ID: 1, Name: "root", Kind: dispatch.Root, Via: dispatch.BySession, Service: scalar.WHM, Address: netip.MustParseAddr("192.0.2.1"),
}

func (h *house) reply(f string, pairs ...string) (function.Reply, error) {
	return h.Reply(root, function.WHM(f), roomtest.Pairs(pairs...))
}

// try calls a function as root with pairs of names and values.
func (h *house) try(f string, pairs ...string) (any, error) {
	r, err := h.reply(f, pairs...)
	return r.Out, err
}

// call is try for what must succeed.
func (h *house) call(f string, pairs ...string) any {
	h.Helper()
	out, err := h.try(f, pairs...)
	if err != nil {
		h.Fatalf("%s: %v", f, err)
	}
	return out
}

// fails calls a function that must fail in such words.
func (h *house) fails(kind fault.Kind, words, f string, pairs ...string) {
	h.Helper()
	out, err := h.try(f, pairs...)
	h.Refused(err, kind, words, f, out)
}

// oscarHost starts a host, and lets the house use it.
func (h *house) oscarHost(m oscartest.Manners) *oscartest.Host {
	h.Helper()
	if m.Users == nil {
		m.Users = map[string]string{"123456": "12345luggage", "username": "12345luggage"}
	}
	host, err := oscartest.Start(m)
	if err != nil {
		h.Fatal(err)
	}
	h.Cleanup(host.Close)
	h.call("postern_set_notify_settings", "oscar_server", host.Address(), "allowed_networks", "127.0.0.1")
	return host
}

// web starts a web server with a certificate that the house trusts, and lets the
// house connect to it.
func (h *house) web(answer http.HandlerFunc) *httptest.Server {
	h.Helper()
	s := httptest.NewTLSServer(answer)
	h.Cleanup(s.Close)
	if h.room.Roots == nil {
		h.room.Roots = x509.NewCertPool()
	}
	h.room.Roots.AddCert(s.Certificate())
	h.call("postern_set_notify_settings", "allowed_networks", "127.0.0.1")
	return s
}

// echoes gives back the subject of a form, or a note, as the real ones do.
func echoes(w http.ResponseWriter, r *http.Request) {
	w.Header()["Date"] = nil
	if r.Header.Get("Content-Type") == "application/json" {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.Copy(w, r.Body)
		return
	}
	fmt.Fprint(w, r.FormValue("subject"))
}

// settle waits until a condition holds.
func settle(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !holds(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal(what)
		}
	}
}
