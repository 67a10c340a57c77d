package account_test

import (
	"context"
	"fmt"
	"math"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"postern/server/account"
	"postern/server/database"
	"postern/server/dispatch"
	"postern/server/testkit"
	"postern/shared/catalog"
	"postern/shared/function"
)

// crowd gives the house two hundred accounts: of a reseller every fifth, suspended
// every seventh, of other plans every third, begun on five days, one of them before
// 1970, and one of them with a name that few have.
func (h *house) crowd() (owner dispatch.Caller) {
	h.Helper()
	owner = h.reseller("owner", "list-accts", "create-acct")
	h.make(h.root, "maximilian")
	for _, q := range []string{
		`INSERT INTO logins (name, kind, password_hash, password_changed_at, created_at, suspended_at)
			SELECT CASE WHEN i % 3 = 0 THEN 'shop' ELSE 'u' END || substr(md5(i::text), 1, 8), 'account', '', now(), now(), CASE WHEN i % 7 = 0 THEN now() END
			FROM generate_series(1, 200) i`,
		`INSERT INTO accounts SELECT l.id, CASE WHEN l.id % 5 = 0 THEN (SELECT id FROM logins WHERE name = 'owner') ELSE a.owner_id END,
			translate(l.name, 'a', '-') || CASE WHEN l.id % 2 = 0 THEN '.example' ELSE '.test' END, false, CASE WHEN l.id % 3 = 0 THEN 'Gold ' || l.id % 4 ELSE a.plan END, a.feature_list, a.ip, a.settings,
			a.created_in_version, CASE WHEN l.id % 4 > 0 THEN a.started_at - l.id % 4 * interval '26 days 1.4 seconds' ELSE '1969-12-31 23:59:58.5Z' END, a.changed_at
			FROM logins l, accounts a JOIN logins m ON m.id = a.login_id AND m.name = 'maximilian'
			WHERE l.kind = 'account' AND l.name NOT IN ('owner', 'maximilian')`,
	} {
		_, err := h.DB.Write.ExecContext(h.Context(), q)
		h.Must(err)
	}
	return owner
}

// terms are what people, and those who try their luck, search for.
var terms = []string{
	"", "a", "z", "-", ".", "4", "sh", "u4", "42", "sho", "exa", "e", "le", "est", "mple", "shop", ".exam", ".example", "maxi", "maximilian", "imil", "zzzz", "own", "owner",
	"SHOP", "Max", "old", "Gold 2", "GOLD", "69 Dec", "26 ", "-1", "9", "-2", "%", "_", "%%", "u_", "s%p", "sh%p", "sho_", "maxi_ilian", "ow_er", "ow%r", `\`, `\\`, `sh\op`, "'", `"`, "' OR ''='", "--", "?", "?0", "^", "$", "^u", "st$", "^shop", "ä", "é", "Ä", "ſhop", "ßß", "\u212a", "äöüß",
}

