package pages

import (
	"context"
	"net/url"
	"strings"
	"testing"

	"postern/app/components"
	"postern/app/identity"
	"postern/shared/catalog"
	"postern/shared/fault"
)

// rater is a server that rates passwords.
type rater struct {
	reply string
	kind  fault.Kind
	got   url.Values
}

func (r *rater) field() *ChoosePassword {
	desk := identity.NewDesk(func(_ context.Context, q identity.Request) (identity.Response, error) {
		if q.Path == "/login/session" {
			return identity.Response{Status: 200, Body: []byte(`{"service":"cpaneld","session":{"user":"anna","token":"/cpsess1234567890"}}`)}, nil
		}
		r.got = q.Form
		return identity.Response{Status: 200, Fault: r.kind, Body: []byte(r.reply)}, nil
	})
	if _, err := desk.Door(context.Background()); err != nil {
		panic(err)
	}
	return &ChoosePassword{Field: components.Field{ID: "in-password", Name: "password", Label: "Password"}, By: desk,
		Whose: func() catalog.RatePasswordRequest { return mailboxPassword(" bob ", "example.com") }}
}

func TestAChosenPasswordIsRated(t *testing.T) {
	for reply, want := range map[string]string{
		`{"status":1,"data":{"strength":34,"minimum":65,"enough":0}}`: "Strength 34 of 100: too weak. At least 65 is needed.",
		`{"status":1,"data":{"strength":82,"minimum":65,"enough":1}}`: "Strength 82 of 100: strong enough.",
		`{"status":1,"data":{"strength":0,"minimum":0,"enough":1}}`:   "Strength 0 of 100: strong enough.",
	} {
		r := &rater{reply: reply}
		field := r.field()
		html := drawn(t, field, func() { field.Rate("a-secret-word") })
		if !strings.Contains(html, want) || !strings.Contains(html, `role="status"`) || !strings.Contains(html, `aria-describedby="in-password-strength"`) {
			t.Errorf("%s: the field lacks %q: %s", reply, want, html)
		}
		if strings.Contains(html, "a-secret-word") {
			t.Errorf("%s: the page holds the password", reply)
		}
		if r.got.Get("password") != "a-secret-word" || r.got.Get("user") != "bob" || r.got.Get("domain") != "example.com" || r.got.Get("app") != "virtual" {
			t.Errorf("%s was asked for %v", reply, r.got)
		}
	}
}

// TestNothingIsSaidOfAPasswordThatNobodyRated: what the server cannot tell is no
// failure of who types, and an answer that comes too late is none.
func TestNothingIsSaidOfAPasswordThatNobodyRated(t *testing.T) {
	r := &rater{reply: `{"status":0,"data":null,"errors":["The server is busy."]}`, kind: fault.Unavailable}
	field := r.field()
	if html := drawn(t, field, func() { field.Rate("a-secret-word") }); strings.Contains(html, "Strength") || strings.Contains(html, "busy") {
		t.Error(html)
	}
	r = &rater{reply: `{"status":1,"data":{"strength":82,"minimum":65,"enough":1}}`}
	field = r.field()
	html := drawn(t, field, func() {
		field.Rate("a-secret-word")
		field.Typed(0) // the field is empty by now
	})
	if strings.Contains(html, "Strength") {
		t.Error(html)
	}
}
