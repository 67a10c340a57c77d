package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// writer makes accounts and works on one of its own, a call after the other, so
// that it knows at each moment what must be true of it.
type writer struct {
	*load
	number int
	home   string // the account
	random *rand.Rand
	step   int
	own    *account
	held   []*token
	opened []*session
}

// work writes until the context ends.
func (w *writer) work(ctx context.Context) {
	steady := context.WithoutCancel(ctx) // no call is cut short: what it hears counts
	for ctx.Err() == nil && w.own == nil {
		w.own = w.makeAccount(steady, fmt.Sprintf("%sn%d", w.home, w.step))
		w.step++
	}
	if w.own == nil {
		return
	}
	writes := []func(context.Context){
		w.makeToken, w.openSession, w.verifyAddress, w.revokeToken, w.openSession, w.useSession, w.endSession,
		w.makeToken, w.openWebmail, w.makeMailbox, w.revokeToken, w.openSession, w.another, w.changePassword,
	}
	for ; ctx.Err() == nil; w.step++ {
		writes[w.step%len(writes)](steady)
		time.Sleep(time.Duration(w.random.IntN(10)) * time.Millisecond)
	}
}

// node is where the next call goes: people come to any.
func (w *writer) node() *node { return w.nodes[w.random.IntN(len(w.nodes))] }

// root calls a function of WHM's as root.
func (w *writer) root(ctx context.Context, function string, form url.Values) (answer, outcome) {
	form.Set("api.version", "1")
	a := w.callers.call(ctx, w.node(), ask{service: whm, path: "/json-api/" + function, form: form, auth: w.h.token})
	return a, w.heard(function, a, a.outcome())
}

// heard slows down those whose call failed, and notes refusals.
func (w *writer) heard(what string, a answer, o outcome) outcome {
	switch o {
	case refused:
		w.refuse(what, a)
	case unknown:
		time.Sleep(50 * time.Millisecond)
	}
	return o
}

// mine calls a function of cPanel's as the account, by one of its tokens.
func (w *writer) mine(ctx context.Context, path string, form url.Values) (answer, outcome) {
	if len(w.held) == 0 {
		return answer{}, unknown
	}
	auth := "cpanel " + w.own.name + ":" + w.held[0].value
	a := w.callers.call(ctx, w.node(), ask{service: cpanel, path: path, form: form, auth: auth})
	return a, w.heard(path, a, a.outcome())
}

func (w *writer) makeAccount(ctx context.Context, name string) *account {
	made := &account{name: name, passwords: []string{"Nine-" + name + "-towers-stand"}}
	_, o := w.root(ctx, "createacct", url.Values{"username": {name}, "domain": {name + ".example"}, "password": {made.passwords[0]}})
	if o != done {
		return nil
	}
	w.h.ledger.note(func() { w.h.ledger.accounts = append(w.h.ledger.accounts, made) })
	return made
}

func (w *writer) another(ctx context.Context) {
	w.makeAccount(ctx, fmt.Sprintf("%sn%d", w.home, w.step))
}

// makeToken makes an API token of the account: the first by a session of root's
// in the account, the others by a token.
func (w *writer) makeToken(ctx context.Context) {
	made := &token{owner: w.own.name, name: fmt.Sprintf("t%d", w.step)}
	form := url.Values{"name": {made.name}}
	var a answer
	var o outcome
	if len(w.held) > 0 {
		a, o = w.mine(ctx, "/execute/Tokens/create_full_access", form)
	} else {
		s := w.live()
		if s == nil {
			return
		}
		a = w.callers.call(ctx, w.node(), ask{service: cpanel, path: s.prefix + "/execute/Tokens/create_full_access", form: form, cookie: s.cookie})
		o = w.heard("create_full_access by a session", a, a.outcome())
	}
	if o != done {
		return
	}
	var value struct{ Token string }
	a.data(&value)
	made.value = value.Token
	w.held = append(w.held, made)
	w.h.ledger.note(func() { w.h.ledger.tokens = append(w.h.ledger.tokens, made) })
}

// revokeToken revokes the account's last token, by its first.
func (w *writer) revokeToken(ctx context.Context) {
	if len(w.held) < 2 {
		return
	}
	last := w.held[len(w.held)-1]
	w.held = w.held[:len(w.held)-1]
	switch _, o := w.mine(ctx, "/execute/Tokens/revoke", url.Values{"name": {last.name}}); o {
	case done:
		w.h.ledger.note(func() { last.life = ended })
	case unknown:
		w.h.ledger.change(func() { last.life = unsure })
	}
}

