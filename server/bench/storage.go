package main

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"net/http"

	"github.com/jackc/pgx/v5/pgxpool"
)

// storage is a pool as large as Postern's own.
func storage(ctx context.Context, url string) (*pgxpool.Pool, error) {
	c, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, err
	}
	c.MaxConns = 12
	return pgxpool.NewWithConfig(ctx, c)
}

// addStored adds what a limit does with a database: see limit. pgx prepares each
// statement once a connection; each is a transaction of its own.
func addStored(mux *http.ServeMux, pool *pgxpool.Pool, bodies map[string][]byte) {
	for name, body := range bodies {
		mux.HandleFunc("GET /stored/"+name, func(w http.ResponseWriter, r *http.Request) {
			sum := sha256.Sum256([]byte(r.Header.Get("Authorization")))
			var id int64
			var login string
			err := pool.QueryRow(r.Context(), "SELECT id, name FROM bench_keys WHERE hash = $1", sum[:]).Scan(&id, &login)
			if err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
				return
			}
			answer(w, body)
		})
	}
	write := func(path, statement string, args func(*http.Request) (name string, all []any)) {
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
			name, all := args(r)
			tag, err := pool.Exec(r.Context(), statement, all...)
			if err == nil && tag.RowsAffected() != 1 {
				err = fmt.Errorf("%d rows", tag.RowsAffected())
			}
			if err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
				return
			}
			answer(w, []byte(name))
		})
	}
	write("/insert", `INSERT INTO bench_sessions (name, secret_hash, login_id, service, token, origin, address, created_at, last_seen_at, idle_seconds, expires_at)
		VALUES ($1, $2, 1, 'webmaild', 'cpsess1234567890', 'login', '127.0.0.1', now(), now(), 900, now() + interval '1 day')`,
		func(*http.Request) (string, []any) {
			name := rand.Text()
			sum := sha256.Sum256([]byte(name))
			return name, []any{name, sum[:]}
		})
	write("/use", "UPDATE bench_sessions SET used_at = now(), last_seen_at = now() WHERE name = $1 AND used_at IS NULL",
		func(r *http.Request) (string, []any) {
			name := r.FormValue("name")
			return name, []any{name}
		})
	write("/event", `INSERT INTO bench_events (at, actor, login, login_id, account, account_id, service, via, address, dialect, action, outcome, request)
		VALUES (now(), 'root', 'root', 1, $1, 2, 'whostmgrd', 'token', '127.0.0.1', 'whm', 'create_user_session', 'ok', '0123456789abcdef')`,
		func(*http.Request) (string, []any) { return "", []any{account} })
}
