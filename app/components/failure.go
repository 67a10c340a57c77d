package components

import (
	"postern/app/texts"
	"postern/shared/fault"
)

// Sentence says a failure to people: in the server's own words if it sent any.
func Sentence(err error) string {
	f := fault.Of(err)
	words := texts.Now().Failures
	switch {
	case f.Kind == fault.Internal && f.Code == "":
		return words.Unknown
	case f.Message != "":
		return f.Message
	case f.Kind == fault.Forbidden:
		return words.Forbidden
	case f.Kind == fault.Unavailable:
		return words.Busy
	default:
		return words.Unknown
	}
}
