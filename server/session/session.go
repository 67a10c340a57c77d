// Package session knows who is signed in: the rows, the cookies and security
// tokens that lead to them, and the API functions that make sessions for others.
//
// It does not check passwords (package login does) and does not know what a
// session may do. Package httpd asks it at each request; login makes sessions.
package session

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"fmt"
	"io"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"postern/shared/scalar"
)

// Lifetimes bound a session.
type Lifetimes struct {
	Unused   time.Duration // made by an API call, not yet activated
	Idle     time.Duration
	Absolute time.Duration
}

// The origins of sessions. The last two stand in the session text itself, as
// cPanel's documentation prints it.
const (
	FromLogin       = "login"
	FromProvider    = "provider" // a sign in too: a login provider's word stood for the password
	ForMailUser     = "CREATE_WEBMAIL_SESSION_FOR_MAIL_USER"
	ForSelf         = "CREATE_WEBMAIL_SESSION_FOR_SELF"
	FromUserSession = "create_user_session"
)

// Request is a session to be made.
type Request struct {
	LoginID   int64
	Login     string // its name
	Possessor string // who really acts, when not the login itself
	Service   scalar.Service
	Origin    string
	Token     string     // cpsess and ten digits, when chosen by the caller; empty: drawn
	Address   netip.Addr // where it is made from
	Bound     netip.Addr // the only address that may use it; zero: any
	UserAgent string
	Locale    string
	GotoURI   string
	Lifetimes Lifetimes // zero: the room's
}

// signIns are the origins of sessions that somebody signed in to, with all steps.
var signIns = []string{FromLogin, FromProvider}

// SignedIn tells whether the session began with a sign in, and not with an API call.
func (s *Row) SignedIn() bool { return slices.Contains(signIns, s.Origin) }

// New makes a session and the text that opens it. A session that somebody signed
// in to is in use at once; any other waits to be activated.
func (r *Room) New(ctx context.Context, db bun.IDB, now time.Time, q Request) (*Row, error) {
	nameSize, secretSize := 16, 16 // cookies: 16 letters or digits, 32 hex digits
	if q.Origin == FromUserSession {
		nameSize, secretSize = 64, 32 // WHM's documentation of create_user_session shows 64 and 64
	}
	lives := q.Lifetimes
	if lives == (Lifetimes{}) {
		var err error
		if lives, err = r.Lifetimes(ctx, db); err != nil {
			return nil, err
		}
	}
	row := &Row{
		LoginID: q.LoginID, Login: q.Login, Possessor: q.Possessor, Service: string(q.Service), Origin: q.Origin,
		Token: q.Token, Address: address(q.Address), UserAgent: Printable(q.UserAgent, 300), Locale: q.Locale,
		GotoURI:   Printable(q.GotoURI, 2000),
		CreatedAt: now, LastSeenAt: now, ExpiresAt: now.Add(lives.Absolute), IdleSeconds: seconds(lives.Unused),
	}
	if q.Bound.IsValid() {
		bound := q.Bound.Unmap().String()
		row.BoundAddress = &bound
	}
	if row.SignedIn() {
		row.UsedAt, row.IdleSeconds = &now, seconds(lives.Idle)
	}
	var err error
	if row.Token == "" {
		if row.Token, err = r.token(); err != nil {
			return nil, err
		}
	}
	if err = r.rename(row, nameSize, secretSize); err != nil {
		return nil, err
	}
	return row, insert(ctx, db, row)
}

// Cookie is the text that a browser keeps: user:NAME,SECRET. It is known only
// when the session was just made or activated.
func (s *Row) Cookie() string { return s.Login + ":" + s.Name + "," + s.secret }

// Text is what POST /login takes as session: user:NAME:ORIGIN,SECRET.
func (s *Row) Text() string { return s.Login + ":" + s.Name + ":" + s.Origin + "," + s.secret }

// Prefix is the session's security token as it begins URLs.
func (s *Row) Prefix() string { return "/" + s.Token }

// Parse takes a cookie's or a session's text apart: the login's name, the
// session's name, the secret. Anything else than a text of ours is refused.
func Parse(text string) (login, name, secret string, ok bool) {
	front, secret, found := strings.Cut(text, ",")
	parts := strings.Split(front, ":")
	if !found || len(text) > 600 || len(parts) < 2 || len(parts) > 3 {
		return "", "", "", false
	}
	login, name = parts[0], parts[1]
	if login == "" || !alphanumeric(name) || len(name) != 16 && len(name) != 64 || !lowerHex(secret) {
		return "", "", "", false
	}
	return login, name, secret, true
}

// Matches tells, in constant time, whether the text's secret is the row's.
func (s *Row) Matches(secret string) bool {
	sum := sha256.Sum256([]byte(secret))
	return subtle.ConstantTimeCompare(sum[:], s.SecretHash) == 1
}

// rename draws a new name and secret.
func (r *Room) rename(row *Row, nameSize, secretSize int) error {
	var err error
	row.Name, row.secret, row.SecretHash, err = drawSecret(r.Random, nameSize, secretSize)
	return err
}

// Secret draws the name and the secret of something that a cookie opens: 16
// letters or digits and 32 hex digits. Of the secret only the hash is to be kept.
func Secret(random io.Reader) (name, secret string, hash []byte, err error) {
	return drawSecret(random, 16, 16)
}

func drawSecret(random io.Reader, nameSize, secretSize int) (name, secret string, hash []byte, err error) {
	if name, err = draw(random, letters, nameSize); err != nil {
		return "", "", nil, err
	}
	raw := make([]byte, secretSize)
	if _, err := io.ReadFull(random, raw); err != nil {
		return "", "", nil, fmt.Errorf("random bytes: %w", err)
	}
	secret = hex.EncodeToString(raw)
	sum := sha256.Sum256([]byte(secret))
	return name, secret, sum[:], nil
}

// token draws a security token: cpsess and ten digits.
func (r *Room) token() (string, error) {
	digits, err := draw(r.Random, "0123456789", 10)
	return "cpsess" + digits, err
}

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

// draw makes a text of n letters, none more likely than another.
func draw(random io.Reader, alphabet string, n int) (string, error) {
	out := make([]byte, 0, n)
	raw := make([]byte, n)
	for len(out) < n {
		if _, err := io.ReadFull(random, raw); err != nil {
			return "", fmt.Errorf("random bytes: %w", err)
		}
		for _, b := range raw {
			if int(b) < 256/len(alphabet)*len(alphabet) && len(out) < n {
				out = append(out, alphabet[int(b)%len(alphabet)])
			}
		}
	}
	return string(out), nil
}

func alphanumeric(s string) bool {
	return s != "" && strings.Trim(s, letters) == ""
}

func lowerHex(s string) bool {
	return (len(s) == 32 || len(s) == 64) && strings.Trim(s, "0123456789abcdef") == ""
}

// address is the text of an address; a command line on the machine itself has none.
func address(a netip.Addr) string {
	if !a.IsValid() {
		return "127.0.0.1"
	}
	return a.Unmap().WithZone("").String()
}

// Printable is a text that came from outside, fit to be kept: without control
// characters, at most n bytes.
func Printable(s string, n int) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == 0xfffd {
			return -1
		}
		return r
	}, s)
	if len(s) > n {
		s = strings.ToValidUTF8(s[:n], "")
	}
	return s
}

func seconds(d time.Duration) int { return int(d / time.Second) }
