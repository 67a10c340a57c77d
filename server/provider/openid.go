package provider

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/uptrace/bun"
	"golang.org/x/oauth2"

	"postern/shared/fault"
	"postern/shared/scalar"
)

// Lifetime is how long a browser may stay at a provider.
const Lifetime = 10 * time.Minute

// Begun is a browser that goes to a provider.
type Begun struct {
	URL    string // where it goes
	Cookie string // what it brings back
}

// Begin sends a browser to a provider. The name is nobody's word: it is looked at
// when the browser is back.
func (r *Room) Begin(ctx context.Context, name string, q Request, now time.Time) (Begun, error) {
	ctx, cancel := context.WithTimeout(ctx, deadline)
	defer cancel()
	if err := r.Door.Enter(ctx, q.Origin); err != nil {
		return Begun{}, err
	}
	defer r.Door.Leave(q.Origin)
	p, own, err := r.open(ctx, r.DB, name, q.Service)
	if err != nil {
		return Begun{}, err
	}
	m, err := r.discover(ctx, r.DB, p)
	if err != nil {
		return Begun{}, err
	}
	secret := make([]byte, 64)
	if _, err := io.ReadFull(r.Random, secret); err != nil {
		return Begun{}, fmt.Errorf("random bytes: %w", err)
	}
	state, cookie := text(secret[:32]), text(secret[32:])
	row := requestOf(q, p, hash(state), hash(cookie), hash(r.derive("nonce", cookie)), now, Lifetime)
	if q.Session == "" {
		err = keep(ctx, r.DB, row)
	} else {
		err = depart(ctx, r.DB, r.ticketState(q.Ticket), row, now)
	}
	if err != nil {
		return Begun{}, err
	}
	asked := []oauth2.AuthCodeOption{oidc.Nonce(r.derive("nonce", cookie)), oauth2.S256ChallengeOption(r.derive("verifier", cookie))}
	if hint := plain(q.User); hint != "" {
		// OpenID Connect Core 1.0, section 3.1.2.1: so that it need not be typed there
		// again. It is a hint, and nobody's word that the name is theirs.
		asked = append(asked, oauth2.SetAuthURLParam("login_hint", hint))
	}
	return Begun{r.oauth(p, own, m, "", q.Service).AuthCodeURL(state, asked...), cookie}, nil
}

// open is a provider that is on for a service. One that is off and one that there
// is not are the same to a stranger.
func (r *Room) open(ctx context.Context, db bun.IDB, name string, service scalar.Service) (*identityProvider, *identityClient, error) {
	p, err := findProvider(ctx, db, name)
	if err != nil {
		return nil, nil, err
	}
	own, err := clientOf(ctx, db, p.ID, service)
	if err == nil && !own.Enabled {
		err = noProvider(name)
	}
	return p, own, err
}

func (r *Room) oauth(p *identityProvider, own *identityClient, m metadata, secret string, service scalar.Service) *oauth2.Config {
	return &oauth2.Config{
		ClientID: own.ClientID, ClientSecret: secret, RedirectURL: r.callback(service, p.Name), Scopes: words(p.Scopes),
		Endpoint: oauth2.Endpoint{AuthURL: m.config.AuthURL, TokenURL: m.config.TokenURL, AuthStyle: authStyle(p.AuthStyle)},
	}
}

// derive makes PKCE's verifier and the nonce out of the cookie and a key that is
// in no database: whoever reads the one or the other has neither.
func (r *Room) derive(purpose, cookie string) string {
	h := hmac.New(sha256.New, r.Key.Derive("external sign in"))
	h.Write([]byte(purpose + "\x00" + cookie))
	return text(h.Sum(nil))
}

func text(raw []byte) string { return base64.RawURLEncoding.EncodeToString(raw) }

func hash(text string) []byte {
	sum := sha256.Sum256([]byte(text))
	return sum[:]
}

// Return is what a browser brings back from a provider.
type Return struct {
	Cookie, State, Code string
	Issuer              string // who says to have sent it (RFC 9207)
	Error               string
	Origin              string // as Request has it
}

// Identity is somebody for whom a provider vouches.
type Identity struct {
	Request       // as it was begun
	Provider      string
	ProviderID    int64
	Subject       string
	PreferredName string
	Strong        bool
}

// Finish is who comes back. A return is good once, in the browser and at the
// service and the provider where it was begun. What is wrong with it otherwise is
// told as what the identity's holder may know.
func (r *Room) Finish(ctx context.Context, name string, service scalar.Service, back Return, now time.Time) (id Identity, err error) {
	ctx, cancel := context.WithTimeout(ctx, deadline)
	defer cancel()
	began := fault.New(fault.Stranger, "This sign in did not begin in this browser, was used before, or took too long. Begin again.")
	if len(back.State) > 100 || len(back.Cookie) > 100 || back.State == "" || back.Cookie == "" {
		return id, began
	}
	p, own, err := r.open(ctx, r.DB, name, service)
	if err != nil {
		return id, err
	}
	row, err := takeRequest(ctx, r.DB, hash(back.State), hash(back.Cookie), p.ID, service, now)
	if err != nil {
		return id, err
	}
	if row == nil {
		return id, began
	}
	id = Identity{Request: row.request(), Provider: p.Name, ProviderID: p.ID, Strong: p.Strong}
	if err := r.Door.Enter(ctx, back.Origin); err != nil {
		return id, err
	}
	defer r.Door.Leave(back.Origin)
	return r.identify(ctx, id, p, own, back, row.NonceHash)
}

