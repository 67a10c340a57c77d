package components

import (
	"errors"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"postern/shared/fault"
	"postern/shared/form"
	"postern/shared/function"
)

func TestAPlaceIsFoundAgainAtItsAddress(t *testing.T) {
	for _, p := range []Place{
		{Page: 1}, {Page: 7, Search: "a b&c=d", Sort: "email", Reverse: true}, {Page: 2, Only: map[string]string{"outcome": "refused"}},
	} {
		if p.Only == nil {
			p.Only = map[string]string{}
		}
		u, err := url.Parse(p.At("/account/x"))
		if err != nil || u.Path != "/account/x" {
			t.Fatal(u, err)
		}
		if got := ReadPlace(u.Query(), "outcome"); !reflect.DeepEqual(got, p) {
			t.Errorf("%+v became %+v", p, got)
		}
	}
	for _, nonsense := range []string{"page=0", "page=-1", "page=x", "page=99999999999999999999", "other=1", "sort=-"} {
		q, _ := url.ParseQuery(nonsense)
		if p := ReadPlace(q); p.At("/") != "/" {
			t.Errorf("%s gives %+v", nonsense, p)
		}
	}
}

func TestASearchBeginsOnTheFirstPage(t *testing.T) {
	p := Place{Page: 3, Sort: "email"}
	if s := p.Searching(" x "); s.Page != 1 || s.Search != "x" || s.Sort != "email" {
		t.Errorf("%+v", s)
	}
	if p.With("a", "b").Page != 1 || p.By("email").Reverse != true || p.By("x").Reverse {
		t.Error("a change of what is listed kept the page, or an order is wrong")
	}
	s := Place{Page: 3, Search: "bob", Sort: "created", Reverse: true}.Shape(15, "email", "created")
	if s.Page.Start != 31 || s.Filters[0].Column != "email" || s.Sorts[0].Method != function.Numeric || !s.Sorts[0].Reverse {
		t.Errorf("%+v", s)
	}
}

func TestAFailureIsSaidAtTheFieldThatItNames(t *testing.T) {
	for _, c := range []struct {
		err         error
		name, words string
	}{
		{fault.Missing("q1ques"), "q1ques", "This is needed."},
		{fault.Bad("q1answer", "use 3 to 127 bytes"), "q1answer", "Use 3 to 127 bytes."},
		{fault.New(fault.Exists, "There is one."), "", ""}, {errors.New("x"), "", ""}, {nil, "", ""},
	} {
		if got := Blamed(c.err); got != c.name {
			t.Errorf("%v blames %q, want %q", c.err, got, c.name)
		}
		if c.name != "" && Blame(c.err) != c.words {
			t.Errorf("%v says %q, want %q", c.err, Blame(c.err), c.words)
		}
	}
	if got := Entered([]form.Field{{Name: "x"}}); len(got) != 0 {
		t.Errorf("nothing typed gives %v", got)
	}
}

// TestQRCode: the corner that every code has stands in its drawing, and a text
// that fits no code gives none.
func TestQRCode(t *testing.T) {
	path, size := modules("otpauth://totp/Example:anna?secret=WJ73QJSKZBXCFIPZ&issuer=Example")
	if size < 29 || size%4 != 1 || !strings.HasPrefix(path, "M4 4h7v1h-7z") {
		t.Errorf("%d wide: %.40s", size, path)
	}
	if _, size := modules(strings.Repeat("x", 5000)); size != 0 {
		t.Errorf("5000 bytes fit into %d modules", size)
	}
}
