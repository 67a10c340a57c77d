package notify_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"postern/shared/catalog"
	"postern/shared/fault"
)

func TestPostURL(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	var got url.Values
	s := h.web(func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		got = r.Form
		echoes(w, r)
	})
	out := h.call("send_test_posturl", "url", s.URL+"/events.cgi?apikey=k3y").(catalog.PostURLSent)
	if got.Get("hostname") != hostname || got.Get("subject") != "Test message (ID: "+out.MessageID+")" || got.Get("body") == "" || got.Get("apikey") != "k3y" {
		t.Errorf("the form: %v", got)
	}
	p := out.Payload
	if p.Status != "200" || !bool(p.Success) || p.Reason != "OK" || p.Protocol != "HTTP/1.1" || p.URL != s.URL+"/events.cgi?…" || !strings.Contains(p.Content, out.MessageID) || p.Headers["content-type"] == "" {
		t.Errorf("%+v", p)
	}
	if text := fmt.Sprintf("%+v", h.events.All()); strings.Contains(text, "k3y") || !strings.Contains(text, "send_test_posturl") {
		t.Errorf("recorded: %s", text)
	}
	for _, u := range []string{"x", "ftp://x.example/", "https://", "javascript:alert(1)", "http:x", "file:///etc/passwd"} {
		h.fails(fault.Invalid, "“url”", "send_test_posturl", "url", u)
	}
}

func TestPostURLFailures(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	target := "/again"
	s := h.web(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/500":
			http.Error(w, r.FormValue("subject"), http.StatusInternalServerError)
		case "/other":
			fmt.Fprint(w, "Test message (ID: 0-0)")
		case "/large":
			_, _ = w.Write(make([]byte, 1<<20))
		case "/bytes":
			fmt.Fprint(w, "\xff\x00", r.FormValue("subject"))
		default:
			http.Redirect(w, r, target, http.StatusTemporaryRedirect)
		}
	})
	h.fails(fault.Unavailable, "the status 500", "send_test_posturl", "url", s.URL+"/500?key=s3cret")
	h.fails(fault.Unavailable, "lacks the test message’s ID", "send_test_posturl", "url", s.URL+"/other")
	h.fails(fault.Unavailable, "too large", "send_test_posturl", "url", s.URL+"/large")
	h.fails(fault.Unavailable, "redirects too often", "send_test_posturl", "url", s.URL+"/")
	h.call("send_test_posturl", "url", s.URL+"/bytes")
	var inward atomic.Int64
	inside := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { inward.Add(1) }))
	defer inside.Close()
	for _, target = range []string{"https://169.254.169.254/latest/meta-data/", strings.Replace(inside.URL, "http://127.0.0.1", "https://127.0.0.2", 1), "https://[::1]/"} {
		h.fails(fault.Forbidden, "is in a network", "send_test_posturl", "url", s.URL)
	}
	target = inside.URL // from https to http
	h.fails(fault.Unavailable, "no secure web address", "send_test_posturl", "url", s.URL)
	h.call("postern_set_notify_settings", "allowed_networks", "")
	for _, u := range []string{inside.URL, s.URL, strings.Replace(inside.URL, "127.0.0.1", "localhost", 1), "http://169.254.169.254/"} {
		h.fails(fault.Forbidden, "is in a network", "send_test_posturl", "url", u)
	}
	if inward.Load() != 0 {
		t.Errorf("%d requests reached what they should not", inward.Load())
	}
	unknown := newHouse(t) // does not trust the certificate
	unknown.call("postern_set_notify_settings", "allowed_networks", "127.0.0.1")
	unknown.fails(fault.Unavailable, "certificate", "send_test_posturl", "url", s.URL)
}

