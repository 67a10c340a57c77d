package webmail

import (
	"mime"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
)

// plainPath tells whether a path of a request line reads the same to everybody:
// nothing encoded, no step up, no empty part, no backslash.
func plainPath(raw string) bool {
	return strings.HasPrefix(raw, "/") && !strings.ContainsAny(raw, "%\\;\x00") && !strings.Contains(raw, "//") && path.Clean(raw) == strings.TrimSuffix(raw, "/")
}

// asset are the application's files that a browser may have: by folder and
// ending, so that no configuration, program text or log is ever among them.
var asset = regexp.MustCompile(`\A/(?:skins|plugins|program/(?:js|resources))/(?:[A-Za-z0-9_@-][A-Za-z0-9_.@-]*/)*[A-Za-z0-9_@-][A-Za-z0-9_.@-]*\.` +
	`(?:css|js|map|png|gif|svg|jpe?g|tiff?|ico|woff2?|ttf|eot|html|wav|mp3|pdf|webp)\z`)

// file sends one of the application's files. Links are followed: distributions
// share scripts between packages that way.
func (r *Room) file(w http.ResponseWriter, q *http.Request, rest string) {
	if q.Method != http.MethodGet && q.Method != http.MethodHead || !asset.MatchString(rest) {
		notFound(w)
		return
	}
	full := filepath.Join(r.Files, filepath.FromSlash(rest))
	f, err := os.Open(full)
	if err != nil {
		notFound(w)
		return
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		notFound(w)
		return
	}
	if kind := mime.TypeByExtension(filepath.Ext(full)); kind != "" {
		w.Header().Set("Content-Type", kind)
	}
	w.Header().Set("Cache-Control", "private, max-age=604800")
	http.ServeContent(w, q, full, info.ModTime(), f)
}
