package audit_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"postern/server/audit"
	"postern/shared/function"
)

// tables are the months' tables, oldest first.
func (h *house) tables() (found []string) {
	h.Helper()
	err := h.DB.Write.NewRaw(`SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
		WHERE i.inhparent = 'audit_events'::regclass ORDER BY 1`).Scan(h.Context(), &found)
	if err != nil {
		h.Fatal(err)
	}
	return found
}

func (h *house) months(keep int, now time.Time) []string {
	h.Helper()
	dropped, err := audit.Months(h.Context(), h.DB.Write, keep, now)
	if err != nil {
		h.Fatal(err)
	}
	return dropped
}

func table(at time.Time) string { return "audit_events_" + at.UTC().Format("2006_01") }

// month is the first day of the month that is so many away from the real one:
// PostgreSQL's own clock has a say in what is dropped.
func month(away int) time.Time {
	now := time.Now().UTC()
	return time.Date(now.Year(), now.Month()+time.Month(away), 1, 0, 0, 0, 0, time.UTC)
}

func (h *house) event(at time.Time) {
	h.Helper()
	h.Exec("INSERT INTO audit_events (at, actor, login, action, outcome) VALUES (?, 'anna', 'anna', 'look', 'ok')", at)
}

// TestMonthsGoWhole: old months are dropped as a whole and no younger one with
// them, whatever the node's clock says; the rest stays readable.
func TestMonthsGoWhole(t *testing.T) {
	h := newHouse(t)
	for away := -4; away <= 0; away++ {
		h.months(0, month(away))
		h.event(month(away).Add(time.Hour))
	}
	if gone := h.months(2, month(0).Add(-3*time.Hour)); fmt.Sprint(gone) != "["+table(month(-4))+"]" {
		t.Errorf("by a clock that is some hours behind, %v were dropped", gone)
	}
	if gone := h.months(2, month(240)); fmt.Sprint(gone) != "["+table(month(-3))+"]" {
		t.Errorf("by a clock that runs twenty years ahead, %v were dropped", gone)
	}
	if n := h.Count("audit_events"); n != 3 {
		t.Errorf("%d events are left", n)
	}
	if gone := h.months(0, month(0)); len(gone) > 0 {
		t.Errorf("though all are kept, %v were dropped", gone)
	}
	if _, err := audit.Months(t.Context(), h.DB.Write, -1, month(0)); err == nil {
		t.Error("less than nothing was kept")
	}
}

// TestMonthsOnlyGrow: naming a month's table itself does not get around the
// trigger, nor does the table for events of no month.
func TestMonthsOnlyGrow(t *testing.T) {
	h := newHouse(t)
	h.months(0, month(1))
	h.event(month(1))
	h.event(month(600))
	for _, name := range []string{table(month(1)), "audit_events_other"} {
		if n := h.Count(name); n != 1 {
			t.Errorf("%s has %d events", name, n)
		}
		h.Exec("GRANT ALL ON " + name + " TO CURRENT_USER")
		for _, statement := range []string{"DELETE FROM %s", "UPDATE %s SET actor = 'nobody'", "TRUNCATE %s"} {
			_, err := h.DB.Write.NewRaw(fmt.Sprintf(statement, name)).Exec(t.Context())
			var said interface{ SQLState() string }
			if !errors.As(err, &said) || said.SQLState() != "42501" || !strings.Contains(err.Error(), "only grows") {
				t.Errorf(statement+": %v", name, err)
			}
		}
	}
}

// TestMonthsOfAWrongClock: what a clock that ran ahead left in the table of no
// month stays there, and that month does without one; nothing fails and nothing is lost.
func TestMonthsOfAWrongClock(t *testing.T) {
	h := newHouse(t)
	ahead := month(30).Add(48 * time.Hour)
	h.event(ahead)
	h.months(0, ahead)
	for _, name := range h.tables() {
		if name == table(ahead) {
			t.Errorf("%s was made beside its events", name)
		}
	}
	h.event(ahead.Add(time.Minute))
	if n := h.Count("audit_events_other"); n != 2 {
		t.Errorf("%d events", n)
	}
}

// TestMonthsByManyNodes: several nodes see to the months at the same moment, while
// events are recorded.
func TestMonthsByManyNodes(t *testing.T) {
	h := newHouse(t)
	anna := h.as("anna")
	var all sync.WaitGroup
	for n := range 8 {
		all.Go(func() {
			if _, err := audit.Months(t.Context(), h.DB.Write, 1, month(n%3+2)); err != nil {
				t.Error(err)
			}
			if err := h.call(anna, function.UAPI("AuditTest", "change"), "name", fmt.Sprint(n)); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n := h.Count("audit_events WHERE actor = 'anna'"); n != 8 {
		t.Errorf("%d events", n)
	}
}