// controls are output controls with each term, in every column that the database
// searches, in varied ways, orders and pages.
func controls() (all []function.Shape) {
	orders := [][]function.Sort{nil, {{Column: "domain"}}, {{Column: "user", Reverse: true}}, {{Column: "owner"}, {Column: "domain", Reverse: true}}, {{Column: "suspended"}},
		{{Column: "plan", Reverse: true}}, {{Column: "plan"}, {Column: "owner"}}, {{Column: "suspended", Reverse: true}, {Column: "domain"}}, {{Column: "owner", Reverse: true}},
		{{Column: "unix_startdate", Method: function.Numeric, Reverse: true}}, {{Column: "unix_startdate"}}, {{Column: "startdate"}, {Column: "plan"}}}
	pages := []function.Page{{On: true, Start: 1, Size: 5}, {}, {On: true, Start: 4, Size: 50}, {On: true, All: true}, {On: true, Start: 1000, Size: 3}, {On: true, Start: 2, Size: math.MaxInt}, {On: true, Start: math.MaxInt, Size: math.MaxInt}}
	extras := [][]function.Filter{nil, {{Column: "suspended", Test: function.Equal, Term: "0"}}, {{Column: "owner", Test: function.Equal, Term: "owner"}}, nil}
	n := 0
	for _, term := range terms {
		for _, column := range []string{"user", "domain", "owner", "plan", "startdate", "unix_startdate"} {
			others := []function.Test{function.Begins, function.Ends, function.Equal, function.Begins, function.Ends, function.NotEqual}
			for _, test := range []function.Test{function.Contains, others[n/2%len(others)]} {
				f := function.Filter{Column: column, Test: test, Term: term, IgnoreCase: n%4 > 0}
				filters := append([]function.Filter{f}, extras[n%len(extras)]...)
				all = append(all, function.Shape{Filters: filters, Sorts: orders[n%len(orders)], Page: pages[n/5%len(pages)]})
				n++
			}
		}
	}
	for i, moment := range []string{"0", "-1", "-2", "-1.5", "1e9", "1772582400", "1e300", "-1e300", "1772582400.5"} {
		for k, test := range []function.Test{function.Less, function.LessOrEqual, function.Greater, function.GreaterOrEqual, function.NumberEqual} {
			f := function.Filter{Column: "unix_startdate", Test: test, Term: moment}
			all = append(all, function.Shape{Filters: append([]function.Filter{f}, extras[k%len(extras)]...), Sorts: orders[(5*i+k)%len(orders)], Page: pages[k%len(pages)]})
		}
	}
	for _, pattern := range []string{"^Gold", "(?i)^gOLD [12]$", "", "z"} {
		all = append(all, function.Shape{Filters: []function.Filter{{Column: "plan", Test: function.Matches, Term: pattern}}, Page: pages[0]})
	}
	return all
}

// agree asks for the same of the database and, of all accounts, in memory.
func (h *house) agree(when string, shapes []function.Shape, callers ...dispatch.Caller) {
	h.Helper()
	everybody := map[string]function.Reply{}
	for _, who := range callers {
		reply, err := h.Mux.Call(h.Context(), who, function.WHM("listaccts"), nil, function.Shape{})
		h.Must(err)
		everybody[who.Name] = reply
	}
	for i, s := range shapes {
		who := callers[i%len(callers)]
		one, err := h.Mux.Call(h.Context(), who, function.WHM("listaccts"), nil, s)
		if err != nil {
			h.Fatalf("%s: %+v: %v", when, s, err)
		}
		if len(s.Sorts) > 0 { // equals are by name, as all are
			s.Sorts = append(slices.Clone(s.Sorts), function.Sort{Column: "user"})
		}
		two, err := dispatch.ApplyShape(&catalog.ListAccts.Function, everybody[who.Name], s)
		h.Must(err)
		byDatabase, byHand := users(written(h.T, one.Out).(map[string]any)), users(written(h.T, two.Out).(map[string]any))
		if byDatabase != byHand || *one.Shaped != *two.Shaped {
			h.Errorf("%s, for %s: %+v: the database gives %q %+v, memory %q %+v", when, who.Name, s, byDatabase, one.Shaped, byHand, two.Shaped)
		}
	}
}

// some takes one of every few.
func some(shapes []function.Shape, every int) (few []function.Shape) {
	for i := range shapes {
		if (i*7+every)%every == 0 {
			few = append(few, shapes[i])
		}
	}
	return few
}

