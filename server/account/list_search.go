package account

import (
	"context"
	"regexp"
	"regexp/syntax"
	"strings"
	"unicode"
	"unicode/utf8"

	"postern/server/dispatch"
	"postern/shared/fault"
	"postern/shared/function"
)

// exact is the method that compares whole values; the other is regex.
const exact = "exact"

// search finds accounts among those that the caller has power over. Patterns are
// RE2, which answers in linear time whatever the pattern, and are matched here:
// PostgreSQL's ~ backtracks. PostgreSQL finds what they leave no doubt about.
func search(ctx context.Context, c dispatch.Call, text, by, method string) ([]account, error) {
	by = or(by, "user")
	if text == "" {
		return selectAccounts(ctx, c, nil)
	}
	filters, all, err := sought(text, by, method)
	if err != nil {
		return nil, err
	}
	if all {
		return selectAccounts(ctx, c, filters)
	}
	if method == exact { // the others are filters
		if strings.ContainsRune(text, 0) || !utf8.ValidString(text) {
			return nil, nil
		}
		return selectWithIP(ctx, c, text)
	}
	pattern, err := regexp.Compile("(?i)" + text)
	if err != nil {
		return nil, badPattern()
	}
	return selectMatching(ctx, c, by, filters, pattern.MatchString)
}

func badPattern() error {
	return fault.Bad("search", "use a regular expression (RE2), or searchmethod=exact")
}

// sought is a search as filters of listaccts: what it finds passes them. all: and
// what passes them it finds.
func sought(text, by, method string) (filters []function.Filter, all bool, err error) {
	of := function.Filter{Column: by, Test: function.Equal, Term: text}
	switch {
	case by == "package": // whatever is asked of a plan is looked up here: see plansThat
		of.Column, all = "plan", true
		if method != exact {
			of.Test, of.Term = function.Matches, "(?i)"+text
			_, err = parse(text)
		}
		return []function.Filter{of}, all, err
	case by == "ip":
		if method != exact {
			_, err = parse(text)
		}
		return nil, false, err
	case method == exact:
		if by == "domain" {
			if of.Term, err = Domain("domain", text); err != nil {
				of.Term = "" // no account has it
			}
		}
		all = true
	default:
		pattern, err := parse(text)
		if err != nil {
			return nil, false, err
		}
		of.Test, of.Term, all = literal(pattern)
	}
	if strings.ContainsRune(of.Term, 0) || !utf8.ValidString(of.Term) {
		of = function.Filter{Column: by, Test: function.Contains} // PostgreSQL has no such text
		if all {
			of.Test = function.Equal // and so no account
		}
	}
	return []function.Filter{of}, all, nil
}

func parse(text string) (*syntax.Regexp, error) {
	pattern, err := syntax.Parse("(?i)"+text, syntax.Perl)
	if err != nil {
		return nil, badPattern()
	}
	return pattern, nil
}

// literal is a text that whatever matches the pattern contains, begins with, ends
// with or is; empty if there is none to tell. all: whatever does so matches.
func literal(pattern *syntax.Regexp) (test function.Test, term string, all bool) {
	switch pattern.Op {
	case syntax.OpLiteral:
		return function.Contains, lowered(pattern), true
	case syntax.OpCapture:
		return literal(pattern.Sub[0])
	case syntax.OpPlus:
		test, term, _ = literal(pattern.Sub[0])
		return test, term, false
	case syntax.OpConcat:
		return literalOf(pattern.Sub)
	}
	return function.Contains, "", false
}

// literalOf is literal of what follows one upon the other: the longest of the parts'.
func literalOf(parts []*syntax.Regexp) (test function.Test, term string, all bool) {
	starts := parts[0].Op == syntax.OpBeginText
	if starts {
		parts = parts[1:]
	}
	ends := len(parts) > 0 && parts[len(parts)-1].Op == syntax.OpEndText
	if ends {
		parts = parts[:len(parts)-1]
	}
	if len(parts) == 1 && parts[0].Op == syntax.OpLiteral {
		test = function.Contains
		switch {
		case starts && ends:
			test = function.Equal
		case starts:
			test = function.Begins
		case ends:
			test = function.Ends
		}
		return test, lowered(parts[0]), true
	}
	for _, p := range parts {
		if _, text, _ := literal(p); len(text) > len(term) {
			term = text
		}
	}
	return function.Contains, term, false
}

// lowered is a pattern's literal as it stands in a text of lower case ASCII.
func lowered(pattern *syntax.Regexp) string {
	if pattern.Flags&syntax.FoldCase == 0 {
		return string(pattern.Rune)
	}
	text := make([]rune, len(pattern.Rune))
	for i, r := range pattern.Rune {
		text[i] = r
		for same := unicode.SimpleFold(r); same != r; same = unicode.SimpleFold(same) {
			if same < unicode.MaxASCII && unicode.IsLower(same) {
				text[i] = same
			}
		}
	}
	return string(text)
}
