package web

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Assets serves GET and HEAD of /assets/<hash>/<file>.
//
// The hash is part of the address, so an answer never changes and is kept for
// ever; an address with another hash is 404, never an older or newer file. Each
// encoding has an ETag of its own. It panics if the manifest cannot be read; if
// the app is not built, everything is 404.
func Assets() http.Handler {
	assets, err := built()
	if err != nil && err != ErrNotBuilt {
		panic(err)
	}
	byPath := make(map[string]asset, len(assets))
	for _, a := range assets {
		byPath[a.path()] = a
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Content-Type-Options", "nosniff")
		a, found := byPath[r.URL.Path]
		if !found {
			w.Header().Set("Cache-Control", "no-store")
			http.Error(w, "There is no such file.", http.StatusNotFound)
			return
		}
		if !readOnly(w, r) {
			return
		}
		a.serve(w, r)
	})
}

// readOnly refuses every method but GET and HEAD.
func readOnly(w http.ResponseWriter, r *http.Request) bool {
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		return true
	}
	w.Header().Set("Allow", "GET, HEAD")
	http.Error(w, "Only GET and HEAD are allowed here.", http.StatusMethodNotAllowed)
	return false
}

func (a asset) serve(w http.ResponseWriter, r *http.Request) {
	encoding, acceptable := negotiate(r.Header.Values("Accept-Encoding"))
	h := w.Header()
	h.Set("Vary", "Accept-Encoding")
	if !acceptable {
		h.Set("Cache-Control", "no-store")
		http.Error(w, "This file is served as br, gzip or identity.", http.StatusNotAcceptable)
		return
	}
	tag := `"` + a.Hash + "-" + encoding + `"`
	h.Set("ETag", tag)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	if matches(r.Header.Values("If-None-Match"), tag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Type", a.Type)
	body, size, err := a.open(encoding)
	if err != nil {
		h.Del("ETag")
		h.Set("Cache-Control", "no-store")
		http.Error(w, "The file could not be read.", http.StatusInternalServerError)
		return
	}
	h.Set("Content-Length", strconv.FormatInt(size, 10))
	if packed, is := body.(io.ReadSeeker); is {
		// With parts: a browser goes on with a download that the next page interrupted,
		// as a login that is sent before the app is there does.
		h.Set("Content-Encoding", encoding)
		http.ServeContent(w, r, "", time.Time{}, packed)
		return
	}
	if r.Method == http.MethodGet {
		_, _ = io.Copy(w, body) // a client that went away needs no answer
	}
}

// open gives the asset's bytes in an encoding, and how many there are.
func (a asset) open(encoding string) (io.Reader, int64, error) {
	suffix := ".gz"
	if encoding == brotli {
		suffix = ".br"
	}
	packed, err := static.ReadFile("static/dist/" + a.Name + suffix)
	if err != nil {
		return nil, 0, err
	}
	if encoding != identity {
		return bytes.NewReader(packed), int64(len(packed)), nil
	}
	unpacked, err := gzip.NewReader(bytes.NewReader(packed))
	return unpacked, a.Size, err
}

// matches tells whether an If-None-Match header names the tag. The comparison
// is the weak one, as RFC 9110 section 13.1.2 asks.
func matches(headers []string, tag string) bool {
	for _, one := range strings.Split(strings.Join(headers, ","), ",") {
		one = strings.TrimSpace(one)
		if one == "*" || strings.TrimPrefix(one, "W/") == tag {
			return true
		}
	}
	return false
}
