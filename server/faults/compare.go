package main

import (
	"context"
	"crypto/sha256"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/jackc/pgx/v5"
)

// race posts a one-time session to each node a number of times, all at once.
func race(ctx context.Context, c *callers, once *oneTime, nodes []*node, times int) {
	var all sync.WaitGroup
	for range times {
		for _, n := range nodes {
			all.Go(func() { c.post(ctx, n, once) })
		}
	}
	all.Wait()
}

// comparison holds the ledger against what is there.
type comparison struct {
	*verdict
	h       *house
	callers *callers
	lost    atomic.Int64
}

// compare asks the database, then the nodes, for everything that was ever
// acknowledged. The load has ended.
func (h *house) compare(ctx context.Context, v *verdict, nodes ...*node) error {
	c := &comparison{verdict: v, h: h, callers: newCallers()}
	conn, err := h.db.connect(ctx, "postern")
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if err := c.rows(ctx, conn); err != nil {
		return err
	}
	if err := c.halves(ctx, conn); err != nil {
		return err
	}
	c.answers(ctx, nodes)
	for _, once := range h.ledger.oneTimes {
		if once.good > 1 {
			v.doubles++
			v.breaks("a one-time session of %s was good %d times", once.service, once.good)
		}
	}
	v.lost = int(c.lost.Load())
	return nil
}

// lose enters a write that is not there.
func (c *comparison) lose(format string, args ...any) {
	c.lost.Add(1)
	c.h.ledger.mu.Lock()
	defer c.h.ledger.mu.Unlock()
	c.breaks(format, args...)
}

// set reads one column of texts.
func set(ctx context.Context, conn *pgx.Conn, sql string) (map[string]bool, error) {
	rows, err := conn.Query(ctx, sql)
	if err != nil {
		return nil, err
	}
	all, err := pgx.CollectRows(rows, pgx.RowTo[string])
	found := map[string]bool{}
	for _, one := range all {
		found[one] = true
	}
	return found, err
}

// rows looks for every entry's row, and for rows of what has ended.
func (c *comparison) rows(ctx context.Context, conn *pgx.Conn) error {
	is := map[string]map[string]bool{}
	for what, sql := range map[string]string{
		"account": `SELECT l.name FROM logins l JOIN accounts a ON a.login_id = l.id WHERE a.domain = l.name || '.example' AND l.password_hash <> ''`,
		"mailbox": `SELECT l.name FROM logins l JOIN mailboxes m ON m.login_id = l.id WHERE l.password_hash <> ''`,
		"token":   `SELECT l.name || ' ' || encode(t.secret_hash, 'hex') FROM tokens t JOIN logins l ON l.id = t.login_id`,
		"session": `SELECT name FROM sessions WHERE used_at IS NOT NULL`,
		"waiting": `SELECT name FROM sessions WHERE used_at IS NULL`,
		"address": `SELECT l.name || ' ' || host(v.network) FROM verified_addresses v JOIN logins l ON l.id = v.login_id`,
	} {
		var err error
		if is[what], err = set(ctx, conn, sql); err != nil {
			return fmt.Errorf("%s: %w", what, err)
		}
	}
	l := c.h.ledger
	for _, a := range l.accounts {
		if !is["account"][a.name] {
			c.lose("the account %s was acknowledged and is lost", a.name)
		}
	}
	for _, m := range l.mailboxes {
		if !is["mailbox"][m.name] {
			c.lose("the mailbox %s was acknowledged and is lost", m.name)
		}
	}
	for _, a := range l.addresses {
		if !is["address"][a.owner+" "+a.ip] {
			c.lose("the verified address %s of %s was acknowledged and is lost", a.ip, a.owner)
		}
	}
	for _, t := range l.tokens {
		c.lives("token "+t.name+" of "+t.owner, t.life, is["token"][fmt.Sprintf("%s %x", t.owner, sha256.Sum256([]byte(t.value)))])
	}
	for _, s := range l.sessions {
		c.lives("session of "+s.owner, s.life, is["session"][nameOf(s.cookie)])
	}
	for _, o := range l.oneTimes {
		if o.good > 0 && is["waiting"][nameOf(o.text)] {
			c.breaks("a one-time session that was used waits to be used again")
		}
	}
	return nil
}

func (c *comparison) lives(what string, should life, is bool) {
	switch {
	case should == living && !is:
		c.lose("the %s was acknowledged and is lost", what)
	case should == ended && is:
		c.lose("the %s has ended and is there", what)
	}
}

// nameOf is the public name in a cookie or a session's text: user:NAME[:…],SECRET.
func nameOf(text string) string {
	if _, value, is := strings.Cut(text, "session="); is {
		text, _ = url.QueryUnescape(value)
	}
	parts := strings.FieldsFunc(text, func(r rune) bool { return r == ':' || r == ',' })
	if len(parts) < 2 {
		return ""
	}
	return parts[1]
}

