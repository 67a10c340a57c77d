package sso_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"postern/server/account"
	"postern/server/database"
	"postern/server/dispatch"
	"postern/server/seal"
	"postern/server/session"
	"postern/server/sso"
	"postern/server/testkit"
	"postern/shared/function"
	"postern/shared/scalar"
)

const (
	issuer   = "https://mail.example.com:2096"
	callback = "https://app.example/callback?from=postern"
)

// house is a provider on a database of its own. In it live anna (example.com) with
// the mailbox bob@example.com, and carl (example.net) with bob@example.net.
type house struct {
	*sso.Room
	t        testing.TB
	db       *database.DB
	mux      *dispatch.Mux
	sessions *session.Room
	clock    time.Time
	loopback *httptest.Server
	events   []dispatch.Event
}

func newHouse(t testing.TB) *house {
	t.Helper()
	h := &house{t: t, db: testkit.New(t), clock: time.Now().UTC().Truncate(time.Second)}
	key, err := seal.NewKey(seal.NewKeyText())
	h.must(err)
	now := func() time.Time { return h.clock }
	h.sessions = &session.Room{DB: h.db.Write, Random: rand.Reader, Lifetimes: func(context.Context, bun.IDB) (session.Lifetimes, error) {
		return session.Lifetimes{Unused: time.Hour, Idle: time.Hour, Absolute: 24 * time.Hour}, nil
	}}
	h.mux = &dispatch.Mux{DB: h.db.Write, ReadOnly: h.db.Read, Now: now}
	h.Room, err = sso.New(sso.Options{
		DB: h.db, Key: key, Random: rand.Reader, Now: now, Log: slog.New(slog.NewTextHandler(t.Output(), nil)), Sessions: h.sessions,
		Issuer: func() string { return issuer }, Internal: func() string { return "http://127.0.0.1:2094" }, TokenLife: 5 * time.Minute,
		Record: func(_ context.Context, e dispatch.Event) error { h.events = append(h.events, e); return nil },
	})
	h.must(err)
	h.Register(h.mux)
	h.loopback = httptest.NewServer(h.Loopback())
	t.Cleanup(h.loopback.Close)
	h.sql(`INSERT INTO logins (name, kind, password_hash, password_changed_at, created_at) VALUES ('root', 'root', '', now(), now())`)
	for user, domain := range map[string]string{"anna": "example.com", "carl": "example.net"} {
		h.sql(`INSERT INTO logins (name, kind, password_hash, password_changed_at, created_at) VALUES (?, 'account', '', now(), now())`, user)
		h.sql(`INSERT INTO accounts (login_id, owner_id, domain, plan, ip, settings, created_in_version, started_at, changed_at)
			SELECT id, id, ?, 'default', '127.0.0.1', '{}', '1', now(), now() FROM logins WHERE name = ?`, domain, user)
		h.sql(`INSERT INTO logins (name, kind, account_id, password_hash, password_changed_at, created_at)
			SELECT ?, 'mailbox', id, '', now(), now() FROM logins WHERE name = ?`, "bob@"+domain, user)
	}
	return h
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) sql(query string, args ...any) {
	h.t.Helper()
	_, err := h.db.Write.NewRaw(query, args...).Exec(context.Background())
	h.must(err)
}

// visitor is a browser with a live session of that login.
func (h *house) visitor(name string) sso.Visitor {
	h.t.Helper()
	who, err := account.Find(context.Background(), h.db.Write, name)
	h.must(err)
	row, err := h.sessions.New(context.Background(), h.db.Write, h.clock, session.Request{LoginID: who.ID, Login: who.Name, Service: scalar.Webmail, Origin: session.FromLogin})
	h.must(err)
	return sso.Visitor{Session: row, Login: who, Address: netip.MustParseAddr("192.0.2.1")}
}

// application is a client and its secret.
type application struct{ name, secret string }

// application makes a client that takes codes at callback.
func (h *house) application(name string, more ...string) application {
	h.t.Helper()
	args := url.Values{"name": {name}, "redirect_uri": {callback}, "reads_mail": {"1"}, "logout_uri": {"https://app.example/bye"}}
	for i := 0; i < len(more); i += 2 {
		args.Set(more[i], more[i+1])
	}
	var made struct{ Secret string }
	h.read(h.call("postern_create_sso_client", args), &made)
	return application{name, made.Secret}
}

