package provider

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"postern/server/database"
	"postern/server/dispatch"
	"postern/shared/catalog"
	"postern/shared/fault"
	"postern/shared/scalar"
)

// linkRow is a link between an identity and a login.
type linkRow struct {
	bun.BaseModel `bun:"table:identity_links,alias:k"`

	ID                int64     `bun:"id,pk,autoincrement"`
	ProviderID        int64     `bun:"provider_id"`
	Subject           string    `bun:"subject"`
	LoginID           int64     `bun:"login_id"`
	PreferredUsername string    `bun:"preferred_username"`
	Proven            bool      `bun:"proven"`
	CreatedAt         time.Time `bun:"created_at"`
	Provider          string    `bun:"provider,scanonly"`
	Login             string    `bun:"login,scanonly"`
}

func (k *linkRow) shown() catalog.AuthnLink {
	return catalog.AuthnLink{
		LinkTime: scalar.At(k.CreatedAt), PreferredUsername: k.PreferredUsername, ProviderID: k.Provider, ProviderProtocol: protocol,
		Subject: k.Subject, Proven: scalar.Bit(k.Proven),
	}
}

func links(db bun.IDB, into any) *bun.SelectQuery {
	return db.NewSelect().Model(into).ColumnExpr("k.*").ColumnExpr("p.name AS provider").ColumnExpr("l.name AS login").
		Join("JOIN identity_providers AS p ON p.id = k.provider_id").Join("JOIN logins AS l ON l.id = k.login_id").
		OrderExpr(`l.name COLLATE "C", p.name COLLATE "C", k.subject`)
}

// mostLinks is how many links one answer lists.
const mostLinks = 10000

// selectLinks are the links that a caller may see: all for who acts on every
// account, else those of the caller and of the accounts that the caller owns,
// their mailboxes included.
func selectLinks(ctx context.Context, c dispatch.Call) (all []linkRow, err error) {
	q := links(c.DB, &all).Limit(mostLinks)
	if c.Kind != dispatch.Root && !c.Superuser() {
		q = q.Join("JOIN accounts AS a ON a.login_id = coalesce(l.account_id, l.id)").Where("(a.owner_id = ? OR a.login_id = ?)", c.ID, c.ID)
	}
	err = q.Scan(ctx)
	return all, database.Fault(err, nil, nil)
}

func linksOf(ctx context.Context, db bun.IDB, login int64) (all []linkRow, err error) {
	err = links(db, &all).Where("k.login_id = ?", login).Scan(ctx)
	return all, database.Fault(err, nil, nil)
}

// linksTo are the links of an identity.
func linksTo(ctx context.Context, db bun.IDB, provider int64, subject string) (all []linkRow, err error) {
	err = links(db, &all).Where("k.provider_id = ? AND k.subject = ?", provider, subject).Scan(ctx)
	return all, database.Fault(err, nil, nil)
}

func linkedLogins(ctx context.Context, db bun.IDB, provider int64) (all []int64, err error) {
	err = db.NewRaw(`SELECT DISTINCT login_id FROM identity_links WHERE provider_id = ? ORDER BY login_id`, provider).Scan(ctx, &all)
	return all, database.Fault(err, nil, nil)
}

// mostOwn is how many identities a login may be linked to.
const mostOwn = 20

// insertLink adds a link; one that was claimed before becomes proven when this one is.
func insertLink(ctx context.Context, db bun.IDB, k *linkRow) error {
	var there int
	// The login's row is locked, so that of many at once no more than allowed come in.
	err := db.NewRaw(`SELECT (SELECT count(*) FROM identity_links WHERE login_id = l.id) FROM logins AS l WHERE l.id = ? FOR UPDATE`, k.LoginID).Scan(ctx, &there)
	if err != nil {
		return database.Fault(err, nil, fault.New(fault.Unknown, "There is no user of that name."))
	}
	if there >= mostOwn {
		return fault.New(fault.Invalid, "A user may be linked to %d identities: take one away first.", mostOwn)
	}
	err = database.Hit(db.NewInsert().Model(k).On("CONFLICT (provider_id, subject, login_id) DO UPDATE").
		Set("proven = true, preferred_username = EXCLUDED.preferred_username").Where("EXCLUDED.proven AND NOT k.proven").Exec(ctx))
	if database.Gone(err) {
		return fault.New(fault.Exists, "The user is linked to that identity already.")
	}
	return database.Fault(err, nil, nil)
}

func deleteLink(ctx context.Context, db bun.IDB, provider, subject string, login int64) error {
	err := database.Hit(db.NewRaw(`DELETE FROM identity_links AS k USING identity_providers AS p
		WHERE p.id = k.provider_id AND p.name = ? AND k.subject = ? AND k.login_id = ?`, provider, subject, login).Exec(ctx))
	return database.Fault(err, nil, fault.New(fault.Unknown, "The user has no link to that identity."))
}

// proveLink notes that the identity's holder has named the login, and holds the
// link until the transaction ends: one that was taken away meanwhile opens nothing.
func proveLink(ctx context.Context, db bun.IDB, id int64) error {
	err := database.Hit(db.NewUpdate().Model((*linkRow)(nil)).Set("proven = true").Where("k.id = ?", id).Exec(ctx))
	return database.Fault(err, nil, linkGone())
}

// linkStands is the name of a link's provider, if the link is the login's, and
// whether that provider is on for a service.
func linkStands(ctx context.Context, db bun.IDB, link, login int64, service scalar.Service) (name string, on bool, err error) {
	err = db.NewRaw(`SELECT p.name, EXISTS (SELECT FROM identity_clients AS c WHERE c.provider_id = p.id AND c.service = ? AND c.enabled) AS is_on
		FROM identity_links AS k JOIN identity_providers AS p ON p.id = k.provider_id WHERE k.id = ? AND k.login_id = ?`,
		string(service), link, login).Scan(ctx, &name, &on)
	return name, on, database.Fault(err, nil, linkGone())
}

func linkGone() *fault.Fault {
	return fault.New(fault.Invalid, "The link to the login provider was taken away while you were signing in with it. Sign in again.")
}
