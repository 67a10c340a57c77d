package webmail

import (
	"net"
	"net/http"
	"net/netip"
	"path/filepath"
	"strconv"
	"strings"

	"postern/shared/scalar"
)

// ownHeaders loosen what Postern's own pages need not: the application's pages
// run scripts and styles that stand in them, show pictures of mails, and frame
// pages of their own. Nobody else may frame them, nor may they post elsewhere.
func ownHeaders(h http.Header) {
	h.Set("X-Frame-Options", "SAMEORIGIN")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Content-Security-Policy", "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "+
		"img-src 'self' data: blob: https: http:; media-src 'self' data: blob:; font-src 'self' data:; "+
		"object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'")
}

// passed are the request's headers that the program gets, and under which name. A
// list of what may pass needs no list of what is dangerous.
var passed = [][2]string{
	{"Accept", "HTTP_ACCEPT"}, {"Accept-Language", "HTTP_ACCEPT_LANGUAGE"}, {"User-Agent", "HTTP_USER_AGENT"},
	{"X-Requested-With", "HTTP_X_REQUESTED_WITH"}, {"X-Roundcube-Request", "HTTP_X_ROUNDCUBE_REQUEST"},
	{"If-Modified-Since", "HTTP_IF_MODIFIED_SINCE"}, {"If-None-Match", "HTTP_IF_NONE_MATCH"}, {"Content-Type", "CONTENT_TYPE"},
}

// params are the CGI variables of a request.
func (r *Room) params(q *http.Request, base, rest string, who Visitor, from netip.Addr) [][2]string {
	host, port, err := net.SplitHostPort(r.host())
	if err != nil {
		host, port = r.host(), "443"
	}
	uri := base + rest
	if q.URL.RawQuery != "" {
		uri += "?" + q.URL.RawQuery
	}
	p := [][2]string{
		{"GATEWAY_INTERFACE", "CGI/1.1"}, {"SERVER_SOFTWARE", "postern"}, {"SERVER_PROTOCOL", "HTTP/1.1"}, {"REDIRECT_STATUS", "200"},
		{"REQUEST_METHOD", q.Method}, {"REQUEST_URI", uri}, {"QUERY_STRING", q.URL.RawQuery}, {"CONTENT_LENGTH", strconv.FormatInt(q.ContentLength, 10)},
		{"SCRIPT_FILENAME", filepath.Join(r.Files, "index.php")}, {"DOCUMENT_ROOT", r.Files}, {"SCRIPT_NAME", base + "/index.php"},
		{"HTTPS", "on"}, {"REQUEST_SCHEME", "https"}, {"SERVER_NAME", host}, {"SERVER_PORT", port}, {"HTTP_HOST", r.host()},
		{"REMOTE_ADDR", from.String()}, {"POSTERN_BASE_PATH", base + "/"}, {"POSTERN_SESSION_PATH", who.Session.Prefix()},
	}
	if info := strings.TrimPrefix(rest, "/index.php"); info != rest && info != "" {
		p = append(p, [2]string{"PATH_INFO", info})
	}
	for _, h := range passed {
		if value := q.Header.Get(h[0]); value != "" {
			p = append(p, [2]string{h[1], value})
		}
	}
	var cookies []string
	for _, c := range q.Cookies() {
		if !ownCookie(c.Name) {
			cookies = append(cookies, c.Name+"="+c.Value)
		}
	}
	return append(p, [2]string{"HTTP_COOKIE", strings.Join(cookies, "; ")})
}

// ownCookie tells whether a cookie is Postern's: a browser sends a host's cookies
// to all of its ports, and the application has no business with any of ours.
func ownCookie(name string) bool {
	for _, s := range []scalar.Service{scalar.CPanel, scalar.WHM, scalar.Webmail} {
		if name == s.Cookie() || strings.HasPrefix(name, s.Cookie()+"_") {
			return true
		}
	}
	return name == "session_locale"
}

// answered are the program's headers that the browser gets.
var answered = []string{
	"Content-Type", "Content-Disposition", "Content-Length", "Content-Language", "Location", "Cache-Control", "Expires", "Pragma",
	"Last-Modified", "Etag", "X-Robots-Tag", "X-Dns-Prefetch-Control",
}

// passHeader gives the browser the program's header. Cookies stay within the
// session's path and over TLS, and none can take the place of one of ours.
func passHeader(to, from http.Header, prefix string) {
	for _, name := range answered {
		if values := from[name]; len(values) > 0 {
			to[name] = values[:1]
		}
	}
	if to.Get("Cache-Control") == "" {
		to.Set("Cache-Control", "no-store")
	}
	for _, line := range from["Set-Cookie"] {
		c, err := http.ParseSetCookie(line)
		if err != nil || ownCookie(c.Name) {
			continue
		}
		c.Domain, c.Secure, c.HttpOnly = "", true, true
		if !strings.HasPrefix(c.Path, prefix+"/") {
			c.Path = prefix + "/"
		}
		if c.SameSite == 0 || c.SameSite == http.SameSiteDefaultMode || c.SameSite == http.SameSiteNoneMode {
			c.SameSite = http.SameSiteLaxMode
		}
		to.Add("Set-Cookie", c.String())
	}
}
