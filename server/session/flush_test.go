package session

import (
	"context"
	"testing"
	"time"

	"postern/server/testkit"
)

// TestAUseIsNotForgotten while the database does not answer: it is written when it
// does again.
func TestAUseIsNotForgotten(t *testing.T) {
	t.Parallel()
	db := testkit.New(t)
	name := "AAAAAAAAAAAAAAAA"
	_, err := db.Write.ExecContext(t.Context(), `WITH anna AS (
			INSERT INTO logins (name, kind, password_hash, password_changed_at, created_at) VALUES ('anna', 'account', '', ?0, ?0) RETURNING id)
		INSERT INTO sessions (name, secret_hash, login_id, service, token, origin, address, created_at, used_at, last_seen_at, idle_seconds, expires_at)
		SELECT ?1, sha256(''), id, 'cpaneld', 'cpsess1234567890', 'login', '192.0.2.1', ?0, ?0, ?0, 3600, ?0::timestamptz + interval '1 day' FROM anna`, testkit.Noon, name)
	if err != nil {
		t.Fatal(err)
	}
	room, later := &Room{DB: db.Write}, testkit.Noon.Add(10*time.Minute)
	room.touch(name)
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if err := room.Flush(gone, later); err == nil {
		t.Fatal("it was written without a database")
	}
	if err := room.Flush(t.Context(), later); err != nil {
		t.Fatal(err)
	}
	var seen time.Time
	if err := db.Read.NewRaw("SELECT last_seen_at FROM sessions").Scan(t.Context(), &seen); err != nil || !seen.Equal(later) {
		t.Errorf("last seen at %v, %v", seen, err)
	}
}
