package token_test

import (
	"crypto/rand"
	"errors"
	"io"
	"net/netip"
	"testing"
	"time"

	"postern/server/dispatch"
	"postern/server/testkit"
	"postern/server/testkit/roomtest"
	"postern/server/token"
	"postern/shared/fault"
	"postern/shared/function"
	"postern/shared/scalar"
)

// house is a settled house with the room in it, and one more reseller, rob, who
// may do what rita may.
type house struct {
	*roomtest.House
	room *token.Room
}

var home = netip.MustParseAddr("192.0.2.10")

func newHouse(t *testing.T, random io.Reader) *house {
	t.Parallel()
	h := &house{House: roomtest.New(t)}
	h.room = token.New(random, h.DB.Pool)
	h.room.Register(h.Mux)
	may := []string{"manage-api-tokens", "list-accts", "create-acct"}
	h.Settle(may...)
	h.Account("rob", "root")
	h.Reseller("rob", may...)
	return h
}

// as is a user who signed in with a password, over TLS.
func (h *house) as(name string) dispatch.Caller {
	h.Helper()
	c := h.Caller(name)
	c.Via, c.TLS, c.Address = dispatch.ByPassword, true, home
	return c
}

func must[T any](h *house, out any, err error) T {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
	return out.(T)
}

// caller is the caller of a token; an error must be the one and only Denied.
func (h *house) caller(scheme, user, value string, from netip.Addr) (dispatch.Caller, error) {
	h.Helper()
	c, err := h.room.Caller(h.Context(), scheme, user, value, from, h.Clock.Now())
	if err != nil {
		f := fault.Of(err)
		if f.Kind != fault.Stranger || f.Message != fault.Denied().Message || c.ID != 0 {
			h.Errorf("refused with %+v and %+v", f, c)
		}
	}
	return c, err
}

func whm(f string) function.Name { return function.WHM(f) }

func tokens(f string) function.Name { return function.UAPI("Tokens", f) }

// epoch is a time after noon, as an argument.
func epoch(d time.Duration) string {
	text, _ := scalar.At(testkit.Noon.Add(d)).MarshalText()
	return string(text)
}

// scripted is a source of the given bytes, over and over.
type scripted struct {
	bytes []byte
	at    int
}

func (s *scripted) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = s.bytes[s.at%len(s.bytes)]
		s.at++
	}
	return len(p), nil
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errors.New("no randomness") }

var random = rand.Reader
