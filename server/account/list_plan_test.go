package account_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"postern/server/account"
	"postern/server/dispatch"
	"postern/shared/function"
)

// town gives the house 20,600 accounts: of the reseller every third and of twenty
// others some, of four plans, begun at different times, suspended every fiftieth,
// and named shop… every tenth.
func (h *house) town() (owner dispatch.Caller) {
	h.Helper()
	owner = h.reseller("owner", "list-accts", "create-acct")
	exec := func(q string, values ...any) {
		h.Helper()
		_, err := h.DB.Write.ExecContext(h.Context(), q, values...)
		h.Must(err)
	}
	exec(`INSERT INTO logins (name, kind, password_hash, password_changed_at, created_at, suspended_at)
		SELECT CASE WHEN i % 10 = 0 THEN 'shop' ELSE chr(97 + i % 26) || chr(97 + i / 26 % 26) END || lpad((i * 7919 % 1000000)::text, 6, '0'), 'account', '', now(), now(),
			CASE WHEN i % 50 = 7 THEN now() END
		FROM generate_series(1, 20600) i`)
	exec("ANALYZE logins")
	for part := range 10 { // all at once could take longer than a statement may
		exec(`INSERT INTO accounts SELECT l.id, CASE WHEN l.id % 3 = 0 THEN a.login_id WHEN l.id % 7 = 0 THEN first.id + l.id % 20 ELSE a.owner_id END, l.name || '.example', false,
				(ARRAY['default', 'Gold', 'silver', 'tin'])[1 + l.id % 4], a.feature_list, a.ip, a.settings, a.created_in_version, a.started_at - l.id * interval '1 hour', a.changed_at
			FROM logins l, (SELECT min(id) AS id FROM logins WHERE password_hash = '' AND kind = 'account') AS first, accounts a JOIN logins m ON m.id = a.login_id AND m.name = 'owner'
			WHERE l.password_hash = '' AND l.kind = 'account' AND l.id / 2 % 10 = ?`, part)
	}
	h.Must(account.Sweep(h.Context(), h.DB.Write))
	// Until a vacuum has found every row visible to all, which another database's
	// transaction can keep it from, what an index has is looked at in the table too.
	for n, seen := 0, false; !seen; n++ {
		if n == 100 {
			h.Fatal("a vacuum finds rows that not all see")
		}
		exec("VACUUM ANALYZE account_list, accounts, logins, account_totals, account_grams, account_grams_due")
		h.Must(h.DB.Write.NewRaw("SELECT bool_and(relallvisible >= relpages) FROM pg_class WHERE relname IN ('account_list', 'logins')").Scan(h.Context(), &seen))
		time.Sleep(time.Duration(n) * 10 * time.Millisecond)
	}
	return owner
}

// statements keeps what is asked of a database.
type statements struct {
	mu  sync.Mutex
	all []string
}

func (s *statements) BeforeQuery(ctx context.Context, _ *bun.QueryEvent) context.Context { return ctx }

func (s *statements) AfterQuery(_ context.Context, e *bun.QueryEvent) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all = append(s.all, e.Query)
}

// taken are the statements since the last time.
func (s *statements) taken() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := s.all
	s.all = nil
	return all
}

// step is a step of a plan as EXPLAIN tells of it.
type step struct {
	Type    string  `json:"Node Type"`
	Table   string  `json:"Relation Name"`
	Index   string  `json:"Index Name"`
	Rows    float64 `json:"Actual Rows"`
	Removed float64 `json:"Rows Removed by Filter"`
	Recheck float64 `json:"Rows Removed by Index Recheck"`
	Loops   float64 `json:"Actual Loops"`
	Hit     int     `json:"Shared Hit Blocks"`
	Read    int     `json:"Shared Read Blocks"`
	Plans   []step
}

// cost is what statements looked at.
type cost struct {
	rows, buffers int
	indexes, scan []string // the indexes used, and the large tables read whole
}

// add adds a step and those below it. Blocks are counted at the top alone, which has
// those of all.
func (c *cost) add(s step) {
	if strings.Contains(s.Type, "Scan") && s.Table+s.Index != "" {
		c.rows += int((s.Rows + s.Removed + s.Recheck) * max(s.Loops, 1))
	}
	if s.Index != "" {
		c.indexes = append(c.indexes, s.Index)
	}
	if s.Type == "Seq Scan" && slices.Contains([]string{"accounts", "account_list", "logins"}, s.Table) {
		c.scan = append(c.scan, s.Table)
	}
	for _, below := range s.Plans {
		c.add(below)
	}
}

// explain runs statements once more and tells what they look at.
func (h *house) explain(all []string) (c cost) {
	h.Helper()
	for _, q := range all {
		var text string
		if err := h.DB.Write.QueryRowContext(h.Context(), "EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) "+q).Scan(&text); err != nil {
			h.Fatalf("%v: %s", err, q)
		}
		var plans []struct{ Plan step }
		h.Must(json.Unmarshal([]byte(text), &plans))
		c.add(plans[0].Plan)
		c.buffers += plans[0].Plan.Hit + plans[0].Plan.Read
	}
	return c
}

