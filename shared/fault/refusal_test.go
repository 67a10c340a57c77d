package fault

import (
	"slices"
	"testing"
)

// TestARefusalIsFoundAgain in what it said, whatever its words are, and in nothing else.
func TestARefusalIsFoundAgain(t *testing.T) {
	two := Refusal{"two", Invalid, "From “{least}” to {most} bytes."}
	for _, pairs := range [][]string{
		{"least", "1", "most", "2"}, {"least", "", "most", ""}, {"least", "{most}", "most", "{least}"}, {"least", "x", "most", " bytes. bytes."},
	} {
		f := two.Fault(pairs...)
		if got, is := two.Read(f.Message); !is || !slices.Equal(got, pairs) || f.Kind != Invalid {
			t.Errorf("%q of %q: %q, %v", f.Message, pairs, got, is)
		}
	}
	for _, other := range []string{"", "From “1” to 2 bytes", "From “1", "From “1” to 2 bytes. Really", "Say: From “1” to 2 bytes."} {
		if got, is := two.Read(other); is {
			t.Errorf("it is found in %q: %q", other, got)
		}
	}
	plain := Refusal{"plain", Stranger, "No."}
	if _, is := plain.Read("No."); !is {
		t.Error("a sentence without words is not found")
	}
	if _, is := plain.Read("No. No."); is {
		t.Error("a sentence without words is found in a longer one")
	}
}

func TestParameter(t *testing.T) {
	for message, want := range map[string][2]string{
		Missing("user").Message:               {"user", ""},
		Bad("user", "use another").Message:    {"user", "use another."},
		Bad("a”b", "say: “x” is not").Message: {"a”b", "say: “x” is not."},
		NoPrivilege("all").Message:            {"", ""},
	} {
		if name, allowed := Parameter(message); name != want[0] || allowed != want[1] {
			t.Errorf("%q is of %q: %q", message, name, allowed)
		}
	}
}
