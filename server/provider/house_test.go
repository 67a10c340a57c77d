package provider_test

import (
	"context"
	cryptorand "crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"flag"
	"math/rand/v2"
	"net/netip"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"postern/server/audit"
	"postern/server/database"
	"postern/server/dispatch"
	"postern/server/egress"
	"postern/server/password"
	"postern/server/provider"
	"postern/server/seal"
	"postern/server/testkit"
	"postern/server/testkit/roomtest"
	"postern/shared/fault"
	"postern/shared/function"
	"postern/shared/scalar"
	"postern/shared/wire"
)

var update = flag.Bool("update", false, "write what was answered into the golden files")

// after is where browsers go from a Market provider; callback from the provider “idp”.
const (
	after    = "http://hostname.example.com/redirectionlocation.cgi?state"
	other    = "http://hostname.example.com/other.cgi?state"
	callback = "https://host.example.com:2083" + provider.Callback + "idp"
)

// house is the room with a database of its own and root.
type house struct {
	*provider.Room
	mux    *dispatch.Mux
	db     *database.DB
	closed atomic.Bool // loopback is not to be reached
	root   dispatch.Caller
}

func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{db: testkit.New(t)}
	key, err := seal.NewKey(base64.StdEncoding.EncodeToString(make([]byte, seal.KeySize)))
	if err != nil {
		t.Fatal(err)
	}
	h.Room = &provider.Room{
		DB: h.db.Write, Key: key, Random: rand.NewChaCha8([32]byte{1}), Now: time.Now, Door: password.NewQueue(8, 64), Record: audit.Record,
		Gate: func(context.Context, bun.IDB) (*egress.Gate, error) {
			if h.closed.Load() {
				return egress.New(), nil
			}
			return egress.New(netip.MustParsePrefix("127.0.0.0/8")), nil
		},
		URL:         func(scalar.Service, string) string { return "https://host.example.com:2083" },
		EndSessions: func(context.Context, bun.IDB, int64, string) error { return nil },
	}
	h.mux = &dispatch.Mux{DB: h.db.Write, ReadOnly: h.db.Read, Now: time.Now, Record: audit.Record}
	h.Register(h.mux)
	var id int64
	if err := h.db.Write.NewRaw(`INSERT INTO logins (name, kind, password_hash, password_changed_at, created_at) VALUES ('root', 'root', '', now(), now()) RETURNING id`).Scan(t.Context(), &id); err != nil {
		t.Fatal(err)
	}
	h.root = dispatch.Caller{ID: id, Name: "root", Kind: dispatch.Root, Via: dispatch.ByToken, Service: scalar.WHM, Address: netip.MustParseAddr("192.0.2.1")}
	return h
}

// call calls a WHM function as root.
func (h *house) call(t *testing.T, name string, args ...string) (function.Reply, error) {
	t.Helper()
	return h.mux.Call(t.Context(), h.root, function.WHM(name), roomtest.Pairs(args...), function.Shape{})
}

func (h *house) must(t *testing.T, name string, args ...string) string {
	t.Helper()
	reply, err := h.call(t, name, args...)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	text, err := json.Marshal(reply.Out)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// wires is a reply in both of WHM's spellings.
func wires(name string, reply function.Reply, err error) string {
	e := wire.WHM(name, reply, err)
	return string(e.Encode(wire.JSON).Body) + "\n" + string(e.Encode(wire.XML).Body)
}

// golden compares with a file of testdata, or writes it.
func golden(t *testing.T, file, got string) {
	t.Helper()
	file = "testdata/" + file
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != got {
		t.Errorf("%s has\n%s\nand now it is\n%s", file, want, got)
	}
}

// clean fails the test when a text is anywhere in the database.
func (h *house) clean(t *testing.T, secrets ...string) {
	t.Helper()
	var tables []string
	if err := h.db.Write.NewRaw(`SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'`).Scan(t.Context(), &tables); err != nil {
		t.Fatal(err)
	}
	if len(tables) < 10 {
		t.Fatalf("only %d tables", len(tables))
	}
	for _, table := range tables {
		var rows []string
		if err := h.db.Write.NewRaw(`SELECT row_to_json(x)::text FROM ? AS x`, bun.Ident(table)).Scan(t.Context(), &rows); err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			for _, s := range secrets {
				if s != "" && strings.Contains(row, s) {
					t.Errorf("%s keeps %q: %s", table, s, row)
				}
			}
		}
	}
}

// is fails the test unless an error is a fault of a kind that says this.
func is(t *testing.T, err error, kind fault.Kind, says string) {
	t.Helper()
	if !fault.Is(err, kind) || !strings.Contains(fault.Of(err).Message, says) {
		t.Errorf("%v; it must be %s and say %q", err, kind, says)
	}
}

func whmName(name string) function.Name { return function.WHM(name) }

var noShape function.Shape

func strangersKey(t *testing.T) *rsa.PrivateKey {
	t.Helper()
	key, err := rsa.GenerateKey(cryptorand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return key
}
