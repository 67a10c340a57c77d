package dispatch

import (
	"context"
	"net/url"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"

	"postern/shared/fault"
	"postern/shared/function"
)

var writes = function.Define[probeRequest, function.Nothing](function.Spec{
	Names: []function.Name{function.WHM("probe_writes")}, Effect: function.Writes, Doc: "Writes."})

// A database that is away when the transaction is to be opened is said to be
// away, and is no internal error: callers may try again.
func TestDatabaseAway(t *testing.T) {
	t.Parallel()
	config, err := pgx.ParseConfig("postgres://nobody@127.0.0.1:1/nothing?sslmode=disable&connect_timeout=2")
	if err != nil {
		t.Fatal(err)
	}
	away := bun.NewDB(stdlib.OpenDB(*config), pgdialect.New())
	defer away.Close()
	m := probe()
	m.DB = away
	Handle(m, writes, func(context.Context, Call, probeRequest) (function.Nothing, error) {
		t.Error("the handler ran without a database")
		return function.Nothing{}, nil
	})
	if _, err := m.Call(t.Context(), root, writes.Names[0], url.Values{}, function.Shape{}); !fault.Is(err, fault.Unavailable) {
		t.Errorf("said %v, of kind %s", err, fault.Of(err).Kind)
	}
}
