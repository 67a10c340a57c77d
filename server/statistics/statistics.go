// Package statistics counts what the other rooms keep, for an administrator's
// first look: accounts, mailboxes, sessions, locks, sign ins of the last days.
//
// It owns no table and changes nothing: it reads those of the rooms account,
// session, bruteforce and audit, on the pool that cannot write. Package node
// builds it; the app's dashboard asks for it as anybody may.
package statistics

import (
	"context"
	"time"

	"postern/server/database"
	"postern/server/dispatch"
	"postern/shared/catalog"
	"postern/shared/fault"
	"postern/shared/scalar"
)

// Room answers postern_get_statistics.
type Room struct {
	Hostname, Version string
	Started           time.Time // when this node began
}

// Register gives the room's answer to the mux.
func (r *Room) Register(m *dispatch.Mux) { dispatch.Handle(m, catalog.GetStatistics, r.get) }

const mostDays = 366

func (r *Room) get(ctx context.Context, c dispatch.Call, in catalog.GetStatisticsRequest) (out catalog.Statistics, err error) {
	if in.Days < 1 || in.Days > mostDays {
		return out, fault.Bad("days", "use a number from 1 to 366")
	}
	out = catalog.Statistics{Hostname: r.Hostname, Version: r.Version, Started: scalar.At(r.Started)}
	if err = countNow(ctx, c, &out); err != nil {
		return out, database.Fault(err, nil, nil)
	}
	if out.SignIns, err = signIns(ctx, c, in.Days, in.TimeZone); err != nil {
		if unknownZone(err) {
			return out, fault.Bad("timezone", "use the name of a time zone, such as UTC or Europe/Vienna")
		}
		return out, database.Fault(err, nil, nil)
	}
	if !c.Superuser() {
		return out, nil
	}
	out.Database, err = databaseFacts(ctx, c)
	return out, database.Fault(err, nil, nil)
}
