package account_test

import (
	"fmt"
	"strings"
	"testing"

	"postern/server/account"
	"postern/shared/function"
)

// TestFarPagesHold: a page to which the list was not walked has the accounts that
// are there, and what very many names contain is counted rightly, also when accounts
// were made, renamed, suspended and removed since, swept or not.
func TestFarPagesHold(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.town()
	hold := func(when string) {
		t.Helper()
		for _, start := range []int{10_002, 13_777, 19_990} {
			for _, column := range []string{"user", "domain"} {
				for _, reverse := range []bool{false, true} {
					h.farPage(when, column, start, reverse, false)
					h.farPage(when, column, start, reverse, true)
				}
			}
		}
		for column, term := range map[string]string{"user": "shop", "domain": ".exampl"} {
			s := function.Shape{Page: function.Page{On: true, Start: 1, Size: 1}, Filters: []function.Filter{{Column: column, Test: function.Contains, Term: term}}}
			reply, err := h.Mux.Call(t.Context(), h.root, function.WHM("listaccts"), nil, s)
			h.Must(err)
			name := map[string]string{"user": "name", "domain": "domain"}[column]
			if n := h.Count("account_list WHERE strpos("+name+", ?) > 0", term); n != reply.Shaped.Records {
				t.Errorf("%s: %d are told to have %s, and %d have", when, reply.Shaped.Records, term, n)
			}
			if h.Count("account_grams WHERE gram = ?", term) == 0 {
				t.Errorf("%s: %s is not counted", when, term)
			}
		}
	}
	hold("at first")
	for _, q := range []string{
		"DELETE FROM logins WHERE kind = 'account' AND password_hash = '' AND id % 40 = 3 AND NOT EXISTS (SELECT FROM accounts WHERE owner_id = logins.id)",
		"UPDATE logins SET name = 'workshop' || id WHERE kind = 'account' AND id % 60 = 5",
		"UPDATE accounts SET domain = 'q' || login_id || '.test' WHERE login_id % 70 = 6",
		"UPDATE logins SET suspended_at = CASE WHEN id % 2 = 0 THEN now() END WHERE kind = 'account' AND id % 30 = 7",
	} {
		_, err := h.DB.Write.ExecContext(t.Context(), q)
		h.Must(err)
	}
	hold("changed")
	h.Must(account.Sweep(t.Context(), h.DB.Write))
	hold("swept")
}

// farPage compares three accounts of a far page with those that are counted off.
func (h *house) farPage(when, column string, start int, reverse, awake bool) {
	h.Helper()
	s := function.Shape{Page: function.Page{On: true, Start: start, Size: 3}, Sorts: []function.Sort{{Column: column, Reverse: reverse}}}
	order, where := map[string]string{"user": "name", "domain": "domain"}[column], "true"
	if reverse {
		order += " DESC"
	}
	if awake {
		s.Filters, where = []function.Filter{{Column: "suspended", Test: function.Equal, Term: "0"}}, "NOT suspended"
	}
	reply, err := h.Mux.Call(h.Context(), h.root, function.WHM("listaccts"), nil, s)
	h.Must(err)
	var want []string
	h.Must(h.DB.Write.NewRaw(fmt.Sprintf("SELECT name FROM account_list WHERE %s ORDER BY %s OFFSET %d LIMIT 3", where, order, start-1)).Scan(h.Context(), &want))
	if got := users(written(h.T, reply.Out).(map[string]any)); got != strings.Join(want, " ") {
		h.Errorf("%s: from %d by %s, awake %v: %s, want %v", when, start, order, awake, got, want)
	}
}
