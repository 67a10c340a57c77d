package httpd

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"net/http"
)

type requestIDKey struct{}

// RequestID is the id under which the log tells of a request; empty outside one.
func RequestID(ctx context.Context) string {
	id, _ := ctx.Value(requestIDKey{}).(string)
	return id
}

// withHeaders gives each request an id and each reply the headers that keep
// browsers from guessing, framing and leaking. cPanel's xframecpsrvd, on by
// default, sends X-Frame-Options and X-Content-Type-Options.
func withHeaders(next http.Handler, version string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var raw [8]byte
		_, _ = rand.Read(raw[:]) // never fails, crypto/rand promises
		id := hex.EncodeToString(raw[:])
		h := w.Header()
		h.Set("Postern-Request", id)
		h.Set("Postern-Version", version)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()")
		// Replies that are not the app may run nothing; the app's own page says what it needs.
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'")
		// No Strict-Transport-Security: it holds for every port of a host, and would
		// turn the plain ports' redirects, and other services of the host, away.
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), requestIDKey{}, id)))
	})
}
