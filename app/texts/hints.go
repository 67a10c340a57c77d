package texts

import (
	"postern/shared/form"
	"postern/shared/function"
)

// Hint is what people are told below the input of a function's parameter; empty
// where the label says all. What a declaration tells programs is told to people
// too, unless the language has other words.
func (t *Texts) Hint(of *function.Function, p form.Field) string {
	declared := p.Doc
	if p.Kind == form.Bit {
		declared = "" // it explains 1 and 0, which stand as words here
	}
	return own(t.Hints, of, p, declared)
}

// Example is what people see in the empty input of a function's parameter; nothing
// for a secret.
func (t *Texts) Example(of *function.Function, p form.Field) string {
	if p.Secret {
		return ""
	}
	return own(t.Examples, of, p, p.Example)
}

// own is the language's own text for a function's parameter; else another.
func own(texts map[string]string, of *function.Function, p form.Field, other string) string {
	for _, key := range Keys(of, p) {
		if text, has := texts[key]; has {
			return text
		}
	}
	return other
}

// Keys are those under which a language may have a text for a function's
// parameter; the first that it has counts.
func Keys(of *function.Function, p form.Field) []string {
	return []string{of.Names[0].String() + "." + p.Name, p.Name}
}

// Choice is how people read a value that a parameter may have: the value itself,
// if it has no words.
func (t *Texts) Choice(parameter, value string) string {
	if words, has := t.Choices[parameter+"."+value]; has {
		return words
	}
	return value
}
