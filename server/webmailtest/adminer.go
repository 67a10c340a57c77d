package webmailtest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"postern/server/databaseapp"
	"postern/server/webmail"
)

// adminerFiles is where Debian's package has Adminer.
const adminerFiles = "/usr/share/adminer"

// AdminerPackages are what Debian calls what Adminer needs.
const AdminerPackages = "adminer php-fpm php-pgsql"

// AdminerMissing tells what is not on this machine; nil when all is there.
func AdminerMissing() error {
	for _, pattern := range []string{adminerFiles + "/adminer.php", "/usr/sbin/php-fpm[0-9]*", "/usr/lib/php/*/pgsql.so"} {
		if found, _ := filepath.Glob(pattern); len(found) == 0 { // the pattern is well formed
			return fmt.Errorf("Adminer needs %s: apt-get install --no-install-recommends %s", pattern, AdminerPackages)
		}
	}
	return nil
}

// Adminer is PHP with Adminer beside a Postern, running or about to.
type Adminer struct{ *Chain }

// PlanAdminer chooses a new folder, in which Postern's own data goes too, and the
// account to run as: that of the PostgreSQL server at database, whose Unix socket
// admits no other, or else whoever asks.
func PlanAdminer(database string) (*Adminer, error) {
	if err := AdminerMissing(); err != nil {
		return nil, err
	}
	a := &Adminer{&Chain{Setup: webmail.Setup{Database: database}}}
	if err := a.RunAs(); err != nil {
		return nil, err
	}
	var err error
	if a.Folder, err = os.MkdirTemp("/tmp", "postern-adminer-"); err != nil { // short: sockets' names are bounded
		return nil, err
	}
	for name, mode := range map[string]os.FileMode{"": 0o711, "data": 0o711, "log": 0o700, "php": 0o700} {
		path := filepath.Join(a.Folder, name)
		if err := os.MkdirAll(path, mode); err != nil {
			return nil, err
		}
		if err := os.Chmod(path, mode); err != nil {
			return nil, err
		}
	}
	if os.Geteuid() == 0 {
		err = os.Chown(filepath.Join(a.Folder, "php"), a.UID, a.GID)
	}
	a.FastCGI = filepath.Join(a.Folder, "php/fpm.sock")
	return a, err
}

// Environment is what Postern must be started with.
func (a *Adminer) Environment() []string {
	return []string{"POSTERN_DATA=" + filepath.Join(a.Folder, "data"), "POSTERN_DATABASE_APP_FASTCGI=" + a.FastCGI, "POSTERN_DATABASE_APP_FILES=" + adminerFiles}
}

// Start starts PHP on the configuration that the Postern has written.
func (a *Adminer) Start(ctx context.Context) error {
	program, err := fpm()
	if err != nil {
		return err
	}
	if err := a.run(program, "-F", "-O", "-y", filepath.Join(a.Folder, "data", databaseapp.Folder, "php-fpm.conf")); err != nil {
		return err
	}
	return a.wait(ctx, "unix", a.FastCGI)
}
