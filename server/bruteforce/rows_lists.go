package bruteforce

import (
	"context"
	"net/netip"
	"time"

	"github.com/uptrace/bun"

	"postern/server/database"
)

// maxListed is how many rows a list has at most; a sign in looks at all of them.
const maxListed = 10000

// addListed puts addresses on a list, or gives those that are there another
// comment; false if the list is full.
func addListed(ctx context.Context, db bun.IDB, list string, s span, comment string, now time.Time) (bool, error) {
	res, err := db.NewRaw(`
		INSERT INTO bruteforce_lists (list, first_ip, last_ip, comment, created_at)
		SELECT ?0, ?1::inet, ?2::inet, ?3, ?4
		WHERE (SELECT count(*) FROM bruteforce_lists WHERE list = ?0) < ?5
			OR EXISTS (SELECT FROM bruteforce_lists WHERE list = ?0 AND first_ip = ?1::inet AND last_ip = ?2::inet)
		ON CONFLICT (list, first_ip, last_ip) DO UPDATE SET comment = excluded.comment`,
		list, s.first.String(), s.last.String(), comment, now, maxListed).Exec(ctx)
	if err != nil {
		return false, database.Fault(err, nil, nil)
	}
	n, err := res.RowsAffected()
	return n == 1, err
}

// removeListed takes addresses off a list; false if just these are not on it.
func removeListed(ctx context.Context, db bun.IDB, list string, s span) (bool, error) {
	res, err := db.NewRaw(`DELETE FROM bruteforce_lists WHERE list = ? AND first_ip = ?::inet AND last_ip = ?::inet`,
		list, s.first.String(), s.last.String()).Exec(ctx)
	if err != nil {
		return false, database.Fault(err, nil, nil)
	}
	n, err := res.RowsAffected()
	return n == 1, err
}

// listed is a list: spans in their spelling, with their comments.
func listed(ctx context.Context, db bun.IDB, list string) (map[string]string, error) {
	var rows []struct{ First, Last, Comment string }
	err := db.NewRaw(`SELECT host(first_ip) AS first, host(last_ip) AS last, comment FROM bruteforce_lists WHERE list = ?`, list).Scan(ctx, &rows)
	if err != nil {
		return nil, database.Fault(err, nil, nil)
	}
	all := make(map[string]string, len(rows))
	for _, r := range rows {
		if s, ok := readSpan(r.First + "-" + r.Last); ok {
			all[s.String()] = r.Comment
		}
	}
	return all, nil
}

// white tells whether an address is on the white list.
func white(ctx context.Context, db bun.IDB, a netip.Addr) (is bool, err error) {
	err = db.NewRaw(`SELECT EXISTS (SELECT FROM bruteforce_lists WHERE list = 'white' AND ?::inet BETWEEN first_ip AND last_ip)`,
		inet(clean(a))).Scan(ctx, &is)
	return is, database.Fault(err, nil, nil)
}

// within is the condition that a network of lockouts lies in a span.
const within = `subject = 'address' AND host(network)::inet BETWEEN ?::inet AND ?::inet AND host(broadcast(network))::inet BETWEEN ?::inet AND ?::inet`

// unlockSpan ends the locks on networks that lie in a span, and begins their
// counts anew.
func unlockSpan(ctx context.Context, db bun.IDB, s span, now time.Time) (int, error) {
	first, last := s.first.String(), s.last.String()
	return unlocked(ctx, db, now, `DELETE FROM lockouts WHERE `+within, first, last, first, last)
}

// unlockNetwork does the same for the one network that an address counts for.
func unlockNetwork(ctx context.Context, db bun.IDB, a netip.Addr, now time.Time) (int, error) {
	return unlocked(ctx, db, now, `DELETE FROM lockouts WHERE subject = 'address' AND key = ?`, key(network(a)))
}

// unlockUser does the same for a name.
func unlockUser(ctx context.Context, db bun.IDB, name string, now time.Time) (int, error) {
	return unlocked(ctx, db, now, `DELETE FROM lockouts WHERE subject = 'user' AND key = ?`, name)
}

// unlocked runs a deletion of counters and tells how many of them were locked.
func unlocked(ctx context.Context, db bun.IDB, now time.Time, deletion string, args ...any) (n int, err error) {
	err = db.NewRaw(`WITH gone AS (`+deletion+` RETURNING locked_until) SELECT count(*) FROM gone WHERE locked_until > ?`,
		append(args, now)...).Scan(ctx, &n)
	return n, database.Fault(err, nil, nil)
}

// flush deletes the history of all, or of a span, and tells how many rows.
func flush(ctx context.Context, db bun.IDB, s *span) (int, error) {
	q := db.NewDelete().TableExpr("login_failures")
	if s == nil {
		q = q.Where("true")
	} else {
		q = q.Where("address BETWEEN ?::inet AND ?::inet", s.first.String(), s.last.String())
	}
	res, err := q.Exec(ctx)
	if err != nil {
		return 0, database.Fault(err, nil, nil)
	}
	n, err := res.RowsAffected()
	return int(n), err
}
