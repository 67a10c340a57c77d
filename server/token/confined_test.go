package token_test

import (
	"net/netip"
	"testing"
	"time"

	"postern/shared/fault"
)

// Whoever steals a token that ends, or that works from one address, must not be
// able to make one of it that does neither.
func TestAConfinedTokenMakesNoTokens(t *testing.T) {
	h := newHouse(t, random)
	free := h.create(h.as("rita"), "token_name", "free")
	for name, value := range map[string]string{
		"that ends":     h.create(h.as("rita"), "token_name", "a", "expires_at", epoch(time.Hour)),
		"of an address": h.create(h.as("rita"), "token_name", "b", "whitelist_ip", home.String()),
	} {
		who, err := h.caller("whm", "rita", value, home)
		if err != nil {
			t.Fatal(err)
		}
		who.TLS = true
		if _, err := h.Call(who, whm("api_token_create"), "token_name", "c"); !fault.Is(err, fault.Forbidden) {
			t.Errorf("a token %s made another: %v", name, err)
		}
		if _, err := h.Call(who, whm("api_token_update"), "token_name", "a", "whitelist_ip", "any"); !fault.Is(err, fault.Forbidden) {
			t.Errorf("a token %s freed itself: %v", name, err)
		}
	}
	who, err := h.caller("whm", "rita", free, netip.MustParseAddr("198.51.100.1"))
	if err != nil {
		t.Fatal(err)
	}
	who.TLS = true
	if _, err := h.Call(who, whm("api_token_create"), "token_name", "c"); err != nil {
		t.Errorf("a token without limits: %v", err)
	}
}
