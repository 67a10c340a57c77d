package node_test

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"postern/shared/scalar"
)

// odd is what no honest browser sends: what ends lines and texts, what is no
// UTF-8, what looks like something else, what is long.
var odd = []string{
	"\x00", "anna\x00", "anna\r\nSet-Cookie: stolen=1", "\xff\xfe", "ann\xc3", "\xed\xa0\x80", "\x01\x1b[31m", "anna\u2028", "an\u200bna", "\u202eanna",
	"\u212aarl", "ＡＮＮＡ", "ANNA\u0130", "'; DROP TABLE logins --", "$1", "?0", "%00", "%ff", "<script>alert(1)</script>", `"><img src=x>`,
	strings.Repeat("a", 300), strings.Repeat("ä", 600), strings.Repeat("x", 100_000), "../../etc/passwd", "{{.}}", "\\", "anna@example.com\x00", "cpanel:anna",
}

// sane fails the test when a reply is a mistake of the server's, or carries what
// was sent where it is more than text.
func sane(t *testing.T, what, sent string, w *httptest.ResponseRecorder) {
	t.Helper()
	if w.Code >= 500 {
		t.Errorf("%s, %.40q: %d %.200s", what, sent, w.Code, w.Body)
	}
	for name, values := range w.Header() {
		for _, v := range values {
			if strings.ContainsAny(v, "\r\n\x00") || strings.Contains(name+v, "stolen") || strings.HasPrefix(v, "/cpsess") {
				t.Errorf("%s, %.40q: the header %s is %q", what, sent, name, v)
			}
		}
	}
	if kind := w.Header().Get("Content-Type"); strings.HasPrefix(kind, "text/html") && (strings.Contains(w.Body.String(), "<script>alert") || strings.Contains(w.Body.String(), "<img src=x")) {
		t.Errorf("%s: markup came back: %.300s", what, w.Body)
	}
}

