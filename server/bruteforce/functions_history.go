package bruteforce

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"postern/server/database"
	"postern/server/dispatch"
	"postern/shared/catalog"
	"postern/shared/fault"
	"postern/shared/function"
)

// most is how many rows one answer has.
const most = 5000

// failureRow and bruteRow are rows of the reports as the database names their columns.
type (
	failureRow struct {
		User, IP, Service string
		AuthService       string `bun:"authservice"`
		LoginTime         string `bun:"logintime"`
		ExpTime           string `bun:"exptime"`
		TimeLeft          int64  `bun:"timeleft"`
		Failures          int64
	}
	bruteRow struct {
		IP        string
		LoginTime string `bun:"logintime"`
		ExpTime   string `bun:"exptime"`
		TimeLeft  int64  `bun:"timeleft"`
		Notes     string
	}
)

func (r *Room) failedLogins(ctx context.Context, c dispatch.Call, _ function.Nothing) (out catalog.FailedLoginsAnswer, err error) {
	s, err := load(ctx, c.DB)
	if err != nil {
		return out, err
	}
	ends := fmt.Sprintf("(f.last_at + interval '%d seconds')", s.LookbackSeconds)
	q := c.DB.NewSelect().TableExpr("login_failures AS f").Where("f.last_at > ?", c.Now.Add(-s.lookback()))
	out.Rows, out.Shaped, err = failures(ctx, q, c, failure("f", ends, "f.count", c.Now))
	return out, err
}

func (r *Room) userBrutes(ctx context.Context, c dispatch.Call, _ function.Nothing) (out catalog.UserBrutesAnswer, err error) {
	s, err := load(ctx, c.DB)
	if err != nil {
		return out, err
	}
	ends := lockEnds(s.user())
	columns := failure("l", ends, "l.failures", c.Now)
	columns[0].SQL = "l.key"
	q := locks(c, "user", ends).Where("?", bool(s.ByUser || s.ByUserLocal))
	out.Rows, out.Shaped, err = failures(ctx, q, c, columns)
	return out, err
}

func failures(ctx context.Context, q *bun.SelectQuery, c dispatch.Call, columns []dispatch.ListColumn) ([]catalog.Failure, *function.Shaped, error) {
	var rows []failureRow
	shaped, err := find(ctx, q, c, columns, &rows)
	all := make([]catalog.Failure, len(rows))
	for i, row := range rows {
		all[i] = catalog.Failure(row)
	}
	return all, shaped, err
}

func (r *Room) brutes(ctx context.Context, c dispatch.Call, _ function.Nothing) (out catalog.BrutesAnswer, err error) {
	out.Rows, out.Shaped, err = addresses(ctx, c, false)
	return out, err
}

func (r *Room) excessiveBrutes(ctx context.Context, c dispatch.Call, _ function.Nothing) (out catalog.ExcessiveBrutesAnswer, err error) {
	out.Rows, out.Shaped, err = addresses(ctx, c, true)
	return out, err
}

func addresses(ctx context.Context, c dispatch.Call, long bool) ([]catalog.Brute, *function.Shaped, error) {
	s, err := load(ctx, c.DB)
	if err != nil {
		return nil, nil, err
	}
	ends := lockEnds(s.address())
	var rows []bruteRow
	columns := []dispatch.ListColumn{
		{Name: "ip", SQL: "l.key"}, moment("logintime", "l.last_at"), moment("exptime", ends), left(ends, c.Now),
		{Name: "notes", SQL: `(CASE WHEN l.long THEN l.total ELSE l.failures END || ' failed sign ins, the last one as “' || l.name || '”')`},
	}
	shaped, err := find(ctx, locks(c, "address", ends).Where("l.long = ? AND ?", long, bool(s.ByAddress)), c, columns, &rows)
	all := make([]catalog.Brute, len(rows))
	for i, row := range rows {
		all[i] = catalog.Brute(row)
	}
	return all, shaped, err
}

// lockEnds is when a lock ends, in SQL; lock.ends in Go.
func lockEnds(r Rule) string {
	return fmt.Sprintf("least(l.locked_until, l.locked_at + CASE WHEN l.long THEN interval '%d seconds' ELSE interval '%d seconds' END)",
		int64(LongLock.Seconds()), int64(r.Period.Seconds()))
}

// locks are the locks that are on.
func locks(c dispatch.Call, subject, ends string) *bun.SelectQuery {
	return c.DB.NewSelect().TableExpr("lockouts AS l").
		Where("l.subject = ? AND l.locked_until > ?", subject, c.Now).Where("? > ?", bun.Safe(ends), c.Now)
}

// failure is the columns of a catalog.Failure, of the user first.
func failure(t, ends, count string, now time.Time) []dispatch.ListColumn {
	return []dispatch.ListColumn{
		{Name: "user", SQL: t + ".name"}, {Name: "ip", SQL: "coalesce(host(" + t + ".address), '')"},
		{Name: "service", SQL: t + ".service"}, {Name: "authservice", SQL: t + ".step"},
		moment("logintime", t+".last_at"), moment("exptime", ends), left(ends, now), {Name: "failures", SQL: count, Number: true},
	}
}

