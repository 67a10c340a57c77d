package testkit

import (
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// NodeModules makes sure that the packages of a folder's package-lock.json are
// installed there. It fails the test where Node or the registry cannot be had.
func NodeModules(t testing.TB, dir string) {
	t.Helper()
	lock, err := os.Stat(filepath.Join(dir, "package-lock.json"))
	if err != nil {
		t.Fatal(err)
	}
	// Packages of tests run side by side: one installs, the others wait.
	gate, err := os.OpenFile(filepath.Join(dir, ".npmrc"), os.O_RDONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer gate.Close()
	if err := syscall.Flock(int(gate.Fd()), syscall.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	// npm writes this file last, so a broken installation lacks it.
	done := filepath.Join(dir, "node_modules", ".package-lock.json")
	if made, err := os.Stat(done); err == nil && !made.ModTime().Before(lock.ModTime()) {
		return
	}
	cmd := exec.Command("npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts")
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("npm ci in %s: %v\n%s", dir, err, out)
	}
	now := time.Now()
	if err := os.Chtimes(done, now, now); err != nil {
		t.Fatal(err)
	}
}