// TestSearchedByEither: whatever is searched for, counted beforehand or not, with
// the index of trigrams or without, the database finds what memory does.
func TestSearchedByEither(t *testing.T) {
	t.Parallel()
	h := open(t)
	owner := h.crowd()
	all := controls()
	exec := func(q string) {
		t.Helper()
		_, err := h.DB.Write.ExecContext(t.Context(), q)
		h.Must(err)
	}
	h.agree("before a sweep", some(all, 3), h.root, owner)
	h.Must(account.Sweep(t.Context(), h.DB.Write))
	exec("ANALYZE")
	h.agree("swept", all, h.root, h.root, owner)
	exec("SET enable_seqscan = off") // one connection of four: whatever the plan
	for _, q := range []string{
		"UPDATE logins SET name = 'r' || name WHERE id % 4 = 0 AND kind = 'account' AND name NOT IN ('owner', 'maximilian')",
		"UPDATE accounts SET domain = 'maxi' || domain WHERE login_id % 40 = 1",
		"DELETE FROM logins WHERE id % 6 = 0 AND kind = 'account' AND name NOT IN ('owner', 'maximilian')",
	} {
		exec(q)
	}
	h.agree("changed", some(all, 4), h.root, owner)
	h.Must(account.Sweep(t.Context(), h.DB.Write))
	h.agree("changed and swept", some(all, 4), h.root, owner)
	exec("DROP INDEX IF EXISTS account_list_name_trigrams, account_list_domain_trigrams")
	h.agree("without the index", some(all, 4), h.root, owner)
}

var patterns = []string{
	"shop", "SHOP", "^shop", "^s", "f$", "^maximilian$", "^Maximilian$", "sh.p", "(shop)", "(?:sho)p", "shop|maxi", "m[a]x", "(max)+imil", "(?-i:SHOP)", "(?-i:shop)", "s{1}hop", "o{0}",
	".", "", "^", "$", "^$", "^^u", "u$$", `\d\d`, "4.2", `\x00`, `sho\x00`, "ſhop", "\u212a", "k", `\Qshop\E`, "sho?p", "shop.*e", "ä", "%", "_", `\\`, `\.example`, "z*", "(?m)^shop", "(?s).*max",
}

// TestPatternsFindTheSame: a pattern finds what Go's regexp does, though most of it
// is the database's work.
func TestPatternsFindTheSame(t *testing.T) {
	t.Parallel()
	h := open(t)
	owner := h.crowd()
	h.Must(account.Sweep(t.Context(), h.DB.Write))
	columns := map[string]string{"user": "user", "domain": "domain", "owner": "owner", "package": "plan"}
	everybody := map[string]map[string]any{}
	for _, who := range []dispatch.Caller{h.root, owner} {
		data, _, err := h.whm(who, "listaccts")
		h.Must(err)
		everybody[who.Name] = data
	}
	for i, pattern := range patterns {
		for k, column := range []string{"user", "domain", "owner", "package"} {
			if k > 1 && i%3 != k-1 {
				continue
			}
			who := []dispatch.Caller{h.root, owner}[(i+k)%2]
			re, want := regexp.MustCompile("(?i)"+pattern), []string{}
			for _, a := range everybody[who.Name]["acct"].([]any) {
				if a := a.(map[string]any); re.MatchString(a[columns[column]].(string)) {
					want = append(want, a["user"].(string))
				}
			}
			args := url.Values{"search": {pattern}, "searchtype": {column}, "want": {"user"}}
			found, err := h.Mux.Call(t.Context(), who, function.WHM("listaccts"), args, function.Shape{})
			h.Must(err)
			if got := users(written(t, found.Out).(map[string]any)); got != strings.Join(want, " ") {
				t.Errorf("%q in %s, for %s: %s, want %s", pattern, column, who.Name, got, want)
			}
			page, err := h.Mux.Call(t.Context(), who, function.WHM("listaccts"), args, function.Shape{Page: function.Page{On: true, Start: 2, Size: 3}})
			h.Must(err)
			if got, part := users(written(t, page.Out).(map[string]any)), want[min(1, len(want)):min(4, len(want))]; got != strings.Join(part, " ") || page.Shaped.Records != len(want) || page.Shaped.Before != len(want) {
				t.Errorf("a page of %q in %s, for %s: %s of %+v, want %s of %d", pattern, column, who.Name, got, page.Shaped, part, len(want))
			}
		}
	}
}

