package audit

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"postern/server/database"
)

// Months sees to the trail's tables, one a calendar month in UTC: this month's
// and the next one's are there, and months older than the last keep whole ones are
// dropped, never single events. keep 0 keeps all. It says which tables it dropped.
//
// The operator of the machine sets keep, not an administrator over the API: who
// has stolen root's password must not be able to take the trail away.
func Months(ctx context.Context, db *bun.DB, keep int, now time.Time) (dropped []string, err error) {
	_, err = db.NewRaw("SELECT audit_events_add_month(?), audit_events_add_month(audit_events_month(?) + interval '32 days')", now, now).Exec(ctx)
	if err != nil || keep == 0 {
		return nil, database.Fault(err, nil, nil)
	}
	err = db.NewRaw("SELECT audit_events_drop_before(?, ?)", now, keep).Scan(ctx, &dropped)
	return dropped, database.Fault(err, nil, nil)
}
