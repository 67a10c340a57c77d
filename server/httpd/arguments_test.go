package httpd

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"postern/shared/fault"
)

// read gives a request's arguments to Arguments.
func read(query, contentType, body string) (url.Values, error) {
	r := httptest.NewRequest(http.MethodPost, "/json-api/f", strings.NewReader(body))
	r.URL.RawQuery = query
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	return Arguments(httptest.NewRecorder(), r)
}

func form(t *testing.T, parts ...string) (contentType, body string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for i := 0; i < len(parts); i += 2 {
		if err := w.WriteField(parts[i], parts[i+1]); err != nil {
			t.Fatal(err)
		}
	}
	file, err := w.CreateFormFile("file", "a.txt")
	if err != nil {
		t.Fatal(err)
	}
	_, _ = file.Write([]byte("a file"))
	_ = w.Close()
	return w.FormDataContentType(), b.String()
}

func TestArguments(t *testing.T) {
	multi, multiBody := form(t, "a", "1", "a", "2\r\n&=%", "b", "x")
	for _, c := range []struct {
		name, query, contentType, body string
		want                           url.Values
	}{
		{"nothing", "", "", "", url.Values{}},
		{"query", "a=1&b=&c&d=%C3%A4+%26", "", "", url.Values{"a": {"1"}, "b": {""}, "c": {""}, "d": {"ä &"}}},
		{"a semicolon is a character", "pass=a;b=c", "", "", url.Values{"pass": {"a;b=c"}}},
		{"query first, then body", "a=1&a=2", "application/x-www-form-urlencoded", "a=3&b=4\r\n", url.Values{"a": {"1", "2", "3"}, "b": {"4"}}},
		{"a form by any name", "", "text/plain", "a=1", url.Values{"a": {"1"}}},
		{"a form without a name", "", "", "a=1", url.Values{"a": {"1"}}},
		{"a form by a broken name", "", ";;;", "a=1", url.Values{"a": {"1"}}},
		{"multipart, without its files", "q=1", multi, multiBody, url.Values{"q": {"1"}, "a": {"1", "2\r\n&=%"}, "b": {"x"}}},
		{"json", "", "application/json", `{"api.version": 1, "s":"x y","n":12345678901234567890,"f":1.50,"t":true,"no":false,"z":null,"l":["a",1,true,null],"cpanel":{"user":"anna","deep":{"er":1}},"e":"","command":[["Email","list_pops",{"a":[1]}]]}`,
			url.Values{"api.version": {"1"}, "s": {"x y"}, "n": {"12345678901234567890"}, "f": {"1.50"}, "t": {"1"}, "no": {"0"}, "l": {"a", "1", "1"},
				"cpanel.user": {"anna"}, "cpanel.deep.er": {"1"}, "e": {""}, "command": {`["Email","list_pops",{"a":[1]}]`}}},
		{"json with a charset", "", "Application/JSON; charset=utf-8", `{"a":"1"}`, url.Values{"a": {"1"}}},
		{"json that does not say so", "", "application/x-www-form-urlencoded", `{"a":"1"}`, url.Values{`{"a":"1"}`: {""}}},
	} {
		got, err := read(c.query, c.contentType, c.body)
		if err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s:\n got %v %v\nwant %v", c.name, got, err, c.want)
		}
	}
}

func TestWrongArguments(t *testing.T) {
	many := strings.Repeat("a=1&", maxArguments+1)
	for _, c := range []struct{ name, query, contentType, body, says string }{
		{"percent in the query", "a=%zz", "", "", "query is not URI-encoded"},
		{"percent in the body", "", "", "a=100%", "body is not URI-encoded"},
		{"many in the query", many, "", "", "1000 arguments"},
		{"many in the body", "", "", many, "1000 arguments"},
		{"many in both", many[:2400], "", many[:2400], "1000 arguments"},
		{"very many", strings.Repeat("&", 10000), "", "", "1000 arguments"},
		{"a long name", strings.Repeat("a", maxNameBytes+1) + "=1", "", "", "256 bytes"},
		{"many in json", "", "application/json", `{"a":[` + strings.Repeat("1,", maxArguments) + `1]}`, "1000 arguments"},
		{"deep json", "", "application/json", strings.Repeat(`{"a":`, 17) + "1" + strings.Repeat("}", 17), "16 levels"},
		{"very deep json", "", "application/json", strings.Repeat(`[`, 1<<20), "16 levels"},
		{"a json list", "", "application/json", `[1]`, "not a JSON object"},
		{"broken json", "", "application/json", `{"a":`, "not a JSON object"},
		{"two json objects", "", "application/json", `{} {}`, "more than one"},
		{"multipart without a boundary", "", "multipart/form-data", "x", "boundary"},
		{"broken multipart", "", "multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=a\r\n\r\nx", "not well formed"},
		{"too large", "", "", "a=" + strings.Repeat("x", maxBody), "1048576 bytes"},
	} {
		_, err := read(c.query, c.contentType, c.body)
		if !fault.Is(err, fault.Invalid) || !strings.Contains(fault.Of(err).Message, c.says) {
			t.Errorf("%s: %v", c.name, err)
		}
		if (fault.Of(err).Code == tooLarge) != (c.name == "too large") {
			t.Errorf("%s has the code %q", c.name, fault.Of(err).Code)
		}
	}
}

// FuzzArguments: no body panics, and what is accepted keeps the limits.
func FuzzArguments(f *testing.F) {
	for _, kind := range []string{"", "application/json", "multipart/form-data; boundary=b"} {
		f.Add("a=1&b=%41", kind, `{"a":{"b":[1,{"c":null}]}}`)
		f.Add("", kind, "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx\r\n--b--\r\n")
	}
	f.Fuzz(func(t *testing.T, query, kind, body string) {
		args, err := read(query, kind, body)
		if err != nil {
			if !fault.Is(err, fault.Invalid) {
				t.Fatal(err)
			}
			return
		}
		n := 0
		for name, values := range args {
			if n += len(values); len(name) > maxNameBytes {
				t.Fatal(name)
			}
		}
		if n > maxArguments {
			t.Fatal(n)
		}
	})
}

// FuzzForm reads what net/url wrote, as a query, a body, and in JSON.
func FuzzForm(f *testing.F) {
	f.Add("name", "value;&=%+ ä", "\x00\xff")
	f.Fuzz(func(t *testing.T, name, one, two string) {
		if len(name) > maxNameBytes {
			return
		}
		want := url.Values{name: {one, two}}
		for _, got := range []func() (url.Values, error){
			func() (url.Values, error) { return read(want.Encode(), "", "") },
			func() (url.Values, error) { return read("", "", want.Encode()) },
			func() (url.Values, error) {
				return read(fmt.Sprintf("%s=%s", url.QueryEscape(name), url.QueryEscape(one)), "x/y", fmt.Sprintf("%s=%s", url.QueryEscape(name), url.QueryEscape(two)))
			},
		} {
			if args, err := got(); err != nil || !reflect.DeepEqual(args, want) {
				t.Fatalf("%v %v", args, err)
			}
		}
	})
}
