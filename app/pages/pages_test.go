package pages

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"postern/app/components"
	"postern/app/identity"
	"postern/shared/form"
	"postern/shared/scalar"
)

// says answers every question with one reply.
func says(status int, body string) *identity.Desk {
	return identity.NewDesk(func(context.Context, identity.Request) (identity.Response, error) {
		return identity.Response{Status: status, Body: []byte(body)}, nil
	})
}

// drawn mounts a component, lets it load, and gives its HTML.
func drawn(t *testing.T, c app.Composer, then func()) string {
	t.Helper()
	d := app.NewClientTester(c)
	t.Cleanup(d.Close)
	d.Consume()
	if then != nil {
		then()
		d.Consume()
		c.Update()
		d.Consume()
	}
	return app.HTMLString(c)
}

func TestLoginSaysWhyItWasRefused(t *testing.T) {
	for body, want := range map[string]string{
		`{"status":0,"message":"invalid_login"}`:       "The login is invalid.",
		`{"status":0,"message":"locked","seconds":61}`: "Try again in 2 minutes",
		`{"status":0,"message":"locked","seconds":5}`:  "Try again in 1 minute;",
		`{"status":0,"message":"locked"}`:              "Wait a little",
		`{"status":0,"message":"busy"}`:                "The server is busy.",
		`{"status":0,"message":"something_new"}`:       "further step",
		`<html>`:                                       "does not understand",
	} {
		l := &Login{Desk: says(401, body), Door: identity.Door{Service: scalar.CPanel}}
		html := drawn(t, l, func() { l.Submit("anna", "secret-word") })
		if !strings.Contains(html, want) || !strings.Contains(html, `role="alert"`) {
			t.Errorf("%s: the page lacks %q", body, want)
		}
		if strings.Contains(html, "secret-word") {
			t.Errorf("%s: the page holds the password", body)
		}
	}
}

func TestAnEmptyLoginIsNotSent(t *testing.T) {
	asked := false
	l := &Login{Desk: identity.NewDesk(func(_ context.Context, r identity.Request) (identity.Response, error) {
		asked = asked || r.Method == "POST"
		return identity.Response{}, nil
	})}
	html := drawn(t, l, func() { l.Submit("  ", "") })
	if asked || !strings.Contains(html, "Enter your username.") || !strings.Contains(html, "Enter your password.") {
		t.Errorf("asked: %v; %s", asked, html)
	}
}

func TestTheLoginLeadsToALocalPage(t *testing.T) {
	for path, want := range map[string]string{"": "/", "/login": "/", "/login/x": "/", "/account/tokens": "/account/tokens"} {
		if got := (&Login{Next: path}).next(); got != want {
			t.Errorf("after %q comes %q, want %q", path, got, want)
		}
	}
}

func TestTheListsFourStates(t *testing.T) {
	for body, want := range map[string]string{
		`{"status":1,"data":[{"email":"bob@example.com","suspended_login":1}]}`: "Suspended",
		`{"status":1,"data":[]}`:                              "No mailboxes yet",
		`{"status":0,"data":null,"errors":["No such luck."]}`: "No such luck.",
		`{"status":1,"data":[{"email":"bob@example.com"}]}`:   "1 mailbox",
	} {
		h := &AccountHome{Desk: says(200, body), Session: identity.Session{User: "anna", Kind: "account", Created: 1772616600}}
		html := drawn(t, h, nil)
		if !strings.Contains(html, want) || !strings.Contains(html, "2026-03-04 09:30 UTC") || strings.Contains(html, "Loading…") {
			t.Errorf("%s: the page lacks %q", body, want)
		}
	}
}

func TestWhileLoadingTheListIsBusy(t *testing.T) {
	html := app.HTMLString(components.Table{Label: "x", Loading: true}.UI())
	if !strings.Contains(html, "aria-busy") || !strings.Contains(html, "Loading…") {
		t.Error(html)
	}
}

// TestAnOvertakenReplyIsDropped: the first question's answer comes last.
func TestAnOvertakenReplyIsDropped(t *testing.T) {
	h := &AccountHome{Desk: says(200, `{"status":1,"data":[]}`)}
	d := app.NewClientTester(h)
	defer d.Close()
	d.Consume()
	slow := make(chan struct{})
	var l Load[string]
	l.Start(h.ctx, func(context.Context) (string, error) { <-slow; return "old", nil })
	l.Start(h.ctx, func(context.Context) (string, error) { return "new", nil })
	time.AfterFunc(20*time.Millisecond, func() { close(slow) })
	d.Consume()
	if l.Value != "new" || l.Loading {
		t.Errorf("%+v", l)
	}
}

func TestWebmailLogin(t *testing.T) {
	for want, got := range map[string]string{
		"https://host.example:2096/cpsess1/login": webmailLogin("host.example", 0, "/cpsess1"),
		"https://[2001:db8::1]:9/cpsess1/login":   webmailLogin("2001:db8::1", 9, "/cpsess1"),
		"https://[2001:db8::2]:9/cpsess1/login":   webmailLogin("[2001:db8::2]", 9, "/cpsess1"),
	} {
		if got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

func TestScreensAreShownToThoseWhoMaySeeThem(t *testing.T) {
	door := identity.Door{Service: scalar.CPanel}
	list := shown(door, identity.Session{})
	if _, found := find(list, "/"); !found {
		t.Error("there is no home")
	}
	if _, found := find(list, "/nowhere"); found {
		t.Error("there is a screen nowhere")
	}
	for _, s := range screens {
		if s.Title() == "" || s.Icon == nil || s.Draw == nil {
			t.Errorf("the screen at %s is not whole", s.Path)
		}
	}
}

func TestAFieldForEveryKindOfParameter(t *testing.T) {
	for want, f := range map[string]form.Field{
		`type="password"`: {Name: "p", Secret: true, Example: "luggage"}, `<select`: {Name: "b", Kind: form.Bit},
		`type="number"`: {Name: "n", Kind: form.Number}, `<textarea`: {Name: "l", Kind: form.List},
		`aria-describedby="field-t-error field-t-hint"`: {Name: "t", Kind: form.Text, Doc: "What it is."},
	} {
		html := app.HTMLString(components.For(f, "It is wrong.").UI())
		if !strings.Contains(html, want) || !strings.Contains(html, "It is wrong.") || strings.Contains(html, "luggage") {
			t.Errorf("%s: the field lacks %s: %s", f.Name, want, html)
		}
	}
}
