package sso_test

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"postern/server/sso"
)

func (h *house) keyIDs() (ids []string) {
	h.t.Helper()
	var set struct {
		Keys []struct{ Kid, Alg, D string }
	}
	h.must(json.NewDecoder(h.get(sso.Visitor{}, "/oauth2/keys").Body).Decode(&set))
	for _, k := range set.Keys {
		if k.D != "" || k.Alg != "ES256" {
			h.t.Errorf("the published key %+v", k)
		}
		ids = append(ids, k.Kid)
	}
	return ids
}

// TestKeysRotate: a key signs for a month, is published a day longer, and is
// nowhere in the clear.
func TestKeysRotate(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	first := h.keyIDs()
	if len(first) != 1 || len(h.keyIDs()) != 1 {
		t.Fatalf("%v", first)
	}
	var kept []byte
	h.must(h.db.Write.NewRaw(`SELECT private_key FROM sso_keys`).Scan(context.Background(), &kept))
	if _, err := x509.ParsePKCS8PrivateKey(kept); err == nil || bytes.Contains(kept, []byte{0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d}) {
		t.Error("the key lies in the clear")
	}
	h.clock = h.clock.Add(30*24*time.Hour + time.Hour)
	if both := h.keyIDs(); len(both) != 2 || both[0] == first[0] || both[1] != first[0] {
		t.Errorf("after a month: %v", both)
	}
	h.clock = h.clock.Add(24 * time.Hour)
	if one := h.keyIDs(); len(one) != 1 || one[0] == first[0] {
		t.Errorf("a day later: %v", one)
	}
	h.must(sso.Sweep(context.Background(), h.db.Write, h.clock))
	var left int
	h.must(h.db.Write.NewRaw(`SELECT count(*) FROM sso_keys`).Scan(context.Background(), &left))
	if left != 1 {
		t.Errorf("%d keys are kept", left)
	}
	// A sealed key that was put into another row does not open.
	h.sql(`UPDATE sso_keys SET id = id + 100`)
	if r := h.get(sso.Visitor{}, "/oauth2/keys"); r.StatusCode == http.StatusOK {
		t.Error("a key that was moved is used")
	}
}

// TestEndSession: an application signs a browser out with an identity token of that
// mailbox's, and another site's page cannot.
func TestEndSession(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	app := h.application("app")
	bob, other := h.visitor("bob@example.com"), h.visitor("bob@example.net")
	hint, otherHint := h.redeem(app, h.code(bob, app)).ID, h.redeem(app, h.code(other, app)).ID
	lives := func() (n int) {
		h.must(h.db.Write.NewRaw(`SELECT count(*) FROM sessions WHERE name = ?`, bob.Session.Name).Scan(context.Background(), &n))
		return n
	}
	for _, query := range []string{
		"", "client_id=app", "client_id=app&post_logout_redirect_uri=https://app.example/bye", "id_token_hint=x.y.z", "id_token_hint=" + otherHint,
		"id_token_hint=" + hint[:len(hint)-4] + "AAAA", "id_token_hint=" + hint + "&post_logout_redirect_uri=https://evil.example/", "id_token_hint=" + hint + "&client_id=other",
	} {
		if r := h.get(bob, "/oauth2/logout?"+query); r.StatusCode != http.StatusBadRequest || r.Header.Get("Location") != "" || lives() != 1 {
			t.Errorf("%.60s: %d %q, sessions %d", query, r.StatusCode, r.Header.Get("Location"), lives())
		}
	}
	r := h.get(bob, "/oauth2/logout?id_token_hint="+hint+"&post_logout_redirect_uri=https://app.example/bye&state=s")
	if r.StatusCode != http.StatusFound || r.Header.Get("Location") != "https://app.example/bye?state=s" || lives() != 0 {
		t.Errorf("%d %q, sessions %d", r.StatusCode, r.Header.Get("Location"), lives())
	}
}
