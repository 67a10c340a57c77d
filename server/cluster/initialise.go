package cluster

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/jackc/pgx/v5"
)

// ensureData runs initdb once. It works in a directory beside, renamed when
// whole, so that a start cut short leaves nothing half made in place.
func (c *Cluster) ensureData(ctx context.Context) error {
	if c.majorOfData() != 0 {
		return nil
	}
	if entries, err := os.ReadDir(c.pgdata()); err == nil && len(entries) > 0 {
		return failed("The directory %s is not empty and holds no database of PostgreSQL's: move it away.", c.pgdata())
	}
	if err := c.findPrograms(); err != nil {
		return err
	}
	raw := filepath.Join(c.dir, "pgdata.new")
	if err := os.RemoveAll(raw); err != nil {
		return failed("The unfinished database in %s cannot be removed: %w", raw, err)
	}
	if err := os.Mkdir(raw, 0o700); err != nil {
		return failed("The database's directory %s cannot be made: %w", raw, err)
	}
	if err := c.give(raw); err != nil {
		return failed("The directory %s cannot be given to the user %s: %w", raw, c.server.name, err)
	}
	c.log.Info("making the database", "dir", c.pgdata(), "user", c.server.name)
	if err := c.initdb(ctx); err != nil {
		return err
	}
	if err := c.makeRole(ctx); err != nil {
		return err
	}
	_ = os.Remove(c.pgdata()) // an empty one, made by hand
	if err := os.Rename(raw, c.pgdata()); err != nil {
		return failed("The new database cannot be put in place: %w", err)
	}
	return nil
}

func (c *Cluster) initdb(ctx context.Context) error {
	var out []byte
	var err error
	for _, locale := range []string{"C.UTF-8", "C"} { // not every system has the first
		args := []string{"-D", filepath.Join(c.base, "pgdata.new"), "-U", Superuser, "-E", "UTF8",
			"--locale=" + locale, "--data-checksums", "--auth=reject", "--no-instructions"}
		if c.throwaway {
			args = append(args, "--no-sync")
		}
		if out, err = c.run(ctx, "", "initdb", args...); err == nil {
			return nil
		}
		if !bytes.Contains(out, []byte("locale")) {
			break
		}
	}
	return failed("PostgreSQL's initdb could not make the database in %s: %s: %w", c.dir, reason(out), err)
}

// makeRole makes Postern's role and database before the server ever listens, in
// PostgreSQL's single-user mode, which reads a statement a line.
func (c *Cluster) makeRole(ctx context.Context) error {
	createdb := ""
	if c.throwaway {
		createdb = " CREATEDB" // for the testkit's clones
	}
	sql := "CREATE ROLE " + Role + " LOGIN" + createdb + "\n" +
		"CREATE DATABASE " + Database + " OWNER " + Role + "\n"
	out, err := c.run(ctx, sql, "postgres", "--single", "-D", filepath.Join(c.base, "pgdata.new"),
		"-c", "exit_on_error=on", "postgres")
	if err != nil {
		return failed("PostgreSQL could not make Postern's role and database: %s: %w", reason(out), err)
	}
	return nil
}

// ensureRoles makes the roles beside Postern's own: the one that makes accounts'
// roles and databases, and the one that a mail server reads with. It does so in a
// cluster from before there were any, too. Processes take turns: the gate is held.
func (c *Cluster) ensureRoles(ctx context.Context) error {
	conn, err := pgx.Connect(ctx, c.AdminURL())
	if err != nil {
		return failed("PostgreSQL in %s does not let its administrator in: %w", c.dir, err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	for role, may := range map[string]string{TenantRole: "LOGIN CREATEROLE CREATEDB", DovecotRole: "LOGIN CONNECTION LIMIT 20"} {
		var there bool
		if err := conn.QueryRow(ctx, "SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)", role).Scan(&there); err != nil {
			return failed("PostgreSQL in %s could not be asked for its roles: %w", c.dir, err)
		}
		if there {
			continue
		}
		if _, err := conn.Exec(ctx, "CREATE ROLE "+role+" "+may); err != nil {
			return failed("PostgreSQL could not make the role %s: %w", role, err)
		}
	}
	return nil
}

// findPrograms is put off until a program is needed: adopting a server needs none.
func (c *Cluster) findPrograms() error {
	if c.bin != "" {
		return nil
	}
	found, err := find(c.majorOfData())
	c.bin = found.dir
	return err
}

// command prepares a program of PostgreSQL's, as the server's user, in an
// environment without the caller's PG… variables.
func (c *Cluster) command(ctx context.Context, program string, args ...string) (*exec.Cmd, func(), error) {
	if err := c.findPrograms(); err != nil {
		return nil, nil, err
	}
	cmd := exec.CommandContext(ctx, filepath.Join(c.bin, program), args...)
	cmd.Dir = "/"
	cmd.Env = []string{"PATH=" + c.bin + ":/usr/bin:/bin", "LC_ALL=C", "TZ=UTC"}
	cmd.SysProcAttr = c.server.attributes()
	if c.base == c.dir {
		return cmd, func() {}, nil
	}
	dir, err := os.Open(c.dir)
	if err != nil {
		return nil, nil, failed("The directory %s cannot be opened: %w", c.dir, err)
	}
	cmd.ExtraFiles = []*os.File{dir} // descriptor 3: viaDescriptor
	return cmd, func() { dir.Close() }, nil
}

// run runs a program to its end and returns what it said on both streams.
// Cut short, it takes the program's children along.
func (c *Cluster) run(ctx context.Context, stdin, program string, args ...string) ([]byte, error) {
	cmd, release, err := c.command(ctx, program, args...)
	if err != nil {
		return nil, err
	}
	defer release()
	cmd.Stdin = strings.NewReader(stdin)
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	return cmd.CombinedOutput()
}

// reason is the line that says why a program of PostgreSQL's failed: the last that
// calls itself fatal, which the server follows up with its farewell, else the last.
func reason(out []byte) string {
	var last, fatal string
	for line := range strings.Lines(string(out)) {
		if line = strings.TrimSpace(line); line != "" {
			last = line
		}
		if strings.Contains(line, "FATAL:") || strings.Contains(line, "PANIC:") {
			fatal = line
		}
	}
	if fatal != "" {
		return fatal
	}
	return last
}
