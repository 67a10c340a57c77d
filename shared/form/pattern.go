//go:build !js

package form

import "regexp"

// Pattern is a regular expression (RE2) that a whole value must match.
type Pattern struct{ regexp *regexp.Regexp }

func newPattern(source string) (*Pattern, error) {
	r, err := regexp.Compile(`\A(?:` + source + `)\z`)
	return &Pattern{r}, err
}

// MatchString tells whether a value is of the pattern.
func (p *Pattern) MatchString(value string) bool { return p.regexp.MatchString(value) }

// String is the expression, for a whole value.
func (p *Pattern) String() string { return p.regexp.String() }
