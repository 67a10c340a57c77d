package node_test

import (
	"bufio"
	"bytes"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"postern/shared/function"
	"postern/shared/scalar"
)

var update = flag.Bool("update", false, "write the replies into the transcripts")

// A transcript is a file of exchanges, each a whole request and the whole reply
// to it, answered by a house of its own: fixed clock, fixed randomness, the
// inhabitants of fixture_test.go.
//
//	### What this exchange shows
//	POST whm /json-api/createacct?api.version=1     method, service (whm, cpanel, webmail; -plain for its plain port), path
//	As: root                                        credentials of an inhabitant; leave out for a stranger
//	From: 192.0.2.7                                 where the request comes from; 192.0.2.1 when left out
//	After: 16m                                      how long after the exchange before
//	Show: "createacct"|"version"                    only what matches of the body, one a line: for long lists
//	Keep: token (/cpsess\d+)                        a text of the reply, for {{token}} in later requests;
//	                                                where it is a TOTP key, {{otp:token}} is its code of the moment
//
//	username=anna                                   the body
//	---
//	200                                             the reply: status, the headers that matter, the body
//
// go test ./server/node -run Transcripts -update writes the replies; the diff is the review.
func TestTranscripts(t *testing.T) {
	files, err := filepath.Glob("../*/testdata/*.http")
	if err != nil || len(files) == 0 {
		t.Fatalf("no transcripts: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".http"), func(t *testing.T) {
			if filepath.Base(filepath.Dir(filepath.Dir(file))) != "tenant" { // roles on a PostgreSQL server are all houses'
				t.Parallel()
			}
			play(t, file)
		})
	}
}

// TestEveryFunctionHasATranscript asks each declared function, under each of
// its names, for a file that shows it succeed and shows it refuse.
func TestEveryFunctionHasATranscript(t *testing.T) {
	for _, f := range function.All() {
		for _, n := range f.Names {
			name := n.Function
			if n.Module != "" {
				name = n.Module + "_" + n.Function
			}
			files, _ := filepath.Glob("../*/testdata/" + name + ".http")
			if len(files) != 1 {
				t.Errorf("%s has %d transcripts named %s.http in server/*/testdata", n, len(files), name)
				continue
			}
			text, err := os.ReadFile(files[0])
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Contains(text, []byte("\nPostern-Fault: ")) {
				t.Errorf("%s shows no refusal", files[0])
			}
			if !regexp.MustCompile(`"(result|status)":1|<(result|status)>1<`).Match(text) && n.Function != "cpanel" {
				t.Errorf("%s shows no success", files[0])
			}
		}
	}
}

type exchange struct {
	title   string
	request []string // as written
	reply   string   // as recorded
}

