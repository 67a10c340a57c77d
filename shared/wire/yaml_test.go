package wire

import (
	"encoding/json"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"postern/shared/function"
)

func TestYAML(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{string(WHM("create_user_session", function.Reply{Out: session{Service: "cpaneld"}, Notes: function.Notes{Reason: "Created session"}}, nil).Encode(YAML).Body), `---
data:
  service: cpaneld
metadata:
  command: create_user_session
  reason: Created session
  result: 1
  version: 1
`},
		{string(UAPINested("Here", "f", reply([]map[string]any{{"a": []any{1, []int{2}}, "b": "no"}, {}}), nil).Encode(YAML).Body), `---
apiversion: 3
func: f
module: Here
result:
  data:
    - a:
        - 1
        - - 2
      b: 'no'
    - {}
  errors: ~
  messages: ~
  metadata: {}
  status: 1
  warnings: ~
`},
		{string(WHM("f", reply(map[string]string{"t": "/cpsess1234567890", "d": "2014-11-20", "q": "it's: so", "n": "a\nb"}), nil).Encode(YAML).Body), `---
data:
  d: '2014-11-20'
  'n': "a\nb"
  q: 'it''s: so'
  t: /cpsess1234567890
metadata:
  command: f
  reason: OK
  result: 1
  version: 1
`},
	} {
		if c.got != c.want {
			t.Errorf("got\n%s\nwant\n%s", c.got, c.want)
		}
	}
}

// FuzzYAML writes a tree made of any texts; a YAML reader must read the same tree.
func FuzzYAML(f *testing.F) {
	for _, s := range []string{"", "~", "null", "yes", "NO", "1", "1e3", "0x1f", "1_000", "12:30:45", "2001-01-01", "=", "<<", "- a", "a: b", "a #b", "#", "&a", "*a", "!!str", "|", ">", "%", "@", "`", "{", "[a]", "a,b", "'", `"`, "\t", " a", "a ", "\n", "\r\n", "\x00", "\x7f", "\u0085", "\u2028", "\ufeff", "\U0001F600", "é", "Infinity", "nan", ".inf", "a:", "?", "a=b", "y", "$1;", "\ufffd", "---", "..."} {
		f.Add(s, 1.5)
	}
	f.Fuzz(func(t *testing.T, s string, n float64) {
		if !utf8.ValidString(s) {
			return
		}
		if _, err := json.Marshal(n); err != nil {
			return
		}
		want := map[string]any{s: s, "list": []any{s, []any{s, map[string]any{s: s}}, map[string]any{}, []any{}, nil}, "hash": map[string]any{s: map[string]any{"x": s}}, "n": n}
		body := appendYAML(nil, want)
		if !strings.HasPrefix(string(body), "---\n") {
			t.Fatalf("%s", body)
		}
		var got any
		if err := yaml.Unmarshal(body, &got); err != nil {
			t.Fatalf("%q: %v\n%s", s, err, body)
		}
		if normal, ok := got.(map[string]any); ok && s != "n" {
			switch v := normal["n"].(type) { // YAML has whole numbers, JSON has one kind
			case int:
				normal["n"] = float64(v)
			case int64:
				normal["n"] = float64(v)
			case uint64:
				normal["n"] = float64(v)
			}
		}
		if !reflect.DeepEqual(got, any(want)) {
			t.Fatalf("%q %s: got %#v\nwant %#v\n%s", s, strconv.FormatFloat(n, 'g', -1, 64), got, want, body)
		}
	})
}
