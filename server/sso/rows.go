package sso

import (
	"context"
	"time"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"

	"postern/server/database"
	"postern/server/session"
)

// clientRow is a client as the database keeps it.
type clientRow struct {
	bun.BaseModel `bun:"table:sso_clients,alias:k"`

	ID             int64     `bun:"id,pk,autoincrement"`
	Name           string    `bun:"name"`
	SecretHash     []byte    `bun:"secret_hash"`
	Authentication string    `bun:"authentication"`
	RedirectURIs   []string  `bun:"redirect_uris,array"`
	LogoutURIs     []string  `bun:"logout_uris,array"`
	ReadsMail      bool      `bun:"reads_mail"`
	Introspects    bool      `bun:"introspects"`
	RequiresPKCE   bool      `bun:"requires_pkce"`
	CreatedAt      time.Time `bun:"created_at"`
	ChangedAt      time.Time `bun:"changed_at"`
}

// codeRow is a code as the database keeps it.
type codeRow struct {
	bun.BaseModel `bun:"table:sso_codes,alias:c"`

	ID          string    `bun:"id,pk"`
	CodeHash    []byte    `bun:"code_hash"`
	ClientID    int64     `bun:"client_id"`
	SessionName string    `bun:"session_name"`
	RedirectURI string    `bun:"redirect_uri"`
	Scopes      []string  `bun:"scopes,array"`
	Nonce       string    `bun:"nonce"`
	Challenge   string    `bun:"challenge"`
	CreatedAt   time.Time `bun:"created_at"`
	ExpiresAt   time.Time `bun:"expires_at"`
}

// grantRow is a grant as the database keeps it.
type grantRow struct {
	bun.BaseModel `bun:"table:sso_grants,alias:g"`

	ID          int64     `bun:"id,pk,autoincrement"`
	CodeHash    []byte    `bun:"code_hash"`
	RefreshHash []byte    `bun:"refresh_hash"`
	ClientID    int64     `bun:"client_id"`
	SessionName string    `bun:"session_name"`
	Scopes      []string  `bun:"scopes,array"`
	CreatedAt   time.Time `bun:"created_at"`
}

// tokenRow is an access token as the database keeps it.
type tokenRow struct {
	bun.BaseModel `bun:"table:sso_tokens,alias:t"`

	ID        string    `bun:"id,pk"`
	GrantID   int64     `bun:"grant_id"`
	Scopes    []string  `bun:"scopes,array"`
	CreatedAt time.Time `bun:"created_at"`
	ExpiresAt time.Time `bun:"expires_at"`
}

// keyRow is a signing key as the database keeps it.
type keyRow struct {
	bun.BaseModel `bun:"table:sso_keys,alias:y"`

	ID         int64     `bun:"id,pk"`
	PrivateKey []byte    `bun:"private_key"`
	CreatedAt  time.Time `bun:"created_at"`
}

// living is the condition on everything that hangs on a session: that the
// session, called s, lives, and that neither its mailbox, called l, nor the
// account of that, called o, is suspended. It takes a moment twice.
const living = session.Alive + ` AND s.used_at IS NOT NULL AND s.service = 'webmaild'
	AND l.id = s.login_id AND l.kind = 'mailbox' AND l.suspended_at IS NULL AND o.id = l.account_id AND o.suspended_at IS NULL`

func findClient(ctx context.Context, db bun.IDB, name string) (*clientRow, error) {
	row := new(clientRow)
	return row, db.NewSelect().Model(row).Where("k.name = ?", name).Scan(ctx)
}

// takeCode consumes a code: of many who show it at the same moment one gets it.
func takeCode(ctx context.Context, db bun.IDB, hash []byte, now time.Time) (codeRow, string, string, error) {
	var out struct {
		codeRow
		Client, Subject string
	}
	err := db.NewRaw(`DELETE FROM sso_codes AS c USING sessions AS s, logins AS l, logins AS o, sso_clients AS k
		WHERE c.code_hash = ? AND c.expires_at > ? AND s.name = c.session_name AND k.id = c.client_id AND `+living+`
		RETURNING c.*, k.name AS client, l.name AS subject`, hash, now, now, now).Scan(ctx, &out)
	return out.codeRow, out.Client, out.Subject, err
}

// endByCode ends what came of a code that somebody shows again.
func endByCode(ctx context.Context, db bun.IDB, hash []byte) error {
	_, err := db.NewDelete().Model((*grantRow)(nil)).Where("g.code_hash = ?", hash).Exec(ctx)
	return err
}

// held is a grant with those it is between.
type held struct {
	grantRow
	Client, Subject string
}

// findGrant is the living grant of a refresh token.
func findGrant(ctx context.Context, db bun.IDB, refresh []byte, now time.Time) (h held, err error) {
	err = db.NewRaw(`SELECT g.*, k.name AS client, l.name AS subject
		FROM sso_grants AS g, sso_clients AS k, sessions AS s, logins AS l, logins AS o
		WHERE g.refresh_hash = ? AND s.name = g.session_name AND k.id = g.client_id AND `+living, refresh, now, now).Scan(ctx, &h)
	return h, err
}

// shown is an access token with those it is between.
type shown struct {
	tokenRow
	Client, Subject string
}

