package components

import "testing"

func TestADataURLIsTakenApart(t *testing.T) {
	for address, want := range map[string][2]string{
		"data:image/png;base64,iVBORw0KGgo=": {"image/png", "iVBORw0KGgo="},
		"data:image/svg+xml;base64,":         {"image/svg+xml", ""},
		"data:":                              {"", ""}, "": {"", ""},
	} {
		if kind, content := split(address); kind != want[0] || content != want[1] {
			t.Errorf("%s is %q %q", address, kind, content)
		}
	}
}
