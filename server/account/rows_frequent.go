package account

import (
	"context"
	"database/sql"
	"iter"
	"unicode/utf8"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"

	"postern/server/database"
)

// Texts that are longer than a gram are counted too where very many names have
// them, for what few have an index finds.
const (
	frequentFrom = 20_000 // accounts from which on it is worth it: fewer are looked at in no time
	frequentOf   = 2 * fewOf
	frequentMost = 1000 // texts of names, and of domains, at most
	longestText  = 40   // letters
	sampled      = 20_000
)

// texts are texts that are looked for in words, letter by letter.
type texts map[string]bool // what one of them begins with; true: and is

func newTexts(all []string) texts {
	t := texts{}
	for _, text := range all {
		for n := longestGram; n < len(text); n++ {
			if !t[text[:n]] { // it may be one itself
				t[text[:n]] = false
			}
		}
		t[text] = true
	}
	return t
}

// in are the texts that a word has, each once.
func (t texts) in(word string) iter.Seq[string] {
	return func(yield func(string) bool) {
		var had map[string]bool
		for from := range word {
			for to := from + longestGram; to <= len(word); to++ {
				whole, begins := t[word[from:to]]
				if !begins {
					break
				}
				if text := word[from:to]; whole && !had[text] {
					if had == nil {
						had = map[string]bool{}
					}
					had[text] = true
					if !yield(text) {
						return
					}
				}
			}
		}
	}
}

// frequentTexts are the texts of a part that are counted besides grams.
func frequentTexts(ctx context.Context, db bun.IDB, part string) (texts, error) {
	var all []string
	err := db.NewRaw(`SELECT gram FROM account_grams WHERE part = ? AND length(gram) > ?`, part, longestGram).Scan(ctx, &all)
	return newTexts(all), err
}

// learnFrequent finds out which texts are frequent, unless it was found out when
// there were about as many accounts.
func learnFrequent(ctx context.Context, db bun.IDB) error {
	for _, part := range []string{"user", "domain"} {
		var now, before int
		err := db.NewRaw(`SELECT coalesce((SELECT accounts FROM account_grams WHERE part = ?0 AND gram = ?1), 0),
			coalesce((SELECT accounts FROM account_frequent WHERE part = ?0), 0)`, part, wordStart).Scan(ctx, &now, &before)
		if err != nil {
			return err
		}
		if max(now, before) < frequentFrom || max(now-before, before-now) <= before/4 {
			continue
		}
		// One snapshot, so that the words and what is due of them belong together; the
		// lock is taken before it, so that no other sweep is at it.
		err = db.RunInTx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead}, func(ctx context.Context, tx bun.Tx) error {
			if _, err := tx.NewRaw(`LOCK TABLE account_grams IN SHARE ROW EXCLUSIVE MODE`).Exec(ctx); err != nil {
				return err
			}
			return learn(ctx, tx, part, now)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// wordColumns are where the words of a part are.
var wordColumns = map[string]bun.Ident{"user": "name", "domain": "domain"}

// learn finds candidates in a sample, and counts them in all words.
func learn(ctx context.Context, tx bun.Tx, part string, accounts int) error {
	var sample []string
	err := tx.NewRaw(`SELECT ? FROM account_list TABLESAMPLE BERNOULLI (?)`, wordColumns[part], min(100, 100*float64(sampled)/float64(max(accounts, 1)))).Scan(ctx, &sample)
	if err != nil {
		return err
	}
	counts := map[string]int64{}
	candidates := newTexts(candidatesOf(sample))
	count := func(word string, change int64) {
		for text := range candidates.in(wordStart + word + wordEnd) {
			counts[text] += change
		}
	}
	for last, more := "", true; more; {
		var some []string
		err := tx.NewRaw(`SELECT ?0 FROM account_list WHERE ?0 > ?1 ORDER BY ?0 LIMIT ?2`, wordColumns[part], last, sampled).Scan(ctx, &some)
		if err != nil {
			return err
		}
		for _, word := range some {
			count(word, 1)
			last = word
		}
		more = len(some) == sampled
	}
	var due []struct {
		Word   string
		Change int64
	}
	if err := tx.NewRaw(`SELECT word, change FROM account_grams_due WHERE part = ?`, part).Scan(ctx, &due); err != nil {
		return err
	}
	for _, d := range due { // it will be added
		count(d.Word, -d.Change)
	}
	return keepFrequent(ctx, tx, part, accounts, counts)
}

// candidatesOf are the longer texts that many words of a sample have. A text is
// frequent only if what it begins with is: it is looked for letter by letter.
func candidatesOf(sample []string) (all []string) {
	known := texts{}
	for letters := longestGram; letters <= longestText && len(all) < frequentMost; letters++ {
		counts := map[string]int{}
		for _, word := range sample {
			word = wordStart + word + wordEnd
			had := map[string]bool{}
			for from := 0; from+letters <= len(word); from++ {
				text := word[from : from+letters]
				if (letters == longestGram || known[text[:letters-1]] && known[text[1:]]) && !had[text] {
					had[text] = true
					counts[text]++
				}
			}
		}
		found := false
		for text, n := range counts {
			if n < len(sample)/frequentOf || !utf8.ValidString(text) {
				continue
			}
			known[text], found = true, true
			if letters > longestGram && len(all) < frequentMost {
				all = append(all, text)
			}
		}
		if !found {
			break
		}
	}
	return all
}

// keepFrequent puts the counts in the place of earlier ones.
func keepFrequent(ctx context.Context, tx bun.Tx, part string, accounts int, counts map[string]int64) error {
	var grams []string
	var n []int64
	for text, count := range counts {
		grams, n = append(grams, text), append(n, count)
	}
	if _, err := tx.NewRaw(`DELETE FROM account_grams WHERE part = ? AND length(gram) > ?`, part, longestGram).Exec(ctx); err != nil {
		return err
	}
	_, err := tx.NewRaw(`INSERT INTO account_grams SELECT ?, * FROM unnest(?::text[], ?::bigint[])`, part, pgdialect.Array(grams), pgdialect.Array(n)).Exec(ctx)
	if err != nil {
		return err
	}
	_, err = tx.NewRaw(`INSERT INTO account_frequent VALUES (?, ?) ON CONFLICT (part) DO UPDATE SET accounts = EXCLUDED.accounts`, part, accounts).Exec(ctx)
	return database.Fault(err, nil, nil)
}
