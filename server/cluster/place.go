package cluster

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
)

// longestSocket is the limit of a Unix socket's path, in bytes (sun_path of
// Linux, less its ending NUL; other systems have 103).
const longestSocket = 107

// viaDescriptor is the cluster's directory as its own processes see it when
// they inherit it open as descriptor 3: a way in that passes no parent.
const viaDescriptor = "/proc/self/fd/3"

// place decides who runs the server, from which folders, and makes o.Dir.
func place(o Options, throwaway bool) (*Cluster, error) {
	c := &Cluster{settings: o.Settings, log: o.Log, throwaway: throwaway}
	if c.log == nil {
		c.log = slog.Default()
	}
	dir, err := makeDir(o.Dir)
	if err != nil {
		return nil, failed("The database's directory %s cannot be made: choose another in POSTERN_DATA: %w", o.Dir, err)
	}
	c.dir, c.base = dir, dir
	if c.server, err = serverAccount(c.pgdata()); err != nil {
		return nil, err
	}
	if wall := c.server.blocked(dir); wall != "" {
		if runtime.GOOS != "linux" {
			return nil, failed("The user %s, as whom PostgreSQL runs, cannot enter %s: choose a directory in POSTERN_DATA that it can reach.", c.server.name, wall)
		}
		c.base = viaDescriptor
	}
	c.socket, c.port = c.socketDir(), defaultPort
	if o.TenantAddress != "" {
		if c.listen, c.port, err = loopback(o.TenantAddress); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// defaultPort is PostgreSQL's own. On a Unix socket it is nothing but a name.
const defaultPort = 5432

// loopback takes an address of the loopback and a port apart. Passwords' proofs
// and tenants' data must not leave the machine in the clear.
func loopback(text string) (host string, port int, err error) {
	a, err := netip.ParseAddrPort(text)
	if err != nil || !a.Addr().IsLoopback() || a.Port() == 0 {
		return "", 0, failed("The embedded database server listens on an address of the loopback alone, such as 127.0.0.1:5433: for another one, name a server of your own in POSTERN_TENANT_URL.")
	}
	return a.Addr().String(), int(a.Port()), nil
}

// socketFile is the socket itself.
func (c *Cluster) socketFile() string {
	return filepath.Join(c.socket, ".s.PGSQL."+strconv.Itoa(c.port))
}

// makeDir makes the directory and returns its real path. For root it must let
// the server's user through to pgdata and run; it lists nothing to others.
func makeDir(dir string) (string, error) {
	mode := os.FileMode(0o700)
	if os.Geteuid() == 0 {
		mode = 0o711
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return "", err
	}
	if err := os.Mkdir(dir, mode); err == nil {
		err = os.Chmod(dir, mode) // whatever the umask
		if err != nil {
			return "", err
		}
	} else if !os.IsExist(err) {
		return "", err
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	return filepath.EvalSymlinks(abs)
}

func (c *Cluster) pgdata() string { return filepath.Join(c.dir, "pgdata") }

// majorOfData is the version that made the data directory; 0 if there is none.
func (c *Cluster) majorOfData() int {
	text, _ := os.ReadFile(filepath.Join(c.pgdata(), "PG_VERSION"))
	major, _ := strconv.Atoi(strings.TrimSpace(string(text)))
	return major
}

// socketDir is <dir>/run, or a short name under /tmp where that is too long
// for a socket's path or out of the server's reach. The same directory always
// gives the same name, so that every process finds the same socket.
func (c *Cluster) socketDir() string {
	near := filepath.Join(c.dir, "run")
	limit := longestSocket
	if runtime.GOOS != "linux" {
		limit = 103
	}
	if len(near)+len("/.s.PGSQL.65535") <= limit && c.base == c.dir {
		return near
	}
	sum := sha256.Sum256([]byte(c.dir))
	return fmt.Sprintf("/tmp/postern-%d-%s", c.server.uid, hex.EncodeToString(sum[:8]))
}

// ensureSocketDir makes the socket's directory, or checks the one that is there:
// in /tmp anybody could have put a directory, or a link, of that name first, and
// would sit between Postern and its database.
func (c *Cluster) ensureSocketDir() error {
	err := os.Mkdir(c.socket, 0o700)
	if err == nil {
		return c.give(c.socket)
	}
	info, lerr := os.Lstat(c.socket)
	if lerr != nil {
		return failed("The directory %s for the database's socket cannot be made: %w", c.socket, err)
	}
	owner := info.Sys().(*syscall.Stat_t).Uid
	if !info.IsDir() || owner != c.server.uid || info.Mode().Perm() != 0o700 {
		return failed("%s, where the database's socket belongs, is not a directory of mode 0700 of the user %s: somebody else made it; remove it, or set POSTERN_DATA to another directory.", c.socket, c.server.name)
	}
	return nil
}

// give hands a new file or directory to the server's user.
func (c *Cluster) give(path string) error {
	if !c.server.drop {
		return nil
	}
	return os.Lchown(path, int(c.server.uid), int(c.server.gid))
}
