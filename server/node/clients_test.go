package node_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"postern/server/testkit"
)

// TestClientsOfOthers drives a running Postern with clients of cPanel's APIs
// that were written for cPanel. Each script in testdata/clients does the main
// job, an account, a mailbox, a webmail session that is good once, and goes the
// client's own ways of being told of failure.
func TestClientsOfOthers(t *testing.T) {
	t.Parallel()
	for _, script := range []string{"cpanel-lib.mjs", "cpanel-uapi.mjs"} {
		t.Run(script, func(t *testing.T) {
			t.Parallel()
			if err := installClients(); err != nil {
				t.Fatalf("The clients could not be installed: %v", err)
			}
			data := t.TempDir()
			p := start(t, testkit.URL(t), "POSTERN_DATA="+data)
			ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
			defer cancel()
			node := exec.CommandContext(ctx, "node", "--no-deprecation", script)
			node.Dir = clients
			// The certificate is checked: it is the one thing that these clients trust.
			node.Env = append(os.Environ(), append(p.environment(), "NODE_EXTRA_CA_CERTS="+filepath.Join(data, "certificate.pem"))...)
			if out, err := node.CombinedOutput(); err != nil {
				t.Errorf("%v\n%s\n%s", err, out, p.output)
			}
		})
	}
}

// environment says where the process is and who root is, to scripts.
func (p *process) environment() []string {
	return []string{
		"CPANEL=" + p.addresses["cPanel"], "WHM=" + p.addresses["WHM"], "WEBMAIL=" + p.addresses["Webmail"],
		"ROOT_PASSWORD=" + passwordOf("root"),
	}
}

const clients = "testdata/clients"

// installClients fetches what the lock file names, unless it is there already.
var installClients = sync.OnceValue(func() error {
	lock, err := os.Stat(filepath.Join(clients, "package-lock.json"))
	if err != nil {
		return err
	}
	installed, err := os.Stat(filepath.Join(clients, "node_modules", ".package-lock.json"))
	if err == nil && !installed.ModTime().Before(lock.ModTime()) {
		return nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	npm := exec.Command("npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts")
	npm.Dir, npm.Stdout, npm.Stderr = clients, os.Stderr, os.Stderr
	return npm.Run()
})
