package texts

import (
	"postern/shared/form"
	"postern/shared/function"
)

// Hint is what people are told below the input of a function's parameter; empty
// where the label says all. What a declaration tells programs is told to people
// too, unless the language has other words.
func (t *Texts) Hint(of *function.Function, p form.Field) string {
	for _, key := range []string{of.Names[0].String() + "." + p.Name, p.Name} {
		if hint, has := t.Hints[key]; has {
			return hint
		}
	}
	if p.Kind == form.Bit {
		return "" // the declaration explains 1 and 0, which stand as words here
	}
	return p.Doc
}

// Choice is how people read a value that a parameter may have: the value itself,
// if it has no words.
func (t *Texts) Choice(parameter, value string) string {
	if words, has := t.Choices[parameter+"."+value]; has {
		return words
	}
	return value
}
