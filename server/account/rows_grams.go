package account

import (
	"context"
	"iter"
	"strings"
	"unicode/utf8"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"

	"postern/server/database"
	"postern/server/dispatch"
	"postern/shared/function"
)

// How many accounts have some letters in their name or domain is looked up where
// these are few, for then many may have them: see the migration of account_grams.
const (
	longestGram = 3
	longestTerm = 256 // no domain is longer
	wordStart   = "^"
	wordEnd     = "$"
)

// gramsOf are the grams of a text, each once.
func gramsOf(text string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for from := range text {
			to := from
			for letters := 0; letters < longestGram && to < len(text); letters++ {
				_, size := utf8.DecodeRuneInString(text[to:])
				to += size
				if gram := text[from:to]; strings.Index(text, gram) == from && !yield(gram) {
					return
				}
			}
		}
	}
}

// soughtIn is what a filter looks for in names or domains that have their start
// and end marked; ok is false for one that grams say nothing of.
func soughtIn(f function.Filter) (text string, ok bool) {
	if f.Column != "user" && f.Column != "domain" || len(f.Term) > longestTerm || strings.ContainsAny(f.Term, wordStart+wordEnd) {
		return "", false
	}
	switch f.Test {
	case function.Contains:
		return f.Term, true
	case function.Begins:
		return wordStart + f.Term, true
	case function.Ends:
		return f.Term + wordEnd, true
	}
	return "", false
}

// having is how many of all accounts pass a filter, as far as grams tell: they
// have counted when exact, else there are no more than that. ok is false when
// they tell nothing.
func having(ctx context.Context, c dispatch.Call, f function.Filter) (n int, exact, ok bool, err error) {
	text, ok := soughtIn(f)
	if !ok {
		return 0, false, false, nil
	}
	letters, longest := utf8.RuneCountInString(text), []string{}
	for gram := range gramsOf(text) {
		if utf8.RuneCountInString(gram) == min(longestGram, letters) {
			longest = append(longest, gram)
		}
	}
	var found struct {
		Most, Added, Changed int
		Counted              *int // of a longer text that is counted too
	}
	err = c.DB.NewRaw(`
		SELECT coalesce((
			SELECT min(coalesce(g.accounts, 0)) FROM unnest(?1::text[]) AS u (gram)
			LEFT JOIN account_grams AS g ON g.part = ?0 AND g.gram = u.gram COLLATE "C"), 0)::bigint AS most,
			(SELECT accounts FROM account_grams WHERE part = ?0 AND gram = ?2) AS counted, d.*
		FROM (SELECT coalesce(sum(change) FILTER (WHERE strpos('^' || word || '$', ?2) > 0), 0)::bigint AS changed,
			count(*) FILTER (WHERE change > 0) AS added FROM account_grams_due WHERE part = ?0) AS d`,
		f.Column, pgdialect.Array(longest), text).Scan(ctx, &found)
	switch {
	case letters <= longestGram:
		return found.Most + found.Changed, true, true, database.Fault(err, nil, nil)
	case found.Counted != nil:
		return *found.Counted + found.Changed, true, true, database.Fault(err, nil, nil)
	}
	// Only what was added counts, lest the most be too few.
	return found.Most + found.Added, false, true, database.Fault(err, nil, nil)
}

// A sweep counts the grams of so many names and domains in one transaction, and
// makes so many: what is left the next one does.
const (
	gramsAtOnce = 50_000
	gramRounds  = 20
)

// sweepGrams counts what is due.
func sweepGrams(ctx context.Context, db bun.IDB) error {
	all := 0
	for range gramRounds {
		n, err := countGrams(ctx, db)
		if err != nil {
			return err
		}
		if all += n; n < gramsAtOnce {
			break
		}
	}
	if err := learnFrequent(ctx, db); err != nil || all < gramsAtOnce {
		return err
	}
	// Searches read what is due from its first page to the last, empty or not.
	_, err := db.NewRaw(`VACUUM (ANALYZE) account_grams_due`).Exec(ctx)
	return err
}

// countGrams takes some of what is due into account_grams and tells how much. A
// second one at the same moment has nothing to do.
func countGrams(ctx context.Context, db bun.IDB) (n int, err error) {
	err = db.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
		var mine bool
		err := tx.NewRaw(`SELECT pg_try_advisory_xact_lock(hashtextextended('account_grams', 0))`).Scan(ctx, &mine)
		if err != nil || !mine {
			return err
		}
		if _, err := tx.NewRaw(`LOCK TABLE account_grams IN ROW EXCLUSIVE MODE`).Exec(ctx); err != nil { // see learnFrequent
			return err
		}
		var due []struct {
			Part, Word string
			Change     int64
		}
		err = tx.NewRaw(`
			WITH next AS (SELECT min(id) AS first, max(id) AS last FROM (SELECT id FROM account_grams_due ORDER BY id LIMIT ?) AS d)
			DELETE FROM account_grams_due WHERE id BETWEEN (SELECT first FROM next) AND (SELECT last FROM next)
			RETURNING part, word, change`, gramsAtOnce).Scan(ctx, &due)
		if n = len(due); err != nil || n == 0 {
			return err
		}
		changes, frequent := map[string]map[string]int64{"user": {}, "domain": {}}, map[string]texts{}
		for part := range changes {
			if frequent[part], err = frequentTexts(ctx, tx, part); err != nil {
				return err
			}
		}
		for _, d := range due {
			of, word := changes[d.Part], wordStart+d.Word+wordEnd
			for gram := range gramsOf(word) {
				of[gram] += d.Change
			}
			for text := range frequent[d.Part].in(word) {
				of[text] += d.Change
			}
		}
		var parts, grams []string
		var counts []int64
		for part, of := range changes {
			for gram, count := range of {
				parts, grams, counts = append(parts, part), append(grams, gram), append(counts, count)
			}
		}
		_, err = tx.NewRaw(`
			INSERT INTO account_grams SELECT * FROM unnest(?::text[], ?::text[], ?::bigint[])
			ON CONFLICT (part, gram) DO UPDATE SET accounts = account_grams.accounts + EXCLUDED.accounts`,
			pgdialect.Array(parts), pgdialect.Array(grams), pgdialect.Array(counts)).Exec(ctx)
		return err
	})
	return n, err
}
