package pages

import (
	"bytes"
	"net/url"
	"os/exec"
	"reflect"
	"strings"
	"testing"

	"postern/shared/form"
	"postern/shared/function"
)

// read gives a command to bash, in which the programs it calls print their
// words, and returns these. Secrets are set to a text of their own.
func read(t *testing.T, command string) []string {
	t.Helper()
	script := `export API_TOKEN='t o"k$en' SECRET_PASSWORD='se"cr$e t%41' SECRET_PASSWORD_2=second
show() { for word in "$@"; do case $word in *=@/dev/fd/*) printf '%s=' "${word%%=*}"; cat "${word#*=@}"; printf '\0';; *) printf '%s\0' "$word";; esac; done; }
curl() { show curl "$@"; }; whmapi1() { show whmapi1 "$@"; }; uapi() { show uapi "$@"; }; cpapi2() { show cpapi2 "$@"; }
` + command + "\n"
	bash := exec.Command("bash", "--noprofile", "--norc", "-u", "-e")
	bash.Stdin = strings.NewReader(script)
	bash.Dir = t.TempDir()
	var failed bytes.Buffer
	bash.Stderr = &failed
	out, err := bash.Output()
	if err != nil || failed.Len() > 0 {
		t.Fatalf("bash: %v %s\n%s", err, failed.String(), command)
	}
	return strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")
}

// sent are the arguments that curl would post, and where to.
func sent(t *testing.T, words []string) (args url.Values, header, address string) {
	t.Helper()
	args = url.Values{}
	for i := 1; i < len(words); i++ {
		switch words[i] {
		case "--header":
			i++
			header = words[i]
		case "--data-urlencode": // curl: what stands before = is encoded already, what follows is not
			i++
			name, value, _ := strings.Cut(words[i], "=")
			name, err := url.QueryUnescape(name)
			if err != nil {
				t.Fatal(err)
			}
			args.Add(name, value)
		case "--data":
			i++
		default:
			address = words[i]
		}
	}
	return args, header, address
}

// typed are the arguments that the command lines would read.
func typed(t *testing.T, words []string) url.Values {
	t.Helper()
	args := url.Values{}
	for _, word := range words {
		name, value, _ := strings.Cut(word, "=")
		if strings.HasPrefix(word, "-") || strings.HasPrefix(value, "@") {
			t.Fatalf("the command line takes %q for something else", word)
		}
		name, err := url.PathUnescape(name)
		if err != nil {
			t.Fatal(err)
		}
		if value, err = url.PathUnescape(value); err != nil {
			t.Fatal(err)
		}
		args.Add(name, value)
	}
	return args
}

// attacks are values that a careless quoting would run, lose or change.
var attacks = []string{
	"", " ", "plain", "two words", "it's", `"`, "`id`", "$(id)", "${HOME}", "$HOME", "a\nb", "a\r\nb\t", "\\", "\\'", "'\\''", "!!", "~", "*", "?[a]",
	"@/etc/passwd", "--user=root", "-x", "=", "a=b&c=d", "%41", "100%", "+", ";id", "|id", ">out", "#", "\x1b[201~id\n", "\u202egnp", "ünïcødé 漢字 🙂", "\xff\xfe", "\x7f",
}

func FuzzCommands(f *testing.F) {
	for _, a := range attacks {
		f.Add("reason", a, a)
		f.Add(a, "value", "other")
	}
	f.Fuzz(func(t *testing.T, name, one, two string) {
		if name == "" || strings.Contains(name+one+two, "\x00") || strings.HasPrefix(name, "password") || strings.HasPrefix(name, "cpanel_jsonapi_") || name == "api.version" {
			return // no program takes a NUL, and form.Read refuses it; the other names mean something of their own
		}
		want := url.Values{name: {one, two}}
		for _, n := range []function.Name{function.WHM("suspendacct"), function.UAPI("Email", "add_pop"), function.API2("SourceIPCheck", "addip")} {
			s := Spoken{Name: n, Args: want, Host: "host.example:2087", User: "anna"}
			got, _, address := sent(t, read(t, s.Curl()))
			for own := range got {
				if own == "api.version" || strings.HasPrefix(own, "cpanel_jsonapi_") {
					delete(got, own)
				}
			}
			if !reflect.DeepEqual(got, want) || !strings.HasPrefix(address, "https://host.example:2087/") {
				t.Errorf("curl to %s sends %q, not %q:\n%s", address, got, want, s.Curl())
			}
			words := read(t, s.Command())
			skip := 3 // the program, the user, the function
			if n.Module != "" {
				skip = 4
			}
			if got := typed(t, words[skip:]); !reflect.DeepEqual(got, want) {
				t.Errorf("%s reads %q, not %q:\n%s", words[0], got, want, s.Command())
			}
		}
	})
}

// TestSecretsAreNotShown: a command to copy has a variable where a secret was
// typed, and works when that is set, whatever is in it.
func TestSecretsAreNotShown(t *testing.T) {
	fields := form.Fields(reflect.TypeFor[struct {
		User     string `form:"user"`
		Password string `form:"password|pass,secret"`
	}]())
	s := Spoken{
		Name: function.UAPI("Email", "passwd_pop"), Fields: fields, Host: "h:2083", User: "anna",
		Args: url.Values{"user": {"bob"}, "password": {"hunter2"}},
	}
	for _, command := range []string{s.Curl(), s.Command()} {
		if strings.Contains(command, "hunter2") || !strings.Contains(command, "${SECRET_PASSWORD:?}") {
			t.Errorf("the command shows a secret, or no place for it:\n%s", command)
		}
	}
	got, header, _ := sent(t, read(t, s.Curl()))
	if got.Get("password") != `se"cr$e t%41` || header != `Authorization: cpanel anna:t o"k$en` {
		t.Errorf("curl sends %q with %q", got, header)
	}
	words := read(t, s.Command())
	if last := words[len(words)-2]; last != `password=se"cr$e t%41` {
		t.Errorf("uapi reads %q of %q", last, words)
	}
	for name, secret := range map[string]bool{"pass": true, "password-1": true, "passport": false, "user": false} {
		if s.isSecret(name) != secret {
			t.Errorf("%s is secret: %v", name, !secret)
		}
	}
}

// TestAnAccountsCallOverTheBridge: an administrator's token, the account as a parameter.
func TestAnAccountsCallOverTheBridge(t *testing.T) {
	s := Spoken{Name: function.UAPI("Email", "list_pops"), Host: "h:2087", User: "anna", Admin: "root", Args: url.Values{}}
	got, header, address := sent(t, read(t, s.Curl()))
	if address != "https://h:2087/json-api/cpanel" || !strings.HasPrefix(header, "Authorization: whm root:") ||
		got.Get("cpanel_jsonapi_user") != "anna" || got.Get("cpanel_jsonapi_apiversion") != "3" || got.Get("cpanel_jsonapi_func") != "list_pops" {
		t.Errorf("%s %s %v", address, header, got)
	}
	s = Spoken{Name: function.WHM("version"), Host: "h:2087", User: "root", Args: url.Values{}}
	if s.Command() != "whmapi1 version" || !strings.Contains(s.Curl(), "api.version=1") {
		t.Error(s.Command(), s.Curl())
	}
}
