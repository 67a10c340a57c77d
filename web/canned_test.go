package web_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"sync"
	"testing"
	"time"

	"postern/web"
)

// canned is a server that knows what to say to each of the app's questions and
// nothing behind it: it puts the app into a state, so that the state can be
// looked at. That app and server agree is tested in server/node.
type canned struct {
	*httptest.Server
	webmail *httptest.Server // where Webmail sessions are posted to
	posted  chan string      // what was

	mu       sync.Mutex
	service  string
	signedIn bool
	over     bool   // the session ended without the app's doing
	version  string // of API replies
	accounts int
	boxes    int
	failing  bool // the lists
	locale   string
	front    *web.Front
}

const token = "/cpsess1234567890"

func newCanned(t *testing.T) *canned {
	c := &canned{posted: make(chan string, 1)}
	c.webmail = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == "POST" {
			c.posted <- r.URL.Path + " " + r.PostFormValue("session")
		}
		fmt.Fprint(w, "<!doctype html><title>Webmail</title>")
	}))
	mux := http.NewServeMux()
	c.front = web.Shell("7", func(*http.Request) []string { return []string{c.webmail.URL} })
	mux.Handle("/", c.front)
	mux.Handle("/assets/", web.Assets())
	mux.HandleFunc("GET /assets/taught/ar.json", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, arabic) })
	mux.HandleFunc("GET /login/session", c.session)
	mux.HandleFunc("GET /login/providers", func(w http.ResponseWriter, _ *http.Request) { answer(w, 200, map[string]any{"providers": nil}) })
	mux.HandleFunc("POST /login", c.login)
	mux.HandleFunc("GET /login/step", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, 200, map[string]any{"step": "tfa", "user": "step", "questions": nil, "remember": false, "expires": 1772616600})
	})
	mux.HandleFunc(token+"/logout", c.logout)
	mux.HandleFunc("POST "+token+"/execute/Email/list_pops", c.api(c.listPops))
	mux.HandleFunc("POST "+token+"/execute/Session/create_webmail_session_for_mail_user", c.api(c.webmailSession))
	mux.HandleFunc("POST "+token+"/json-api/listaccts", c.api(c.listAccts))
	c.Server = httptest.NewServer(mux)
	t.Cleanup(c.Server.Close)
	t.Cleanup(c.webmail.Close)
	return c
}

// set changes what the server says.
func (c *canned) set(change func(*canned)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	change(c)
}

func (c *canned) session(w http.ResponseWriter, _ *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	u, _ := url.Parse(c.webmail.URL)
	port, _ := strconv.Atoi(u.Port())
	door := map[string]any{
		"service": c.service, "hostname": "host.example.com", "version": "7", "session": nil,
		"ports": map[string]int{"cpaneld": 2083, "whostmgrd": 2087, "webmaild": port},
	}
	if c.signedIn {
		who := map[string][2]string{
			"cpaneld": {"anna", "account"}, "whostmgrd": {"root", "root"}, "webmaild": {"bob@example.com", "mailbox"},
		}[c.service]
		begin := time.Date(2026, 3, 4, 9, 30, 0, 0, time.UTC)
		door["session"] = map[string]any{
			"user": who[0], "kind": who[1], "token": token, "address": "2001:db8:85a3::8a2e:370:7334", "locale": c.locale,
			"created": begin.Unix(), "expires": begin.Add(24 * time.Hour).Unix(), "privileges": []string{"all"}, "possessor": "",
		}
	}
	answer(w, 200, door)
}

func (c *canned) login(w http.ResponseWriter, r *http.Request) {
	refuse := func(status int, message string, more ...any) {
		reply := map[string]any{"status": 0, "message": message}
		for i := 0; i < len(more); i += 2 {
			reply[more[i].(string)] = more[i+1]
		}
		answer(w, status, reply)
	}
	switch r.PostFormValue("user") {
	case "locked":
		refuse(429, "locked", "seconds", 290)
	case "busy":
		refuse(503, "busy")
	case "step":
		refuse(200, "tfa_required", "redirect", "/login/tfa")
	case "garbled":
		fmt.Fprint(w, "<html>a proxy's own page</html>")
	case "cut":
		panic(http.ErrAbortHandler) // the connection ends without an answer
	case "slow":
		time.Sleep(700 * time.Millisecond)
		refuse(401, "invalid_login")
	default:
		if r.PostFormValue("pass") != " pass word " {
			refuse(401, "invalid_login")
			return
		}
		c.set(func(c *canned) { c.signedIn, c.over = true, false })
		answer(w, 200, map[string]any{"status": 1, "security_token": token, "redirect": token + r.PostFormValue("goto_uri")})
	}
}

func (c *canned) logout(w http.ResponseWriter, r *http.Request) {
	c.set(func(c *canned) { c.signedIn = false })
	http.Redirect(w, r, "/login?signed_out=1", http.StatusFound)
}

// api is what all API calls have in common.
func (c *canned) api(reply func() any) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		c.mu.Lock()
		defer c.mu.Unlock()
		w.Header().Set("Postern-Version", c.version)
		switch {
		case c.over || !c.signedIn:
			w.Header().Set("Postern-Fault", "stranger")
			answer(w, 401, map[string]any{"status": 0, "data": nil, "errors": []string{"Access denied"}, "messages": nil, "warnings": nil, "metadata": map[string]any{}})
		case c.failing:
			w.Header().Set("Postern-Fault", "unavailable")
			answer(w, 200, map[string]any{"status": 0, "data": nil, "errors": []string{"The database does not answer."}, "messages": nil, "warnings": nil, "metadata": map[string]any{}})
		default:
			answer(w, 200, reply())
		}
	}
}

func uapi(data any) any {
	return map[string]any{"status": 1, "data": data, "errors": nil, "messages": nil, "warnings": nil, "metadata": map[string]any{}}
}

func (c *canned) listPops() any {
	names := []string{"bob", "accounts.receivable.and.other.matters", "info", "suspended"}
	rows := []any{}
	for i := range c.boxes {
		email := names[i] + "@example.com"
		rows = append(rows, map[string]any{"email": email, "login": email, "suspended_incoming": 0, "suspended_login": i / 3})
	}
	return uapi(rows)
}

func (c *canned) webmailSession() any {
	return uapi(map[string]any{"hostname": nil, "session": "bob@example.com:RAND:CREATE,HEX", "token": "/cpsess0987654321"})
}

func (c *canned) listAccts() any {
	rows := []any{}
	for i := range min(c.accounts, 15) {
		rows = append(rows, map[string]any{
			"user": fmt.Sprintf("client%d", i+1), "domain": fmt.Sprintf("a-long-domain-name-%d.example.com", i+1),
			"owner": "root", "plan": "standard", "unix_startdate": 1772611200 + i*86400, "suspended": i % 5 / 4,
		})
	}
	return map[string]any{
		"metadata": map[string]any{
			"version": 1, "command": "listaccts", "reason": "OK", "result": 1,
			"chunk": map[string]any{"start": 1, "current": 1, "size": 15, "chunks": 3, "records": c.accounts},
		},
		"data": map[string]any{"acct": rows},
	}
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(body)
}
