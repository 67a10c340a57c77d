package node_test

import (
	"encoding/json"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// floors is the floor plan: what each package may import of ours, whatever
// package of its own floor or beyond. A package that is not listed fails.
var floors = map[string][]string{
	// The hall: standard library only, for the server and for wasm.
	"shared/fault":    {},
	"shared/form":     {"shared/fault"},
	"shared/scalar":   {},
	"shared/function": {"shared/fault", "shared/form"},
	"shared/catalog":  {"shared/fault", "shared/form", "shared/function", "shared/scalar"},
	"shared/wire":     {"shared/fault", "shared/form", "shared/function", "shared/scalar"},
	"shared/client":   {"shared/fault", "shared/function", "shared/wire"},

	// Ground: what every room stands on.
	"server/seal":     {},
	"server/password": {"shared/fault"},
	"server/cluster":  {"shared/fault"},
	"server/config":   {"shared/*", "server/seal"},
	"server/database": {"shared/*", "migrations"},
	"server/dispatch": {"shared/*", "server/database"},
	"server/egress":   {"shared/*"},
	"server/lookup":   {},
	"server/oscar":    {"shared/*"},
	"server/fastcgi":  {},

	// Rooms.
	"server/account":    {"shared/*", "ground", "server/dispatch"},
	"server/mailbox":    {"shared/*", "ground", "server/account"},
	"server/session":    {"shared/*", "ground", "server/account"},
	"server/sourceip":   {"shared/*", "ground", "server/account"},
	"server/policy":     {"shared/*", "ground", "server/account"},
	"server/twofactor":  {"shared/*", "ground", "server/account"},
	"server/audit":      {"shared/*", "ground", "server/account"},
	"server/statistics": {"shared/*", "ground", "server/account"},
	"server/tenant":     {"shared/*", "ground", "server/account"},
	"server/bruteforce": {"shared/*", "ground", "server/account"},
	"server/token":      {"shared/*", "ground", "server/account"},
	"server/notify":     {"shared/*", "ground", "server/account"},
	"server/provider":   {"shared/*", "ground", "server/account"},
	"server/login": {"shared/*", "ground", "server/account", "server/session", "server/bruteforce", "server/token", "server/sourceip", "server/policy", "server/twofactor",
		"server/provider"},
	"server/sso":     {"shared/*", "ground", "server/account", "server/session"},
	"server/webmail": {"shared/*", "ground", "server/account", "server/session"},

	"server/databaseapp": {"shared/*", "ground", "server/account", "server/session"},

	// Doors.
	"server/reference": {"shared/*", "server/dispatch"},
	"server/cli":       {"shared/*", "server/dispatch"},
	"server/httpd": {"shared/*", "ground", "server/account", "server/session", "server/bruteforce", "server/token", "server/login",
		"server/provider", "server/sso", "server/webmail", "server/databaseapp", "server/reference", "web", "app/identity", "app/pages", "app/texts"},

	// Roof and outside.
	"server/node":                  {"*"},
	"server/demo":                  {"*"},
	"server":                       {"*"},
	"server/faults":                {"server/cluster", "server/config", "server/database", "server/node", "server/seal", "shared/*"},
	"server/oscar/oscartest":       {"server/oscar"},
	"server/testkit":               {"server/cluster", "server/database", "migrations"},
	"server/provider/providertest": {"server/testkit"},
	"server/testkit/roomtest":      {"shared/*", "ground", "server/testkit", "server/account"},
	"server/testkit/withpostgres":  {"server/cluster", "server/testkit"},
	"server/bench":                 {"shared/scalar", "server/cluster"},
	"server/webmailtest":           {"server/webmail", "server/databaseapp"},
	"server/webmailtest/webmail":   {"server/cluster", "server/webmailtest"},
	"server/benchapp":              {"server/cluster"},
	"web":                          {"app/texts", "shared/*"},
	"migrations":                   {},
	"app":                          {"shared/*", "app/*"},
	"app/*":                        {"shared/*", "app/*"},
}

var ground = []string{"server/seal", "server/password", "server/cluster", "server/config", "server/database", "server/dispatch", "server/egress", "server/oscar", "server/lookup", "server/fastcgi"}

func TestFloorPlan(t *testing.T) {
	for _, p := range append(list(t, "./..."), list(t, "./app/...", "GOOS=js", "GOARCH=wasm")...) {
		name := strings.TrimPrefix(p.ImportPath, "postern/")
		allowed, listed := floors[name]
		if !listed {
			if allowed, listed = floors[strings.Split(name, "/")[0]+"/*"]; !listed {
				t.Errorf("%s stands in no floor of the plan", name)
				continue
			}
		}
		for _, imported := range p.Imports {
			if ours, is := strings.CutPrefix(imported, "postern/"); is && !admits(allowed, ours) {
				t.Errorf("%s imports %s, which the floor plan does not allow", name, ours)
			}
			if strings.HasPrefix(name, "shared/") && strings.Contains(strings.Split(imported, "/")[0], ".") {
				t.Errorf("%s imports %s: shared/ stands on the standard library alone", name, imported)
			}
		}
	}
}

// TestBrowserCarriesNoServer keeps what weighs megabytes out of the wasm, and
// what the browser has no business with out of shared/.
func TestBrowserCarriesNoServer(t *testing.T) {
	for _, p := range append(list(t, "./shared/..."), list(t, "./app/...", "GOOS=js", "GOARCH=wasm")...) {
		for _, heavy := range []string{"net/http", "html/template", "text/template", "database/sql", "os/exec"} {
			if slices.Contains(p.Imports, heavy) {
				t.Errorf("%s imports %s", p.ImportPath, heavy)
			}
		}
	}
}

func admits(allowed []string, ours string) bool {
	for _, a := range allowed {
		switch {
		case a == "*", a == ours, a == "ground" && slices.Contains(ground, ours):
			return true
		case strings.HasSuffix(a, "/*") && strings.HasPrefix(ours, strings.TrimSuffix(a, "*")):
			return true
		}
	}
	return false
}

type listed struct {
	ImportPath string
	Doc        string
	Name       string
	Imports    []string
}

// list asks the go command for packages; env are variables such as GOOS=js.
func list(t *testing.T, pattern string, env ...string) []listed {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Doc,Name,Imports", pattern)
	cmd.Dir = "../.."
	cmd.Env = append(cmd.Environ(), env...)
	var failed strings.Builder
	cmd.Stderr = &failed
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, failed.String())
	}
	var packages []listed
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		if err := d.Decode(&p); err == io.EOF {
			return packages
		} else if err != nil {
			t.Fatal(err)
		}
		packages = append(packages, p)
	}
}

// TestEveryPackageSaysWhatItIs holds each package to a doc comment.
func TestEveryPackageSaysWhatItIs(t *testing.T) {
	for _, p := range list(t, "./...") {
		if len(p.Doc) < 40 {
			t.Errorf("%s has no doc comment that says what it owns", p.ImportPath)
		}
	}
}
