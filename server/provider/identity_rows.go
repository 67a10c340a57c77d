package provider

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"postern/server/database"
	"postern/server/seal"
	"postern/shared/catalog"
	"postern/shared/fault"
	"postern/shared/scalar"
)

// identityProvider is an OpenID Connect provider as the database keeps it.
type identityProvider struct {
	bun.BaseModel `bun:"table:identity_providers,alias:p"`

	ID          int64     `bun:"id,pk,autoincrement"`
	Name        string    `bun:"name"`
	Issuer      string    `bun:"issuer"`
	DisplayName string    `bun:"display_name"`
	Scopes      string    `bun:"scopes"`
	AuthStyle   string    `bun:"auth_style"`
	Strong      bool      `bun:"strong"`
	CreatedAt   time.Time `bun:"created_at"`
	ChangedAt   time.Time `bun:"changed_at"`
	Links       int       `bun:"links,scanonly"`
}

// identityClient is a service's client at a provider.
type identityClient struct {
	bun.BaseModel `bun:"table:identity_clients,alias:c"`

	ID           int64              `bun:"id,pk"`
	ProviderID   int64              `bun:"provider_id"`
	Service      scalar.Service     `bun:"service"`
	Enabled      bool               `bun:"enabled"`
	ClientID     string             `bun:"client_id"`
	ClientSecret []byte             `bun:"client_secret"` // sealed; nil: none
	Face         catalog.ButtonFace `bun:"face,type:jsonb"`
}

func clientSecret(id int64) seal.Place {
	return seal.Place{Table: "identity_clients", Column: "client_secret", Row: id}
}

func noProvider(name string) *fault.Fault {
	return fault.New(fault.Unknown, "There is no authentication provider “%s”.", name)
}

func selectProviders(ctx context.Context, db bun.IDB) (all []identityProvider, err error) {
	err = db.NewSelect().Model(&all).ColumnExpr("p.*").
		ColumnExpr("(SELECT count(*) FROM identity_links AS k WHERE k.provider_id = p.id) AS links").OrderExpr(`p.name COLLATE "C"`).Scan(ctx)
	return all, database.Fault(err, nil, nil)
}

func findProvider(ctx context.Context, db bun.IDB, name string) (*identityProvider, error) {
	p := new(identityProvider)
	err := db.NewSelect().Model(p).ColumnExpr("p.*").
		ColumnExpr("(SELECT count(*) FROM identity_links AS k WHERE k.provider_id = p.id) AS links").Where("p.name = ?", name).Scan(ctx)
	return p, database.Fault(err, nil, noProvider(name))
}

// lockProvider holds a provider until the transaction ends: whoever changes it or
// what hangs on it does so alone.
func lockProvider(ctx context.Context, db bun.IDB, name string) (*identityProvider, error) {
	var id int64
	err := db.NewRaw(`SELECT id FROM identity_providers WHERE name = ? FOR UPDATE`, name).Scan(ctx, &id)
	if err != nil {
		return nil, database.Fault(err, nil, noProvider(name))
	}
	return findProvider(ctx, db, name)
}

func insertProvider(ctx context.Context, db bun.IDB, p *identityProvider) error {
	_, err := db.NewInsert().Model(p).Exec(ctx)
	return database.Fault(err, fault.New(fault.Exists, "There is an authentication provider “%s” already.", p.Name), nil)
}

func updateProvider(ctx context.Context, db bun.IDB, p *identityProvider) error {
	_, err := db.NewUpdate().Model(p).WherePK().Exec(ctx)
	return database.Fault(err, nil, nil)
}

func deleteProvider(ctx context.Context, db bun.IDB, id int64) error {
	_, err := db.NewDelete().Model((*identityProvider)(nil)).Where("p.id = ?", id).Exec(ctx)
	return database.Fault(err, nil, nil)
}

// selectClients are the clients at a provider, by service; at all of them for 0.
func selectClients(ctx context.Context, db bun.IDB, provider int64) (map[int64]map[scalar.Service]*identityClient, error) {
	var all []*identityClient
	q := db.NewSelect().Model(&all)
	if provider != 0 {
		q = q.Where("c.provider_id = ?", provider)
	}
	if err := q.Scan(ctx); err != nil {
		return nil, database.Fault(err, nil, nil)
	}
	by := map[int64]map[scalar.Service]*identityClient{}
	for _, c := range all {
		if by[c.ProviderID] == nil {
			by[c.ProviderID] = map[scalar.Service]*identityClient{}
		}
		by[c.ProviderID][c.Service] = c
	}
	return by, nil
}

// clientOf is a service's client at a provider; one without an id where there is none yet.
func clientOf(ctx context.Context, db bun.IDB, provider int64, service scalar.Service) (*identityClient, error) {
	by, err := selectClients(ctx, db, provider)
	if err != nil {
		return nil, err
	}
	if c := by[provider][service]; c != nil {
		return c, nil
	}
	return &identityClient{ProviderID: provider, Service: service}, nil
}

// keepClient writes a client, whose provider the caller holds.
func keepClient(ctx context.Context, db bun.IDB, c *identityClient) error {
	_, err := db.NewInsert().Model(c).On("CONFLICT (id) DO UPDATE").
		Set("enabled = EXCLUDED.enabled, client_id = EXCLUDED.client_id, client_secret = EXCLUDED.client_secret, face = EXCLUDED.face").Exec(ctx)
	return database.Fault(err, nil, nil)
}

func disableClient(ctx context.Context, db bun.IDB, provider int64, service scalar.Service) error {
	_, err := db.NewUpdate().Model((*identityClient)(nil)).Set("enabled = false").Where("c.provider_id = ? AND c.service = ?", provider, service).Exec(ctx)
	return database.Fault(err, nil, nil)
}
