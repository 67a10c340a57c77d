package sso

import (
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"

	"postern/server/account"
	"postern/server/database"
	"postern/server/dispatch"
	"postern/server/session"
	"postern/shared/fault"
	"postern/shared/scalar"
)

// Visitor is the browser behind a request: its live session of Webmail, if it
// has one, and the login of that.
type Visitor struct {
	Session *session.Row // nil: a stranger
	Login   account.Login
	Address netip.Addr // where the request comes from
}

// IsPublic tells whether a path of Webmail's is one of the provider's.
func IsPublic(path string) bool {
	return path == pathAuthorize || path == pathEndSession || path == pathKeys || path == pathDiscovery
}

// Public answers what browsers and applications ask on Webmail's own address. The
// path comes without the session's prefix.
func (r *Room) Public(w http.ResponseWriter, q *http.Request, who Visitor) {
	q = q.WithContext(op.ContextWithIssuer(q.Context(), r.Issuer()))
	switch q.URL.Path {
	case pathDiscovery:
		r.discover(w, q)
	case pathKeys:
		op.Keys(w, q, &storage{r})
	case pathEndSession:
		r.endSession(w, q, who)
	default:
		r.authorize(w, q, who)
	}
}

const maxParameter = 2000 // bytes

// authorize gives a browser with a session the code that it came for, without
// asking anybody. One without is sent to sign in, and comes back.
func (r *Room) authorize(w http.ResponseWriter, q *http.Request, who Visitor) {
	w.Header().Set("Cache-Control", "no-store")
	if who.Session != nil {
		q = q.WithContext(withSession(q.Context(), who.Session))
	}
	ctx := q.Context()
	if wrong := plain(q.URL.RawQuery); wrong != nil {
		refuse(w, wrong.Message)
		return
	}
	ask, err := op.ParseAuthorizeRequest(q, r.provider.Decoder())
	if err != nil {
		refuse(w, "The request’s parameters cannot be read.")
		return
	}
	row, err := findClient(ctx, r.DB.Write, ask.ClientID)
	if err != nil {
		r.unknown(w, q, err)
		return
	}
	c := &client{clientRow: *row}
	if who.Session != nil {
		c.prefix = r.Issuer() + who.Session.Prefix()
	}
	// The library compares what is left after decoding once more, and takes one
	// address for another. An address that is not known letter by letter is not
	// gone to, not even to say so.
	if who.Session == nil && behindSession(c, ask.RedirectURI, r.Issuer()) {
		signIn(w, q)
		return
	}
	if !slices.Contains(c.RedirectURIs(), ask.RedirectURI) {
		refuse(w, "The redirect_uri is none of the application’s.")
		return
	}
	if err := r.check(q, ask, c); err != nil {
		op.AuthRequestError(w, q, ask, err, r.provider)
		return
	}
	r.approve(w, q, ask, c, who)
}

// check holds a request to what Postern offers. The address to answer to is known by now.
func (r *Room) check(q *http.Request, ask *oidc.AuthRequest, c *client) error {
	ctx := q.Context()
	hint, err := op.ValidateAuthRequestClient(ctx, ask, c, r.provider.IDTokenHintVerifier(ctx))
	switch {
	case err != nil:
		return err
	case ask.ResponseMode != "" && ask.ResponseMode != oidc.ResponseModeQuery:
		return oidc.ErrInvalidRequest().WithDescription("response_mode: query is offered, and nothing else")
	case ask.CodeChallenge != "" && ask.CodeChallengeMethod != oidc.CodeChallengeMethodS256:
		return oidc.ErrInvalidRequest().WithDescription("code_challenge_method: S256 is offered, and nothing else")
	case ask.CodeChallenge == "" && (c.RequiresPKCE || ask.CodeChallengeMethod != ""):
		return oidc.ErrInvalidRequest().WithDescription("code_challenge is required")
	case ask.CodeChallenge != "" && len(ask.CodeChallenge) != 43:
		return oidc.ErrInvalidRequest().WithDescription("code_challenge: a SHA-256 in base64url has 43 characters")
	case !slices.Contains(ask.Scopes, oidc.ScopeOpenID):
		return oidc.ErrInvalidScope().WithDescription("the scope openid is required")
	}
	if hint != "" {
		ask.LoginHint = hint
	}
	return nil
}

