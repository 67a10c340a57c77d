package cli_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"postern/server/account"
	"postern/server/cli"
	"postern/server/dispatch"
	"postern/server/testkit"
	"postern/server/token"
	"postern/shared/fault"
	"postern/shared/function"
)

// echo answers with what it was given, in all dialects.
type echo struct {
	Text  string   `form:"text" max:"2000000" doc:"A text."`
	List  []string `form:"list" doc:"Several."`
	Fails string   `form:"fails" doc:"A kind of failure."`
}

type echoed struct {
	Who     string       `json:"who" doc:"The caller."`
	Via     dispatch.Via `json:"via" doc:"How they came."`
	Service string       `json:"service" doc:"The door."`
	Text    string       `json:"text" doc:"The text."`
	List    []string     `json:"list" doc:"Those of the list."`
}

var (
	echoes = function.Define[echo, echoed](function.Spec{
		Names: []function.Name{function.WHM("echo"), function.UAPI("Echo", "echo"), function.API2("Echo", "echo")}, Doc: "Echoes.",
	})
	sessions = function.Define[struct{}, function.Nothing](function.Spec{
		Names: []function.Name{function.WHM("browser_only")}, Doc: "Not from here.", NoCommandLine: true,
	})
	rows = function.Define[struct{}, []echoed](function.Spec{
		Names: []function.Name{function.WHM("rows"), function.UAPI("Echo", "rows")}, Doc: "Rows.",
	})
)

// terminal runs commands on a database with root and anna.
type terminal struct {
	*testing.T
	mux  *dispatch.Mux
	find func(context.Context, string) (dispatch.Caller, error)
}

func newTerminal(t *testing.T) *terminal {
	t.Parallel()
	db := testkit.New(t)
	if _, err := db.Write.NewRaw(`
		INSERT INTO logins (name, kind, password_hash, password_changed_at, created_at)
		VALUES ('root', 'root', '', now(), now()), ('anna', 'account', '', now(), now())`).Exec(t.Context()); err != nil {
		t.Fatal(err)
	}
	m := &dispatch.Mux{DB: db.Write, ReadOnly: db.Read, Now: testkit.NewClock().Now}
	token.New(rand.Reader, db.Pool).Register(m)
	dispatch.Handle(m, echoes, func(_ context.Context, c dispatch.Call, in echo) (echoed, error) {
		if in.Fails == "inside" {
			return echoed{}, errors.New("the cause of it")
		}
		if in.Fails != "" {
			return echoed{}, fault.New(fault.Invalid, "Failed as asked.")
		}
		return echoed{c.Name, c.Via, string(c.Service), in.Text, in.List}, nil
	})
	dispatch.Handle(m, sessions, func(context.Context, dispatch.Call, struct{}) (function.Nothing, error) {
		return function.Nothing{}, nil
	})
	dispatch.Handle(m, rows, func(context.Context, dispatch.Call, struct{}) ([]echoed, error) {
		return []echoed{{Who: "b"}, {Who: "a"}, {Who: "c"}}, nil
	})
	return &terminal{t, m, func(ctx context.Context, user string) (dispatch.Caller, error) {
		l, err := account.Find(ctx, db.Write, user)
		return account.ToCaller(l), err
	}}
}

// run gives what a command prints and its exit status.
func (tm *terminal) run(stdin string, words ...string) (stdout, stderr string, status int) {
	tm.Helper()
	var out, errs bytes.Buffer
	status = cli.Run(tm.Context(), words[0], words[1:], strings.NewReader(stdin), &out, &errs, tm.mux, tm.find)
	return out.String(), errs.String(), status
}

// echoedText is the text that a WHM call hears itself say.
func (tm *terminal) echoedText(stdin string, words ...string) string {
	tm.Helper()
	out, errs, status := tm.run(stdin, append([]string{"whmapi1", "--output=json", "echo"}, words...)...)
	var e struct {
		Data     echoed
		Metadata struct{ Reason string }
	}
	if err := json.Unmarshal([]byte(out), &e); err != nil || status != 0 {
		tm.Fatalf("%v: %d %q %q", words, status, out, errs)
	}
	if e.Metadata.Reason != "OK" {
		return e.Metadata.Reason
	}
	return e.Data.Text
}

