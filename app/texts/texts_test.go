package texts

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"postern/shared/catalog"
)

// TestEnglishIsWhole fails when a sentence of the reference language is missing.
func TestEnglishIsWhole(t *testing.T) {
	var walk func(path string, v reflect.Value)
	walk = func(path string, v reflect.Value) {
		switch v.Kind() {
		case reflect.Struct:
			for i := range v.NumField() {
				walk(path+"."+v.Type().Field(i).Name, v.Field(i))
			}
		case reflect.Map:
			if v.Len() == 0 {
				t.Errorf("%s has no texts", path)
			}
			if _, plural := v.Interface().(Plural); plural && !v.MapIndex(reflect.ValueOf("other")).IsValid() {
				t.Errorf("%s lacks the category other", path)
			}
		case reflect.String:
			if strings.TrimSpace(v.String()) == "" {
				t.Errorf("%s is empty", path)
			}
		}
	}
	walk("texts", reflect.ValueOf(english()).Elem())
}

func TestAnotherLanguageKeepsEnglishForWhatItLacks(t *testing.T) {
	defer func() { current.Store(english()) }()
	if err := Use("de", []byte(`{"Login":{"SignIn":"Anmelden"},"Home":{"MailboxCount":{"one":"{n} Postfach"}}}`)); err != nil {
		t.Fatal(err)
	}
	if got := Now().Login.SignIn; got != "Anmelden" {
		t.Errorf("SignIn = %q", got)
	}
	if got := Now().Login.Password; got != "Password" {
		t.Errorf("Password = %q, want the English one", got)
	}
	if got := Now().Home.MailboxCount.Say(1); got != "1 Postfach" {
		t.Errorf("one mailbox = %q", got)
	}
	if got := english().Home.MailboxCount.Say(1); got != "1 mailbox" {
		t.Errorf("the language changed English to %q", got)
	}
	if err := Use("de", []byte(`{"Login":3}`)); err == nil {
		t.Error("a broken language file was taken")
	}
}

func TestFill(t *testing.T) {
	if got := Fill("{a} and {b}", "a", "{b}", "b", "2"); got != "{b} and 2" {
		t.Errorf("a value was filled in again: %q", got)
	}
	if got := english().Login.Locked.Say(5); !strings.Contains(got, "5 minutes") {
		t.Errorf("Locked.Say(5) = %q", got)
	}
}

// TestAsk: who chose a preset is asked it in the language of the page.
func TestAsk(t *testing.T) {
	preset := catalog.SecurityQuestions[1][2]
	words, err := Over([]byte(`{"Presets":{"2.3":"Wo?"}}`))
	if err != nil {
		t.Fatal(err)
	}
	if got := words.AskAll([]string{preset, "Mine?", ""}); !slices.Equal(got, []string{"Wo?", "Mine?", ""}) {
		t.Errorf("%q", got)
	}
	if got := english().Ask(preset); got != preset {
		t.Errorf("in English %q", got)
	}
}
