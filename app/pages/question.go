package pages

import (
	"net/url"
	"slices"

	"postern/app/components"
	"postern/app/texts"
	"postern/shared/form"
	"postern/shared/function"
)

// question is what a form asks people for: parameters of a function, as that
// declares them. Forms of another kind are the API Shell's, for who writes programs.
type question struct {
	of    *function.Function
	names []string // of the parameters, in their order in the form; nil: all
	but   []string // that the screen knows, so that nobody is asked for them
}

// questions are all that the app asks. Each is made once, in a variable of the
// package: a test sees to it that all have their words in every language.
var questions []*question

// asks is a question for the named parameters, or for all.
func asks(of *function.Function, names ...string) *question {
	q := &question{of: of, names: names}
	questions = append(questions, q)
	return q
}

// asksAllBut is a question for all parameters but those that the screen knows.
func asksAllBut(of *function.Function, known ...string) *question {
	q := asks(of)
	q.but = known
	return q
}

// without is the question for those who may not answer all of it.
func (q *question) without(names ...string) *question {
	return &question{of: q.of, names: q.names, but: append(slices.Clone(q.but), names...)}
}

// parameters are what is asked for. They are read when a form is drawn, not when
// the app starts.
func (q *question) parameters() []form.Field {
	declared := q.of.Parameters()
	if q.names != nil {
		declared = parameters(q.of, q.names...)
	}
	var list []form.Field
	for _, p := range declared {
		if !slices.Contains(q.but, p.Name) {
			list = append(list, p)
		}
	}
	return list
}

// fields are the form's inputs, with the words of people.
func (q *question) fields(labels map[string]string) []components.Field {
	words, asked := texts.Now(), q.parameters()
	list := components.Declared(asked)
	for i, p := range asked {
		if label := labels[p.Name]; label != "" {
			list[i].Label = label
		}
		list[i].Hint, list[i].Placeholder = words.Hint(q.of, p), words.Example(q.of, p)
		if len(p.Choices) > 0 {
			for _, value := range list[i].Choices {
				list[i].Words = append(list[i].Words, words.Choice(p.Name, value))
			}
		}
	}
	return list
}

// entered is what stands in the form now, as the function's arguments.
func (q *question) entered() url.Values { return components.Entered(q.parameters()) }

// parameters picks a function's parameters by name, in the order of the names.
func parameters(f *function.Function, names ...string) []form.Field {
	var list []form.Field
	for _, name := range names {
		for _, field := range f.Parameters() {
			if field.Name == name {
				list = append(list, field)
			}
		}
	}
	return list
}