func (w *writer) verifyAddress(ctx context.Context) {
	made := &address{owner: w.own.name, ip: fmt.Sprintf("198.51.%d.%d", w.step/250%250, w.step%250+1)}
	_, o := w.mine(ctx, "/json-api/cpanel", url.Values{"cpanel_jsonapi_apiversion": {"2"}, "cpanel_jsonapi_module": {"SourceIPCheck"},
		"cpanel_jsonapi_func": {"addip"}, "ip": {made.ip}})
	if o == done {
		w.h.ledger.note(func() { w.h.ledger.addresses = append(w.h.ledger.addresses, made) })
	}
}

func (w *writer) makeMailbox(ctx context.Context) {
	made := &mailbox{w.own.name, fmt.Sprintf("m%d@%s.example", w.step, w.own.name)}
	if _, o := w.mine(ctx, "/execute/Email/add_pop", url.Values{"email": {made.name}, "password": {"Owl-post-" + w.own.name + "-at-4"}}); o == done {
		w.h.ledger.note(func() { w.h.ledger.mailboxes = append(w.h.ledger.mailboxes, made) })
	}
}

func (w *writer) changePassword(ctx context.Context) {
	next := fmt.Sprintf("Twelve-%s-gates-%d", w.own.name, w.step)
	_, o := w.root(ctx, "passwd", url.Values{"user": {w.own.name}, "password": {next}})
	l := w.h.ledger
	switch o {
	case done: // and with it every session of the account ended
		l.note(func() { w.own.passwords = []string{next}; l.sessionsOf(w.own.name, ended) })
	case unknown:
		l.change(func() { w.own.passwords = append(w.own.passwords, next); l.sessionsOf(w.own.name, unsure) })
	}
	w.opened = nil
}

// openSession makes a one-time session for cPanel and posts it.
func (w *writer) openSession(ctx context.Context) {
	a, o := w.root(ctx, "create_user_session", url.Values{"user": {w.own.name}, "service": {"cpaneld"}})
	if o != done {
		return
	}
	var made struct {
		Session string
		Token   string `json:"cp_security_token"`
	}
	a.data(&made)
	once := &oneTime{service: cpanel, text: made.Session, prefix: made.Token}
	w.h.ledger.note(func() { w.h.ledger.oneTimes = append(w.h.ledger.oneTimes, once) })
	cookie, o := w.callers.post(ctx, w.node(), once)
	if w.heard("a new one-time session", answer{}, o) == done {
		s := &session{owner: w.own.name, cookie: cookie, prefix: made.Token}
		w.opened = append(w.opened, s)
		w.h.ledger.note(func() { w.h.ledger.sessions = append(w.h.ledger.sessions, s) })
	}
}

// openWebmail makes a one-time session for Webmail and posts it at once to every node.
func (w *writer) openWebmail(ctx context.Context) {
	a, o := w.mine(ctx, "/execute/Session/create_webmail_session_for_self", url.Values{})
	if o != done {
		return
	}
	var made struct{ Session, Token string }
	a.data(&made)
	once := &oneTime{service: webmail, text: made.Session, prefix: made.Token}
	w.h.ledger.note(func() { w.h.ledger.oneTimes = append(w.h.ledger.oneTimes, once) })
	race(ctx, w.callers, once, w.nodes, 2)
}

// post sends a one-time session and enters in it what came of that.
func (c *callers) post(ctx context.Context, n *node, once *oneTime) (cookie string, o outcome) {
	a := c.call(ctx, n, ask{service: once.service, path: once.prefix + "/login", form: url.Values{"session": {once.text}}})
	once.mu.Lock()
	defer once.mu.Unlock()
	switch {
	case a.err != nil || a.status >= 500:
		once.open++
		return "", unknown
	case a.status == http.StatusFound && strings.Contains(a.header.Get("Set-Cookie"), "session="):
		once.good++
		return a.cookie(), done
	}
	return "", refused
}

// live is a session that the writer holds.
func (w *writer) live() *session {
	if len(w.opened) == 0 {
		return nil
	}
	return w.opened[len(w.opened)-1]
}

func (w *writer) useSession(ctx context.Context) {
	if s := w.live(); s != nil {
		a := w.callers.call(ctx, w.node(), ask{service: cpanel, path: s.prefix + "/execute/Variables/get_user_information", cookie: s.cookie})
		w.heard("a living session", a, a.outcome())
	}
}

func (w *writer) endSession(ctx context.Context) {
	s := w.live()
	if s == nil {
		return
	}
	w.opened = w.opened[:len(w.opened)-1]
	a := w.callers.call(ctx, w.node(), ask{service: cpanel, path: s.prefix + "/logout/", cookie: s.cookie})
	if a.err == nil && a.status == http.StatusFound {
		w.h.ledger.note(func() { s.life = ended })
		return
	}
	w.h.ledger.change(func() { s.life = unsure })
	time.Sleep(50 * time.Millisecond)
}
