package pages

import (
	"net/url"
	"sort"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"postern/shared/form"
	"postern/shared/function"
)

// Spoken is a call as the API Shell makes it, in whoever's name.
type Spoken struct {
	Name   function.Name
	Fields []form.Field // the function's, to know its secrets
	Args   url.Values   // output controls included
	Host   string       // host and port of the service
	User   string       // who is signed in, or as whom the call is made: the account of a UAPI or API 2 call
	Admin  string       // who makes the call for User at WHM; empty: User makes it
}

// apiToken is the shell variable that holds the caller's API token in a command to copy.
const apiToken = "API_TOKEN"

// Curl is the call as a command for a POSIX shell with curl. What is secret is a
// variable of the shell, which the command asks for when it is not set.
func (s Spoken) Curl() string {
	path, args, scheme, user := "", url.Values{}, "cpanel", s.User
	for name, values := range s.Args {
		args[name] = values
	}
	switch {
	case s.Name.Dialect == function.OnWHM:
		path, scheme = "/json-api/"+url.PathEscape(s.Name.Function), "whm"
		args.Set("api.version", "1")
	case s.Admin != "":
		path, scheme, user = "/json-api/cpanel", "whm", s.Admin
		args.Set("cpanel_jsonapi_user", s.User)
		bridged(s.Name, args)
	case s.Name.Dialect == function.OnUAPI:
		path = "/execute/" + url.PathEscape(s.Name.Module) + "/" + url.PathEscape(s.Name.Function)
	default:
		path = "/json-api/cpanel"
		bridged(s.Name, args)
	}
	var b strings.Builder
	b.WriteString("curl --header " + shellQuote("Authorization: "+scheme+" "+user+":") + `"${` + apiToken + `:?}"`)
	for _, a := range s.arguments(args) {
		b.WriteString(" \\\n  --data-urlencode ")
		name := url.QueryEscape(a.name) + "="
		if a.secret == "" {
			b.WriteString(shellQuote(name + a.value))
		} else {
			b.WriteString(shellQuote(name) + `"${` + a.secret + `:?}"`)
		}
	}
	if len(args) == 0 {
		b.WriteString(" \\\n  --data ''") // a POST all the same
	}
	b.WriteString(" \\\n  " + shellQuote("https://"+s.Host+path))
	return b.String()
}

// bridged names the function in the parameters of the bridge between the dialects.
func bridged(name function.Name, args url.Values) {
	version := "2"
	if name.Dialect == function.OnUAPI {
		version = "3"
	}
	args.Set("cpanel_jsonapi_apiversion", version)
	args.Set("cpanel_jsonapi_module", name.Module)
	args.Set("cpanel_jsonapi_func", name.Function)
}

// Command is the call for the command lines on the server itself, in bash. They
// read values URI-encoded, and a secret from a file: here the end of a pipe, so
// that it stands in no list of processes.
func (s Spoken) Command() string {
	words := []string{"whmapi1"}
	switch s.Name.Dialect {
	case function.OnWHM:
		if s.User != "root" {
			words = append(words, shellQuote("--user="+s.User))
		}
	case function.OnUAPI:
		words = []string{"uapi", shellQuote("--user=" + s.User), shellQuote(s.Name.Module)}
	default:
		words = []string{"cpapi2", shellQuote("--user=" + s.User), shellQuote(s.Name.Module)}
	}
	words = append(words, shellQuote(s.Name.Function))
	for _, a := range s.arguments(s.Args) {
		if a.secret == "" {
			words = append(words, shellQuote(percent(a.name, true)+"="+percent(a.value, false)))
		} else {
			words = append(words, shellQuote(percent(a.name, true)+"=@")+`<(printf %s "${`+a.secret+`:?}")`)
		}
	}
	return strings.Join(words, " ")
}

// argument is one named text of a call; secret is the shell variable that stands
// for a value that must not be shown.
type argument struct{ name, value, secret string }

// arguments lists the arguments by name.
func (s Spoken) arguments(args url.Values) []argument {
	names := make([]string, 0, len(args))
	for name := range args {
		names = append(names, name)
	}
	sort.Strings(names)
	var list []argument
	taken := map[string]int{}
	for _, name := range names {
		for _, value := range args[name] {
			a := argument{name: name, value: value}
			if s.isSecret(name) {
				a.secret = variable(name)
				if taken[a.secret]++; taken[a.secret] > 1 {
					a.secret += "_" + strconv.Itoa(taken[a.secret])
				}
			}
			list = append(list, a)
		}
	}
	return list
}

// isSecret tells whether an argument's value must not be shown.
func (s Spoken) isSecret(name string) bool {
	for _, f := range s.Fields {
		if !f.Secret {
			continue
		}
		if prefix, is := strings.CutSuffix(f.Name, "*"); is && strings.HasPrefix(name, prefix) {
			return true
		}
		for _, known := range append([]string{f.Name}, f.Aliases...) {
			if name == known || strings.HasPrefix(name, known+"-") {
				return true
			}
		}
	}
	return false
}

// variable is the shell variable for a secret argument.
func variable(name string) string {
	return "SECRET_" + strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		case r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
			return r
		}
		return '_'
	}, name)
}

// shellQuote writes a text as one word of a POSIX shell. Texts that would do
// something to a terminal they are pasted into, and such as hide what they say,
// are written with escapes, in the $'…' that POSIX has had since 2024 and bash,
// zsh and ksh long before.
func shellQuote(s string) string {
	if s != "" && s[0] != '=' && strings.Trim(s, safeBytes) == "" { // zsh takes =name for a program's path
		return s
	}
	if strings.IndexFunc(s, func(r rune) bool { return !unicode.IsPrint(r) || r == utf8.RuneError }) < 0 {
		return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
	}
	var b strings.Builder
	b.WriteString("$'")
	for len(s) > 0 {
		r, n := utf8.DecodeRuneInString(s)
		switch {
		case r == '\\' || r == '\'':
			b.WriteString(`\` + s[:n])
		case unicode.IsPrint(r) && r != utf8.RuneError:
			b.WriteString(s[:n])
		default:
			for _, c := range []byte(s[:n]) {
				b.WriteString(`\` + octal(c))
			}
		}
		s = s[n:]
	}
	return b.String() + "'"
}

// octal is a byte in three octal digits.
func octal(c byte) string {
	return string([]byte{'0' + c>>6, '0' + c>>3&7, '0' + c&7})
}

const (
	letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	// safeBytes mean nothing to a shell in the words after a command's first.
	safeBytes = letters + "_-./:@%+,="
	// plainBytes mean nothing to the command lines' URI decoding, nor to a shell.
	plainBytes = letters + "_-./:@,"
)

// percent writes a text URI-encoded for the command lines: as key or as value.
func percent(s string, key bool) string {
	const digits = "0123456789ABCDEF"
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		// A value's first @ would name a file, a word's first dash begin an option.
		first := i == 0 && (c == '@' || key && c == '-')
		if strings.IndexByte(plainBytes, c) >= 0 && !first {
			b.WriteByte(c)
			continue
		}
		b.Write([]byte{'%', digits[c>>4], digits[c&15]})
	}
	return b.String()
}
