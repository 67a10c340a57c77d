package components

import (
	"errors"
	"os"
	"testing"

	"postern/app/texts"
	"postern/shared/catalog"
	"postern/shared/fault"
)

// TestRefusalsAreToldInTheReadersLanguage: those whose words are known, with what
// differs in them, above a form and at its fields; others as the server said them.
func TestRefusalsAreToldInTheReadersLanguage(t *testing.T) {
	other := fault.New(fault.Forbidden, "Only “anna” can do this.")
	weak := catalog.PasswordTooWeak.Fault("rating", "12", "least", "65")
	for _, c := range []struct {
		err           error
		whole, atPart string
	}{
		{weak, weak.Message, weak.Message}, {other, other.Message, other.Message},
		{fault.Bad("q", catalog.TextLength.With("least", "3", "most", "127")), "The parameter “q” is not valid: use 3 to 127 bytes.", "Use 3 to 127 bytes."},
	} {
		if got, at := Sentence(c.err), Blame(c.err); got != c.whole || at != c.atPart {
			t.Errorf("in English %q, and %q", got, at)
		}
	}
	raw, err := os.ReadFile("../../web/static/texts/de.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := texts.Use("de", raw); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = texts.Use("en", []byte("{}")) }()
	for _, c := range []struct {
		err           error
		whole, atPart string
	}{
		{weak, "Das Passwort ist zu schwach: Es hat die Stärke 12, und mindestens 65 wird verlangt. Nehmen Sie ein längeres.", ""},
		{catalog.UsernameTaken.Fault("name", "{name}"), "Der Benutzername „{name}“ ist vergeben.", ""},
		{other, other.Message, ""}, {fault.Missing("email"), "Der Parameter „email“ wird gebraucht.", "Diese Angabe wird gebraucht."},
		{fault.Bad("q", catalog.TextLength.With("least", "3", "most", "127")), "Der Parameter „q“ ist ungültig: 3 bis 127 Bytes.", "3 bis 127 Bytes."},
		{fault.Bad("x", "use something else"), "Der Parameter „x“ ist ungültig: use something else.", "Use something else."},
		{fault.Bad("old_password", catalog.PasswordNotPresent.Text), "Der Parameter „old_password“ ist ungültig: das ist nicht Ihr jetziges Passwort.", "Das ist nicht Ihr jetziges Passwort."},
		{errors.New("a secret"), "Auf dem Server ist etwas schiefgegangen.", ""},
	} {
		if got := Sentence(c.err); got != c.whole {
			t.Errorf("in German %q, want %q", got, c.whole)
		}
		if at := Blame(c.err); c.atPart != "" && at != c.atPart {
			t.Errorf("at the field %q, want %q", at, c.atPart)
		}
	}
}

// TestRefusalsAreToldApart: each is found again as itself, not as another one.
func TestRefusalsAreToldApart(t *testing.T) {
	keys := map[string]bool{}
	for i, r := range catalog.Refusals {
		if r.Key == "" || keys[r.Key] {
			t.Errorf("the key %q stands twice, or is none", r.Key)
		}
		keys[r.Key] = true
		for _, before := range catalog.Refusals[:i] {
			if _, is := before.Read(r.Text); is {
				t.Errorf("%s is taken for %s", r.Key, before.Key)
			}
		}
	}
}