func TestEnvelopes(t *testing.T) {
	tm := newTerminal(t)
	for _, one := range []struct{ words, want string }{
		{"whmapi1 echo text=a", "---\ndata:\n  list: ~\n  service: cli\n  text: a\n  via: command\n  who: root\nmetadata:\n  command: echo\n  reason: OK\n  result: 1\n  version: 1\n"},
		{"uapi --user=anna Echo echo text=a", "---\napiversion: 3\nfunc: echo\nmodule: Echo\nresult:\n  data:\n    list: ~\n    service: cli\n    text: a\n    via: command\n    who: anna\n  errors: ~\n  messages: ~\n  metadata: {}\n  status: 1\n  warnings: ~\n"},
		{"cpapi2 Echo echo --user anna --output json text=a", `{"cpanelresult":{"apiversion":2,"module":"Echo","func":"echo","data":[{"who":"anna","via":"command","service":"cli","text":"a","list":null}],"event":{"result":1}}}` + "\n"},
		{"whmapi1 --output=json nope", `{"metadata":{"version":1,"command":"nope","reason":"Unknown app (“nope”) requested","result":0}}` + "\n"},
		{"uapi --user=anna --output=json Echo echo fails=1", `{"apiversion":3,"module":"Echo","func":"echo","result":{"status":0,"data":null,"errors":["Failed as asked."],"messages":null,"warnings":null,"metadata":{}}}` + "\n"},
		{"whmapi1 --output=json browser_only", `{"metadata":{"version":1,"command":"browser_only","reason":"The function “browser_only” cannot be called from the command line.","result":0}}` + "\n"},
		{"whmapi1 --output=xml echo text=<b>", "<?xml version=\"1.0\" ?>\n<result><data><list></list><service>cli</service><text>&lt;b&gt;</text><via>command</via><who>root</who></data><metadata><command>echo</command><reason>OK</reason><result>1</result><version>1</version></metadata></result>\n"},
	} {
		out, errs, status := tm.run("", strings.Fields(one.words)...)
		if out != one.want || errs != "" || status != 0 {
			t.Errorf("%s: exit %d, stderr %q\n got %s\nwant %s", one.words, status, errs, out, one.want)
		}
	}
	if out, _, status := tm.run("", "whmapi1", "--output=jsonpretty", "echo"); status != 0 || strings.Count(out, "\n") < 10 || !json.Valid([]byte(out)) {
		t.Errorf("jsonpretty: %d %s", status, out)
	}
}

// Without an envelope the status is 1, and scripts can read why.
func TestNothingToPrint(t *testing.T) {
	tm := newTerminal(t)
	missing := filepath.Join(t.TempDir(), "missing")
	for words, want := range map[string]string{
		"uapi Echo echo":                    "This program must be passed the --user flag when run by root!",
		"cpapi2 Echo echo":                  "This program must be passed the --user flag when run by root!",
		"uapi --user=nobody Echo echo":      "There is no user of that name.",
		"uapi --user=anna Echo":             "Name a module and a function.",
		"whmapi1":                           "Name a function.",
		"whmapi1 --output=toml echo":        "The option --output is one of yaml, json, jsonpretty, xml.",
		"whmapi1 --input=xml echo":          "The option --input is one of key-value, json.",
		"uapi --user=anna --input=json E e": "Only whmapi1 reads --input=json.",
		"whmapi1 --input=json echo text=a":  "With --input=json all arguments come from standard input.",
		"whmapi1 --colour echo":             "There is no option --colour.",
		"whmapi1 echo --user":               "The option --user needs a value: --user=…",
		"whmapi1 echo text":                 "Write every argument as key=value: “text” is none.",
		"whmapi1 echo =a":                   "Write every argument as key=value: “” is none.",
		"whmapi1 echo text=@" + missing:     "The file for “text” cannot be read: no such file or directory.",
		"whmapi1 echo text=@" + t.TempDir(): "The file for “text” cannot be read: is a directory.",
		"whmapi1 --input=json echo":         "With --input=json standard input holds one JSON object of at most 1 MiB.",
		"whmapi2 echo":                      "There is no command “whmapi2”.",
	} {
		out, errs, status := tm.run("[]", strings.Fields(words)...)
		if out != "" || status != 1 || strings.SplitN(errs, "\n", 2)[0] != want {
			t.Errorf("%s: exit %d, stdout %q, stderr %q", words, status, out, errs)
		}
	}
	for _, name := range cli.Names {
		out, errs, status := tm.run("", name, "anything", "--help")
		if status != 0 || errs != "" || !strings.HasPrefix(out, "Usage: "+name) || !strings.Contains(out, "--output") {
			t.Errorf("%s --help: %d %q %q", name, status, out, errs)
		}
	}
}

