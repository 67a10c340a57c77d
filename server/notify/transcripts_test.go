package notify_test

import (
	"encoding/base64"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"postern/server/oscar/oscartest"
	"postern/server/seal"
	"postern/server/testkit"
	"postern/shared/fault"
	"postern/shared/wire"
)

var update = flag.Bool("update", false, "write the replies into the transcripts")

// TestTranscripts shows what functions say that reach another machine, in JSON
// and XML: each success and each failure that the other end can cause. The hosts
// run here; what needs none is in testdata/*.http.
func TestTranscripts(t *testing.T) {
	for name, tell := range map[string]func(*transcript){
		"verify_oscar_access": (*transcript).oscar, "verify_icq_access": (*transcript).icq, "verify_aim_access": (*transcript).aim,
		"send_test_posturl": (*transcript).sendPostURL, "verify_posturl_access": (*transcript).verifyPostURL,
		"send_test_pushbullet_note": (*transcript).sendPushbullet, "verify_pushbullet_access": (*transcript).verifyPushbullet,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			keyText := base64.StdEncoding.EncodeToString(make([]byte, seal.KeySize))
			random := &steady{from: rand.NewChaCha8([32]byte{1})}
			tr := &transcript{house: newHouseOf(t, testkit.New(t), keyText, random), function: name}
			tell(tr)
			file := filepath.Join("testdata", "hosts", name+".txt")
			if *update {
				if err := os.WriteFile(file, []byte(tr.text.String()), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil || string(want) != tr.text.String() {
				t.Errorf("%v\n--- recorded\n%s\n--- now\n%s", err, want, tr.text.String())
			}
		})
	}
}

// steady is randomness that is the same each time, for one caller after the other.
type steady struct {
	mu   sync.Mutex
	from *rand.ChaCha8
}

func (s *steady) Read(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.from.Read(p)
}

type transcript struct {
	*house
	function string
	text     strings.Builder
}

// port is what differs each time.
var port = regexp.MustCompile(`127\.0\.0\.1:\d+`)

// show makes the call twice and writes the answer down in JSON and in XML.
func (t *transcript) show(title string, pairs ...string) {
	t.Helper()
	fmt.Fprintf(&t.text, "### %s\n", title)
	for _, format := range []wire.Format{wire.JSON, wire.XML} {
		r, err := t.reply(t.function, pairs...)
		if fault.Is(err, fault.Internal) {
			t.Fatalf("%s: %v", title, err)
		}
		answer := wire.WHM(t.function, r, err).Encode(format)
		if answer.Kind != "" && format == wire.JSON {
			fmt.Fprintf(&t.text, "Postern-Fault: %s\n", answer.Kind)
		}
		fmt.Fprintf(&t.text, "%s\n", port.ReplaceAllString(strings.TrimSpace(string(answer.Body)), "127.0.0.1:PORT"))
	}
	t.text.WriteString("\n")
}

func wrong(at oscartest.Step, deed oscartest.Misdeed) oscartest.Manners {
	return oscartest.Manners{Wrong: map[oscartest.Step]oscartest.Misdeed{at: deed}}
}

