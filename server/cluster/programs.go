package cluster

import (
	"cmp"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Oldest is the oldest major version of PostgreSQL that Postern works with.
const Oldest = 14

// whereDistributionsPut lists the folders of server programs that are not on
// PATH: Debian's and Ubuntu's, Fedora's packages of PostgreSQL, Homebrew's.
var whereDistributionsPut = []string{
	"/usr/lib/postgresql/*/bin",
	"/usr/pgsql-*/bin",
	"/opt/homebrew/opt/postgresql@*/bin",
}

type programs struct {
	dir   string
	major int
}

// find returns the newest server programs, or, when an existing data directory
// demands a major version, those of exactly that one.
func find(major int) (programs, error) {
	var fit []programs
	for _, dir := range candidates() {
		p, ok := inspect(dir)
		if ok && p.major >= Oldest && (major == 0 || p.major == major) {
			fit = append(fit, p)
		}
	}
	if len(fit) == 0 && major != 0 {
		return programs{}, failed("The database was made by PostgreSQL %d, whose server programs are not installed: install that version (Debian and Ubuntu: apt-get install postgresql-%d).", major, major)
	}
	if len(fit) == 0 {
		return programs{}, failed("PostgreSQL's server programs (initdb, postgres) are not installed: install PostgreSQL %d or newer (Debian and Ubuntu: apt-get install postgresql), or name a server in POSTERN_DATABASE_URL.", Oldest)
	}
	return slices.MaxFunc(fit, func(a, b programs) int { return cmp.Compare(a.major, b.major) }), nil
}

// candidates lists the folders that may hold the programs: PATH first.
func candidates() []string {
	var dirs []string
	if initdb, err := exec.LookPath("initdb"); err == nil {
		if real, err := filepath.EvalSymlinks(initdb); err == nil {
			dirs = append(dirs, filepath.Dir(real))
		}
	}
	for _, pattern := range whereDistributionsPut {
		more, _ := filepath.Glob(pattern)
		dirs = append(dirs, more...)
	}
	return dirs
}

// inspect asks a folder's programs for their version.
func inspect(dir string) (programs, bool) {
	for _, name := range []string{"initdb", "postgres"} {
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.Mode()&0o111 == 0 {
			return programs{}, false
		}
	}
	// "postgres (PostgreSQL) 15.18 (Debian …)"
	out, err := exec.CommandContext(context.Background(), filepath.Join(dir, "postgres"), "--version").Output()
	_, version, found := strings.Cut(string(out), "(PostgreSQL) ")
	if err != nil || !found {
		return programs{}, false
	}
	digits := strings.IndexFunc(version, func(r rune) bool { return r < '0' || r > '9' })
	major, err := strconv.Atoi(version[:max(digits, 0)])
	return programs{dir, major}, err == nil
}

// Installed tells whether a cluster could be started here; its error says what to install.
func Installed() error {
	_, err := find(0)
	return err
}
