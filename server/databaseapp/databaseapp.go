// Package databaseapp opens Adminer in sessions: signed in to the databases of
// the session's account, and to nothing else.
//
// It owns the front file and the configuration of PHP that Postern writes for it,
// and the way of a request from a session's path to PHP's FastCGI program. It
// keeps nothing: who a session may be on the database server is package tenant's,
// which the roof joins by Options. Package httpd brings requests here with the
// session that they belong to.
//
// # What holds Adminer in
//
// Each request is a session's that lives at that moment, under its security
// token, and carries the session's own database user to PHP in FastCGI
// parameters, which no header of a browser's can be. The front file puts driver,
// server, user and database into Adminer's hands, whatever the address or a form
// says; and the server admits that user to the account's databases alone. When
// the session ends its path answers nobody, and the user is dropped.
//
// PHP's own session has a name that follows from Postern's: it is sent by Postern,
// and no browser has it. Adminer shares Postern's origin, so a hole in it through
// which a script came could act as the account's owner; the policy that Postern
// sends lets only scripts run that Adminer has marked itself.
package databaseapp

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"log/slog"
	"net/netip"

	"postern/server/dispatch"
	"postern/server/session"
)

// Title is the application's name for people.
const Title = "Adminer"

// Path is where it is mounted behind a session's path.
const Path = "/3rdparty/adminer/"

// Home is the app's screen of databases, which leads here and is led back to.
const Home = "/account/databases"

// Access is the way of a session's database user to the account's databases.
type Access struct {
	User, Password string
	Owner          string // the account's role, for people to see
	Host           string // a host, or the directory of a Unix socket
	Port           int
	Databases      []string
	TLS            map[string]string // libpq's sslmode and sslrootcert, where they are set
}

// Options are what the room stands on.
type Options struct {
	Log *slog.Logger
	// FastCGI is where PHP answers: a socket's path, or host:port.
	FastCGI string
	// Files is the folder of Adminer's adminer.php.
	Files string
	// Data is the folder that Install makes, as PHP sees it.
	Data string
	// Hostname is the server's name in what PHP is told.
	Hostname string
	// Key is 32 bytes that names of PHP's sessions follow from, the same on every node.
	Key []byte
	// Access is that of a session; nil when it has no database user.
	Access func(ctx context.Context, session string) (*Access, error)
	// Make gives a caller's session its database user, or tells why it may have none.
	Make func(ctx context.Context, who dispatch.Caller) error
}

// Room answers for the application.
type Room struct{ Options }

// Visitor is the browser behind a request, with the live session that it is about.
type Visitor struct {
	Session *session.Row
	Caller  dispatch.Caller // of that session
	Address netip.Addr
}

// phpSession is the name of PHP's session that belongs to one of Postern's.
func (r *Room) phpSession(name string) string {
	h := hmac.New(sha256.New, r.Key)
	h.Write([]byte(name))
	return hex.EncodeToString(h.Sum(nil))
}
