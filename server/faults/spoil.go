package main

import (
	"context"
	"crypto/sha256"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// ledgerSpoilt asks whether the others would find anything: on a server of its
// own, rows are taken away and brought back behind Postern's back, of every kind
// that the ledger knows, and each must be found.
func ledgerSpoilt(ctx context.Context, h *house, v *verdict) error {
	v.did = "rows taken away and brought back behind Postern's back: the comparison must find each"
	dir := filepath.Join(h.dir, "spoilt")
	if err := os.Mkdir(dir, 0o711); err != nil {
		return err
	}
	own := &house{dir: dir, program: h.program, verbose: h.verbose, ledger: &ledger{}}
	defer own.close()
	if err := own.open(ctx); err != nil {
		return err
	}
	l := own.begin(ctx, own.a, own.b)
	err := own.settle(ctx, 0)
	time.Sleep(3 * time.Second) // until there is of each kind
	l.end()
	if err != nil {
		return err
	}
	v.acknowledged = own.ledger.count()
	l.judge(v)
	if err := own.compare(ctx, v, own.a, own.b); err != nil {
		return err
	}
	conn, err := own.db.connect(ctx, "postern")
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	wanted, err := own.spoil(ctx, conn)
	if err != nil {
		return err
	}
	found := &verdict{}
	if err := own.compare(ctx, found, own.a, own.b); err != nil {
		return err
	}
	all := strings.Join(found.broken, "\n")
	for _, want := range wanted {
		if !strings.Contains(all, want) {
			v.breaks("not found: %s", want)
		}
	}
	if found.lost == 0 || found.doubles == 0 {
		v.breaks("of what was spoilt %d are counted as lost, %d as used twice", found.lost, found.doubles)
	}
	v.note("%d ways to spoil it, all looked for", len(wanted))
	return nil
}

// spoil does harm of each kind, and is what the comparison must say of it.
func (h *house) spoil(ctx context.Context, conn *pgx.Conn) (wanted []string, err error) {
	do := func(want, sql string, args ...any) {
		if err != nil {
			return
		}
		tag, failed := conn.Exec(ctx, sql, args...)
		if failed != nil || tag.RowsAffected() == 0 {
			err = fmt.Errorf("spoiling %q: %d rows, %w", want, tag.RowsAffected(), failed)
		}
		wanted = append(wanted, want)
	}
	l := h.ledger
	accounts, last := l.accounts, l.accounts[len(l.accounts)-1]
	do("the account "+last.name+" was acknowledged and is lost", "DELETE FROM logins WHERE name = $1", last.name)
	do("accounts that the audit trail knows and that are not there", "SELECT 1")
	half := accounts[len(accounts)-2]
	do("logins without their account: half a write", "DELETE FROM accounts WHERE login_id = (SELECT id FROM logins WHERE name = $1)", half.name)
	do(l.mailboxes[0].name+" was acknowledged and is lost", "DELETE FROM logins WHERE name = $1", l.mailboxes[0].name)
	do("verified address "+l.addresses[0].ip, "DELETE FROM verified_addresses WHERE host(network) = $1 AND login_id = (SELECT id FROM logins WHERE name = $2)",
		l.addresses[0].ip, l.addresses[0].owner)
	for _, t := range l.tokens {
		hash := sha256.Sum256([]byte(t.value))
		switch {
		case t.life == living && !contains(wanted, "does not work"):
			do("token "+t.name+" of "+t.owner+" was acknowledged and does not work", "DELETE FROM tokens WHERE secret_hash = $1", hash[:])
		case t.life == ended && !contains(wanted, "has ended and works"):
			do("token "+t.name+" of "+t.owner+" has ended and works", `INSERT INTO tokens (login_id, scheme, name, secret_hash, created_at)
				SELECT id, 'cpanel', 'back', $1, now() FROM logins WHERE name = $2`, hash[:], t.owner)
		}
	}
	for _, s := range l.sessions {
		if s.life == ended && !contains(wanted, "session of") {
			do("session of "+s.owner+" has ended and works", bringBack+" now(), 3600, now() + interval '1 hour' FROM logins WHERE name = $1", s.owner, nameOf(s.cookie), secretOf(s.cookie), s.prefix[1:], "cpaneld")
		}
	}
	for _, o := range l.oneTimes {
		if o.good == 1 && o.service == cpanel && !contains(wanted, "good 2 times") {
			owner, _, _ := strings.Cut(o.text, ":")
			do("good 2 times", bringBack+" NULL, 3600, now() + interval '1 hour' FROM logins WHERE name = $1", owner, nameOf(o.text), secretOf(o.text), o.prefix[1:], "cpaneld")
		}
	}
	return wanted, err
}

const bringBack = `INSERT INTO sessions (login_id, name, secret_hash, token, service, origin, address, created_at, last_seen_at, used_at, idle_seconds, expires_at)
	SELECT id, $2, $3, $4, $5, 'create_user_session', '127.0.0.1', now(), now(),`

func contains(texts []string, part string) bool {
	return strings.Contains(strings.Join(texts, "\n"), part)
}

// secretOf is the hash of the secret in a cookie or a session's text.
func secretOf(text string) []byte {
	if _, value, is := strings.Cut(text, "session="); is {
		text, _ = url.QueryUnescape(value)
	}
	sum := sha256.Sum256([]byte(text[strings.LastIndex(text, ",")+1:]))
	return sum[:]
}
