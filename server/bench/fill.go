package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

// logins makes the crowd's names: a letter, ten digits that look drawn, and a
// number that makes them unique. Of fifty one is suspended. Rows go in sorted,
// which for an index of a million is a great deal quicker.
const logins = `
INSERT INTO logins (name, kind, password_hash, password_changed_at, created_at, suspended_at)
SELECT chr(97 + i % 26) || lpad((i::bigint * 6364136223 % 10000000000)::text, 10, '0') || to_hex(i), 'account', first.password_hash, now(), now(),
	CASE WHEN i % 50 = 0 THEN now() END
FROM logins AS first, generate_series(1, {n}) AS i WHERE first.name = '{account}' ORDER BY 1;
`

// belongings is what hangs on the logins; each text is for a connection of its
// own. What is copied from the account that came in by the front door is like
// all that do. The limits' tables are there too.
var belongings = []string{`
INSERT INTO accounts (login_id, owner_id, domain, plan, ip, settings, created_in_version, started_at, changed_at)
SELECT l.id, a.owner_id, l.name || '.example', a.plan, a.ip, a.settings, a.created_in_version, now(), now()
FROM logins AS l, accounts AS a JOIN logins AS first ON first.id = a.login_id
WHERE first.name = '{account}' AND l.kind = 'account' AND l.name <> '{account}';
-- What triggers do, which are off.
INSERT INTO account_list SELECT a.login_id, l.name, a.domain, a.owner_id, a.plan, account_list_began(a.started_at), l.suspended_at IS NOT NULL
FROM accounts AS a JOIN logins AS l ON l.id = a.login_id WHERE l.name <> '{account}' ORDER BY l.name;
INSERT INTO account_plans SELECT plan, count(*) FROM account_list WHERE name <> '{account}' GROUP BY plan;
INSERT INTO account_totals SELECT owner_id, count(*) FROM accounts AS a JOIN logins AS l ON l.id = a.login_id WHERE l.name <> '{account}' GROUP BY owner_id;
INSERT INTO account_grams_due (part, word, change) SELECT 'domain', a.domain, 1 FROM accounts AS a JOIN logins AS l ON l.id = a.login_id WHERE l.name <> '{account}';
INSERT INTO account_grams_due (part, word, change) SELECT 'user', name, 1 FROM logins WHERE kind = 'account' AND name <> '{account}';
`, `
INSERT INTO sessions (name, secret_hash, login_id, service, token, origin, address, user_agent, created_at, used_at, last_seen_at, idle_seconds, expires_at)
SELECT substr(md5('session ' || id), 1, 16), sha256(id::text::bytea), id, 'cpaneld', 'cpsess' || lpad((id % 10000000000)::text, 10, '0'), 'login',
	'192.0.2.1', 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', now(), now(), now(), 86400, now() + interval '1 day'
FROM logins WHERE kind = 'account' AND name <> '{account}' ORDER BY 1;

CREATE TABLE bench_keys (hash bytea PRIMARY KEY, id bigint NOT NULL, name text NOT NULL);
INSERT INTO bench_keys SELECT sha256(name::bytea), id, name FROM logins WHERE kind = 'account' ORDER BY 1;
CREATE TABLE bench_sessions (LIKE sessions INCLUDING ALL);
CREATE TABLE bench_events (LIKE audit_events INCLUDING ALL);
GRANT ALL ON bench_keys, bench_sessions, bench_events TO postern;
`}

// fill moves the crowd in.
func (b *bench) fill(ctx context.Context, h *house) error {
	conn, err := b.inside(ctx, h)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if err := trigrams(ctx, conn, "on"); err != nil {
		return err
	}
	if err := inOne(ctx, conn, h, logins); err != nil {
		return err
	}
	failed := make([]error, len(belongings))
	var all sync.WaitGroup
	for i, statements := range belongings {
		all.Go(func() {
			var conn *pgx.Conn
			if conn, failed[i] = b.inside(ctx, h); failed[i] == nil {
				failed[i] = inOne(ctx, conn, h, statements)
				_ = conn.Close(context.WithoutCancel(ctx)) // all is committed
			}
		})
	}
	all.Wait()
	if err := errors.Join(failed...); err != nil {
		return err
	}
	return h.finish(ctx, conn)
}

// trigrams makes the indexes of trigrams take what comes in great heaps, or at once
// as they do in earnest.
func trigrams(ctx context.Context, conn *pgx.Conn, heaps string) error {
	for _, index := range []string{"account_list_name_trigrams", "account_list_domain_trigrams"} {
		if _, err := conn.Exec(ctx, "ALTER INDEX IF EXISTS "+index+" SET (fastupdate = "+heaps+")"); err != nil {
			return err
		}
	}
	return nil
}

// inside is a connection to a house's database, as the superuser.
func (b *bench) inside(ctx context.Context, h *house) (*pgx.Conn, error) {
	c := b.admin.Config()
	c.Database = h.name
	return pgx.ConnectConfig(ctx, c)
}

// inOne runs statements in one transaction. Foreign keys are not looked at, which
// would take most of the time: the keys come from the tables themselves.
func inOne(ctx context.Context, conn *pgx.Conn, h *house, statements string) error {
	statements = strings.NewReplacer("{n}", fmt.Sprint(h.size-1), "{account}", account).Replace(statements)
	_, err := conn.Exec(ctx, "BEGIN; SET LOCAL session_replication_role = replica; SET LOCAL work_mem = '512MB'; SET LOCAL gin_pending_list_limit = '256MB';"+statements+"COMMIT", pgx.QueryExecModeSimpleProtocol)
	return err
}

// finish gives the limits the tokens as keys, makes the planner know the tables,
// and reads what the loads need to know.
func (h *house) finish(ctx context.Context, conn *pgx.Conn) error {
	for _, header := range h.tokens {
		sum := sha256.Sum256([]byte(strings.TrimPrefix(header, "Authorization: ")))
		if _, err := conn.Exec(ctx, "INSERT INTO bench_keys VALUES ($1, 1, $2)", sum[:], account); err != nil {
			return err
		}
	}
	if err := errors.Join(trigrams(ctx, conn, "off"), h.swept(ctx, conn)); err != nil {
		return err
	}
	for _, statement := range []string{"VACUUM ANALYZE", "CHECKPOINT"} { // now, and not in the middle of a round
		if _, err := conn.Exec(ctx, statement); err != nil {
			return err
		}
	}
	rows, err := conn.Query(ctx, "SELECT name FROM logins WHERE kind = 'account' AND suspended_at IS NULL AND name <> $1 ORDER BY id LIMIT $2", account, crowded)
	if err != nil {
		return err
	}
	if h.users, err = pgx.CollectRows(rows, pgx.RowTo[string]); err != nil {
		return err
	}
	return conn.QueryRow(ctx, "SELECT password_hash FROM logins WHERE name = $1", account).Scan(&h.hash)
}

// swept waits until the server has counted what searches look up: it does so every
// minute, half a million accounts at a time.
func (h *house) swept(ctx context.Context, conn *pgx.Conn) error {
	for {
		var due bool
		err := conn.QueryRow(ctx, "SELECT EXISTS (SELECT FROM account_grams_due)").Scan(&due)
		if err != nil || !due {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Second):
		}
	}
}