// Help needs no database; words that only look like a question for it get the usage too.
func TestWithoutADatabase(t *testing.T) {
	for words, want := range map[string]int{"uapi --help": 0, "whmapi1 -h echo": 0, "whmapi1 echo -- --help": 1, "whmapi1 --user --help echo": 1} {
		var out, errs bytes.Buffer
		w := strings.Fields(words)
		if status := cli.Run(t.Context(), w[0], w[1:], nil, &out, &errs, nil, nil); status != want || !strings.Contains(out.String()+errs.String(), "Usage: "+w[0]) {
			t.Errorf("%s: exit %d %q %q", words, status, out.String(), errs.String())
		}
	}
}

func TestArguments(t *testing.T) {
	tm := newTerminal(t)
	file := filepath.Join(t.TempDir(), "value")
	if err := os.WriteFile(file, []byte("100%41 + a&b"), 0o600); err != nil {
		t.Fatal(err)
	}
	for word, want := range map[string]string{
		"text=a%20b%26c":        "a b&c",
		"text=a+b":              "a+b",
		"text=100%":             "100%",
		"text=%zz%4":            "%zz%4",
		"%74ext=a":              "a",
		"text=a=b":              "a=b",
		"text=@" + file:         "100%41 + a&b",
		"text=%40" + file:       "@" + file,
		"text=%C3%A4":           "ä",
		"text=%00":              "The parameter “text” is not valid: leave out control characters and line breaks.",
		"text=%ff":              "The parameter “text” is not valid: use UTF-8 text.",
		"text=--output":         "--output",
		"text=":                 "",
		"api.filter.enable=2":   "The parameter “api.filter.enable” is not valid: use 1 for yes or 0 for no.",
		"api.version=0":         "",
		"text='; DROP TABLE x;": "'; DROP TABLE x;",
	} {
		if got := tm.echoedText("", word); got != want {
			t.Errorf("%s: %q, want %q", word, got, want)
		}
	}
	out, _, _ := tm.run("", "whmapi1", "--output=json", "echo", "list=a", "list=b", "list-1=d", "list-0=c")
	if !strings.Contains(out, `"list":["a","b","c","d"]`) {
		t.Errorf("a list: %s", out)
	}
	if got := tm.echoedText("", "--", "text=--"); got != "--" {
		t.Errorf("after --: %q", got)
	}
	big := filepath.Join(t.TempDir(), "big")
	if err := os.WriteFile(big, make([]byte, 1<<20+1), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, endless := range []string{big, "/dev/zero"} {
		if _, errs, status := tm.run("", "whmapi1", "echo", "text=@"+endless); status != 1 || errs != "The file for “text” is longer than 1 MiB.\n" {
			t.Errorf("%s: %d %q", endless, status, errs)
		}
	}
}

func TestJSONInput(t *testing.T) {
	tm := newTerminal(t)
	for in, want := range map[string]string{
		`{"text":"a+b%20c"}`:                 "a+b%20c",
		`{"text":12345678901234567890}`:      "12345678901234567890",
		`{"text":true}`:                      "1",
		`{"text":null}`:                      "",
		`{"text":{"a":[1]}}`:                 `{"a":[1]}`,
		`{"text":["x","y"],"api.version":1}`: "x",
	} {
		out, errs, status := tm.run(in, "whmapi1", "--input=json", "--output=json", "echo")
		var e struct{ Data echoed }
		if err := json.Unmarshal([]byte(out), &e); err != nil || status != 0 || e.Data.Text != want {
			t.Errorf("%s: exit %d %q %q, want %q", in, status, out, errs, want)
		}
	}
	for _, in := range []string{"", "null", "[]", "1", `{"a":1} {"b":2}`, `{"a":`, `{"text":"` + strings.Repeat("a", 1<<20) + `"}`} {
		if out, _, status := tm.run(in, "whmapi1", "--input=json", "echo"); status != 1 || out != "" {
			t.Errorf("%.20q: exit %d %q", in, status, out)
		}
	}
}

func TestOutputControls(t *testing.T) {
	tm := newTerminal(t)
	out, _, _ := tm.run("", "whmapi1", "--output=json", "rows", "api.sort.enable=1", "api.sort.a.field=who", "api.chunk.enable=1", "api.chunk.size=2", "api.columns.enable=1", "api.columns.a=who")
	if !strings.Contains(out, `"payload":[{"who":"a"},{"who":"b"}]`) || !strings.Contains(out, `"chunk":{`) {
		t.Errorf("WHM: %s", out)
	}
	out, _, _ = tm.run("", "uapi", "--user=anna", "--output=json", "Echo", "rows", "api.filter=1", "api.filter_column=who", "api.filter_term=c", "api.filter_type=eq")
	if strings.Count(out, `"who"`) != 1 || !strings.Contains(out, `"records_before_filter":3`) {
		t.Errorf("UAPI: %s", out)
	}
}

// The envelope of an internal failure says only that there was one; its cause is
// for whoever sits at the terminal.
func TestCauseGoesToStderr(t *testing.T) {
	tm := newTerminal(t)
	out, errs, status := tm.run("", "whmapi1", "echo", "fails=inside")
	if status != 0 || strings.Contains(out, "cause") || !strings.Contains(errs, "the cause of it") {
		t.Errorf("exit %d %q %q", status, out, errs)
	}
}

// A real function, on the real database: root makes a token without TLS.
func TestTokenFromTheCommandLine(t *testing.T) {
	tm := newTerminal(t)
	out, errs, status := tm.run("", "whmapi1", "api_token_create", "token_name=cli", "acl-0=list-accts", "--output=json")
	var e struct {
		Data struct {
			Token string
			ACLs  []string
		}
	}
	if err := json.Unmarshal([]byte(out), &e); err != nil || status != 0 || len(e.Data.Token) != 32 || len(e.Data.ACLs) != 1 {
		t.Fatalf("exit %d %q %q", status, out, errs)
	}
	out, _, _ = tm.run("", "uapi", "--user=anna", "--output=json", "Tokens", "create_full_access", "name=cli")
	if !strings.Contains(out, `"status":1`) {
		t.Errorf("UAPI: %s", out)
	}
	out, _, _ = tm.run("", "whmapi1", "--user=anna", "--output=json", "api_token_list")
	if !strings.Contains(out, `"result":0`) {
		t.Errorf("an account called WHM: %s", out)
	}
}

type closed struct{}

func (closed) Write([]byte) (int, error) { return 0, errors.New("closed") }

func TestClosedOutput(t *testing.T) {
	tm := newTerminal(t)
	if status := cli.Run(t.Context(), "whmapi1", []string{"echo"}, nil, closed{}, closed{}, tm.mux, tm.find); status != 1 {
		t.Errorf("exit %d though nothing was printed", status)
	}
}

// Words never panic, and what url.QueryEscape writes, with %20 for its plus, is read back.
func FuzzRun(f *testing.F) {
	m := &dispatch.Mux{Now: testkit.NewClock().Now}
	f.Add("--output=json\x00f\x00a=%20")
	f.Add("--\x00--help\x00=\x00%")
	f.Fuzz(func(t *testing.T, line string) {
		var out, errs bytes.Buffer
		words := strings.Split(line, "\x00")
		for i, w := range words {
			if strings.Contains(w, "=@") {
				words[i] = url.QueryEscape(w) // no file of this machine
			}
		}
		status := cli.Run(t.Context(), "uapi", words, strings.NewReader(line), &out, &errs, m,
			func(context.Context, string) (dispatch.Caller, error) { return dispatch.Caller{}, nil })
		if (status == 0) != (out.Len() > 0) || status > 1 {
			t.Errorf("exit %d, stdout %q, stderr %q", status, out.String(), errs.String())
		}
	})
}
