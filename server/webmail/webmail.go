// Package webmail knows the mail applications that people open from Postern, and
// mounts one that runs beside it.
//
// It owns the table webmail_applications, its functions and the rules between a
// mounted application and the session whose path it stands behind. It signs nobody in: the application does that by package sso, without
// asking the person. Package httpd brings requests here with the session that
// they belong to; package node builds the room.
//
// # An address of its own, or a mount
//
// An application with an address of its own is an origin of its own: the better
// choice where there is a name for it. A mounted one stands behind the session's
// path, /cpsess…/path/, as cPanel's do. It works without another name or
// certificate, and two mailboxes can be open in one browser, each in its own path
// with its own cookies. But it is of one origin with Webmail: a script that a
// hole in the application lets in can do what the mailbox's owner can do there.
//
// # What a mounted application is told
//
// The host and the address that it sees are Postern's own settings, never the
// request's: they end up in addresses that codes travel to. Of the request's
// headers it gets those that stand in a list. Where the program and its files are
// is the operator's to say (POSTERN_WEBMAIL_FASTCGI, POSTERN_WEBMAIL_FILES), not an
// administrator's: whoever could set that through the API could read any file.
package webmail

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"postern/server/account"
	"postern/server/database"
	"postern/server/dispatch"
	"postern/server/session"
	"postern/shared/catalog"
)

// Options are what the room stands on.
type Options struct {
	DB  *database.DB
	Now func() time.Time
	Log *slog.Logger
	// FastCGI is where the mounted application's program answers: a socket's path,
	// or host:port; empty: nothing is mounted.
	FastCGI string
	// Files is the folder of the mounted application's index.php and its files.
	Files string
	// Issuer is Webmail's own address for people outside, without a path.
	Issuer func() string
	// End ends a session.
	End func(ctx context.Context, name string) error
}

// Room answers the functions about mail applications, and for the mounted one.
type Room struct{ Options }

// Register answers the functions.
func (r *Room) Register(m *dispatch.Mux) {
	dispatch.Handle(m, catalog.CreateWebmailApplication, r.create)
	dispatch.Handle(m, catalog.ListWebmailApplications, r.list)
	dispatch.Handle(m, catalog.UpdateWebmailApplication, r.update)
	dispatch.Handle(m, catalog.DeleteWebmailApplication, r.remove)
}

// Visitor is the browser behind a request, with the live session that it is about.
type Visitor struct {
	Session *session.Row
	Login   account.Login
}

// Place is where an application is opened.
type Place struct {
	Path    string // behind the session's path; empty when it has an address
	Address string // elsewhere
}

// Open is where a login opens an application: the one of that name, or the default
// one when name is empty. Nil when there is none for it.
func (r *Room) Open(ctx context.Context, who account.Login, name string) (*Place, error) {
	if who.Kind != dispatch.Mailbox || who.Suspended() {
		return nil, nil // nothing for an application to show
	}
	a, err := find(ctx, r.DB.Write, name)
	switch {
	case database.Gone(err):
		return nil, nil
	case err != nil:
		return nil, err
	case a.Address != "":
		return &Place{Address: a.Address + a.Start}, nil
	case r.FastCGI == "":
		return nil, nil
	}
	return &Place{Path: a.Path + a.Start}, nil
}

// Mounted finds the mounted application that a path behind the session's belongs
// to, and what of the path is left for it.
func (r *Room) Mounted(ctx context.Context, path string) (mount, rest string, err error) {
	if r.FastCGI == "" {
		return "", "", nil
	}
	mounts, err := paths(ctx, r.DB.Write)
	for _, m := range mounts {
		if left, is := strings.CutPrefix(path, m); is && (left == "" || left[0] == '/') {
			return m, left, nil
		}
	}
	return "", "", err
}

// Origins are the addresses of the applications that have one of their own. While
// the database does not answer there are none: the page that asks is shown anyway.
func (r *Room) Origins(ctx context.Context) []string {
	all, err := selectAll(ctx, r.DB.Read)
	if err != nil {
		r.Log.WarnContext(ctx, "the webmail applications were not read", "error", err)
	}
	var origins []string
	for _, a := range all {
		if u, err := url.Parse(a.Address); err == nil && u.Host != "" {
			origins = append(origins, "https://"+u.Host)
		}
	}
	return origins
}

// host is Webmail's own host and port, as a Host header has it.
func (r *Room) host() string { return strings.TrimPrefix(r.Issuer(), "https://") }

// AtHome tells whether a request came to Webmail under its own name: cookies and
// addresses of a mounted application hold under no other.
func (r *Room) AtHome(q *http.Request) bool { return strings.EqualFold(q.Host, r.host()) }
