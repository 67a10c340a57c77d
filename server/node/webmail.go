package node

import (
	"context"
	"io"
	"time"

	"postern/server/dispatch"
	"postern/server/sso"
	"postern/server/webmail"
	"postern/shared/scalar"
)

// buildWebmail builds the rooms of single sign on and of the mail applications.
func (n *Node) buildWebmail(random io.Reader) (err error) {
	o, c := n.options, n.options.Config
	issuer := func() string {
		if c.Plain == "serve" { // a proxy stands in front, and listens elsewhere
			return n.url(scalar.Webmail, "")
		}
		return n.Address(scalar.Webmail)
	}
	n.sso, err = sso.New(sso.Options{
		DB: o.DB, Key: o.Key, Random: random, Now: o.Now, Log: o.Log, Sessions: n.sessions, Issuer: issuer,
		TokenLife: time.Duration(c.SSOLife) * time.Second,
		Record:    func(ctx context.Context, e dispatch.Event) error { return n.record(ctx, o.DB.Write, e) },
		Internal: func() string {
			if c.SSO == "off" {
				return ""
			}
			return "http://" + c.SSO
		},
	})
	if err != nil {
		return err
	}
	n.webmail = &webmail.Room{Options: webmail.Options{
		DB: o.DB, Now: o.Now, Log: o.Log, Files: c.WebmailFiles, Issuer: issuer, End: n.sessions.End,
	}}
	if c.FastCGI != "off" {
		n.webmail.FastCGI = c.FastCGI
	}
	n.sso.Register(n.Mux)
	n.webmail.Register(n.Mux)
	return nil
}

// Issuer is Webmail's own address for people outside, which signs tokens.
func (n *Node) Issuer() string { return n.sso.Issuer() }

// Webmail is the room of the mail applications.
func (n *Node) Webmail() *webmail.Room { return n.webmail }
