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
	file := dexConfig(t, issuer, address, redirects)
	// It ends with the input, which ends with the test, also if the test ends badly.
	cmd := exec.Command("sh", "-c", `"$0" serve "$1" & cat >/dev/null; kill $!; wait`, program, file)
	input, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		input.Close()
		_ = cmd.Wait() // it was killed, and says so
	})
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

// dexConfig writes Dex's configuration and returns its file.
func dexConfig(t testing.TB, issuer, address string, redirects []string) string {
	t.Helper()
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
	return file
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
