package providertest

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// dexVersion is in the module that builds it too.
const dexVersion = "v0.0.0-20260303133905-11d2eeb52b42"

// buildDex builds Dex, unless it was built on this machine before: it takes a
// minute or two of two cores.
var buildDex = sync.OnceValues(func() (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = os.TempDir()
	}
	cache = filepath.Join(cache, "postern-test")
	program := filepath.Join(cache, "dex-"+dexVersion)
	if _, err := os.Stat(program); err == nil {
		return program, nil
	}
	if err := os.MkdirAll(cache, 0o700); err != nil {
		return "", err
	}
	made := fmt.Sprintf("%s.%d", program, os.Getpid()) // others may build at the same time
	cmd := exec.Command("go", "build", "-trimpath", "-o", made, "github.com/dexidp/dex/cmd/dex")
	cmd.Dir, cmd.Env = folder("dex"), append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=-mod=readonly", "GOWORK=off")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building Dex: %w\n%s", err, out)
	}
	return program, os.Rename(made, program)
})

// Dex starts Dex and returns its issuer. Everybody who comes is signed in at once,
// as the same person.
func Dex(t testing.TB, redirects ...string) (issuer string) {
	t.Helper()
	program, err := buildDex()
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	l.Close()
	issuer = "http://" + address + "/dex"
	config, err := json.Marshal(map[string]any{
		"issuer": issuer, "storage": map[string]any{"type": "memory"}, "web": map[string]any{"http": address},
		"oauth2": map[string]any{"skipApprovalScreen": true},
		"staticClients": []map[string]any{{
			"id": Client, "secret": Secret, "name": "Postern", "redirectURIs": redirects,
		}},
		"connectors": []map[string]any{{"type": "mockCallback", "id": "mock", "name": "Mock"}},
		"logger":     map[string]any{"level": "error"},
	})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "dex.json") // JSON is YAML
	if err := os.WriteFile(file, config, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, "serve", file)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(end(cmd, func() {}))
	for until := time.Now().Add(20 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		w, err := http.Get(issuer + "/.well-known/openid-configuration")
		if err == nil {
			w.Body.Close()
			return issuer
		}
		if time.Now().After(until) {
			t.Fatalf("Dex did not start: %v", err)
		}
	}
}

func read(t testing.TB, w *http.Response) string {
	t.Helper()
	defer w.Body.Close()
	text, err := io.ReadAll(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