// oscarFailures are what a host can cause, with its title.
var oscarFailures = []struct {
	title   string
	manners oscartest.Manners
	slow    bool // ends at the deadline
}{
	{title: "An unknown name", manners: oscartest.Manners{Users: map[string]string{"x": "x"}}},
	{title: "A wrong password", manners: oscartest.Manners{Users: map[string]string{"123456": "x", "username": "x"}}},
	{title: "A suspended account", manners: oscartest.Manners{SignOnError: 0x11}},
	{title: "A rate limit at sign-on", manners: oscartest.Manners{SignOnError: 0x1D, AtOnce: true}},
	{title: "A rate limit of messages", manners: oscartest.Manners{Limited: true}},
	{title: "Refused with a code", manners: oscartest.Manners{SignOnError: 0x1C}},
	{title: "Out of service", manners: oscartest.Manners{SignOnError: 0x1E}},
	{title: "The message is refused", manners: oscartest.Manners{MessageError: 0x10}},
	{title: "The account signs on elsewhere", manners: oscartest.Manners{Elsewhere: true}},
	{title: "Breaks off", manners: wrong(oscartest.Key, oscartest.SignOff)},
	{title: "The message server breaks off", manners: wrong(oscartest.Online, oscartest.SignOff)},
	{title: "Says nothing", manners: wrong(oscartest.Hello, oscartest.Hang), slow: true},
	{title: "The message server says nothing", manners: wrong(oscartest.Rates, oscartest.Hang), slow: true},
	{title: "No OSCAR server", manners: wrong(oscartest.Hello, oscartest.HTTP)},
	{title: "More data than a test needs", manners: wrong(oscartest.Versions, oscartest.Flood)},
	{title: "The message is taken and does not come back", manners: oscartest.Manners{NoDelivery: true}, slow: true},
	{title: "The message is neither taken nor comes back", manners: wrong(oscartest.Acking, oscartest.Hang), slow: true},
	{title: "A message server at no address", manners: oscartest.Manners{Messages: "nowhere at all"}},
	{title: "A message server that points on", manners: wrong(oscartest.Online, oscartest.Again)},
	{title: "A message server at a port where nothing listens", manners: oscartest.Manners{Messages: "127.0.0.1:1"}},
	{title: "A message server on this machine", manners: oscartest.Manners{Messages: "127.0.0.2:5190"}},
	{title: "A message server where clouds give out credentials", manners: oscartest.Manners{Messages: "169.254.169.254:80"}},
}

func (t *transcript) oscarWith(pairs ...string) {
	t.oscarHost(oscartest.Manners{})
	t.show("The message came back", pairs...)
	for _, c := range oscarFailures {
		t.oscarHost(c.manners)
		t.room.Deadline = 0
		if c.slow {
			t.room.Deadline = 600 * time.Millisecond
		}
		t.show(c.title, pairs...)
	}
	t.room.Deadline = 0
	t.call("postern_set_notify_settings", "oscar_server", "127.0.0.1:1")
	t.show("Nothing listens there", pairs...)
	t.call("postern_set_notify_settings", "oscar_server", "no-such-host.invalid")
	t.show("A name that is not found", pairs...)
	t.call("postern_set_notify_settings", "oscar_server", "127.0.0.1:5190", "allowed_networks", "")
	t.show("The machine itself", pairs...)
}

func (t *transcript) oscar() {
	t.oscarWith("username", "123456", "password", "12345luggage")
	t.oscarHost(oscartest.Manners{})
	t.show("An AIM account", "username", "User Name", "password", "12345luggage")
}

func (t *transcript) icq() {
	t.call("postern_set_contact_settings", "icq_username", "123456", "icq_password", "12345luggage")
	t.oscarWith()
}

func (t *transcript) aim() {
	t.call("postern_set_contact_settings", "aim_username", "username", "aim_password", "12345luggage")
	t.oscarWith()
}

func (t *transcript) sendPostURL() {
	s := t.web(paths)
	t.show("The subject came back", "url", s.URL+"/events.cgi?apikey=12345")
	t.show("After a redirect", "url", s.URL+"/redirect")
	t.room.Deadline = 500 * time.Millisecond
	t.show("Says nothing", "url", s.URL+"/hang")
	t.room.Deadline = 0
	for _, c := range [][2]string{
		{"Another answer", "/other"}, {"No success", "/500"}, {"Too large", "/large"}, {"Endless redirects", "/endless"}, {"Redirected to this machine", "/inward"},
		{"Redirected to where clouds give out credentials", "/metadata"}, {"Redirected out of the web", "/file"}, {"Breaks off", "/reset"},
	} {
		t.show(c[0], "url", s.URL+c[1])
	}
	t.show("Nothing listens there", "url", "https://127.0.0.1:1/")
	t.show("The machine itself", "url", "http://127.0.0.2/")
	t.room.Roots = nil
	t.show("A certificate that is not valid", "url", s.URL)
}

