package provider

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/uptrace/bun"
	"golang.org/x/oauth2"

	"postern/server/egress"
	"postern/shared/fault"
)

// patience is how long one request to a provider may take.
const patience = 10 * time.Second

// client is the way to providers: guarded, without redirects, and with answers
// that are read to their end before anybody looks at them.
func (r *Room) client(ctx context.Context, db bun.IDB) (*http.Client, error) {
	gate, err := r.Gate(ctx, db)
	if err != nil {
		return nil, err
	}
	c := gate.Client(egress.Limits{Deadline: patience})
	c.Transport = whole{c.Transport}
	return c, nil
}

// What a provider's answer may be wrong in, besides what egress tells.
var (
	errRedirects = errors.New("provider: the answer is a redirect")
	errNotJSON   = errors.New("provider: the answer is not JSON by its content type")
)

// whole reads answers to their end, so that what goes wrong on the way is the
// request's error: the libraries that read them keep no cause.
type whole struct{ next http.RoundTripper }

func (w whole) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := w.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	switch {
	case answer.StatusCode >= 300 && answer.StatusCode < 400:
		return nil, errRedirects
	case answer.StatusCode < 300 && !isJSON(answer.Header.Get("Content-Type")):
		return nil, errNotJSON
	}
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, err
	}
	answer.Body = io.NopCloser(bytes.NewReader(text))
	return answer, nil
}

func isJSON(header string) bool {
	kind, _, err := mime.ParseMediaType(header)
	return err == nil && (kind == "application/json" || strings.HasPrefix(kind, "application/") && strings.HasSuffix(kind, "+json"))
}

// party is the other side of a conversation, for what is told of it.
type party struct {
	what   string // begins a sentence: The Market provider “cPStore”
	secret string // ours there
}

// exchange trades an authorization code for tokens.
func (p party) exchange(ctx context.Context, client *http.Client, c *oauth2.Config, code string, more ...oauth2.AuthCodeOption) (*oauth2.Token, error) {
	tokens, err := c.Exchange(context.WithValue(ctx, oauth2.HTTPClient, client), code, more...)
	if err != nil {
		return nil, p.refused(err, code)
	}
	if !speakable(tokens.AccessToken) || tokens.RefreshToken != "" && !speakable(tokens.RefreshToken) {
		return nil, fault.New(fault.Unavailable, "%s gave out a token that is none.", p.what)
	}
	return tokens, nil
}

// speakable holds tokens to RFC 6749, appendix A: visible ASCII.
func speakable(token string) bool {
	return token != "" && strings.IndexFunc(token, func(c rune) bool { return c < ' ' || c > '~' }) < 0
}

// refused says why an exchange failed. Good providers differ in their reasons: an
// other redirect URI is invalid_grant to one and invalid_request to the next. So
// the sort of failure goes by what is sure, and the provider's words follow.
func (p party) refused(err error, code string) error {
	var said *oauth2.RetrieveError
	if !errors.As(err, &said) {
		return p.trouble(err)
	}
	status := said.Response.StatusCode
	cause := fmt.Errorf("status %d, error %q", status, clip(said.ErrorCode)) // never the body: it may repeat the code
	switch {
	case status >= 500:
		return fault.New(fault.Unavailable, "%s is out of order: it answered with status %d.", p.what, status).Because(cause)
	case said.ErrorCode == "":
		return fault.New(fault.Unavailable, "%s does not answer as OAuth 2.0 has it: it answered with status %d.", p.what, status).Because(cause)
	case said.ErrorCode == "invalid_client" || said.ErrorCode == "unauthorized_client" || said.ErrorCode == "unsupported_grant_type":
		return fault.New(fault.Unavailable, "%s does not accept Postern as its client. An administrator must check the client ID, the client secret and where it goes.", p.what).Because(cause)
	}
	return fault.New(fault.Invalid, "%s refused the login token: it is wrong, was used before, has expired, or url_after_login is not the one it was made for%s.",
		p.what, p.words(said, code)).Because(cause)
}

// words are the provider's own, unless they hold what nobody should read.
func (p party) words(said *oauth2.RetrieveError, code string) string {
	text := clip(said.ErrorCode)
	if d := clip(said.ErrorDescription); d != "" {
		text += ": " + d
	}
	for _, secret := range []string{code, p.secret} {
		if secret != "" && strings.Contains(said.ErrorCode+said.ErrorDescription, secret) {
			return ""
		}
	}
	return " (" + strings.TrimRight(text, ".") + ")"
}

// clip makes somebody else's text fit for a sentence: visible ASCII, not long.
func clip(text string) string {
	if len(text) > 200 {
		text = text[:200]
	}
	return strings.Map(func(c rune) rune {
		if c < ' ' || c > '~' {
			return -1
		}
		return c
	}, text)
}

// trouble says why a provider could not be spoken with.
func (p party) trouble(err error) error {
	var network *url.Error
	switch {
	case errors.Is(err, errRedirects):
		return fault.New(fault.Unavailable, "%s redirects, which is not followed. An administrator must set the address where it answers.", p.what).Because(errRedirects)
	case errors.Is(err, errNotJSON):
		return fault.New(fault.Unavailable, "%s sent an answer that is not JSON.", p.what).Because(errNotJSON)
	case errors.As(err, &network), errors.Is(err, egress.ErrForbidden), errors.Is(err, egress.ErrTooLarge), errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return egress.Fault(err, p.what)
	}
	return fault.New(fault.Unavailable, "%s sent an answer that cannot be understood.", p.what).Because(errUnreadable)
}

// errUnreadable stands for errors of parsers, whose texts may repeat what they read.
var errUnreadable = errors.New("provider: the answer cannot be read")
