package tenant

import (
	"context"
	"strings"

	"github.com/jackc/pgx/v5"

	"postern/server/database"
	"postern/shared/fault"
)

// What this room makes on the tenant server carries a comment, its mark: which
// Postern it belongs to, what it is, which account's. The name alone would not
// do: a server may hold roles of its own, or another Postern's, of any name.
// Only what is marked is ever changed or dropped. No tenant can write a mark:
// comments on roles take CREATEROLE, those on a database its owner.
type mark struct {
	installation string
	kind         kind
	account      string // the account's role
}

type kind string

const (
	isAccount  kind = "account"
	isUser     kind = "user"    // made by create_user
	isSession  kind = "session" // a session's own
	isDatabase kind = "database"
)

func (m mark) String() string {
	return "postern " + m.installation + " " + string(m.kind) + " " + m.account
}

func parseMark(text string) (mark, bool) {
	words := strings.Fields(text)
	if len(words) != 4 || words[0] != "postern" {
		return mark{}, false
	}
	return mark{words[1], kind(words[2]), words[3]}, true
}

// mark is the mark of something of an account's.
func (r *Room) mark(ctx context.Context, k kind, account string) (mark, error) {
	id, err := r.installation(ctx)
	return mark{id, k, account}, err
}

// installation is this Postern's name on the tenant server, drawn once.
func (r *Room) installation(ctx context.Context) (string, error) {
	if known := r.known.Load(); known != nil {
		return *known, nil
	}
	id, err := r.readInstallation(ctx)
	if err != nil || id != "" {
		return id, err
	}
	if _, err = r.DB.Write.NewRaw(`INSERT INTO settings (name, value, changed_at)
		VALUES ('tenant_installation', to_jsonb(gen_random_uuid()::text), ?) ON CONFLICT DO NOTHING`, r.Now()).Exec(ctx); err != nil {
		return "", database.Fault(err, nil, nil)
	}
	return r.readInstallation(ctx)
}

// readInstallation is that name; "" if there is none, and so nothing of ours there.
func (r *Room) readInstallation(ctx context.Context) (id string, err error) {
	err = r.DB.Write.NewRaw(`SELECT value #>> '{}' FROM settings WHERE name = 'tenant_installation'`).Scan(ctx, &id)
	if database.Gone(err) {
		return "", nil
	}
	if err == nil {
		r.known.Store(&id)
	}
	return id, database.Fault(err, nil, nil)
}

// markOfRole is the comment on a role; there is false when there is no such role.
func markOfRole(ctx context.Context, q querier, name string) (text string, there bool, err error) {
	return markOf(ctx, q, "SELECT coalesce(shobj_description(oid, 'pg_authid'), '') FROM pg_roles WHERE rolname = $1", name)
}

// markOfDatabase is the comment on a database of Postern's role.
func markOfDatabase(ctx context.Context, q querier, name string) (text string, there bool, err error) {
	return markOf(ctx, q, `SELECT coalesce(shobj_description(d.oid, 'pg_database'), '') FROM pg_database d
		JOIN pg_roles me ON me.oid = d.datdba AND me.rolname = current_user WHERE d.datname = $1`, name)
}

func markOf(ctx context.Context, q querier, query, name string) (text string, there bool, err error) {
	err = q.QueryRow(ctx, query, name).Scan(&text)
	if database.Gone(err) {
		return "", false, nil
	}
	return text, err == nil, err
}

// own refuses a database or a user that is not of that mark. What is somebody
// else's is answered like what does not exist.
func own(ctx context.Context, q querier, m mark, name string) error {
	look, what := markOfRole, "database user"
	if m.kind == isDatabase {
		look, what = markOfDatabase, "database"
	}
	text, _, err := look(ctx, q, name)
	if err == nil && text != m.String() {
		return fault.New(fault.Unknown, "There is no %s “%s” of yours.", what, name)
	}
	return err
}

// names reads a column of texts.
func names(ctx context.Context, q querier, query string, words ...any) ([]string, error) {
	rows, err := q.Query(ctx, query, words...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

// markedRoles are the names of roles of a mark, in order.
func markedRoles(ctx context.Context, q querier, m mark) ([]string, error) {
	return names(ctx, q, "SELECT rolname FROM pg_roles WHERE shobj_description(oid, 'pg_authid') = $1 ORDER BY rolname", m.String())
}

// markedDatabases are the names of databases of a mark, in order.
func markedDatabases(ctx context.Context, q querier, m mark) ([]string, error) {
	return names(ctx, q, `SELECT d.datname FROM pg_database d JOIN pg_roles me ON me.oid = d.datdba AND me.rolname = current_user
		WHERE shobj_description(d.oid, 'pg_database') = $1 ORDER BY d.datname`, m.String())
}
