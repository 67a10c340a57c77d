package provider

import (
	"context"
	"net/netip"
	"strings"
	"time"
	"unicode"

	"github.com/uptrace/bun"

	"postern/server/database"
	"postern/shared/fault"
	"postern/shared/scalar"
)

// Request is what a sign in with a provider was begun with.
type Request struct {
	Service scalar.Service
	User    string // who says to sign in; empty: nobody said
	Session string // the name of the session whose login is to be linked; empty: a sign in
	Ticket  string // of that link, from begin_authn_link
	Address netip.Addr
	Origin  string // on whose behalf a place in the queue is taken
	Locale  string
	GotoURI string
}

// requestRow is a browser that is at a provider.
type requestRow struct {
	bun.BaseModel `bun:"table:identity_requests,alias:q"`

	StateHash   []byte    `bun:"state_hash,pk"`
	CookieHash  []byte    `bun:"cookie_hash"`
	ProviderID  int64     `bun:"provider_id"`
	Service     string    `bun:"service"`
	NonceHash   []byte    `bun:"nonce_hash"`
	TypedName   string    `bun:"typed_name"`
	SessionName *string   `bun:"session_name"`
	Address     string    `bun:"address"`
	Locale      string    `bun:"locale"`
	GotoURI     string    `bun:"goto_uri"`
	CreatedAt   time.Time `bun:"created_at"`
	ExpiresAt   time.Time `bun:"expires_at"`
}

func (q *requestRow) request() Request {
	out := Request{Service: scalar.Service(q.Service), User: q.TypedName, Locale: q.Locale, GotoURI: q.GotoURI}
	out.Address, _ = netip.ParseAddr(q.Address) // it was written from one
	if q.SessionName != nil {
		out.Session = *q.SessionName
	}
	return out
}

// mostAway is how many browsers of one address may be at providers; the oldest
// gives way, so that a flood fills no table.
const mostAway = 50

// requestOf is a browser that is about to leave, with what it will have to bring back.
func requestOf(q Request, p *identityProvider, state, cookie, nonce []byte, now time.Time, lives time.Duration) *requestRow {
	row := &requestRow{
		StateHash: state, CookieHash: cookie, NonceHash: nonce, ProviderID: p.ID, Service: string(q.Service),
		TypedName: strings.ToLower(plain(q.User)), Address: q.Address.String(), Locale: q.Locale, GotoURI: q.GotoURI, CreatedAt: now, ExpiresAt: now.Add(lives),
	}
	if q.Session != "" {
		row.SessionName = &q.Session
	}
	return row
}

func keep(ctx context.Context, db bun.IDB, row *requestRow) error {
	if _, err := db.NewInsert().Model(row).Exec(ctx); err != nil {
		if database.Dangling(err) { // the session or the provider has ended meanwhile
			return fault.Denied().Because(err)
		}
		return database.Fault(err, nil, nil)
	}
	_, err := db.NewRaw(`DELETE FROM identity_requests WHERE state_hash IN (
		SELECT state_hash FROM identity_requests WHERE address = ? ORDER BY created_at DESC, state_hash OFFSET ?)`, row.Address, mostAway).Exec(ctx)
	return database.Fault(err, nil, nil)
}

// depart makes the request that was granted under a ticket's state into the one of
// the browser that leaves with the ticket, in the session, to the provider and from
// the service that it was granted for: of many at once one does.
func depart(ctx context.Context, db bun.IDB, ticket []byte, row *requestRow, now time.Time) error {
	err := database.Hit(db.NewUpdate().Model((*requestRow)(nil)).
		Set("state_hash = ?, cookie_hash = ?, nonce_hash = ?", row.StateHash, row.CookieHash, row.NonceHash).
		Set("address = ?, locale = ?, goto_uri = ?, created_at = ?, expires_at = ?", row.Address, row.Locale, row.GotoURI, row.CreatedAt, row.ExpiresAt).
		Where("q.state_hash = ? AND q.session_name = ? AND q.provider_id = ? AND q.service = ? AND q.expires_at > ?",
			ticket, row.SessionName, row.ProviderID, row.Service, now).Exec(ctx))
	return database.Fault(err, nil, fault.New(fault.Stranger, "The way to this link was not granted in this session, was gone before, or was granted too long ago. Begin again."))
}

// takeRequest takes a request away, so that of many returns at once one is looked
// at; nil when there is none in this browser, at this provider and service.
func takeRequest(ctx context.Context, db bun.IDB, state, cookie []byte, provider int64, service scalar.Service, now time.Time) (*requestRow, error) {
	row := new(requestRow)
	_, err := db.NewDelete().Model(row).Where("q.state_hash = ? AND q.cookie_hash = ? AND q.provider_id = ? AND q.service = ? AND q.expires_at > ?",
		state, cookie, provider, string(service), now).Returning("*").Exec(ctx)
	if database.Gone(err) || err == nil && row.StateHash == nil {
		return nil, nil
	}
	return row, database.Fault(err, nil, nil)
}

// Sweep deletes the requests of browsers that did not come back.
func Sweep(ctx context.Context, db bun.IDB, now time.Time) error {
	_, err := db.NewDelete().Model((*requestRow)(nil)).Where("q.expires_at <= ?", now).Exec(ctx)
	return err
}

// plain leaves out of somebody else's text what does not print, and cuts it.
func plain(text string) string {
	text = strings.Map(func(c rune) rune {
		if !unicode.IsPrint(c) {
			return -1
		}
		return c
	}, strings.ToValidUTF8(text, ""))
	if len(text) > 255 {
		text = strings.ToValidUTF8(text[:255], "")
	}
	return text
}
