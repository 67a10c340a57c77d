package databaseapp

import (
	"encoding/json"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"postern/shared/catalog"
)

// feature is the account's feature without which nothing is opened.
var feature = catalog.CreateTempUser.Feature

// ownHeaders are those of every answer until PHP has given one: no script runs.
// The browser tells pages of this origin, and no others, where it comes from.
func ownHeaders(h http.Header) {
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "same-origin")
	policy(h, "'none'")
}

func policy(h http.Header, scripts string) {
	h.Set("Content-Security-Policy", "default-src 'none'; script-src "+scripts+"; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; "+
		"object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'")
}

// passed are the request's headers that PHP gets, and under which name. A list of
// what may pass needs no list of what is dangerous.
var passed = [][2]string{
	{"Accept", "HTTP_ACCEPT"}, {"Accept-Language", "HTTP_ACCEPT_LANGUAGE"}, {"X-Requested-With", "HTTP_X_REQUESTED_WITH"},
	{"If-Modified-Since", "HTTP_IF_MODIFIED_SINCE"}, {"Content-Type", "CONTENT_TYPE"},
}

// params are the CGI variables of a request.
func (r *Room) params(q *http.Request, base string, who Visitor, a *Access) [][2]string {
	uri := base + "/"
	if q.URL.RawQuery != "" {
		uri += "?" + q.URL.RawQuery
	}
	p := [][2]string{
		{"GATEWAY_INTERFACE", "CGI/1.1"}, {"SERVER_SOFTWARE", "postern"}, {"SERVER_PROTOCOL", "HTTP/1.1"}, {"REDIRECT_STATUS", "200"},
		{"REQUEST_METHOD", q.Method}, {"REQUEST_URI", uri}, {"QUERY_STRING", q.URL.RawQuery}, {"CONTENT_LENGTH", strconv.FormatInt(q.ContentLength, 10)},
		{"SCRIPT_FILENAME", filepath.Join(r.Data, frontFile)}, {"DOCUMENT_ROOT", r.Data}, {"SCRIPT_NAME", base + "/"},
		{"HTTPS", "on"}, {"REQUEST_SCHEME", "https"}, {"SERVER_NAME", r.Hostname}, {"HTTP_HOST", r.Hostname}, {"REMOTE_ADDR", who.Address.String()},
		{"POSTERN_ADMINER", filepath.Join(r.Files, "adminer.php")}, {"POSTERN_HOME", Home},
	}
	if a.User != "" {
		p = append(p, [][2]string{
			{"POSTERN_DATABASE_HOST", a.Host}, {"POSTERN_DATABASE_PORT", strconv.Itoa(a.Port)}, {"POSTERN_DATABASE_USER", a.User},
			{"POSTERN_DATABASE_PASSWORD", a.Password}, {"POSTERN_DATABASE_OWNER", a.Owner},
			{"POSTERN_DATABASE_NAMES", object(a.Databases)}, {"POSTERN_DATABASE_SSL", object(a.TLS)},
		}...)
	}
	for _, h := range passed {
		if value := q.Header.Get(h[0]); value != "" {
			p = append(p, [2]string{h[1], value})
		}
	}
	cookies := []string{"adminer_sid=" + r.phpSession(who.Session.Name)}
	for _, c := range q.Cookies() {
		if ours.MatchString(c.Name) {
			cookies = append(cookies, c.Name+"="+c.Value)
		}
	}
	return append(p, [2]string{"HTTP_COOKIE", strings.Join(cookies, "; ")})
}

func object(v any) string {
	text, _ := json.Marshal(v) // texts can always be written
	return string(text)
}

// ours are Adminer's cookies with a person's choices. Its others are passwords, or
// would name PHP's session, which is not the browser's to name.
var ours = regexp.MustCompile(`\Aadminer_(?:lang|engine|export|import|settings)\z`)

// answered are PHP's headers that the browser gets.
var answered = []string{"Content-Type", "Content-Disposition", "Content-Length", "Cache-Control", "Expires", "Last-Modified"}

// marked is the mark by which Adminer's policy knows its own scripts.
var marked = regexp.MustCompile(`'nonce-([A-Za-z0-9+/]{16,128}={0,2})'`)

// passHeader gives the browser PHP's header; false when it leads to another site.
func passHeader(to, from http.Header, base string) bool {
	if m := marked.FindStringSubmatch(from.Get("Content-Security-Policy")); m != nil {
		policy(to, "'nonce-"+m[1]+"'")
	}
	for _, name := range answered {
		if values := from[name]; len(values) > 0 {
			to[name] = values[:1]
		}
	}
	if to.Get("Cache-Control") == "" && to.Get("Expires") == "" || from.Get("Pragma") != "" {
		to.Set("Cache-Control", "no-store")
	}
	if place := from.Get("Location"); place != "" {
		u, err := url.Parse(place)
		if err != nil {
			return false
		}
		u = (&url.URL{Path: base + "/"}).ResolveReference(u)
		if u.Scheme != "" || u.Host != "" || u.Path != base+"/" && u.Path != Home {
			return false
		}
		to.Set("Location", u.String())
	}
	for _, line := range from["Set-Cookie"] {
		c, err := http.ParseSetCookie(line)
		if err != nil || !ours.MatchString(c.Name) {
			continue
		}
		kept := http.Cookie{Name: c.Name, Value: c.Value, Path: base + "/", Expires: c.Expires, Secure: true, HttpOnly: true, SameSite: http.SameSiteStrictMode}
		to.Add("Set-Cookie", kept.String())
	}
	return true
}