// halves looks for writes of which a part is there: the parts of one transaction.
func (c *comparison) halves(ctx context.Context, conn *pgx.Conn) error {
	for what, sql := range map[string]string{
		"logins without their account": `SELECT count(*) FROM logins l LEFT JOIN accounts a ON a.login_id = l.id
			WHERE l.kind = 'account' AND (a.login_id IS NULL OR l.password_hash = '')`,
		"logins without their mailbox": `SELECT count(*) FROM logins l LEFT JOIN mailboxes m ON m.login_id = l.id
			WHERE l.kind = 'mailbox' AND (m.login_id IS NULL OR l.password_hash = '')`,
		"accounts that the audit trail does not know": `SELECT count(*) FROM logins l WHERE l.kind = 'account' AND NOT EXISTS
			(SELECT FROM audit_events e WHERE e.action = 'createacct' AND e.outcome = 'ok' AND e.details->>'username' = l.name)`,
		"accounts that the audit trail knows and that are not there": `SELECT count(*) FROM audit_events e WHERE e.action = 'createacct' AND e.outcome = 'ok'
			AND NOT EXISTS (SELECT FROM logins l WHERE l.name = e.details->>'username')`,
		"used sessions that the audit trail does not know": `SELECT count(*) FROM sessions s WHERE s.used_at IS NOT NULL AND s.origin NOT IN ('login', 'provider')
			AND NOT EXISTS (SELECT FROM audit_events e WHERE e.action = 'one_time_session' AND e.session = s.name)`,
	} {
		var n int
		if err := conn.QueryRow(ctx, sql).Scan(&n); err != nil {
			return fmt.Errorf("%s: %w", what, err)
		}
		if n > 0 {
			c.breaks("%d %s: half a write", n, what)
		}
	}
	return nil
}

// answers asks the nodes: what lives must work, what ended must not, on each.
func (c *comparison) answers(ctx context.Context, nodes []*node) {
	var all sync.WaitGroup
	turn := make(chan struct{}, 8)
	ask := func(do func()) {
		turn <- struct{}{}
		all.Go(func() { defer func() { <-turn }(); do() })
	}
	l := c.h.ledger
	for i, t := range l.tokens {
		ask(func() { c.askToken(ctx, nodes[i%len(nodes)], t) })
	}
	for i, s := range l.sessions {
		ask(func() { c.askSession(ctx, nodes[i%len(nodes)], s) })
	}
	for i, o := range l.oneTimes {
		ask(func() { c.callers.post(ctx, nodes[i%len(nodes)], o) }) // once more: see doubles
	}
	for i, a := range c.signers() {
		ask(func() { c.askPassword(ctx, nodes[i%len(nodes)], a) })
	}
	all.Wait()
	for _, f := range c.callers.failures {
		c.breaks("after all was well again %s answered %d %s", f.path, f.status, f.kind)
	}
}

// signers are the accounts whose password was changed last, a few: each costs a hash.
func (c *comparison) signers() (some []*account) {
	all := c.h.ledger.accounts
	for i := len(all) - 1; i >= 0 && len(some) < 24; i-- {
		if strings.HasPrefix(all[i].passwords[0], "Twelve") || len(all[i].passwords) > 1 {
			some = append(some, all[i])
		}
	}
	return some
}

func (c *comparison) askToken(ctx context.Context, n *node, t *token) {
	a := c.callers.call(ctx, n, ask{service: cpanel, path: "/execute/Variables/get_user_information", auth: "cpanel " + t.owner + ":" + t.value})
	c.works("token "+t.name+" of "+t.owner, t.life, a.outcome(), a)
}

func (c *comparison) askSession(ctx context.Context, n *node, s *session) {
	a := c.callers.call(ctx, n, ask{service: cpanel, path: s.prefix + "/execute/Variables/get_user_information", cookie: s.cookie})
	c.works("session of "+s.owner, s.life, a.outcome(), a)
}

func (c *comparison) works(what string, should life, did outcome, a answer) {
	switch {
	case should == living && did != done:
		c.lose("the %s was acknowledged and does not work: %d %v %.100s", what, a.status, a.err, a.body)
	case should == ended && did == done:
		c.lose("the %s has ended and works", what)
	}
}

// askPassword signs in: with the password that was acknowledged last, or one
// whose change had no answer.
func (c *comparison) askPassword(ctx context.Context, n *node, a *account) {
	for i := len(a.passwords) - 1; i >= 0; i-- {
		r := c.callers.call(ctx, n, ask{service: cpanel, path: "/login/?login_only=1", form: url.Values{"user": {a.name}, "pass": {a.passwords[i]}}})
		if r.status == http.StatusOK {
			return
		}
	}
	c.lose("no password that may be %s’s signs in", a.name)
}
