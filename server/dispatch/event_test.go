package dispatch

import (
	"net/url"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"postern/shared/form"
)

type recorded struct {
	Name    string            `form:"name|alias"`
	Users   []string          `form:"user"`
	Private string            `form:"word,secret"`
	Pass    string            `form:"DB_PASSWORD"`
	Named   string            `form:"token_name"`
	All     map[string]string `form:"*,secret"`
	Some    map[string]string `form:"acl-*"`
}

func TestDetails(t *testing.T) {
	fields := form.Fields(reflect.TypeFor[recorded]())
	got := Details(fields, url.Values{
		"alias": {"a"}, "user-2": {"c"}, "user": {"b", ""}, "user-x": {"no"}, "word": {"s1"}, "DB_PASSWORD": {"s2"}, "token_name": {"phone"},
		"other": {"s3"}, "acl-a": {"1"}, "acl-secret": {"s4"}, "acl-": {"s5"},
	})
	want := map[string]string{"name": "a", "user": "b, c", "token_name": "phone", "acl-a": "1"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%v", got)
	}
}

// FuzzDetails: a value that is a secret stays out, and what is kept is text that
// PostgreSQL takes, of bounded length.
func FuzzDetails(f *testing.F) {
	fields := form.Fields(reflect.TypeFor[recorded]())
	f.Add("acl-x", "plain", "hush-hush")
	f.Add("name", "\xff\x00"+strings.Repeat("é", 300), "hush-hush")
	f.Fuzz(func(t *testing.T, name, value, secret string) {
		args := url.Values{name: {value}}
		args.Add("word", secret)
		args.Add("DB_PASSWORD", secret)
		for key, kept := range Details(fields, args) {
			if !utf8.ValidString(key+kept) || strings.ContainsRune(key+kept, 0) || len(kept) > maxDetail+3 || len(key) > maxDetail+3 {
				t.Errorf("%q: %q", key, kept)
			}
			if key == "word" || key == "DB_PASSWORD" {
				t.Errorf("the secret %q was kept", kept)
			}
		}
	})
}
