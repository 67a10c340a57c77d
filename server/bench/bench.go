package main

import (
	"context"
	"crypto/tls"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
)

// bench is a run.
type bench struct {
	options
	machine    machine
	keeper     *keeper
	admin      *pgx.Conn // as the superuser
	postmaster int       // its process
	statements bool      // pg_stat_statements is there
	houses     map[int]*house
	bare       *process
	stored     map[int]*process
}

// client is for what is not measured by wrk: it trusts the self-signed
// certificate, follows no redirect and keeps its connections.
var client = &http.Client{
	Transport:     transport(),
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	Timeout:       time.Minute,
}

func transport() *http.Transport {
	return &http.Transport{
		TLSClientConfig:     &tls.Config{InsecureSkipVerify: true, NextProtos: []string{"http/1.1"}}, // wrk's
		MaxIdleConnsPerHost: 128,
	}
}

// open starts the database server and finds out where it runs.
func (b *bench) open(ctx context.Context) (err error) {
	b.houses, b.stored = map[int]*house{}, map[int]*process{}
	if b.keeper, err = newKeeper(b.dir); err != nil {
		return err
	}
	if b.admin, err = pgx.Connect(ctx, b.keeper.admin); err != nil {
		return err
	}
	var backend int
	var version string
	err = b.admin.QueryRow(ctx, `SELECT pg_backend_pid(), current_setting('server_version'),
		current_setting('shared_preload_libraries') = 'pg_stat_statements'`).Scan(&backend, &version, &b.statements)
	if err != nil {
		return err
	}
	if b.statements {
		if _, err := b.admin.Exec(ctx, "CREATE EXTENSION pg_stat_statements"); err != nil {
			return err
		}
	}
	fields, err := stat(backend)
	if err != nil {
		return errors.Join(errors.New("this program needs Linux’s /proc"), err)
	}
	b.postmaster, err = strconv.Atoi(fields[parent])
	b.machine = machineHere(version, b.statements)
	return err
}

// close ends everything that open and the cells have started.
func (b *bench) close() (err error) {
	for _, h := range b.houses {
		err = errors.Join(err, h.stop())
	}
	for _, p := range b.stored {
		err = errors.Join(err, p.stop())
	}
	if b.bare != nil {
		err = errors.Join(err, b.bare.stop())
	}
	if b.admin != nil {
		err = errors.Join(err, b.admin.Close(context.Background()))
	}
	if b.keeper != nil {
		err = errors.Join(err, b.keeper.close())
	}
	return err
}

// queries is how many statements a server's database was sent. Without the
// extension that counts them it is how many transactions it ended, of which
// PostgreSQL's processes tell about once a second.
func (b *bench) queries(ctx context.Context, p *process) (n int64, err error) {
	if b.statements {
		err = b.admin.QueryRow(ctx, `SELECT coalesce(sum(calls), 0)::bigint FROM pg_stat_statements(false)
			WHERE dbid = (SELECT oid FROM pg_database WHERE datname = $1)`, p.database).Scan(&n)
		return n, err
	}
	time.Sleep(1500 * time.Millisecond)
	err = b.admin.QueryRow(ctx, `SELECT coalesce(sum(xact_commit + xact_rollback), 0)::bigint FROM pg_stat_database WHERE datname = $1`, p.database).Scan(&n)
	return n, err
}

// sizes are how many accounts and sessions the houses have.
func (b *bench) sizes() []int {
	if b.big {
		return []int{small, 100_000, 1_000_000}
	}
	return []int{small, 100_000}
}

// small is the size of the house in which all is measured that has no size.
const small = 1000

// secret is root's password, and all accounts'.
const secret = "Portcullis-at-dusk-9"