// approve answers with a code if the session is the one that is asked for.
func (r *Room) approve(w http.ResponseWriter, q *http.Request, ask *oidc.AuthRequest, c *client, who Visitor) {
	silent := slices.Contains(ask.Prompt, oidc.PromptNone)
	wrong := who.Session == nil || strings.Contains(ask.LoginHint, "@") && !strings.EqualFold(ask.LoginHint, who.Session.Login)
	switch {
	case wrong && silent, who.Session != nil && tooOld(ask, r.Now().Sub(*who.Session.UsedAt).Seconds()):
		op.AuthRequestError(w, q, ask, oidc.ErrLoginRequired(), r.provider)
		return
	case wrong:
		signIn(w, q)
		return
	case !opensMailbox(who.Login):
		op.AuthRequestError(w, q, ask, oidc.ErrAccessDenied().WithDescription("this login has no mailbox"), r.provider)
		return
	}
	made, err := r.provider.Storage().CreateAuthRequest(q.Context(), ask, who.Session.Login)
	if err == nil {
		err = r.Record(q.Context(), r.event(who, "sso_authorize", map[string]string{"client": c.Name}))
	}
	if err != nil {
		r.Log.ErrorContext(q.Context(), "single sign on: no code was made", "error", err)
		op.AuthRequestError(w, q, ask, oidc.ErrServerError(), r.provider)
		return
	}
	op.AuthResponse(made, r.provider, w, q)
}

// tooOld tells whether the application wants a sign in that is newer than the session.
func tooOld(ask *oidc.AuthRequest, age float64) bool {
	return ask.MaxAge != nil && age >= float64(*ask.MaxAge)
}

// behindSession tells whether an address could be one behind a session's path.
func behindSession(c *client, address, issuer string) bool {
	rest, ours := strings.CutPrefix(address, issuer+"/cpsess")
	digits := len(rest) - len(strings.TrimLeft(rest, "0123456789"))
	return ours && digits == 10 && slices.Contains(c.clientRow.RedirectURIs, rest[digits:])
}

// signIn sends a browser to the sign in, from where it comes back here.
func signIn(w http.ResponseWriter, q *http.Request) {
	back := url.URL{Path: pathAuthorize, RawQuery: q.URL.RawQuery}
	w.Header().Set("Location", "/login?goto_uri="+url.QueryEscape(back.String()))
	w.WriteHeader(http.StatusFound)
}

// plain refuses a query with a parameter that stands twice, as OAuth demands
// (RFC 6749, 3.1), or is too long to be one. Nil: it is none of these.
func plain(query string) *fault.Fault {
	values, err := url.ParseQuery(query)
	if err != nil {
		return fault.New(fault.Invalid, "The request’s query is not URI-encoded: %w", err)
	}
	for name, texts := range values {
		if len(texts) > 1 {
			return fault.New(fault.Invalid, "A parameter stands in the request twice.")
		}
		if len(name)+len(texts[0]) > maxParameter || strings.ContainsRune(texts[0], 0) {
			return fault.New(fault.Invalid, "A parameter of the request is too long, or no text.")
		}
	}
	return nil
}

func (r *Room) unknown(w http.ResponseWriter, q *http.Request, err error) {
	if database.Gone(err) {
		refuse(w, "The application is not known here.")
		return
	}
	r.Log.ErrorContext(q.Context(), "single sign on: the client was not read", "error", err)
	w.Header().Set("Postern-Fault", string(fault.Unavailable))
	http.Error(w, "The server’s database does not answer. Try again in a few seconds.", http.StatusServiceUnavailable)
}

// refuse tells the person why nothing happens: there is no address to tell it to.
func refuse(w http.ResponseWriter, sentence string) {
	w.Header().Set("Postern-Fault", string(fault.Invalid))
	http.Error(w, sentence, http.StatusBadRequest)
}

// event is something that a visitor did, for the audit trail.
func (r *Room) event(who Visitor, action string, details map[string]string) dispatch.Event {
	e := dispatch.EventOf(account.ToCaller(who.Login), r.Now())
	e.Service, e.Via, e.Address, e.Session = scalar.Webmail, dispatch.BySession, who.Address, who.Session.Name
	if who.Session.Possessor != "" {
		e.Actor = who.Session.Possessor
	}
	e.Action, e.Details = action, details
	return e
}
