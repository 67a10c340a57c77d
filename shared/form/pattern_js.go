//go:build js

package form

// Pattern is a regular expression that a whole value must match. The browser
// does not judge by it: the engine and its tables of all letters would be a
// twelfth of the app, and the server judges in any case and says what is allowed.
type Pattern struct{ source string }

func newPattern(source string) (*Pattern, error) { return &Pattern{`\A(?:` + source + `)\z`}, nil }

// MatchString takes every value.
func (*Pattern) MatchString(string) bool { return true }

// String is the expression, for a whole value.
func (p *Pattern) String() string { return p.source }