func (t *transcript) verifyPostURL() {
	s := t.web(paths)
	t.call("postern_set_contact_settings", "posturl", s.URL+"/events.cgi?apikey=12345", "posturl", s.URL+"/redirect")
	t.show("Both")
	t.call("postern_set_contact_settings", "posturl", s.URL+"/events.cgi?apikey=12345", "posturl", s.URL+"/500")
	t.show("One of two")
	t.call("postern_set_contact_settings", "posturl", s.URL+"/other", "posturl", s.URL+"/inward")
	t.show("None of two")
}

func (t *transcript) sendPushbullet() {
	for _, c := range pushbulletAnswers {
		t.push(c.answer)
		t.show(c.title, "access_token", "a1b2c3d4e5f6g7h8i9j0")
	}
	t.call("postern_set_notify_settings", "pushbullet_url", "https://127.0.0.2/v2/pushes")
	t.show("The machine itself", "access_token", "a1b2c3d4e5f6g7h8i9j0")
}

func (t *transcript) verifyPushbullet() {
	t.call("postern_set_contact_settings", "pushbullet_access_token", "a1b2c3d4e5f6g7h8i9j0")
	for _, c := range pushbulletAnswers {
		t.push(c.answer)
		t.show(c.title)
	}
	t.call("postern_set_contact_settings", "pushbullet_access_token", "a1b2c3d4e5f6g7h8i9j0", "pushbullet_access_token", "z1y2x3w4v5u6t7s8r9q0")
	t.push(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Access-Token")[0] == 'z' {
			status(http.StatusUnauthorized, "{}")(w, r)
			return
		}
		echoes(w, r)
	})
	t.show("One of two")
}

// push lets Pushbullet be a server that answers so.
func (t *transcript) push(answer http.HandlerFunc) {
	t.call("postern_set_notify_settings", "pushbullet_url", t.web(answer).URL+"/v2/pushes")
}

var pushbulletAnswers = []struct {
	title  string
	answer http.HandlerFunc
}{
	{"The note came back", echoes},
	{"A token that is not accepted", status(http.StatusUnauthorized, "{}")},
	{"A rate limit", status(http.StatusTooManyRequests, "{}")},
	{"Out of service", status(http.StatusServiceUnavailable, "")},
	{"No note", status(http.StatusOK, "<html></html>")},
	{"Another note", status(http.StatusOK, `{"title":"Test message (ID: 0-0)"}`)},
	{"A redirect, which is not followed", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://169.254.169.254/", http.StatusTemporaryRedirect)
	}},
	{"Breaks off", paths},
}

// paths is a web server that does what the path says.
func paths(w http.ResponseWriter, r *http.Request) {
	to := map[string]string{
		"/redirect": "/events.cgi?apikey=12345", "/endless": "/endless", "/inward": "https://127.0.0.2/", "/metadata": "https://169.254.169.254/latest/meta-data/",
		"/file": "file:///etc/passwd",
	}
	switch r.URL.Path {
	case "/hang":
		_, _ = io.Copy(io.Discard, r.Body) // only then it is noticed that the client goes
		<-r.Context().Done()
	case "/other":
		fmt.Fprint(w, "Thank you")
	case "/500":
		http.Error(w, "", http.StatusInternalServerError)
	case "/large":
		_, _ = w.Write(make([]byte, 1<<20))
	case "/reset", "/v2/pushes":
		panic(http.ErrAbortHandler)
	default:
		if to[r.URL.Path] != "" {
			http.Redirect(w, r, to[r.URL.Path], http.StatusTemporaryRedirect)
			return
		}
		echoes(w, r)
	}
}
