package texts

import (
	"testing"

	"postern/shared/form"
	"postern/shared/function"
)

func TestAHintIsTheFunctionsOwnThenTheParametersThenTheDeclarations(t *testing.T) {
	of := &function.Function{}
	of.Names = []function.Name{function.UAPI("Room", "paint")}
	words := &Texts{Hints: map[string]string{"colour": "Any.", "Room::paint.colour": "A bright one.", "shade": "", "wet": "It dries."}}
	for want, p := range map[string]form.Field{
		"A bright one.": {Name: "colour", Doc: "A colour."}, "": {Name: "shade", Doc: "A shade."}, "It dries.": {Name: "wet", Doc: "1: wet.", Kind: form.Bit},
		"A size.": {Name: "size", Doc: "A size."},
	} {
		if got := words.Hint(of, p); got != want {
			t.Errorf("%s: %q, want %q", p.Name, got, want)
		}
	}
	if got := words.Hint(of, form.Field{Name: "dry", Doc: "1: dry; 0: not.", Kind: form.Bit}); got != "" {
		t.Errorf("people are told of 1 and 0: %q", got)
	}
	words.Examples = map[string]string{"colour": "red"}
	for want, p := range map[string]form.Field{
		"red": {Name: "colour", Example: "blue"}, "wide": {Name: "size", Example: "wide"}, "": {Name: "colour", Example: "blue", Secret: true},
	} {
		if got := words.Example(of, p); got != want {
			t.Errorf("the example of %s: %q, want %q", p.Name, got, want)
		}
	}
	other := &function.Function{}
	other.Names = []function.Name{function.WHM("paint")}
	if got := words.Hint(other, form.Field{Name: "colour", Doc: "A colour."}); got != "Any." {
		t.Errorf("another function’s hint is %q", got)
	}
}