func (h *house) call(f string, args url.Values) any {
	h.t.Helper()
	reply, err := h.mux.Call(context.Background(), dispatch.Caller{ID: 1, Name: "root", Kind: dispatch.Root}, function.WHM(f), args, function.Shape{})
	h.must(err)
	return reply.Out
}

func (h *house) read(from, into any) {
	h.t.Helper()
	raw, err := json.Marshal(from)
	h.must(err)
	h.must(json.Unmarshal(raw, into))
}

// authorize is what a browser gets at the authorize address. Empty parameters are left out.
func (h *house) authorize(who sso.Visitor, a application, more ...string) *http.Response {
	h.t.Helper()
	q := url.Values{"client_id": {a.name}, "redirect_uri": {callback}, "response_type": {"code"}, "scope": {"openid offline_access mail"}, "state": {"s-1"}}
	for i := 0; i < len(more); i += 2 {
		if q.Set(more[i], more[i+1]); more[i+1] == "" {
			q.Del(more[i])
		}
	}
	return h.get(who, "/oauth2/authorize?"+q.Encode())
}

func (h *house) get(who sso.Visitor, target string) *http.Response {
	w := httptest.NewRecorder()
	h.Public(w, httptest.NewRequest(http.MethodGet, target, nil), who)
	return w.Result()
}

// answer is the query of the address that a browser is sent to with a code or an
// error; nil when it is not sent to the application.
func (h *house) answer(r *http.Response) url.Values {
	h.t.Helper()
	to, err := r.Location()
	if err != nil || to.Host != "app.example" {
		return nil
	}
	if to.Fragment != "" { // how errors of the implicit flow travel
		in, err := url.ParseQuery(to.Fragment)
		h.must(err)
		return in
	}
	return to.Query()
}

// code is a code for the application.
func (h *house) code(who sso.Visitor, a application, more ...string) string {
	h.t.Helper()
	r := h.authorize(who, a, more...)
	code := h.answer(r).Get("code")
	if code == "" {
		body, _ := io.ReadAll(r.Body)
		h.t.Fatalf("no code: %d %s %s", r.StatusCode, r.Header.Get("Location"), body)
	}
	return code
}

// tokenSet is what the token endpoint gives.
type tokenSet struct {
	Access  string `json:"access_token"`
	Refresh string `json:"refresh_token"`
	ID      string `json:"id_token"`
	Expires int    `json:"expires_in"`
	Error   string `json:"error"`
	status  int
}

// redeem exchanges a code.
func (h *house) redeem(a application, code string, more ...string) (set tokenSet) {
	return h.token(a, append([]string{"grant_type", "authorization_code", "code", code, "redirect_uri", callback}, more...)...)
}

func (h *house) refresh(a application, refresh string) tokenSet {
	return h.token(a, "grant_type", "refresh_token", "refresh_token", refresh)
}

func (h *house) token(a application, args ...string) (set tokenSet) {
	h.t.Helper()
	status, body := h.post(a, "token", args...)
	h.must(json.Unmarshal([]byte(body), &set))
	set.status = status
	return set
}

// post asks an endpoint of the loopback.
func (h *house) post(a application, path string, args ...string) (int, string) {
	h.t.Helper()
	form := url.Values{}
	for i := 0; i < len(args); i += 2 {
		form.Set(args[i], args[i+1])
	}
	r, err := http.NewRequest(http.MethodPost, h.loopback.URL+"/oauth2/"+path, strings.NewReader(form.Encode()))
	h.must(err)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.SetBasicAuth(url.QueryEscape(a.name), url.QueryEscape(a.secret))
	reply, err := http.DefaultClient.Do(r)
	h.must(err)
	defer reply.Body.Close()
	body, err := io.ReadAll(reply.Body)
	h.must(err)
	return reply.StatusCode, string(body)
}

// active is what a server hears about a token.
func (h *house) active(server application, token string) bool {
	h.t.Helper()
	status, body := h.post(server, "introspect", "token", token)
	var said struct{ Active bool }
	if status != http.StatusOK || json.Unmarshal([]byte(body), &said) != nil {
		h.t.Fatalf("introspection: %d %s", status, body)
	}
	return said.Active
}
