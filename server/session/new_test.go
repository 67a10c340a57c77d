package session

import (
	"crypto/rand"
	"strings"
	"testing"
	"time"

	"postern/server/testkit"
	"postern/shared/scalar"
)

// TestNewKeepsNobodyOut: a stranger's place to go to and browser may
// hold bytes that no text of PostgreSQL's can; that keeps nobody out.
func TestNewKeepsNobodyOut(t *testing.T) {
	t.Parallel()
	db := testkit.New(t)
	now := time.Now()
	var id int64
	err := db.Write.NewRaw(`INSERT INTO logins (name, kind, password_hash, password_changed_at, created_at)
		VALUES ('anna', 'account', '', ?0, ?0) RETURNING id`, now).Scan(t.Context(), &id)
	if err != nil {
		t.Fatal(err)
	}
	r := &Room{DB: db.Write, Pool: db.Pool, Random: rand.Reader}
	made, err := r.New(t.Context(), db.Write, now, Request{
		LoginID: id, Login: "anna", Service: scalar.CPanel, Origin: FromLogin, UserAgent: "a\x00\xffb",
		GotoURI: "/a\x00\xff" + strings.Repeat("b", 3000), Lifetimes: Lifetimes{time.Minute, time.Hour, time.Hour},
	})
	if err != nil {
		t.Fatal(err)
	}
	var browser, to string
	if err := db.Write.NewRaw(`SELECT user_agent, goto_uri FROM sessions WHERE name = ?`, made.Name).Scan(t.Context(), &browser, &to); err != nil {
		t.Fatal(err)
	}
	if browser != "ab" || to != "/a"+strings.Repeat("b", 1998) {
		t.Errorf("kept: %q, %d bytes %.10q", browser, len(to), to)
	}
}
