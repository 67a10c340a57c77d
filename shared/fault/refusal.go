package fault

import "strings"

// Refusal is a sentence that people meet often, as it is declared once: the server
// says it, and who shows it to people finds it again in what was said, to tell it in
// another language. Words in braces stand for what differs.
type Refusal struct {
	Key  string // by which another language has the sentence
	Kind Kind   // empty: a rule that Bad tells of a parameter
	Text string
}

// Refusals are those that every dialect and function shares.
var Refusals = []Refusal{missing, bad, noPrivilege, noFeature, denied, badToken, policyApplies, busy}

// With is the sentence, with values for its words: names and values by turns.
func (r Refusal) With(pairs ...string) string { return Fill(r.Text, pairs...) }

// Fault is the refusal itself.
func (r Refusal) Fault(pairs ...string) *Fault {
	return &Fault{Kind: r.Kind, Message: r.With(pairs...)}
}

// Read finds the sentence in a text, which is nothing else, and gives the values of
// its words as With takes them.
func (r Refusal) Read(text string) (pairs []string, is bool) {
	pattern, rest := r.Text, text
	for {
		fixed, after, word := strings.Cut(pattern, "{")
		if !word {
			return pairs, rest == fixed
		}
		if rest, is = strings.CutPrefix(rest, fixed); !is {
			return nil, false
		}
		name, behind, _ := strings.Cut(after, "}")
		next, _, _ := strings.Cut(behind, "{")
		at := strings.Index(rest, next)
		if next == behind { // the last word: all but the sentence's end
			if !strings.HasSuffix(rest, next) {
				return nil, false
			}
			at = len(rest) - len(next)
		}
		if at < 0 {
			return nil, false
		}
		pairs, rest, pattern = append(pairs, name, rest[:at]), rest[at:], behind
	}
}

// Fill replaces words in braces: Fill("Hello {user}", "user", "anna").
func Fill(text string, pairs ...string) string {
	replace := make([]string, 0, len(pairs))
	for i := 0; i+1 < len(pairs); i += 2 {
		replace = append(replace, "{"+pairs[i]+"}", pairs[i+1])
	}
	return strings.NewReplacer(replace...).Replace(text)
}

// Parameter is the parameter that a message speaks of, and what Bad says is allowed
// there: empty if the parameter is missing. No parameter: the message is another.
func Parameter(message string) (name, allowed string) {
	if words, is := missing.Read(message); is {
		return words[1], ""
	}
	if words, is := bad.Read(message); is {
		return words[1], words[3]
	}
	return "", ""
}
