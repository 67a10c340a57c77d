package notify

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"postern/server/dispatch"
	"postern/server/oscar"
	"postern/server/seal"
	"postern/shared/catalog"
	"postern/shared/fault"
)

// Services that contacts are of.
const (
	icq            = "icq"
	aim            = "aim"
	pushbulletNote = "pushbullet"
	postURL        = "posturl"
)

// maxContacts is how many tokens or URLs there may be: a test of all of them has
// one deadline.
const maxContacts = 10

// contact is an account with its password, a token or a URL.
type contact struct{ service, name, secret string }

func place(row int64) seal.Place {
	return seal.Place{Table: "contact_secrets", Column: "secret", Row: row}
}

// contacts are those of a service, or all, opened.
func (r *Room) contacts(ctx context.Context, db bun.IDB, service string) (all []contact, err error) {
	rows, err := selectContacts(ctx, db, service)
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		secret, err := r.Key.Open(row.Secret, place(row.ID))
		if err != nil {
			return nil, fmt.Errorf("a contact of %s: %w", row.Service, err)
		}
		all = append(all, contact{row.Service, row.Name, secret})
	}
	return all, nil
}

func (r *Room) getContacts(ctx context.Context, c dispatch.Call, _ struct{}) (out catalog.ContactSettings, err error) {
	out.Pushbullet, out.PostURLs = []string{}, []string{}
	all, err := r.contacts(ctx, c.DB, "")
	for _, one := range all {
		switch one.service {
		case icq:
			out.ICQUsername, out.ICQPasswordSet = one.name, true
		case aim:
			out.AIMUsername, out.AIMPasswordSet = one.name, true
		case pushbulletNote:
			out.Pushbullet = append(out.Pushbullet, ending(one.secret))
		case postURL:
			u, err := url.Parse(one.secret)
			if err != nil {
				return out, fmt.Errorf("a URL that is kept: %w", errBroken)
			}
			out.PostURLs = append(out.PostURLs, shown(u))
		}
	}
	return out, err
}

// errBroken stands for an error that would tell a URL.
var errBroken = fmt.Errorf("it is not valid")

func (r *Room) setContacts(ctx context.Context, c dispatch.Call, in catalog.ContactSettingsChange) (out catalog.ContactSettings, err error) {
	if _, err := lock(ctx, c.DB, c.Now); err != nil {
		return out, err
	}
	for _, service := range in.Clear {
		if err := deleteContacts(ctx, c.DB, service); err != nil {
			return out, err
		}
	}
	for _, account := range []struct{ service, name, password string }{{icq, in.ICQUsername, in.ICQPassword}, {aim, in.AIMUsername, in.AIMPassword}} {
		if err := r.setAccount(ctx, c.DB, account.service, account.name, account.password); err != nil {
			return out, err
		}
	}
	tokens, err := tokensOf(in.Pushbullet)
	if err == nil {
		err = r.replace(ctx, c.DB, pushbulletNote, tokens)
	}
	if err != nil {
		return out, err
	}
	urls, err := urlsOf(in.PostURLs)
	if err == nil {
		err = r.replace(ctx, c.DB, postURL, urls)
	}
	if err != nil {
		return out, err
	}
	return r.getContacts(ctx, c, struct{}{})
}

// setAccount changes an account. The password that is kept belongs to the name
// that is kept: another name needs its own.
func (r *Room) setAccount(ctx context.Context, db bun.IDB, service, name, password string) error {
	if name == "" && password == "" {
		return nil
	}
	if service == aim && name != "" && (oscar.ICQ(name) || strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r > '~' })) {
		return fault.Bad("aim_username", "use the name of an AIM account: letters and digits, no number")
	}
	kept, err := selectContacts(ctx, db, service)
	if err != nil {
		return err
	}
	switch {
	case name == "" && len(kept) == 0:
		return fault.Missing(service + "_username")
	case name == "":
		name = kept[0].Name
	case password == "" && len(kept) > 0 && kept[0].Name == name:
		return nil
	case password == "":
		return fault.Missing(service + "_password")
	}
	if err := deleteContacts(ctx, db, service); err != nil {
		return err
	}
	return insertContact(ctx, db, service, name, func(row int64) []byte { return r.Key.Seal(password, place(row)) })
}

// replace puts secrets in the place of a service's; none leaves them as they are.
func (r *Room) replace(ctx context.Context, db bun.IDB, service string, secrets []string) error {
	if len(secrets) == 0 {
		return nil
	}
	if err := deleteContacts(ctx, db, service); err != nil {
		return err
	}
	for _, secret := range secrets {
		if err := insertContact(ctx, db, service, "", func(row int64) []byte { return r.Key.Seal(secret, place(row)) }); err != nil {
			return err
		}
	}
	return nil
}

func tokensOf(given []string) ([]string, error) {
	for _, token := range given {
		if !isToken(token) {
			return nil, fault.Bad("pushbullet_access_token", tokenAllowed)
		}
	}
	return few("pushbullet_access_token", given)
}

func urlsOf(given []string) (urls []string, err error) {
	for _, text := range given {
		u, err := webURL("posturl", text)
		if err != nil {
			return nil, err
		}
		urls = append(urls, u.String())
	}
	return few("posturl", urls)
}

// few are the values, each once.
func few(parameter string, values []string) (kept []string, err error) {
	for _, v := range values {
		if !slices.Contains(kept, v) {
			kept = append(kept, v)
		}
	}
	if len(kept) > maxContacts {
		return nil, fault.Bad(parameter, fmt.Sprintf("use at most %d", maxContacts))
	}
	return kept, nil
}

// isToken tells whether a text may be an access token: it goes into a header.
func isToken(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' })
}

const tokenAllowed = "use an access token as Pushbullet shows it, without spaces"
