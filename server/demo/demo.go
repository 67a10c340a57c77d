// Package demo fills an empty Postern with people, mailboxes, a second factor and
// a year of history, to look at.
//
// It calls the same functions as everybody; only the history is written as
// events of the past. Its passwords are known to all the world, so main runs it
// on loopback alone. It is never part of serve.
package demo

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"net/url"
	"time"

	"github.com/uptrace/bun"

	"postern/server/audit"
	"postern/server/dispatch"
	"postern/server/node"
	"postern/shared/fault"
	"postern/shared/function"
	"postern/shared/scalar"
)

// Password is the one of every demo login.
const Password = "Drawbridge-at-dawn-7"

// Key is the key of the demo's second factor, for an authenticator app.
const Key = "JBSWY3DPEHPK3PXP"

// Login is one that the demo made.
type Login struct {
	Service scalar.Service
	Name    string
	Note    string
}

// Logins are what the demo has to sign in with, besides root.
var Logins = []Login{
	{scalar.WHM, "rita", "a reseller with six accounts"},
	{scalar.CPanel, "anna", "an account with mailboxes"},
	{scalar.CPanel, "otto", "an account with a second factor, key " + Key},
	{scalar.Webmail, "bob@bakery.example", "a mailbox of anna’s"},
}

var trades = []string{"bakery", "cinema", "dentist", "florist", "garage", "harbour", "library", "museum", "orchard", "printer", "ropery", "tailor"}

// Fill makes the demo's people unless they are there.
func Fill(ctx context.Context, n *node.Node, db *bun.DB, now time.Time) error {
	if _, err := n.As(ctx, "anna"); !fault.Is(err, fault.Unknown) {
		return err
	}
	f := &filler{ctx: ctx, node: n}
	f.whm("createacct", "username", "rita", "domain", "reseller.example", "password", Password, "contactemail", "rita@reseller.example")
	f.whm("setupreseller", "user", "rita")
	f.whm("setacls", "reseller", "rita", "acl-list-accts", "1", "acl-create-acct", "1", "acl-acct-summary", "1", "acl-suspend-acct", "1",
		"acl-passwd", "1", "acl-create-user-session", "1", "acl-manage-api-tokens", "1", "acl-cpanel-api", "1", "acl-edit-account", "1")
	for i, trade := range trades {
		name, owner := trade, "root"
		switch i {
		case 0:
			name = "anna"
		case 1:
			name = "otto"
		}
		if i%2 == 1 {
			owner = "rita"
		}
		f.whm("createacct", "username", name, "domain", trade+".example", "password", Password, "owner", owner, "contactemail", name+"@"+trade+".example")
		for _, box := range []string{"bob", "office", "orders"} {
			f.uapi(name, "Email", "add_pop", "email", box+"@"+trade+".example", "password", Password)
		}
	}
	f.whm("suspendacct", "user", "ropery", "reason", "Unpaid since spring")
	f.uapi("anna", "Email", "suspend_login", "email", "orders@bakery.example")
	f.uapi("anna", "Tokens", "create_full_access", "name", "shop")
	f.api2("anna", "SourceIPCheck", "addip", "ip", "192.0.2.0/24")
	f.whm("twofactorauth_set_tfa_config_for_user", "otto.primary_account.secret", Key)
	if f.err != nil {
		return f.err
	}
	return f.history(db, now)
}

// filler calls functions until one fails.
type filler struct {
	ctx  context.Context
	node *node.Node
	err  error
}

func (f *filler) call(user string, name function.Name, args ...string) {
	if f.err != nil {
		return
	}
	who, err := f.node.As(f.ctx, user)
	if err != nil {
		f.err = err
		return
	}
	values := url.Values{}
	for i := 0; i+1 < len(args); i += 2 {
		values.Add(args[i], args[i+1])
	}
	if _, err := f.node.Mux.Call(f.ctx, who, name, values, function.Shape{}); err != nil {
		f.err = fmt.Errorf("%s as %s: %w", name, user, err)
	}
}

func (f *filler) whm(fn string, args ...string) { f.call("root", function.WHM(fn), args...) }

func (f *filler) uapi(user, module, fn string, args ...string) {
	f.call(user, function.UAPI(module, fn), args...)
}

func (f *filler) api2(user, module, fn string, args ...string) {
	f.call(user, function.API2(module, fn), args...)
}

// history writes a year of sign ins and failures: more on working days, more
// failures in two bad weeks.
func (f *filler) history(db *bun.DB, now time.Time) error {
	draw := rand.New(rand.NewPCG(1, 2))
	var people []dispatch.Caller
	for _, name := range []string{"root", "rita", "anna", "otto", "bob@bakery.example"} {
		who, err := f.node.As(f.ctx, name)
		if err != nil {
			return err
		}
		people = append(people, who)
	}
	return db.RunInTx(f.ctx, nil, func(ctx context.Context, tx bun.Tx) error {
		for day := 365; day > 0; day-- {
			at := now.AddDate(0, 0, -day)
			signIns, failures := 2+draw.IntN(4), draw.IntN(2)
			if wd := at.Weekday(); wd == time.Saturday || wd == time.Sunday {
				signIns /= 2
			}
			if day > 120 && day < 128 || day > 40 && day < 47 {
				failures += 6 + draw.IntN(8)
			}
			for i := range signIns + failures {
				if err := event(ctx, tx, people[draw.IntN(len(people))], at.Add(time.Duration(draw.IntN(86000))*time.Second), i >= signIns, draw); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

func event(ctx context.Context, db bun.IDB, who dispatch.Caller, at time.Time, failed bool, draw *rand.Rand) error {
	e := dispatch.EventOf(who, at)
	e.Via, e.Service, e.Action = dispatch.ByPassword, scalar.CPanel, "sign_in"
	e.Address = netip.AddrFrom4([4]byte{192, 0, 2, byte(1 + draw.IntN(20))})
	if failed {
		e.Action, e.Refused = "password", fault.Stranger
		e.Address = netip.AddrFrom4([4]byte{198, 51, 100, byte(1 + draw.IntN(250))})
	}
	return audit.Record(ctx, db, e)
}
