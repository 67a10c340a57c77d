package roomtest

import (
	"crypto/rand"
	"strings"

	"github.com/uptrace/bun/dialect/pgdialect"

	"postern/server/account"
	"postern/server/dispatch"
)

// Settle lets people in who have no passwords: root, the reseller rita with these
// privileges, who owns carl, and root's account anna. An account's domain is
// NAME.example; anna and carl have a mailbox bob@ each.
func (h *House) Settle(privileges ...string) {
	h.Helper()
	h.Exec(`INSERT INTO logins (name, kind, password_hash, password_changed_at, created_at) VALUES ('root', 'root', '', now(), now())`)
	h.Account("rita", "root")
	h.Account("anna", "root")
	h.Account("carl", "rita")
	h.Reseller("rita", privileges...)
	h.Mailbox("bob@anna.example")
	h.Mailbox("bob@carl.example")
}

// Open registers the room of the accounts, which makes root, with the password
// Strong, and returns root: for tests that make their accounts by its functions.
func (h *House) Open(accounts *account.Room) dispatch.Caller {
	h.Helper()
	accounts.Register(h.Mux)
	if made, err := accounts.EnsureRoot(h.context(), h.DB.Write, Strong, h.Clock.Now()); err != nil || !made {
		h.Fatalf("root: %v, %v", made, err)
	}
	return h.Caller("root")
}

// Account lets one more account in, which an owner owns.
func (h *House) Account(name, owner string) {
	h.Helper()
	h.Exec(`WITH l AS (
			INSERT INTO logins (name, kind, password_hash, password_changed_at, created_at) VALUES (?0, 'account', '', now(), now()) RETURNING id)
		INSERT INTO accounts (login_id, owner_id, domain, plan, ip, settings, created_in_version, started_at, changed_at)
		SELECT l.id, o.id, ?0 || '.example', 'default', '192.0.2.1', '{}', '1', now(), now() FROM l, logins o WHERE o.name = ?1`, name, owner)
}

// Reseller makes an account a reseller with these privileges.
func (h *House) Reseller(name string, privileges ...string) {
	h.Helper()
	h.Exec(`INSERT INTO resellers (login_id, privileges, created_at) SELECT id, ?, now() FROM logins WHERE name = ?`,
		pgdialect.Array(privileges), name)
}

// Mailbox lets a mailbox in, of the account whose domain it is in.
func (h *House) Mailbox(address string) {
	h.Helper()
	_, domain, _ := strings.Cut(address, "@")
	h.Exec(`INSERT INTO logins (name, kind, account_id, password_hash, password_changed_at, created_at)
		SELECT ?, 'mailbox', login_id, '', now(), now() FROM accounts WHERE domain = ?`, address, domain)
}

// Session gives a login a session of cPanel's, and says who possesses it if not
// the login: a row alone, whose cookie nobody knows.
func (h *House) Session(login, possessor string) {
	h.Helper()
	name := rand.Text()
	h.Exec(`
		INSERT INTO sessions (name, secret_hash, login_id, possessor, service, token, origin, address, created_at, last_seen_at, idle_seconds, expires_at)
		SELECT ?, sha256(?::bytea), id, ?, 'cpaneld', 'cpsess0123456789', 'login', '192.0.2.1', now(), now(), 60, now() + interval '1 day'
		FROM logins WHERE name = ?`, name, name, possessor, login)
}
