package web

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestTheAppKeepsToThePolicy: what the content security policy would block at
// run time is found in the source.
func TestTheAppKeepsToThePolicy(t *testing.T) {
	read := 0
	err := filepath.WalkDir("../app", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") {
			return err
		}
		text, err := os.ReadFile(path)
		read++
		for _, banned := range []string{".Style(", "app.Raw(", "innerHTML", ".Styles("} {
			if strings.Contains(string(text), banned) {
				t.Errorf("%s has %s", path, banned)
			}
		}
		return err
	})
	if err != nil || read == 0 {
		t.Fatalf("%d files read: %v", read, err)
	}
}

// TestTheAppImportsNothingHeavy: each of these adds a good part of a megabyte.
func TestTheAppImportsNothingHeavy(t *testing.T) {
	list := exec.Command("go", "list", "-f", "{{.ImportPath}} {{.Imports}}", "../app/...", "../shared/...")
	list.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	out, err := list.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "postern/app ") {
		t.Fatalf("%v: %s", err, out)
	}
	for _, line := range strings.Split(string(out), "\n") {
		for _, heavy := range []string{"net/http", "text/template", "html/template", "golang.org/x/text"} {
			if strings.Contains(strings.NewReplacer("[", " ", "]", " ").Replace(line)+" ", " "+heavy) {
				t.Errorf("%s imports %s", strings.Fields(line)[0], heavy)
			}
		}
	}
}