// findToken is the living access token of an id.
func findToken(ctx context.Context, db bun.IDB, id string, now time.Time) (t shown, err error) {
	err = db.NewRaw(`SELECT t.*, k.name AS client, l.name AS subject
		FROM sso_tokens AS t, sso_grants AS g, sso_clients AS k, sessions AS s, logins AS l, logins AS o
		WHERE t.id = ? AND t.expires_at > ? AND g.id = t.grant_id AND s.name = g.session_name AND k.id = g.client_id AND `+living,
		id, now, now, now).Scan(ctx, &t)
	return t, err
}

// used writes that a session was used, by an application that refreshes its tokens.
func used(ctx context.Context, db bun.IDB, name string, now time.Time) error {
	_, err := db.NewUpdate().Model((*session.Row)(nil)).Set("last_seen_at = ?", now).Where("s.name = ? AND s.last_seen_at < ?", name, now).Exec(ctx)
	return err
}

// revokeToken ends an access token of a client's, by its id.
func revokeToken(ctx context.Context, db bun.IDB, id, client string) (bool, error) {
	return some(db.NewRaw(`DELETE FROM sso_tokens AS t USING sso_grants AS g, sso_clients AS k
		WHERE t.id = ? AND g.id = t.grant_id AND k.id = g.client_id AND k.name = ?`, id, client).Exec(ctx))
}

// revokeGrant ends a grant of a client's, by its refresh token; its access tokens go along.
func revokeGrant(ctx context.Context, db bun.IDB, refresh []byte, client string) (bool, error) {
	return some(db.NewRaw(`DELETE FROM sso_grants AS g USING sso_clients AS k
		WHERE g.refresh_hash = ? AND k.id = g.client_id AND k.name = ?`, refresh, client).Exec(ctx))
}

// revokeAll ends all that a client was given.
func revokeAll(ctx context.Context, db bun.IDB, client int64) error {
	if _, err := db.NewDelete().Model((*grantRow)(nil)).Where("g.client_id = ?", client).Exec(ctx); err != nil {
		return err
	}
	_, err := db.NewDelete().Model((*codeRow)(nil)).Where("c.client_id = ?", client).Exec(ctx)
	return err
}

func some(result interface{ RowsAffected() (int64, error) }, err error) (bool, error) {
	if err != nil {
		return false, err
	}
	n, err := result.RowsAffected()
	return n > 0, err
}

// setCode gives a request its code, once.
func setCode(ctx context.Context, db bun.IDB, id string, hash []byte) error {
	return database.Hit(db.NewUpdate().Model((*codeRow)(nil)).Set("code_hash = ?", hash).Where("c.id = ? AND c.code_hash IS NULL", id).Exec(ctx))
}

func insertToken(ctx context.Context, db bun.IDB, t *tokenRow) error {
	_, err := db.NewInsert().Model(t).Exec(ctx)
	return err
}

// insertGrant keeps a grant, unless its session has ended meanwhile.
func insertGrant(ctx context.Context, db bun.IDB, g *grantRow, now time.Time) error {
	return db.NewRaw(`INSERT INTO sso_grants (code_hash, refresh_hash, client_id, session_name, scopes, created_at)
		SELECT ?, ?, ?, s.name, ?, ? FROM sessions AS s, logins AS l, logins AS o WHERE s.name = ? AND `+living+`
		FOR KEY SHARE OF s RETURNING id`,
		g.CodeHash, g.RefreshHash, g.ClientID, pgdialect.Array(g.Scopes), g.CreatedAt, g.SessionName, now, now).Scan(ctx, &g.ID)
}

func lockKeys(ctx context.Context, tx bun.Tx) error {
	_, err := tx.NewRaw(`SELECT pg_advisory_xact_lock(hashtext('sso_keys'))`).Exec(ctx)
	return err
}

func selectKeys(ctx context.Context, db bun.IDB, since time.Time) (rows []keyRow, err error) {
	err = db.NewSelect().Model(&rows).Where("y.created_at > ?", since).Order("y.created_at DESC", "y.id DESC").Scan(ctx)
	return rows, err
}

func nextKeyID(ctx context.Context, db bun.IDB) (id int64, err error) {
	err = db.NewRaw(`SELECT nextval(pg_get_serial_sequence('sso_keys', 'id'))`).Scan(ctx, &id)
	return id, err
}

func insertKey(ctx context.Context, db bun.IDB, row keyRow) error {
	_, err := db.NewInsert().Model(&row).Exec(ctx)
	return err
}

// Sweep deletes codes and tokens that are over, and keys that are no longer
// published. It only tidies: they are refused where they are looked up.
func Sweep(ctx context.Context, db bun.IDB, now time.Time) error {
	if _, err := db.NewDelete().Model((*codeRow)(nil)).Where("c.expires_at <= ?", now).Exec(ctx); err != nil {
		return err
	}
	if _, err := db.NewDelete().Model((*tokenRow)(nil)).Where("t.expires_at <= ?", now).Exec(ctx); err != nil {
		return err
	}
	_, err := db.NewDelete().Model((*keyRow)(nil)).Where("y.created_at <= ?", now.Add(-keyShown)).Exec(ctx)
	return err
}
