package components

import (
	"strings"

	"postern/app/texts"
	"postern/shared/catalog"
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
		return told(f.Message)
	case f.Kind == fault.Forbidden:
		return words.Forbidden
	case f.Kind == fault.Unavailable:
		return words.Busy
	default:
		return words.Unknown
	}
}

// told is what the server says in the reader's language, where its words are known;
// else as it came. A rule that fault.Bad tells of a parameter is one of its words,
// and has the full stop of the whole.
func told(said string) string {
	rule, stop := strings.CutSuffix(said, ".")
	for _, r := range catalog.Refusals {
		words, is := r.Read(said)
		end := ""
		if !is && r.Kind == "" && stop {
			words, is = r.Read(rule)
			end = "."
		}
		if !is {
			continue
		}
		for i := 0; i < len(words); i += 2 {
			if words[i] == "allowed" {
				words[i+1] = told(words[i+1])
			}
		}
		return texts.Fill(texts.Now().Refusals[r.Key], words...) + end
	}
	return said
}
