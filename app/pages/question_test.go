package pages

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"postern/app/components"
	"postern/app/texts"
	"postern/shared/catalog"
	"postern/shared/form"
	"postern/shared/function"
)

// asking is a parameter that a form asks for.
type asking struct {
	of *function.Function
	p  form.Field
}

// allAsked are those of all forms outside the API Shell.
func allAsked() (list []asking) {
	for _, q := range questions {
		for _, p := range q.parameters() {
			list = append(list, asking{q.of, p})
		}
	}
	for _, one := range catalog.Privileges {
		list = append(list, asking{&catalog.SetACLs.Function, aclField(one)})
	}
	return list
}

// key is the one under which a language has its own text for a parameter; empty: none.
func (a asking) key(own map[string]string) string {
	for _, key := range texts.Keys(a.of, a.p) {
		if _, has := own[key]; has {
			return key
		}
	}
	return ""
}

func language(t *testing.T, file []byte) *texts.Texts {
	t.Helper()
	words, err := texts.Over(file)
	if err != nil {
		t.Fatal(err)
	}
	return words
}

// TestEveryHintIsSaidInEveryLanguage: people who read another language meet no
// English below a form's inputs, and no sentence is kept for a parameter that no
// form asks for, or shared by parameters that English tells apart.
func TestEveryHintIsSaidInEveryLanguage(t *testing.T) {
	english := language(t, []byte("{}"))
	noneIdle(t, "English", english.Hints)
	for file, raw := range languages(t) {
		var own struct{ Hints map[string]string }
		if err := json.Unmarshal(raw, &own); err != nil {
			t.Fatal(err)
		}
		noneIdle(t, file, own.Hints)
		words, shared := language(t, raw), map[string]string{}
		for _, a := range allAsked() {
			want, got, key := english.Hint(a.of, a.p), words.Hint(a.of, a.p), a.key(own.Hints)
			switch {
			case want == "" && got != "":
				t.Errorf("%s tells %q of %s of %s, where English tells nothing", file, got, a.p.Name, a.of.Names[0])
			case want != "" && (got == want || got == ""):
				t.Errorf("%s lacks the hint of %s of %s: %q", file, a.p.Name, a.of.Names[0], want)
			}
			if before, met := shared[key]; met && want != "" && before != want {
				t.Errorf("%s says %s for both %q and %q", file, key, before, want)
			}
			if key != "" && want != "" {
				shared[key] = want
			}
		}
	}
}

// everywhere is an example that reads alike in every language: a number, a colour,
// an address, a path, a name of a host.
var everywhere = regexp.MustCompile(`^[0-9]*$|^[0-9a-f]{6}$|^[0-9./]+$|^/|://|^[a-z.]*example\.com(:[0-9]+)?$`)

// TestEveryExampleIsOfTheLanguage: in an empty input too people meet words of their
// own language, or such as are alike in all. A language says so of each that is words.
func TestEveryExampleIsOfTheLanguage(t *testing.T) {
	english := language(t, []byte("{}"))
	noneIdle(t, "English", english.Examples)
	for file, raw := range languages(t) {
		var own struct{ Examples map[string]string }
		if err := json.Unmarshal(raw, &own); err != nil {
			t.Fatal(err)
		}
		noneIdle(t, file, own.Examples)
		words := language(t, raw)
		for _, a := range allAsked() {
			if components.For(a.p, "").Type != "text" { // no other input shows one
				continue
			}
			want, got := english.Example(a.of, a.p), words.Example(a.of, a.p)
			if (want == "") != (got == "") || !everywhere.MatchString(want) && a.key(own.Examples) == "" {
				t.Errorf("%s lacks the example of %s of %s, in English %q", file, a.p.Name, a.of.Names[0], want)
			}
		}
	}
}

// languages are the texts of all languages but English, by their files.
func languages(t *testing.T) map[string][]byte {
	t.Helper()
	files, err := filepath.Glob("../../web/static/texts/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no languages: %v", err)
	}
	all := map[string][]byte{}
	for _, file := range files {
		if all[file], err = os.ReadFile(file); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

// noneIdle fails for a text of a parameter that no form shows.
func noneIdle(t *testing.T, language string, texts map[string]string) {
	t.Helper()
	used := map[string]bool{}
	for _, a := range allAsked() {
		used[a.key(texts)] = true
	}
	for key := range texts {
		if !used[key] {
			t.Errorf("%s: no form shows what it has for %s", language, key)
		}
	}
}

// TestChoicesAreWords: nobody chooses among words of the API. The services have
// their names from package scalar.
func TestChoicesAreWords(t *testing.T) {
	english, used := language(t, []byte("{}")), map[string]bool{}
	for _, a := range allAsked() {
		for _, value := range a.p.Choices {
			key := a.p.Name + "." + value
			used[key] = true
			if english.Choices[key] == "" && a.p.Name != "service_name" {
				t.Errorf("the value %s of %s has no words", value, a.p.Name)
			}
		}
	}
	for key := range english.Choices {
		if !used[key] {
			t.Errorf("no form offers %s", key)
		}
	}
}

// TestEveryFormIsKnown: questions are made in variables of the package, and no
// screen but the API Shell makes inputs of a declaration by itself. What the tests
// above know is then all there is.
func TestEveryFormIsKnown(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		tree, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range tree.Decls {
			if f, is := d.(*ast.FuncDecl); is {
				ast.Inspect(f, func(n ast.Node) bool { return lawful(t, file, f.Name.Name, n) })
			}
		}
	}
}

func lawful(t *testing.T, file, within string, n ast.Node) bool {
	switch n := n.(type) {
	case *ast.CallExpr:
		if f, is := n.Fun.(*ast.Ident); is && (f.Name == "asks" || f.Name == "asksAllBut") && file != "question.go" {
			t.Errorf("%s: %s makes a question while the app runs", file, within)
		}
	case *ast.SelectorExpr:
		if (n.Sel.Name == "Declared" || n.Sel.Name == "Doc") && file != "question.go" && !strings.HasPrefix(file, "shell") && within != "aclField" {
			t.Errorf("%s: %s shows people a declaration’s %s", file, within, n.Sel.Name)
		}
	}
	return true
}