// TestMuchIsAsked: terms without end, and the same filter over and over, cost no
// more than they should.
func TestMuchIsAsked(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.crowd()
	h.Must(account.Sweep(t.Context(), h.DB.Write))
	awake := function.Filter{Column: "suspended", Test: function.Equal, Term: "0"}
	long := make([]byte, 500_000)
	for i := range long {
		long[i] = byte('a' + i*i%7919%26)
	}
	page := function.Page{On: true, Start: 1, Size: 5}
	for _, s := range []function.Shape{
		{Filters: slices.Repeat([]function.Filter{awake, {Column: "user", Test: function.Contains, Term: "u"}}, 40), Page: page},
		{Filters: []function.Filter{{Column: "user", Test: function.Contains, Term: string(long)}}, Page: page},
		{Filters: []function.Filter{{Column: "domain", Test: function.Ends, Term: string(long)}, awake}, Page: page},
		{Filters: []function.Filter{{Column: "owner", Test: function.Begins, Term: string(long)}}, Page: page},
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		_, err := h.Mux.Call(ctx, h.root, function.WHM("listaccts"), nil, s)
		cancel()
		if err != nil {
			t.Errorf("%d filters: %v", len(s.Filters), err)
		}
	}
}

// TestGramsHold: sweeps at the same time as changes lose none and count none twice.
func TestGramsHold(t *testing.T) {
	t.Parallel()
	h := open(t)
	var all sync.WaitGroup
	for i := range 3 {
		all.Go(func() {
			for k := range 20 {
				name := fmt.Sprintf("u%dx%d", i, k)
				_, err := h.DB.Write.ExecContext(t.Context(), `INSERT INTO logins (name, kind, password_hash, password_changed_at, created_at) VALUES (?, 'account', '', now(), now())`, name)
				if err == nil && k%2 == 0 {
					_, err = h.DB.Write.ExecContext(t.Context(), `DELETE FROM logins WHERE name = ?`, name)
				}
				if err != nil {
					t.Error(err)
				}
			}
		})
		all.Go(func() {
			for range 20 {
				if err := account.Sweep(t.Context(), h.DB.Write); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	h.Must(account.Sweep(t.Context(), h.DB.Write))
	var due int
	h.Must(h.DB.Write.NewRaw(`SELECT count(*) FROM account_grams_due`).Scan(t.Context(), &due))
	if due != 0 {
		t.Errorf("%d changes are due after all sweeps", due)
	}
	for gram, want := range map[string]int{"u": 30, "^u": 30, "u1x": 10, "^u2": 10, "9$": 6, "x1": 18, "8$": 0} {
		var n int
		h.Must(h.DB.Write.NewRaw(`SELECT coalesce(sum(accounts), 0)::bigint FROM account_grams WHERE part = 'user' AND gram = ?`, gram).Scan(t.Context(), &n))
		if n != want {
			t.Errorf("%d accounts have %q, want %d", n, gram, want)
		}
	}
}

// TestWithoutTrigrams: who may not make the extension is served without the index.
func TestWithoutTrigrams(t *testing.T) {
	t.Parallel()
	for _, revoke := range []bool{false, true} {
		db, err := database.Open(t.Context(), database.Options{URL: testkit.EmptyURL(t), MaxConns: 2})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = db.Close() })
		if revoke {
			_, err = db.Write.ExecContext(t.Context(), `DO $$ BEGIN EXECUTE format('REVOKE CREATE ON DATABASE %I FROM CURRENT_USER', current_database()); END $$`)
			if err != nil {
				t.Fatal(err)
			}
		}
		if _, err := database.Migrate(t.Context(), db); err != nil {
			t.Fatal(err)
		}
		var may, has bool
		err = db.Write.NewRaw(`SELECT has_database_privilege(current_database(), 'CREATE') AND EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_trgm'),
			to_regclass('account_list_name_trigrams') IS NOT NULL AND to_regclass('account_list_domain_trigrams') IS NOT NULL`).Scan(t.Context(), &may, &has)
		if err != nil || may != has {
			t.Errorf("revoked: %v: it may make the index: %v, and has: %v, %v", revoke, may, has, err)
		}
	}
}
