package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/chromedp/cdproto/network"
)

// startYardstick builds the yardstick in a folder below work and serves it: packed
// with brotli, its page not cached and all else for ever, over TLS and HTTP/2, as
// Postern serves its own.
func startYardstick(ctx context.Context, source, work string, i identity) (*contender, func(), error) {
	dir, err := buildYardstick(ctx, source, work)
	if err != nil {
		return nil, nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, nil, err
	}
	server := &http.Server{Handler: packed(filepath.Join(dir, "dist")), ReadHeaderTimeout: 10 * time.Second}
	go func() {
		if err := server.ServeTLS(listener, i.certificate, i.key); !errors.Is(err, http.ErrServerClosed) {
			fmt.Fprintln(os.Stderr, "benchapp: "+err.Error())
		}
	}()
	address := fmt.Sprintf("https://localhost:%d", listener.Addr().(*net.TCPAddr).Port)
	return &contender{name: theirsName, login: address + "/#/login", list: address + "/#/accounts", user: "root", password: rootPassword,
		cookie: &network.SetCookieParams{URL: address, Name: "yardstick", Value: "in", Path: "/"}}, func() { _ = server.Close() }, nil
}

// buildYardstick copies the source to the work folder, so that nothing is
// installed beside it, and builds it there.
func buildYardstick(ctx context.Context, source, work string) (string, error) {
	dir, err := filepath.Abs(filepath.Join(work, "yardstick"))
	if err != nil {
		return "", err
	}
	lock := filepath.Join(dir, "package-lock.json")
	before, _ := os.ReadFile(lock) // none yet: then it differs
	files, err := os.ReadDir(source)
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	for _, f := range files {
		text, err := os.ReadFile(filepath.Join(source, f.Name()))
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, f.Name()), text, 0o644)
		}
		if err != nil {
			return "", err
		}
	}
	after, err := os.ReadFile(lock)
	if err != nil {
		return "", err
	}
	// npm writes this file last, so a broken installation lacks it.
	_, installed := os.Stat(filepath.Join(dir, "node_modules", ".package-lock.json"))
	if string(before) != string(after) || installed != nil {
		if err := tool(ctx, dir, "npm", "ci", "--ignore-scripts"); err != nil {
			return "", err
		}
	}
	return dir, tool(ctx, dir, "node", "build.mjs")
}

func tool(ctx context.Context, dir, name string, args ...string) error {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s %s in %s: %w\n%s", name, strings.Join(args, " "), dir, err, out)
	}
	return nil
}

// packed serves the brotli of a folder's files.
func packed(dir string) http.Handler {
	types := map[string]string{".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := filepath.Clean("/" + r.URL.Path)
		if name == "/" {
			name = "/index.html"
		}
		text, err := os.ReadFile(filepath.Join(dir, name) + ".br")
		if err != nil {
			http.NotFound(w, r)
			return
		}
		h := w.Header()
		h.Set("Content-Type", types[filepath.Ext(name)])
		h.Set("Content-Encoding", "br")
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
		if name == "/index.html" {
			h.Set("Cache-Control", "no-cache")
		}
		_, _ = w.Write(text) // the browser is gone: nobody to tell
	})
}
