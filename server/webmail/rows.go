package webmail

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"postern/server/cluster"
	"postern/server/database"
	"postern/shared/fault"
)

// row is an application as the database keeps it.
type row struct {
	bun.BaseModel `bun:"table:webmail_applications,alias:a"`

	Name      string    `bun:"name,pk"`
	Title     string    `bun:"title"`
	Address   string    `bun:"address"`
	Path      string    `bun:"path"`
	Start     string    `bun:"start"`
	IsDefault bool      `bun:"is_default"`
	CreatedAt time.Time `bun:"created_at"`
	ChangedAt time.Time `bun:"changed_at"`
}

// find is the application of that name, or the default one.
func find(ctx context.Context, db bun.IDB, name string) (*row, error) {
	a := new(row)
	q := db.NewSelect().Model(a)
	if name == "" {
		q = q.Where("a.is_default")
	} else {
		q = q.Where("a.name = ?", name)
	}
	return a, q.Scan(ctx)
}

// paths are where applications are mounted, the longer ones first.
func paths(ctx context.Context, db bun.IDB) (all []string, err error) {
	err = db.NewSelect().Model((*row)(nil)).Column("path").Where("a.path <> ''").OrderExpr("length(a.path) DESC").Scan(ctx, &all)
	return all, err
}

func selectAll(ctx context.Context, db bun.IDB) (all []row, err error) {
	err = db.NewSelect().Model(&all).Order("a.is_default DESC", "a.name").Scan(ctx)
	return all, err
}

func lock(ctx context.Context, db bun.IDB, name string) (*row, error) {
	a := new(row)
	return a, db.NewSelect().Model(a).Where("a.name = ?", name).For("UPDATE").Scan(ctx)
}

// noDefault takes the place of the default one away from whoever has it.
func noDefault(ctx context.Context, db bun.IDB) error {
	_, err := db.NewUpdate().Model((*row)(nil)).Set("is_default = false").Where("a.is_default").Exec(ctx)
	return err
}

// LetDovecotRead lets Dovecot's role read the two views. A role is the database
// server's: where Postern may not make one, the error says what its administrator
// must do.
func (r *Room) LetDovecotRead(ctx context.Context) error {
	var there bool
	err := r.DB.Write.NewRaw(`SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = ?)`, cluster.DovecotRole).Scan(ctx, &there)
	if err != nil {
		return database.Fault(err, nil, nil)
	}
	if !there {
		return fault.New(fault.Unavailable, "The database server has no role %s, which Dovecot reads with. As its administrator run: "+
			"CREATE ROLE %s LOGIN CONNECTION LIMIT 20 PASSWORD '…'; then try again.", cluster.DovecotRole, cluster.DovecotRole)
	}
	_, err = r.DB.Write.NewRaw(`GRANT SELECT ON dovecot_passwords, dovecot_mailboxes TO ?`, bun.Ident(cluster.DovecotRole)).Exec(ctx)
	return database.Fault(err, nil, nil)
}
