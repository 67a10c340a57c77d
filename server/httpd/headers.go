package httpd

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"log/slog"
	"maps"
	"net/http"
)

type requestIDKey struct{}

// RequestID is the id under which the log tells of a request; empty outside one.
func RequestID(ctx context.Context) string {
	id, _ := ctx.Value(requestIDKey{}).(string)
	return id
}

// alike are the headers that every reply begins with. There is no
// Strict-Transport-Security: it holds for every port of a host, and would turn the
// plain ports' redirects, and other services of the host, away.
var alike = map[string]string{
	"X-Content-Type-Options":       "nosniff",
	"X-Frame-Options":              "DENY",
	"Referrer-Policy":              "no-referrer",
	"Cross-Origin-Opener-Policy":   "same-origin",
	"Cross-Origin-Resource-Policy": "same-origin",
	"Permissions-Policy":           "camera=(), geolocation=(), microphone=(), payment=()",
	// Replies that are not the app may run nothing; the app's own page says what it needs.
	"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
}

// withHeaders gives each request an id and each reply the headers that keep
// browsers from guessing, framing and leaking. cPanel's xframecpsrvd, on by
// default, sends X-Frame-Options and X-Content-Type-Options.
func withHeaders(next http.Handler, version string, log *slog.Logger) http.Handler {
	// Texts that are the same in each reply are one list, which nobody writes into:
	// to set or add a header makes another.
	same := http.Header{}
	for name, text := range alike {
		same.Set(name, text)
	}
	same.Set("Postern-Version", version)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var raw [8]byte
		_, _ = rand.Read(raw[:]) // never fails, crypto/rand promises
		id := hex.EncodeToString(raw[:])
		h := w.Header()
		maps.Copy(h, same)
		h["Postern-Request"] = []string{id}
		r = r.WithContext(context.WithValue(r.Context(), requestIDKey{}, id))
		defer recovered(w, r, log)
		next.ServeHTTP(w, r)
	})
}