// TestOddInputAtTheDoor puts it into every field and header that a sign in reads:
// the answer is always a refusal, never a mistake of the server's.
func TestOddInputAtTheDoor(t *testing.T) {
	t.Parallel()
	o := newOutside(t)
	o.link(t, "anna", "anna-there")
	o.call(t, "root", whm("set_cphulk_config_key"), "key", "is_enabled", "value", "0") // what comes behind the lock is asked for here
	handler := o.handler(t, scalar.CPanel, true)
	ask := func(what, sent, method, path, body string, headers ...string) *httptest.ResponseRecorder {
		t.Helper()
		r := httptest.NewRequest(method, "https://host.example.com/", strings.NewReader(body))
		at, query, _ := strings.Cut(path, "?")
		r.URL.Path, r.URL.RawQuery, r.RemoteAddr = at, query, "192.0.2.1:40000"
		if body != "" {
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		for i := 0; i+1 < len(headers); i += 2 {
			r.Header[headers[i]] = append(r.Header[headers[i]], headers[i+1])
		}
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		sane(t, what, sent, w)
		return w
	}
	_, header, _ := o.ask(t, scalar.CPanel, http.MethodGet, "/openid_connect/idp", "192.0.2.1", "", nil)
	away := cookieOf(t, header, "cpsession_external")
	o.call(t, "root", whm("set_tweaksetting"), "module", "Main", "key", "SecurityPolicy::SourceIPCheck", "value", "1")
	_, header, _ = o.ask(t, scalar.CPanel, http.MethodPost, "/login?login_only=1", "192.0.2.1", "", url.Values{"user": {"anna"}, "pass": {passwordOf("anna")}})
	setUp := cookieOf(t, header, "cpsession_step")
	for _, text := range odd {
		q := url.QueryEscape(text)
		for _, field := range []string{"user", "pass", "goto_uri", "locale", "tfa_token", "session", "login_only"} {
			form := url.Values{"user": {"nobody"}, "pass": {"wrong"}}
			form.Set(field, text)
			ask(field, text, http.MethodPost, "/login", form.Encode())
			form.Set("login_only", "1")
			ask(field+" with login_only", text, http.MethodPost, "/login", form.Encode())
			ask(field+" in the query", text, http.MethodGet, "/login?"+field+"="+q, "")
			ask(field+" on the way out", text, http.MethodGet, "/openid_connect/idp?"+field+"="+q, "", "Sec-Fetch-Site", "same-origin")
		}
		ask("a path's way out", text, http.MethodGet, "/openid_connect/idp?goto_uri="+url.QueryEscape("/"+text), "")
		ask("a provider's name", text, http.MethodGet, "/openid_connect/"+text, "")
		ask("a provider's name coming back", text, http.MethodGet, "/openid_connect_callback/"+text+"?state=x&code=x", "", "Cookie", away)
		for _, field := range []string{"state", "code", "iss", "error"} {
			ask(field+" coming back", text, http.MethodGet, "/openid_connect_callback/idp?"+field+"="+q, "", "Cookie", away)
		}
		for _, field := range []string{"q1ques", "q1answer", "tfa_token", "remember", "goto_uri"} {
			form := url.Values{}
			for _, n := range []string{"q1", "q2", "q3", "q4"} {
				form.Set(n+"ques", "A question "+n)
			}
			form.Set(field, text) // an answer is missing: it never is the last
			ask(field+" of a step", text, http.MethodPost, "/login/step", form.Encode(), "Cookie", setUp)
		}
		basic := func(user, pass string) string {
			return "Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+pass))
		}
		for what, h := range map[string][]string{
			"Basic's user": {"Authorization", basic(text, "wrong")}, "Basic's password": {"Authorization", basic("anna", text)}, "a code": {"Authorization", basic("anna", "wrong"), "X-Cpanel-Otp", text},
			"a token's user": {"Authorization", "cpanel " + text + ":ABC"}, "a token": {"Authorization", "cpanel anna:" + text}, "a scheme": {"Authorization", text + " x"},
			"a session": {"Cookie", "cpsession=" + q}, "a step": {"Cookie", "cpsession_step=" + q + "." + q}, "a browser": {"User-Agent", text},
			"a proxy": {"X-Forwarded-For", text}, "an origin": {"Origin", text}, "a language": {"Cookie", "session_locale=" + q},
		} {
			ask(what, text, http.MethodGet, "/execute/Email/list_pops", "", h...)
			ask(what+" at a step", text, http.MethodGet, "/login/step", "", h...)
			ask(what+" at the door", text, http.MethodPost, "/login", "user=nobody&pass=wrong", h...)
		}
	}
	// What was kept of all that is text, and not longer than it may be.
	var bad int
	err := o.db.Read.NewRaw(`SELECT (SELECT count(*) FROM audit_events AS e WHERE e.login ~ '[\x01-\x1f]' OR length(e.login) > 255)
		+ (SELECT count(*) FROM login_failures AS f WHERE f.name ~ '[\x01-\x1f]' OR length(f.name) > 255)`).Scan(t.Context(), &bad)
	if err != nil || bad != 0 {
		t.Errorf("%d rows hold what no screen should show (%v)", bad, err)
	}
}

// TestOddQuestionsAreRefused: four whole answers, with one thing odd.
func TestOddQuestionsAreRefused(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.call(t, "root", whm("set_tweaksetting"), "module", "Main", "key", "SecurityPolicy::SourceIPCheck", "value", "1")
	_, header, _ := h.ask(t, scalar.CPanel, http.MethodPost, "/login?login_only=1", "192.0.2.1", "", url.Values{"user": {"anna"}, "pass": {passwordOf("anna")}})
	step := cookieOf(t, header, "cpsession_step")
	for _, text := range []string{"abc\x00def", "abc\xffdef", "\xed\xa0\x80\xed\xa0\x80", "line\nbreak", "\u200b\u200b", strings.Repeat("ä", 64), "ab"} {
		for _, field := range []string{"q2ques", "q2answer"} {
			form := url.Values{}
			for n := range 4 {
				form.Set(fmt.Sprintf("q%dques", n+1), fmt.Sprint("Question number ", n))
				form.Set(fmt.Sprintf("q%danswer", n+1), "a long answer")
			}
			form.Set(field, text)
			status, _, body := h.ask(t, scalar.CPanel, http.MethodPost, "/login/step", "192.0.2.1", step, form)
			if status != http.StatusBadRequest || !strings.Contains(body, field) {
				t.Errorf("%s %q: %d %s", field, text, status, body)
			}
		}
	}
}

// TestNobodyLearnsWhoIsThere: unknown, wrong, suspended, of another service, without
// a password: the replies are the same to the byte but for their request's id.
func TestNobodyLearnsWhoIsThere(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	handler := h.handler(t, scalar.CPanel, true)
	told := map[string]string{}
	for i, who := range [][2]string{{"nobo", "wrong-password"}, {"anna", "wrong-password"}, {"sam.", passwordOf("sam")}, {"sam", passwordOf("sam")}, {"root", passwordOf("root")},
		{"bob@example.com", passwordOf("bob@example.com")}, {"rita", "wrong-password"}, {"eve@example.com", "wrong-password"}} {
		for _, way := range []string{"page", "login_only", "basic"} {
			form := url.Values{"user": {who[0]}, "pass": {who[1]}}
			path, body := "/login", form.Encode()
			switch way {
			case "login_only":
				path += "?login_only=1"
			case "basic":
				path, body = "/execute/Email/list_pops", ""
			}
			r := httptest.NewRequest(http.MethodPost, "https://host.example.com"+path, strings.NewReader(body))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.RemoteAddr = fmt.Sprintf("198.51.100.%d:4000", i+1)
			if way == "basic" {
				r.SetBasicAuth(who[0], who[1])
			}
			w := httptest.NewRecorder()
			handler.ServeHTTP(w, r)
			w.Header().Del("Postern-Request")
			body = strings.Replace(w.Body.String(), `value="`+who[0]+`"`, `value=""`, 1) // the form has it, as it was typed
			if n := w.Header().Get("Content-Length"); n != "" && n != fmt.Sprint(w.Body.Len()) {
				t.Errorf("%s: %s bytes are announced, and there are %d", way, n, w.Body.Len())
			}
			w.Header().Del("Content-Length")
			reply := fmt.Sprint(w.Code, w.Header(), body)
			if told[way] == "" {
				told[way] = reply
			}
			if reply != told[way] {
				t.Errorf("%s tells of %s:\n%s\nand not\n%s", way, who[0], reply, told[way])
			}
		}
	}
}
