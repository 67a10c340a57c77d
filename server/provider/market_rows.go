package provider

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"postern/server/database"
	"postern/server/seal"
	"postern/shared/fault"
)

// market is a Market provider as the database keeps it.
type market struct {
	bun.BaseModel `bun:"table:market_providers,alias:m"`

	ID               int64     `bun:"id,pk"`
	Name             string    `bun:"name"`
	DisplayName      string    `bun:"display_name"`
	Enabled          bool      `bun:"enabled"`
	AuthorizationURL string    `bun:"authorization_url"`
	TokenURL         string    `bun:"token_url"`
	ClientID         string    `bun:"client_id"`
	ClientSecret     []byte    `bun:"client_secret"` // sealed; nil: none
	Scope            string    `bun:"scope"`
	AuthStyle        string    `bun:"auth_style"`
	CreatedAt        time.Time `bun:"created_at"`
	ChangedAt        time.Time `bun:"changed_at"`
}

func marketSecret(id int64) seal.Place {
	return seal.Place{Table: "market_providers", Column: "client_secret", Row: id}
}

func noMarket(name string) *fault.Fault {
	return fault.New(fault.Unknown, "There is no Market provider “%s”.", name)
}

func selectMarkets(ctx context.Context, db bun.IDB) (all []market, err error) {
	err = db.NewSelect().Model(&all).OrderExpr("lower(m.name)").Scan(ctx)
	return all, database.Fault(err, nil, nil)
}

func findMarket(ctx context.Context, db bun.IDB, name string) (*market, error) {
	m := new(market)
	err := db.NewSelect().Model(m).Where("lower(m.name) = lower(?)", name).Scan(ctx)
	return m, database.Fault(err, nil, noMarket(name))
}

// lockMarket is findMarket with the row held until the transaction ends.
func lockMarket(ctx context.Context, db bun.IDB, name string) (*market, error) {
	m := new(market)
	err := db.NewSelect().Model(m).Where("lower(m.name) = lower(?)", name).For("UPDATE").Scan(ctx)
	return m, database.Fault(err, nil, noMarket(name))
}

// nextID draws the number of a row whose secret is sealed to it before it is written.
func nextID(ctx context.Context, db bun.IDB, table string) (id int64, err error) {
	err = db.NewRaw("SELECT nextval(pg_get_serial_sequence(?, 'id'))", table).Scan(ctx, &id)
	return id, database.Fault(err, nil, nil)
}

func insertMarket(ctx context.Context, db bun.IDB, m *market) error {
	_, err := db.NewInsert().Model(m).Exec(ctx)
	return database.Fault(err, fault.New(fault.Exists, "There is a Market provider “%s” already.", m.Name), nil)
}

func updateMarket(ctx context.Context, db bun.IDB, m *market) error {
	_, err := db.NewUpdate().Model(m).WherePK().Exec(ctx)
	return database.Fault(err, nil, nil)
}

func setMarketEnabled(ctx context.Context, db bun.IDB, name string, on bool, now time.Time) error {
	err := database.Hit(db.NewUpdate().Model((*market)(nil)).Set("enabled = ?, changed_at = ?", on, now).Where("lower(m.name) = lower(?)", name).Exec(ctx))
	return database.Fault(err, nil, noMarket(name))
}

func deleteMarket(ctx context.Context, db bun.IDB, name string) error {
	err := database.Hit(db.NewDelete().Model((*market)(nil)).Where("lower(m.name) = lower(?)", name).Exec(ctx))
	return database.Fault(err, nil, noMarket(name))
}
