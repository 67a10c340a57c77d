package seal

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

func TestSealOpensOnlyInItsPlace(t *testing.T) {
	key, err := NewKey(NewKeyText())
	if err != nil {
		t.Fatal(err)
	}
	home := Place{"second_factors", "secret", 7}
	sealed := key.Seal("JBSWY3DPEHPK3PXP", home)
	if strings.Contains(string(sealed), "JBSWY3DP") {
		t.Fatal("the sealed bytes show the secret")
	}
	if got, err := key.Open(sealed, home); err != nil || got != "JBSWY3DPEHPK3PXP" {
		t.Fatalf("got %q, %v", got, err)
	}
	for _, elsewhere := range []Place{{"second_factors", "secret", 8}, {"second_factors", "other", 7}, {"tokens", "secret", 7}} {
		if _, err := key.Open(sealed, elsewhere); err != ErrBroken {
			t.Errorf("opened at %+v: %v", elsewhere, err)
		}
	}
	other, _ := NewKey(NewKeyText())
	if _, err := other.Open(sealed, home); err != ErrBroken {
		t.Errorf("opened by another key: %v", err)
	}
	sealed[len(sealed)-1] ^= 1
	if _, err := key.Open(sealed, home); err != ErrBroken {
		t.Errorf("opened after a change: %v", err)
	}
}

func TestSecretPrintsAsDots(t *testing.T) {
	s := Secret("hunter2")
	asJSON, _ := json.Marshal(map[string]any{"s": s})
	printed := fmt.Sprintf("%v %+v %#v %s %q %s", s, s, s, s, s, asJSON)
	if strings.Contains(printed, "hunter2") {
		t.Fatalf("the secret shows: %s", printed)
	}
	if s.Reveal() != "hunter2" {
		t.Fatal("the secret is lost")
	}
}

func TestNewKeyRefuses(t *testing.T) {
	for _, text := range []string{"", "short", strings.Repeat("A", 44), "!!!!"} {
		if _, err := NewKey(text); err == nil {
			t.Errorf("%q was taken as a key", text)
		}
	}
}

func TestDeriveIsOneKeyAPurpose(t *testing.T) {
	key, _ := NewKey(NewKeyText())
	a, again, b := key.Derive("questions"), key.Derive("questions"), key.Derive("other")
	if string(a) != string(again) || string(a) == string(b) || len(a) != KeySize || string(a) == string(key.raw) {
		t.Fatal("keys of different purposes must differ, and of the same not")
	}
}
