package cluster

import (
	"errors"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// account is the operating system's user that the server runs as.
type account struct {
	name     string
	uid, gid uint32
	drop     bool // Postern is root: step down to this user
}

// serverAccount chooses the user. PostgreSQL refuses to run as root, so root
// steps down: to the owner of an existing data directory, else to "postgres".
func serverAccount(pgdata string) (account, error) {
	if os.Geteuid() != 0 {
		me, err := user.Current()
		if err != nil {
			return account{}, failed("The user with the number %d has no name on this machine, which PostgreSQL needs: add it to /etc/passwd: %w", os.Geteuid(), err)
		}
		return accountOf(me, false)
	}
	if info, err := os.Lstat(pgdata); err == nil {
		owner := info.Sys().(*syscall.Stat_t).Uid
		u, err := user.LookupId(strconv.Itoa(int(owner)))
		if owner == 0 || err != nil {
			return account{}, failed("The directory %s belongs to the user number %d, as whom PostgreSQL cannot run: give it to the user postgres, with all that is in it.", pgdata, owner)
		}
		return accountOf(u, true)
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return account{}, failed("PostgreSQL does not run as root and this machine has no user named postgres: add one, or start Postern as another user: %w", err)
	}
	return accountOf(u, true)
}

func accountOf(u *user.User, drop bool) (account, error) {
	uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
	gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
	if err := errors.Join(err1, err2); err != nil {
		return account{}, failed("The user %q has no number on this machine: %w", u.Username, err)
	}
	// The name goes into pg_ident.conf, between quotes.
	if strings.ContainsAny(u.Username, "\"\n\r") {
		return account{}, failed("The user name %q cannot be written in PostgreSQL's configuration.", u.Username)
	}
	return account{name: u.Username, uid: uint32(uid), gid: uint32(gid), drop: drop}, nil
}

// attributes are those of every process of the server: its own session, so that
// no Ctrl-C of a terminal reaches it before Postern has finished, and its user.
func (a account) attributes() *syscall.SysProcAttr {
	attr := &syscall.SysProcAttr{Setsid: true}
	if a.drop {
		attr.Credential = &syscall.Credential{Uid: a.uid, Gid: a.gid, Groups: []uint32{a.gid}}
	}
	return attr
}

// blocked returns the first directory above and including dir that the account
// cannot pass through, or "".
func (a account) blocked(dir string) string {
	if !a.drop {
		return ""
	}
	at := "/"
	for _, part := range strings.Split(strings.TrimPrefix(dir, "/"), "/") {
		at = filepath.Join(at, part)
		info, err := os.Stat(at)
		if err != nil || !a.passes(info) {
			return at
		}
	}
	return ""
}

func (a account) passes(dir os.FileInfo) bool {
	st, mode := dir.Sys().(*syscall.Stat_t), dir.Mode().Perm()
	switch {
	case st.Uid == a.uid:
		return mode&0o100 != 0
	case st.Gid == a.gid:
		return mode&0o010 != 0
	}
	return mode&0o001 != 0
}
