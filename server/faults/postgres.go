package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"

	"postern/server/cluster"
)

// postgres is a PostgreSQL server that may be ended and started as often as one
// likes. It runs as a user's would: what it says is committed is on the disk.
type postgres struct {
	dir      string
	settings map[string]string
	running  *cluster.Cluster
}

// start starts the server and returns when it answers.
func (p *postgres) start(ctx context.Context) (err error) {
	p.running, err = cluster.Start(ctx, cluster.Options{Dir: p.dir, Settings: p.settings, Log: slog.New(slog.DiscardHandler)})
	return err
}

// socket is the server's Unix socket.
func (p *postgres) socket() string {
	u, err := url.Parse(p.running.URL())
	if err != nil {
		return ""
	}
	return filepath.Join(u.Query().Get("host"), ".s.PGSQL.5432")
}

func (p *postgres) data() string { return filepath.Join(p.dir, "pgdata") }

// postmaster is the process number of the server; 0 when none runs.
func (p *postgres) postmaster() int {
	text, _ := os.ReadFile(filepath.Join(p.data(), "postmaster.pid"))
	pid, _ := strconv.Atoi(strings.SplitN(string(text), "\n", 2)[0])
	for _, running := range workingIn(p.data()) {
		if running == pid {
			return pid
		}
	}
	return 0
}

// kill ends the server and every child of it with SIGKILL, as a crash of the
// machine's memory or its killer would.
func (p *postgres) kill() error {
	if p.postmaster() == 0 {
		return fmt.Errorf("no PostgreSQL runs in %s", p.dir)
	}
	for range 100 {
		pids := workingIn(p.data())
		if len(pids) == 0 {
			return p.forget()
		}
		for _, pid := range pids {
			_ = syscall.Kill(pid, syscall.SIGKILL) // it may be gone already
		}
		time.Sleep(10 * time.Millisecond)
	}
	return fmt.Errorf("PostgreSQL in %s outlives SIGKILL", p.dir)
}

// stop is PostgreSQL's fast shutdown: clients are cut off, what is open is rolled back.
func (p *postgres) stop() error {
	if pid := p.postmaster(); pid != 0 {
		if err := syscall.Kill(pid, syscall.SIGINT); err != nil {
			return err
		}
	}
	for range 3000 {
		if len(workingIn(p.data())) == 0 {
			return p.forget()
		}
		time.Sleep(10 * time.Millisecond)
	}
	return fmt.Errorf("PostgreSQL in %s does not stop", p.dir)
}

// forget gives up the share in a server that has ended.
func (p *postgres) forget() error {
	if p.running == nil {
		return nil
	}
	gone := p.running
	p.running = nil
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	return gone.Stop(ctx)
}

// signal sends a signal to the server and every child of it.
func (p *postgres) signal(s syscall.Signal) {
	for _, pid := range workingIn(p.data()) {
		_ = syscall.Kill(pid, s) // it may be gone already
	}
}

// connect opens a connection past every proxy, as Postern's own role.
func (p *postgres) connect(ctx context.Context, database string) (*pgx.Conn, error) {
	u, err := url.Parse(p.running.URL())
	if err != nil {
		return nil, err
	}
	u.Path = "/" + database
	return pgx.Connect(ctx, u.String())
}

// administer runs a statement as the server's superuser.
func (p *postgres) administer(ctx context.Context, sql string) error {
	conn, err := pgx.Connect(ctx, p.running.AdminURL())
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	_, err = conn.Exec(ctx, sql)
	return err
}

// workingIn lists the processes whose working directory is in a folder.
func workingIn(dir string) (pids []int) {
	links, _ := filepath.Glob("/proc/[0-9]*/cwd")
	for _, link := range links {
		if cwd, err := os.Readlink(link); err == nil && (cwd == dir || strings.HasPrefix(cwd, dir+"/")) {
			pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(link)))
			pids = append(pids, pid)
		}
	}
	return pids
}
