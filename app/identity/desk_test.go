package identity

import (
	"context"
	"errors"
	"net/url"
	"testing"

	"postern/shared/catalog"
	"postern/shared/client"
	"postern/shared/fault"
	"postern/shared/function"
)

// script is a Fetch that answers each path with what is written for it.
type script map[string]Response

func (s script) fetch(_ context.Context, r Request) (Response, error) {
	answer, written := s[r.Path]
	if !written {
		return Response{}, Unheard(errors.New("nothing is written for " + r.Path))
	}
	return answer, nil
}

const session = `{"service":"cpaneld","hostname":"host.example.com","version":"7","ports":{"webmaild":2096},
	"session":{"user":"anna","kind":"account","token":"/cpsess1234567890","created":1,"expires":2,"privileges":["list-accts"]}}`

func TestCallsGoUnderTheSessionsToken(t *testing.T) {
	d := NewDesk(script{
		"/login/session": {Status: 200, Body: []byte(session)},
		"/cpsess1234567890/execute/Email/list_pops": {Status: 200, Version: "8", Body: []byte(`{"status":1,"data":[{"email":"bob@example.com"}]}`)},
	}.fetch)
	var version string
	d.Watch(func() { t.Error("the session was said to have ended") }, func(v string) { version = v })
	door, err := d.Door(context.Background())
	if err != nil || door.Session == nil || !door.Session.May("list-accts") || door.Session.May("all") {
		t.Fatalf("%+v %v", door, err)
	}
	pops, err := client.Call(context.Background(), d, catalog.ListPops, catalog.ListPopsRequest{})
	if err != nil || len(pops) != 1 || pops[0].Email != "bob@example.com" || version != "8" {
		t.Errorf("%+v %v, version %q", pops, err, version)
	}
	if _, err := client.Call(context.Background(), d, catalog.ListAccts, catalog.ListAcctsRequest{}); !fault.Is(err, fault.Forbidden) {
		t.Errorf("a WHM call at cPanel: %v", err)
	}
}

func TestAnEndedSessionIsTold(t *testing.T) {
	for name, reply := range map[string]Response{
		"status": {Status: 401, Body: []byte(`<html>`)}, "header": {Status: 403, Fault: fault.Stranger, Body: []byte(`{}`)},
	} {
		d := NewDesk(script{
			"/login/session": {Status: 200, Body: []byte(session)}, "/cpsess1234567890/execute/Email/list_pops": reply,
		}.fetch)
		ended := 0
		d.Watch(func() { ended++ }, nil)
		if _, err := d.Door(context.Background()); err != nil {
			t.Fatal(err)
		}
		_, err := client.Call(context.Background(), d, catalog.ListPops, catalog.ListPopsRequest{})
		if !fault.Is(err, fault.Stranger) || ended != 1 {
			t.Errorf("%s: %v, told %d times", name, err, ended)
		}
	}
}

// TestAReplyToAnEarlierSessionEndsNothing: someone signed in again while it was on its way.
func TestAReplyToAnEarlierSessionEndsNothing(t *testing.T) {
	var d *Desk
	d = NewDesk(func(context.Context, Request) (Response, error) {
		d.hold(Door{Service: "cpaneld", Session: &Session{Token: "/cpsess0000000002"}})
		return Response{Status: 401}, nil
	})
	d.Watch(func() { t.Error("the new session was ended by the old one's reply") }, nil)
	d.hold(Door{Service: "cpaneld", Session: &Session{Token: "/cpsess0000000001"}})
	if _, _, err := d.Carry(context.Background(), function.UAPI("A", "b"), nil); !fault.Is(err, fault.Stranger) {
		t.Error(err)
	}
}

func TestArgumentsAreNotChangedForTheCaller(t *testing.T) {
	d := NewDesk(script{"/json-api/f": {Status: 200}}.fetch)
	args := url.Values{"a": {"1"}}
	if _, _, err := d.Carry(context.Background(), function.WHM("f"), args); err != nil || len(args) != 1 {
		t.Errorf("%v %v", args, err)
	}
}

func TestRepliesThatAreNoneOfOursAreFaults(t *testing.T) {
	for _, body := range []string{``, `<html>`, `{}`, `[]`, `{"service":3}`, `{"status":0}`} {
		d := NewDesk(script{
			"/login/session": {Status: 200, Body: []byte(body)}, "/login?login_only=1": {Status: 200, Body: []byte(body)},
		}.fetch)
		if _, err := d.Door(context.Background()); fault.Of(err).Code != BadReply {
			t.Errorf("GET /login/session %q: %v", body, err)
		}
		if _, err := d.SignIn(context.Background(), "a", "b", "/", ""); fault.Of(err).Code != BadReply {
			t.Errorf("POST /login %q: %v", body, err)
		}
	}
}

func TestStable(t *testing.T) {
	for path, want := range map[string]string{
		"/": "/", "/login": "/login", "/cpsess1234567890": "/", "/cpsess1234567890/": "/", "/cpsess1234567890/a/b": "/a/b",
		"/cpsess/x": "/cpsess/x", "/cpsess12x/y": "/cpsess12x/y", "": "", "/cpsess1//evil.example": "/",
	} {
		if got := Stable(path); got != want {
			t.Errorf("Stable(%q) = %q, want %q", path, got, want)
		}
	}
}