// TestPagesReadLittle: a page of 50 among 20,600 accounts is a piece of an index,
// wherever in the list it is and whatever the order. In each case the table, read
// whole, would be 20,600 rows more than the page's own, which are some hundred.
func TestPagesReadLittle(t *testing.T) {
	t.Parallel()
	h := open(t)
	owner := h.town()
	asked := &statements{}
	h.DB.Read.AddQueryHook(asked)
	is := func(column, term string) []function.Filter {
		return []function.Filter{{Column: column, Test: function.Equal, Term: term}}
	}
	has := func(column, term string) []function.Filter {
		return []function.Filter{{Column: column, Test: function.Contains, Term: term}}
	}
	by := func(column string, reverse bool) []function.Sort {
		s := function.Sort{Column: column, Reverse: reverse}
		if column == "unix_startdate" {
			s.Method = function.Numeric
		}
		return []function.Sort{s}
	}
	for _, c := range []struct {
		what  string
		who   dispatch.Caller
		shape function.Shape
		start int
		index string
		rows  int // looked at, at most
	}{
		{"by name", h.root, function.Shape{Sorts: by("user", false)}, 1, "account_list_name", 500},
		{"by name, far", h.root, function.Shape{Sorts: by("user", false)}, 15001, "account_list_name", 6000},
		{"by name, reverse, far", h.root, function.Shape{Sorts: by("user", true)}, 15001, "account_list_name", 6000},
		{"by domain, far", h.root, function.Shape{Sorts: by("domain", false)}, 12001, "account_list_domain", 3500},
		{"by name, the last", h.root, function.Shape{Sorts: by("user", false)}, 20551, "account_list_name", 3500},
		{"by owner", h.root, function.Shape{Sorts: by("owner", false)}, 1, "account_list_owner", 900},
		{"by owner, the last", h.root, function.Shape{Sorts: by("owner", false)}, 20551, "account_list_owner", 900},
		{"by owner, reverse, far", h.root, function.Shape{Sorts: by("owner", true)}, 4001, "account_list_owner", 7000},
		{"by owner, of which 42 is in the name", h.root, function.Shape{Sorts: by("owner", false), Filters: has("user", "42")}, 1, "account_list_owner", 12000},
		{"by plan", h.root, function.Shape{Sorts: by("plan", false)}, 1, "account_list_plan", 500},
		{"by plan, reverse, the last", h.root, function.Shape{Sorts: by("plan", true)}, 20551, "account_list_plan", 500},
		{"by start date", h.root, function.Shape{Sorts: by("unix_startdate", false)}, 1, "account_list_began", 500},
		{"by start date, reverse", h.root, function.Shape{Sorts: by("unix_startdate", true)}, 1, "account_list_began", 500},
		{"by start date, the last", h.root, function.Shape{Sorts: by("unix_startdate", false)}, 20551, "account_list_began", 500},
		{"by state", h.root, function.Shape{Sorts: by("suspended", false)}, 1, "account_list_name", 1200},
		{"by state, reverse", h.root, function.Shape{Sorts: by("suspended", true)}, 1, "account_list_suspended", 1200},
		{"by state, far", h.root, function.Shape{Sorts: by("suspended", false)}, 12001, "account_list_name", 5000},
		{"not suspended, far", h.root, function.Shape{Sorts: by("user", false), Filters: is("suspended", "0")}, 12001, "account_list_name", 5000},
		{"of an owner", h.root, function.Shape{Sorts: by("user", false), Filters: is("owner", "owner")}, 1, "account_list_owner", 500},
		{"of an owner, the last", h.root, function.Shape{Sorts: by("user", true), Filters: is("owner", "owner")}, 6801, "account_list_owner", 600},
		{"of a plan, the last", h.root, function.Shape{Sorts: by("user", false), Filters: is("plan", "Gold")}, 5101, "account_list_plan", 600},
		{"what a tenth begins with", h.root, function.Shape{Sorts: by("user", false), Filters: has("user", "shop")}, 1, "account_list_name", 800},
		{"what all contain", h.root, function.Shape{Sorts: by("user", false), Filters: has("domain", "exampl")}, 1, "account_list_name", 800},
		{"a reseller’s", owner, function.Shape{Sorts: by("user", false)}, 1, "account_list_owner", 500},
		{"a reseller’s, by domain", owner, function.Shape{Sorts: by("domain", false)}, 1, "account_list_domain", 800},
		{"a reseller’s who are not suspended", owner, function.Shape{Sorts: by("user", false), Filters: is("suspended", "0")}, 1, "account_list_owner", 1500},
		{"a reseller’s, reverse, the last", owner, function.Shape{Sorts: by("user", true)}, 6801, "account_list_owner", 600},
	} {
		c.shape.Page = function.Page{On: true, Start: c.start, Size: 50}
		asked.taken()
		reply, err := h.Mux.Call(t.Context(), c.who, function.WHM("listaccts"), nil, c.shape)
		h.Must(err)
		n := len(strings.Fields(users(written(t, reply.Out).(map[string]any))))
		if n != min(50, reply.Shaped.Records-c.start+1) {
			t.Errorf("%s: %d of %+v", c.what, n, reply.Shaped)
		}
		cost := h.explain(asked.taken())
		t.Logf("%-40s %6d rows %6d buffers", c.what, cost.rows, cost.buffers)
		if cost.rows > c.rows || cost.buffers > 1000+c.rows/20 || !slices.Contains(cost.indexes, c.index) || len(cost.scan) > 0 {
			t.Errorf("%s: %d rows in %d buffers, want at most %d by %s; used are %v, and read whole %v", c.what, cost.rows, cost.buffers, c.rows, c.index, cost.indexes, cost.scan)
		}
	}
}