func play(t *testing.T, file string) {
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	intro, exchanges := parse(t, string(text))
	h := newHouse(t)
	kept := map[string]string{}
	var out strings.Builder
	out.WriteString(intro)
	for _, e := range exchanges {
		got := h.perform(t, e, kept)
		fmt.Fprintf(&out, "### %s\n%s\n---\n%s\n", e.title, strings.Join(e.request, "\n"), got)
		if got != e.reply && !*update {
			t.Errorf("%s: %s\n--- recorded\n%s\n--- now\n%s", filepath.Base(file), e.title, e.reply, got)
		}
	}
	if *update {
		if err := os.WriteFile(file, []byte(strings.TrimRight(out.String(), "\n")+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func parse(t *testing.T, text string) (intro string, all []exchange) {
	parts := regexp.MustCompile(`(?m)^### `).Split(text, -1)
	for _, part := range parts[1:] {
		title, rest, _ := strings.Cut(part, "\n")
		request, reply, _ := strings.Cut(rest, "\n---\n")
		all = append(all, exchange{title, strings.Split(strings.TrimRight(strings.TrimSuffix(request, "\n---"), "\n"), "\n"), strings.TrimRight(reply, "\n") + "\n"})
	}
	if len(all) == 0 {
		t.Fatal("no exchange")
	}
	return parts[0], all
}

var placeholder = regexp.MustCompile(`\{\{(otp:)?(\w+)\}\}`)

// perform sends one request and returns the reply as a transcript tells it.
func (h *house) perform(t *testing.T, e exchange, kept map[string]string) string {
	t.Helper()
	fill := func(s string) string {
		return placeholder.ReplaceAllStringFunc(s, func(p string) string {
			name, isCode := strings.CutPrefix(strings.Trim(p, "{}"), "otp:")
			text, known := kept[name]
			if !known {
				t.Fatalf("%s: %s was never kept", e.title, p)
			}
			if isCode {
				code, err := totp.GenerateCode(text, h.clock.Now())
				if err != nil {
					t.Fatal(err)
				}
				return code
			}
			return text
		})
	}
	words := strings.Fields(fill(e.request[0]))
	if len(words) != 3 {
		t.Fatalf("%s: a request begins with method, service and path, not %q", e.title, e.request[0])
	}
	lines := e.request[1:]
	header, keep, from, as := http.Header{}, []string{}, "192.0.2.1", ""
	var show *regexp.Regexp
	for len(lines) > 0 && lines[0] != "" {
		name, value, _ := strings.Cut(fill(lines[0]), ": ")
		switch name {
		case "As":
			as = value
		case "From":
			from = value
		case "After":
			d, err := time.ParseDuration(value)
			if err != nil {
				t.Fatal(err)
			}
			h.clock.Advance(d)
		case "Show":
			show = regexp.MustCompile(value)
		case "Keep":
			keep = append(keep, value)
		default:
			header.Add(name, value)
		}
		lines = lines[1:]
	}
	body := ""
	if len(lines) > 1 {
		body = fill(strings.Join(lines[1:], "\n"))
	}
	service, plain := strings.CutSuffix(words[1], "-plain")
	r := httptest.NewRequest(words[0], "https://host.example.com"+words[2], strings.NewReader(body))
	r.RemoteAddr = from + ":40000"
	if strings.Contains(from, ":") {
		r.RemoteAddr = "[" + from + "]:40000"
	}
	if plain {
		r.TLS = nil
	}
	for name, values := range header {
		r.Header[http.CanonicalHeaderKey(name)] = values
	}
	if body != "" && r.Header.Get("Content-Type") == "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	h.credentials(t, r, as, door(t, service))
	w := httptest.NewRecorder()
	h.handler(t, door(t, service), !plain).ServeHTTP(w, r)
	told := tell(w.Result(), show)
	for _, k := range keep {
		name, pattern, _ := strings.Cut(k, " ")
		found := regexp.MustCompile(pattern).FindStringSubmatch(told)
		if len(found) < 2 {
			t.Fatalf("%s: the reply has nothing like %s:\n%s", e.title, pattern, told)
		}
		kept[name] = found[1]
	}
	return told
}

func door(t *testing.T, name string) scalar.Service {
	t.Helper()
	s, known := map[string]scalar.Service{"whm": scalar.WHM, "cpanel": scalar.CPanel, "webmail": scalar.Webmail}[name]
	if !known {
		t.Fatalf("no service %q", name)
	}
	return s
}

// told are the headers that a transcript shows; the others are the same for all and tested once.
var told = []string{"Allow", "Content-Type", "Location", "Postern-Fault", "Retry-After", "Set-Cookie", "Www-Authenticate"}

func tell(r *http.Response, show *regexp.Regexp) string {
	var out strings.Builder
	fmt.Fprintf(&out, "%d\n", r.StatusCode)
	for _, name := range told {
		for _, value := range r.Header[name] {
			fmt.Fprintf(&out, "%s: %s\n", name, value)
		}
	}
	body, _ := io.ReadAll(r.Body)
	if bytes.Contains(body, []byte("data-wasm=")) {
		body = []byte("(the app’s page)")
	}
	if show != nil {
		body = bytes.Join(show.FindAll(body, -1), []byte("\n"))
	}
	// The style sheet's address changes with what is in it.
	body = regexp.MustCompile(`/assets/[0-9a-f]{16}/`).ReplaceAll(body, []byte("/assets/…/"))
	if s := bufio.NewScanner(bytes.NewReader(body)); len(body) > 0 {
		s.Buffer(nil, 10<<20)
		out.WriteString("\n")
		for s.Scan() {
			out.WriteString(s.Text() + "\n")
		}
	}
	return out.String()
}
