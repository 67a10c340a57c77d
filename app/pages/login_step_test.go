package pages

import (
	"context"
	"net/url"
	"strings"
	"testing"

	"postern/app/identity"
	"postern/shared/fault"
)

// gatekeeper is a server at a step of a sign in.
type gatekeeper struct {
	step, reply string
	status      int // of the reply
	kind        fault.Kind
	got         url.Values // what was sent
}

func (g *gatekeeper) desk() *identity.Desk {
	return identity.NewDesk(func(_ context.Context, r identity.Request) (identity.Response, error) {
		if r.Path == "/login/providers" {
			return identity.Response{Status: 200, Body: []byte(`{}`)}, nil
		}
		if r.Path != "/login/step" {
			panic(r.Path)
		}
		if r.Method == "GET" {
			status := 200
			if strings.Contains(g.step, "expired") {
				status = 401
			}
			return identity.Response{Status: status, Body: []byte(g.step)}, nil
		}
		g.got = r.Form
		return identity.Response{Status: g.status, Fault: g.kind, Body: []byte(g.reply)}, nil
	})
}

func TestTheStepsAreAsked(t *testing.T) {
	for body, want := range map[string][]string{
		`{"step":"tfa","user":"anna"}`: {"Open the authenticator app on your phone, anna", `autocomplete="one-time-code"`},
		`{"step":"security_questions","user":"anna","questions":[{"slot":2,"text":"Which city?"},{"slot":4,"text":"Which concert?"}],"remember":true}`: {
			"Which city?", "Which concert?", `id="in-q2answer"`, `id="in-q4answer"`, "Do not ask again at this address", `checked`},
		`{"step":"security_questions_setup","user":"anna"}`: {"Set up security questions", "A question of my own…", `id="in-q4answer"`},
		`<html>`: {"does not understand", "Try again"},
	} {
		g := &gatekeeper{step: body}
		html := drawn(t, &LoginStep{Desk: g.desk(), Login: &Login{}}, nil)
		for _, w := range want {
			if !strings.Contains(html, w) {
				t.Errorf("%s: the page lacks %q", body, w)
			}
		}
	}
}

// TestAnswersToAStep: what can be mended is mended where it is, all else leads
// back to name and password.
func TestAnswersToAStep(t *testing.T) {
	const code, questions = `{"step":"tfa","user":"a"}`, `{"step":"security_questions","user":"a","questions":[{"slot":2,"text":"Which city?"}]}`
	for name, c := range map[string]struct {
		gatekeeper
		fields     url.Values
		here, back string // what the step says, or the login
	}{
		"a code left empty":     {gatekeeper{step: code}, url.Values{}, "This is needed.", ""},
		"a wrong code":          {gatekeeper{step: code, status: 401, kind: fault.Stranger, reply: `{"status":0,"message":"invalid_login"}`}, url.Values{"tfa_token": {"1"}}, "The code is not right", ""},
		"an answer left empty":  {gatekeeper{step: questions}, url.Values{"q2answer": {" "}}, "This is needed.", ""},
		"an answer too short":   {gatekeeper{step: questions, status: 400, kind: fault.Invalid, reply: `{"status":0,"message":"` + fault.Bad("q2answer", "use 3 to 127 bytes").Message + `"}`}, url.Values{"q2answer": {"x"}}, "Use 3 to 127 bytes.", ""},
		"a wrong answer":        {gatekeeper{step: questions, status: 401, kind: fault.Stranger, reply: `{"status":0,"message":"invalid_login"}`}, url.Values{"q2answer": {"Rome"}}, "", "to be asked anew"},
		"too late":              {gatekeeper{step: questions, status: 401, kind: fault.Stranger, reply: `{"status":0,"message":"step_expired"}`}, url.Values{"q2answer": {"Rome"}}, "", "took too long"},
		"locked":                {gatekeeper{step: questions, status: 429, kind: fault.Locked, reply: `{"status":0,"message":"locked","seconds":61}`}, url.Values{"q2answer": {"Rome"}}, "", "2 minutes"},
		"a server that is busy": {gatekeeper{step: questions, status: 503, kind: fault.Unavailable, reply: `{"status":0,"message":"busy"}`}, url.Values{"q2answer": {"Rome"}}, "The server is busy.", ""},
	} {
		login := &Login{Over: true, opened: "x", Desk: c.gatekeeper.desk()}
		html := drawn(t, login, nil)
		if !strings.Contains(html, "dialog") {
			t.Fatal(html)
		}
		step := &LoginStep{Desk: c.gatekeeper.desk(), Login: login}
		html = drawn(t, step, func() { step.Send(c.fields) })
		if c.here != "" && !strings.Contains(html, c.here) {
			t.Errorf("%s: the page lacks %q", name, c.here)
		}
		if !strings.Contains(login.problem, c.back) || (c.back != "") != (login.opened == "") {
			t.Errorf("%s: the login says %q", name, login.problem)
		}
	}
}