// moment is a time as cPHulk writes it: 2014-11-20T00:00:00.000Z.
func moment(name, sql string) dispatch.ListColumn {
	return dispatch.ListColumn{Name: name, SQL: "to_char(" + sql + ` AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`}
}

// left is how many minutes are left, rounded up.
func left(ends string, now time.Time) dispatch.ListColumn {
	at := now.UTC().Format(time.RFC3339Nano)
	return dispatch.ListColumn{Name: "timeleft", SQL: "ceil(extract(epoch FROM " + ends + " - timestamptz '" + at + "') / 60)::bigint", Number: true}
}

// find reads rows, the latest first.
func find(ctx context.Context, q *bun.SelectQuery, c dispatch.Call, columns []dispatch.ListColumn, rows any) (*function.Shaped, error) {
	order := "last_at DESC, 1, 2" // then by the first two columns
	l := dispatch.Listing{Columns: columns, Order: order, Most: most}
	shaped, err := l.Find(ctx, q, c.Shape, most, rows)
	return shaped, database.Fault(err, nil, nil)
}

func (r *Room) failedSignIns(ctx context.Context, c dispatch.Call, _ function.Nothing) (out catalog.FailedSignInsAnswer, err error) {
	s, err := load(ctx, c.DB)
	if err != nil {
		return out, err
	}
	names := c.DB.NewSelect().TableExpr("logins AS n").Column("n.name").Where("n.id = ?", c.ID)
	if c.Kind != dispatch.Mailbox {
		names = names.WhereOr("n.account_id = ?", c.AccountID)
	}
	q := c.DB.NewSelect().TableExpr("login_failures AS f").Where("f.last_at > ?", c.Now.Add(-s.lookback())).Where("f.name IN (?)", names)
	out.Rows = []catalog.FailedSignIn{}
	out.Shaped, err = find(ctx, q, c, []dispatch.ListColumn{
		{Name: "user", SQL: "f.name"}, {Name: "address", SQL: "host(f.address)"}, {Name: "service", SQL: "f.service"}, {Name: "step", SQL: "f.step"},
		{Name: "at", SQL: "extract(epoch FROM f.last_at)::bigint", Number: true}, {Name: "failures", SQL: "f.count", Number: true},
	}, &out.Rows)
	return out, err
}

func (r *Room) flush(ctx context.Context, c dispatch.Call, _ function.Nothing) (out catalog.HistoryFlushed, err error) {
	failures, err := flush(ctx, c.DB, nil)
	if err != nil {
		return out, err
	}
	ended, err := unlocked(ctx, c.DB, c.Now, "DELETE FROM lockouts")
	return catalog.HistoryFlushed{Removed: failures + ended}, err
}

func (r *Room) flushForIPs(ctx context.Context, c dispatch.Call, in catalog.FlushLoginHistoryForIPsRequest) (out catalog.AddressesFlushed, err error) {
	if len(in.IPs) > maxRecords {
		return out, fault.Bad("ip", fmt.Sprintf("use at most %d", maxRecords))
	}
	spans := make([]span, len(in.IPs))
	for i, ip := range in.IPs {
		ok := false
		if spans[i], ok = readSpan(ip); !ok {
			return out, fault.Bad("ip", "use an IPv4 or IPv6 address, a network such as 192.0.2.0/24, or a range such as 192.0.2.1-192.0.2.9")
		}
	}
	for _, s := range spans {
		n, err := flush(ctx, c.DB, &s)
		if err != nil {
			return out, err
		}
		m, err := unlockAll(ctx, c, s)
		if err != nil {
			return out, err
		}
		out.Removed += n + m
	}
	return out, nil
}

// unlockAll ends the locks on a span, and on the networks of its ends.
func unlockAll(ctx context.Context, c dispatch.Call, s span) (int, error) {
	n, err := unlockSpan(ctx, c.DB, s, c.Now)
	if err != nil {
		return n, err
	}
	first, err := unlockNetwork(ctx, c.DB, s.first, c.Now)
	if err != nil || s.first == s.last {
		return n + first, err
	}
	last, err := unlockNetwork(ctx, c.DB, s.last, c.Now)
	return n + first + last, err
}

func (r *Room) unlock(ctx context.Context, c dispatch.Call, in catalog.UnlockRequest) (out catalog.Unlocked, err error) {
	if in.User == "" && in.Address == "" {
		return out, fault.New(fault.Invalid, "The parameter “user” or the parameter “address” is required.")
	}
	if in.Address != "" {
		a, ok := readAddress(in.Address)
		if !ok {
			return out, fault.Bad("address", "use an IPv4 or IPv6 address")
		}
		if out.Removed, err = unlockNetwork(ctx, c.DB, a, c.Now); err != nil {
			return out, err
		}
	}
	if in.User != "" {
		n, err := unlockUser(ctx, c.DB, Clean(in.User), c.Now)
		if err != nil {
			return out, err
		}
		out.Removed += n
	}
	return out, nil
}