// identify trades the code and reads the identity token.
func (r *Room) identify(ctx context.Context, id Identity, p *identityProvider, own *identityClient, back Return, nonce []byte) (Identity, error) {
	say := p.party("")
	m, err := r.discover(ctx, r.DB, p)
	if err != nil {
		return id, err
	}
	if back.Issuer != "" && back.Issuer != p.Issuer || back.Issuer == "" && m.sayIss {
		return id, fault.New(fault.Stranger, "This return is not from %s.", lower(say.what))
	}
	if back.Error != "" {
		return id, refusedThere(say, back.Error)
	}
	if say.secret, err = r.unseal(own.ClientSecret, clientSecret(own.ID)); err != nil {
		return id, err
	}
	client, err := r.client(ctx, r.DB)
	if err != nil {
		return id, err
	}
	config := r.oauth(p, own, m, say.secret, id.Service)
	tokens, err := say.exchange(ctx, client, config, back.Code, oauth2.VerifierOption(r.derive("verifier", back.Cookie)))
	if fault.Is(err, fault.Invalid) {
		return id, fault.New(fault.Stranger, "%s does not confirm this sign in. Begin again.: %w", say.what, err)
	}
	if err != nil {
		return id, err
	}
	raw, _ := tokens.Extra("id_token").(string)
	if raw == "" {
		return id, fault.New(fault.Unavailable, "%s sent no identity token.", say.what)
	}
	verifier := m.provider(ctx, client).VerifierContext(oidc.ClientContext(ctx, client), &oidc.Config{ClientID: own.ClientID, Now: r.Now})
	token, err := verifier.Verify(oidc.ClientContext(ctx, client), raw)
	if err != nil {
		return id, say.unverified(ctx, err)
	}
	return r.read(id, token, tokens, own.ClientID, nonce, say)
}

// read looks at what the library does not: nonce, authorized party, subject.
func (r *Room) read(id Identity, token *oidc.IDToken, tokens *oauth2.Token, client string, nonce []byte, say party) (Identity, error) {
	var claims struct {
		AuthorizedParty   string `json:"azp"`
		PreferredUsername string `json:"preferred_username"`
		Email             string `json:"email"`
		Name              string `json:"name"`
	}
	_ = token.Claims(&claims) // names of a strange kind are no names; azp is looked at below
	switch {
	case subtle.ConstantTimeCompare(hash(token.Nonce), nonce) != 1:
		return id, say.lies("is of another sign in")
	case (len(token.Audience) > 1 || claims.AuthorizedParty != "") && claims.AuthorizedParty != client:
		return id, say.lies("is for another client")
	case token.Subject == "" || len(token.Subject) > 255 || !speakable(token.Subject): // OpenID Connect Core 1.0, section 2
		return id, say.lies("names nobody")
	case token.AccessTokenHash != "" && token.VerifyAccessToken(tokens.AccessToken) != nil:
		return id, say.lies("does not belong to its access token")
	}
	id.Subject, id.PreferredName = token.Subject, token.Subject
	for _, name := range []string{claims.PreferredUsername, claims.Email, claims.Name} {
		if printable := strings.TrimSpace(plain(name)); printable != "" {
			id.PreferredName = printable
			break
		}
	}
	return id, nil
}

func (p party) lies(how string) error {
	return fault.New(fault.Stranger, "%s sent an identity token that %s.", p.what, how)
}

// unverified says what is wrong with an identity token: the provider's keys could
// not be had, or the token is not what it should be.
func (p party) unverified(ctx context.Context, err error) error {
	var expired *oidc.TokenExpiredError
	switch {
	case ctx.Err() != nil:
		return p.trouble(ctx.Err())
	case errors.As(err, &expired):
		return p.lies("has expired. The clocks may differ").(*fault.Fault).Because(errBadToken)
	case strings.Contains(err.Error(), "fetching keys"): // the library keeps no cause
		return fault.New(fault.Unavailable, "The keys of %s could not be fetched.", lower(p.what)).Because(errBadToken)
	}
	return p.lies("is not valid").(*fault.Fault).Because(errBadToken)
}

// errBadToken stands for the library's errors, which repeat what is in the token.
var errBadToken = errors.New("provider: the identity token was not verified")

// lower puts a party's name into the middle of a sentence.
func lower(what string) string { return "the" + strings.TrimPrefix(what, "The") }

// refusals are the errors of RFC 6749, section 4.1.2.1, and OpenID Connect Core
// 1.0, section 3.1.2.6, that the person can have to do with.
var refusals = []string{"access_denied", "login_required", "consent_required", "interaction_required", "account_selection_required"}

func refusedThere(say party, code string) error {
	if slices.Contains(refusals, code) {
		return fault.New(fault.Stranger, "The sign in was not completed at %s.", lower(say.what))
	}
	return fault.New(fault.Unavailable, "%s refused the sign in (%s).", say.what, clip(code))
}
