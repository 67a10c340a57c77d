package login

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"postern/server/bruteforce"
	"postern/server/database"
	"postern/server/provider"
	"postern/server/session"
	"postern/shared/catalog"
	"postern/shared/fault"
)

// Providers answers GET /login/providers: what the sign-in page offers besides
// name and password. It is public, and the same for everybody.
func (p *Pages) Providers(w http.ResponseWriter, r *http.Request) {
	all, err := p.Others(r.Context())
	if err != nil {
		p.refuse(w, r, url.Values{"login_only": {"1"}}, err)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	_ = json.NewEncoder(w).Encode(struct { // the client is gone: nobody to tell
		Providers []catalog.AuthnModule `json:"providers"`
	}{all})
}

// Others are those with whom people may sign in besides name and password; their
// links are paths of this service's own.
func (p *Pages) Others(ctx context.Context) ([]catalog.AuthnModule, error) {
	all, err := p.Room.Outside.Buttons(ctx, p.Service)
	for i := range all { // on this service itself, whatever its address is to this browser
		all[i].Link = provider.Link + all[i].ProviderName
	}
	return all, err
}

// GoOut answers GET /openid_connect/<provider>: it sends the browser there. With
// user, only that user's links will do, and the provider is told the name as a
// hint; with link, a ticket of begin_authn_link's, behind the session's security
// token, the identity that comes back is linked to the session's login.
func (p *Pages) GoOut(w http.ResponseWriter, r *http.Request, token string) {
	w.Header().Set("Cache-Control", "no-store")
	args, err := p.Arguments(w, r)
	if err != nil {
		p.refuse(w, r, args, err)
		return
	}
	from := p.Address(r)
	q := provider.Request{Service: p.Service, Address: from, Origin: bruteforce.Origin(from), Locale: locale(args)}
	// A name is what somebody typed on our own page. In another site's link it would
	// lead people into the account of whoever has claimed their identity.
	if user := strings.TrimSpace(args.Get("user")); user != "" && plausible(user) && SameOrigin(r) {
		q.User = user
	}
	if to := args.Get("goto_uri"); LocalPath(to) {
		q.GotoURI = to
	}
	if ticket := args.Get("link"); ticket != "" {
		row, err := p.session(r)
		switch {
		case err != nil:
		case row == nil:
			err = fault.Denied()
		case row.Token != token || token == "":
			err = fault.BadToken()
		}
		if err != nil {
			p.turnAway(w, r, err)
			return
		}
		q.Session, q.Ticket, q.User = row.Name, ticket, ""
	}
	begun, err := p.Room.Outside.Begin(r.Context(), strings.TrimPrefix(r.URL.Path, provider.Link), q, p.Now())
	if err != nil {
		p.notLinked(w, r, q, err)
		return
	}
	http.SetCookie(w, p.awayCookie(begun.Cookie, int(provider.Lifetime.Seconds())))
	w.Header().Set("Location", begun.URL)
	w.WriteHeader(http.StatusFound)
}

// ComeBack answers GET /openid_connect_callback/<provider>, where a provider sends
// the browser with what it says of the person.
func (p *Pages) ComeBack(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	args, err := p.Arguments(w, r)
	if err != nil {
		p.refuse(w, r, args, err)
		return
	}
	back := provider.Return{State: args.Get("state"), Code: args.Get("code"), Issuer: args.Get("iss"), Error: args.Get("error"),
		Origin: bruteforce.Origin(p.Address(r))}
	if cookie, err := r.Cookie(p.awayCookieName()); err == nil {
		back.Cookie = cookie.Value
	}
	id, err := p.Room.Outside.Finish(r.Context(), strings.TrimPrefix(r.URL.Path, provider.Callback), p.Service, back, p.Now())
	if err != nil {
		p.notLinked(w, r, id.Request, err)
		return
	}
	http.SetCookie(w, p.awayCookie("", -1))
	a := Attempt{Service: p.Service, Address: p.Address(r), UserAgent: r.UserAgent(), Locale: id.Locale, GotoURI: id.GotoURI}
	if id.Session != "" {
		p.linkUp(w, r, id, a)
		return
	}
	outcome, err := p.Room.SignInExternal(r.Context(), id, a, p.Now())
	if err != nil {
		p.turnAway(w, r, err)
		return
	}
	p.goOn(w, r, url.Values{"goto_uri": {id.GotoURI}}, outcome, nil)
}

// linkUp links an identity and goes back to where the link was asked for.
func (p *Pages) linkUp(w http.ResponseWriter, r *http.Request, id provider.Identity, a Attempt) {
	row, err := p.session(r)
	if err == nil {
		err = p.Room.LinkExternal(r.Context(), id, row, a, p.Now())
	}
	if err != nil {
		p.notLinked(w, r, id.Request, err)
		return
	}
	p.goBack(w, id.GotoURI, "linked", id.Provider)
}

// notLinked tells why somebody comes back without a link, or without a session
// where a sign in began. A page of a session that still is hears it itself, if it
// has said where it is: the refusal's kind alone, as an address is anybody's words.
func (p *Pages) notLinked(w http.ResponseWriter, r *http.Request, q provider.Request, err error) {
	kind := fault.Of(database.Fault(err, nil, nil)).Kind
	row, lost := p.session(r)
	if q.Session == "" || q.GotoURI == "" || lost != nil || row == nil || row.Name != q.Session || kind == fault.Internal {
		p.turnAway(w, r, err)
		return
	}
	p.Room.Log.InfoContext(r.Context(), "an identity was not linked", "kind", kind, "error", err)
	p.goBack(w, q.GotoURI, "not_linked", string(kind))
}

// goBack sends a browser to a path of this server's with one thing more in the query.
func (p *Pages) goBack(w http.ResponseWriter, to, name, value string) {
	at, err := url.Parse(p.land(url.Values{"goto_uri": {to}}, "/"))
	if err != nil { // LocalPath has parsed it
		at = &url.URL{Path: "/"}
	}
	query := at.Query()
	query.Set(name, value)
	at.RawQuery = query.Encode()
	w.Header().Set("Location", at.String())
	w.WriteHeader(http.StatusFound)
}

// session is the session of the browser; nil when there is none.
func (p *Pages) session(r *http.Request) (*session.Row, error) {
	s, err := p.Store.Get(r, p.Service.Cookie())
	if err != nil {
		return nil, err
	}
	return session.Of(s), nil
}

// turnAway tells why a sign in with a provider ends here. Its sentences are for the
// identity's holder, and for whoever looks after the provider.
func (p *Pages) turnAway(w http.ResponseWriter, r *http.Request, err error) {
	err = database.Fault(err, nil, nil)
	f := fault.Of(err)
	status := http.StatusBadGateway
	switch f.Kind {
	case fault.Stranger:
		status = http.StatusUnauthorized
		if f.Message == fault.Denied().Message {
			f = fault.New(fault.Stranger, "The login is invalid.")
		}
	case fault.Forbidden:
		status = http.StatusForbidden
	case fault.Unknown:
		status = http.StatusNotFound
	case fault.Exists:
		status = http.StatusConflict
	case fault.Unavailable:
		p.Room.Log.WarnContext(r.Context(), "sign in with a provider", "error", err)
	default: // the lock, the queue, mistakes of ours
		p.refuse(w, r, nil, err)
		return
	}
	w.Header().Set("Postern-Fault", string(f.Kind))
	p.Page(w, r, said(status, f, f.Message, nil))
}

// awayCookieName is one for each service: a browser sends a host's cookies to all its ports.
func (p *Pages) awayCookieName() string { return p.Service.Cookie() + "_external" }

// awayCookie is Lax: the provider's page leads back here, and the cookie must come along.
func (p *Pages) awayCookie(value string, maxAge int) *http.Cookie {
	return &http.Cookie{Name: p.awayCookieName(), Value: value, Path: provider.Callback, MaxAge: maxAge,
		HttpOnly: true, Secure: true, SameSite: http.SameSiteLaxMode}
}
