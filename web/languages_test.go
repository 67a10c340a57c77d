package web

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"postern/app/texts"
)

// TestEveryLanguageIsWhole: each file of static/texts has the sentences that
// English has and no others, each with the same words in braces. That the hints and
// examples are whole is package pages’ to know: most English ones are declarations.
func TestEveryLanguageIsWhole(t *testing.T) {
	english, err := texts.Over([]byte("{}"))
	if err != nil {
		t.Fatal(err)
	}
	reference, err := json.Marshal(english)
	if err != nil {
		t.Fatal(err)
	}
	files, err := fs.Glob(static, "static/texts/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no languages: %v", err)
	}
	for _, file := range files {
		t.Run(file, func(t *testing.T) {
			text, err := static.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			once(t, json.NewDecoder(bytes.NewReader(text)))
			want, got := flat(t, reference), flat(t, text)
			for _, path := range slices.Sorted(maps.Keys(want)) {
				sentence, has := got[path]
				switch {
				case strings.HasPrefix(path, "Hints."):
				case !has && !category.MatchString(path):
					t.Errorf("%s is missing: %q", path, want[path])
				case !has:
				case strings.TrimSpace(sentence) == "":
					t.Errorf("%s is empty", path)
				case !slices.Equal(braces(sentence), braces(want[path])):
					t.Errorf("%s has the words %v, English has %v", path, braces(sentence), braces(want[path]))
				}
			}
			for _, path := range slices.Sorted(maps.Keys(got)) {
				declared := strings.HasPrefix(path, "Hints.") || strings.HasPrefix(path, "Examples.")
				if _, known := want[path]; !known && !category.MatchString(path) && !declared {
					t.Errorf("%s is no sentence of English", path)
				}
			}
		})
	}
}

// TestAcceptLanguageTakesNoTime: tens of thousands of languages in one header are
// nobody's wish, and comparing them would hold up everybody else.
func TestAcceptLanguageTakesNoTime(t *testing.T) {
	assets, err := built()
	if err != nil {
		t.Fatal(err)
	}
	all, err := readLanguages(assets)
	if err != nil {
		t.Fatal(err)
	}
	for header, want := range map[string]string{
		"fr,de;q=0.5":                     "de",
		"":                                "en",
		strings.Repeat("de,", 10_000):     "en",
		strings.Repeat("fr,", 300) + "de": "de",
	} {
		if got := all.pick("", []string{header}).code; got != want {
			t.Errorf("a header of %d bytes gives %s, want %s", len(header), got, want)
		}
	}
}

// category is a plural's: a language has those of CLDR that it needs, and other.
var category = regexp.MustCompile(`\.(zero|one|two|few|many)$`)

var inBraces = regexp.MustCompile(`\{[a-z]+\}`)

func braces(s string) []string {
	found := inBraces.FindAllString(s, -1)
	slices.Sort(found)
	return found
}

// once fails for a name that one object has twice, of which JSON drops the first.
func once(t *testing.T, d *json.Decoder) {
	t.Helper()
	opens, err := d.Token()
	if err != nil {
		t.Fatal(err)
	}
	if opens != json.Delim('{') {
		return
	}
	names := map[json.Token]bool{}
	for d.More() {
		name, err := d.Token()
		if err != nil || names[name] {
			t.Errorf("%v stands there twice, or %v", name, err)
		}
		names[name] = true
		once(t, d)
	}
	if _, err := d.Token(); err != nil {
		t.Fatal(err)
	}
}

// flat is a JSON object's strings by their paths.
func flat(t *testing.T, text []byte) map[string]string {
	t.Helper()
	var object any
	if err := json.Unmarshal(text, &object); err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	var walk func(path string, v any)
	walk = func(path string, v any) {
		switch v := v.(type) {
		case map[string]any:
			for name, one := range v {
				walk(path+"."+name, one)
			}
		case string:
			out[strings.TrimPrefix(path, ".")] = v
		default:
			t.Errorf("%s is no sentence", path)
		}
	}
	walk("", object)
	return out
}