// Of several URLs one that hangs does not take the time of the others.
func TestEachURLHasItsShare(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.room.Deadline = 3 * time.Second
	hang := make(chan struct{})
	s := h.web(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/hang" {
			<-hang
			return
		}
		echoes(w, r)
	})
	defer close(hang)
	h.fails(fault.Unknown, "have no URL", "verify_posturl_access")
	h.call("postern_set_contact_settings", "posturl", s.URL+"/hang", "posturl", s.URL+"/good?key=k3y")
	r, err := h.reply("verify_posturl_access")
	if err != nil {
		t.Fatal(err)
	}
	rows := r.Out.(catalog.PostURLResults).Results
	if len(rows) != 2 || rows[0].Result != nil || rows[0].Error == nil || rows[1].Result == nil || rows[1].Error != nil || rows[1].URL != s.URL+"/good?…" {
		t.Errorf("%+v", rows)
	}
	if len(r.Notes.Warnings) != 1 || !strings.Contains(r.Notes.Warnings[0], "/hang: The URL’s server did not answer in time.") {
		t.Errorf("%q", r.Notes.Warnings)
	}
	h.room.Deadline = time.Second
	h.call("postern_set_contact_settings", "posturl", s.URL+"/hang")
	h.fails(fault.Unavailable, "did not answer in time", "verify_posturl_access")
	events := h.events.All()
	if last := events[len(events)-1]; last.Refused != fault.Unavailable || last.Details["failed"] != "1" {
		t.Errorf("%+v", last)
	}
}

func TestPushbullet(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	answer := echoes
	var token string
	s := h.web(func(w http.ResponseWriter, r *http.Request) {
		token = r.Header.Get("Access-Token")
		answer(w, r)
	})
	h.call("postern_set_notify_settings", "pushbullet_url", s.URL+"/v2/pushes")
	out := h.call("send_test_pushbullet_note", "access_token", "a1b2c3d4e5f6g7h8i9j0").(catalog.PushbulletSent)
	var note struct{ Type, Title, Body string }
	if err := json.Unmarshal(out.Payload, &note); err != nil || note.Type != "note" || note.Title != "Test message (ID: "+out.MessageID+")" || token != "a1b2c3d4e5f6g7h8i9j0" {
		t.Errorf("%s: %v, token %q", out.Payload, err, token)
	}
	h.fails(fault.Unknown, "have no Pushbullet token", "verify_pushbullet_access")
	h.call("postern_set_contact_settings", "pushbullet_access_token", "a1b2c3d4e5f6g7h8i9j0")
	rows := h.call("verify_pushbullet_access").(catalog.PushbulletResults).Results
	if len(rows) != 1 || rows[0].AccessToken != "…i9j0" || rows[0].Result == nil {
		t.Errorf("%+v", rows)
	}
	for words, a := range map[string]http.HandlerFunc{
		"does not accept the access token": status(http.StatusUnauthorized, `{"error":{}}`),
		"limits how often":                 status(http.StatusTooManyRequests, ""),
		"the status 503":                   status(http.StatusServiceUnavailable, ""),
		"the status 307":                   func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/", http.StatusTemporaryRedirect) },
		"gave back no note":                status(http.StatusOK, "<html>"),
		"lacks the test message’s ID":      status(http.StatusOK, `{"title":"Test message (ID: 0-0)"}`),
		"too large":                        status(http.StatusOK, strings.Repeat(" ", 1<<20)),
	} {
		answer = a
		kind := fault.Unavailable
		if strings.HasPrefix(words, "does not accept") {
			kind = fault.Invalid
		}
		h.fails(kind, words, "send_test_pushbullet_note", "access_token", "a1b2c3d4e5f6g7h8i9j0")
		h.fails(kind, words, "verify_pushbullet_access")
	}
	for _, bad := range []string{"a b", "a\tb", "ü"} {
		h.fails(fault.Invalid, "“access_token”", "send_test_pushbullet_note", "access_token", bad)
	}
	if text := fmt.Sprintf("%+v", h.events.All()); strings.Contains(text, "a1b2c3") {
		t.Errorf("recorded: %s", text)
	}
}

func status(code int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(code)
		fmt.Fprint(w, body)
	}
}
