package form

import (
	"net/netip"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"postern/shared/fault"
	"postern/shared/scalar"
)

type word string

// upside writes itself by pointer, as types of others do.
type upside struct{ text string }

func (u *upside) MarshalText() ([]byte, error) { return []byte(u.text), nil }
func (u *upside) UnmarshalText(b []byte) error { u.text = string(b); return nil }

type everything struct {
	Text    string            `form:"text"`
	Alias   string            `form:"new|old|older"`
	Word    word              `form:"word"`
	Lines   string            `form:"lines,lines"`
	Number  int               `form:"number"`
	Small   int8              `form:"small"`
	Default int               `form:"default" default:"65"`
	Flag    bool              `form:"flag"`
	Bit     scalar.Bit        `form:"bit"`
	When    scalar.Epoch      `form:"when"`
	Limit   scalar.Limit      `form:"limit"`
	Some    *string           `form:"some"`
	Maybe   *int              `form:"maybe"`
	Perhaps *scalar.Bit       `form:"perhaps"`
	List    []string          `form:"list"`
	Numbers []int             `form:"numbers"`
	Times   []scalar.Epoch    `form:"times"`
	Map     map[string]string `form:"acl-*"`
	Named   map[word]word     `form:"named-*"`
	Upside  upside            `form:"upside"`
	Addr    netip.Addr        `form:"addr" allowed:"use an address"`
	Service scalar.Service    `form:"service" default:"cpaneld"`
}

var fields = Fields(reflect.TypeFor[everything]())

// FuzzWrite: Read(Write(x)) == x for every x that Read can give.
func FuzzWrite(f *testing.F) {
	f.Add("text", "a\nb", int64(5), true, "1.2.3.4", "key")
	f.Add("", "", int64(0), false, "", "")
	f.Add("unlimited", "0", int64(-1), true, "::1%eth0", "list-0")
	f.Fuzz(func(t *testing.T, text, lines string, n int64, yes bool, addr, key string) {
		if !utf8.ValidString(text) || !utf8.ValidString(lines) || !utf8.ValidString(key) || strings.IndexFunc(text+key, unicode.IsControl) >= 0 || key == "" || len(key) > maxKey || len(text) > DefaultMax || len(lines) > DefaultMax ||
			strings.IndexFunc(lines, func(r rune) bool { return unicode.IsControl(r) && !strings.ContainsRune("\r\n\t", r) }) >= 0 {
			return
		}
		want := everything{
			Text: text, Alias: text, Word: word(text), Lines: lines, Number: int(n), Small: int8(n), Default: int(n), Flag: yes, Bit: scalar.Bit(yes),
			Some: &text, Limit: scalar.Limit{}, Map: map[string]string{key: text, key + "x": ""}, Named: map[word]word{word(key): word(text)},
			Upside: upside{text}, Service: scalar.Webmail,
		}
		want.Addr, _ = netip.ParseAddr(addr)
		if strings.IndexFunc(addr, unicode.IsControl) >= 0 || !utf8.ValidString(addr) {
			want.Addr = netip.Addr{}
		}
		if n >= 0 && n < 1<<37 {
			want.When, want.Limit = scalar.Epoch(n), scalar.Limited(n)
			want.Times = []scalar.Epoch{scalar.Epoch(n), 0}
		}
		if yes {
			m, b := int(n), scalar.Bit(false)
			want.Maybe, want.Perhaps, want.Numbers = &m, &b, []int{int(n), 0}
		}
		if text != "" {
			want.List = []string{text, key, text}
		}
		var got everything
		if err := Read(fields, Write(fields, &want), &got); err != nil {
			t.Fatalf("%+v: %v", want, err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("\n got %+v\nwant %+v", got, want)
		}
	})
}

// FuzzRead: no arguments panic; the error is one for people, and does not repeat a value.
func FuzzRead(f *testing.F) {
	f.Add("number=x&flag=2&bit=true&when=-1&limit=-1&maybe=&acl-=1&acl-a=b&list-2=a&list-10=b&list=c")
	f.Add("addr=s3cret&text=%00&named-%0a=x&service=s3cret&small=300")
	f.Fuzz(func(t *testing.T, query string) {
		args, err := url.ParseQuery(query)
		if err != nil {
			return
		}
		var got everything
		if err := Read(fields, args, &got); err != nil {
			if !fault.Is(err, fault.Invalid) || !utf8.ValidString(fault.Of(err).Message) || strings.IndexFunc(fault.Of(err).Message, unicode.IsControl) >= 0 {
				t.Fatalf("%q: %v", query, err)
			}
			return
		}
		var again everything
		if err := Read(fields, Write(fields, got), &again); err != nil || !reflect.DeepEqual(got, again) {
			t.Fatalf("%q: %v\n got %+v\nthen %+v", query, err, got, again)
		}
	})
}

func TestRead(t *testing.T) {
	text := func(s string) *string { return &s }
	for _, c := range []struct {
		query string
		want  everything
	}{
		{"", everything{}},
		{"unknown=1&api.version=1", everything{}},
		{"old=a", everything{Alias: "a"}},
		{"new=&older=b", everything{Alias: "b"}},
		{"text=&text=second", everything{Text: "second"}},
		{"number=+7+&flag=1&bit=0&when=1700000000&limit=unlimited", everything{Number: 7, Flag: true, When: 1700000000}},
		{"some=", everything{Some: text("")}},
		{"some=x&maybe=", everything{Some: text("x")}},
		{"list=a&list-10=d&list-2=c&list-02=b&list-x=no&list=&list--1=no&list-+3=no", everything{List: []string{"a", "b", "c", "d"}}},
		{"acl-list-accts=1&acl-=no&acl-x=", everything{Map: map[string]string{"list-accts": "1", "x": ""}}},
	} {
		c.want.Default += 65
		if c.want.Service == "" {
			c.want.Service = scalar.CPanel
		}
		args, _ := url.ParseQuery(c.query)
		var got everything
		if err := Read(fields, args, &got); err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %v\n got %+v\nwant %+v", c.query, err, got, c.want)
		}
	}
}

type strict struct {
	Need   string            `form:"need,required"`
	Pass   string            `form:"pass,secret" max:"5"`
	Level  string            `form:"level" choices:"low,high"`
	Name   string            `form:"name" pattern:"[a-z]+" allowed:"use small letters"`
	Some   []string          `form:"some"`
	Addr   netip.Addr        `form:"addr" allowed:"use an address"`
	Limits map[string]string `form:"l-*" choices:"1,2"`
	N      int8              `form:"n"`
}

// Check is a rule over two fields.
func (s *strict) Check() error {
	if s.Level == "high" && s.Name == "" {
		return fault.Missing("name")
	}
	return nil
}

func TestWrong(t *testing.T) {
	all := Fields(reflect.TypeFor[strict]())
	for query, want := range map[string]string{
		"":                    "The parameter “need” is required.",
		"need=":               "The parameter “need” is required.",
		"need=x&pass=s3cret":  "The parameter “pass” is not valid: use at most 5 bytes.",
		"need=x&pass=a%0d%0a": "The parameter “pass” is not valid: leave out control characters and line breaks.",
		"need=x&pass=a%00":    "The parameter “pass” is not valid: leave out control characters and line breaks.",
		"need=x&pass=a%c2%85": "The parameter “pass” is not valid: leave out control characters and line breaks.",
		"need=x&pass=%ff":     "The parameter “pass” is not valid: use UTF-8 text.",
		"need=x&level=mid":    "The parameter “level” is not valid: use one of low, high.",
		"need=x&name=a%0a":    "The parameter “name” is not valid: leave out control characters and line breaks.",
		"need=x&name=aB":      "The parameter “name” is not valid: use small letters.",
		"need=x&level=high":   "The parameter “name” is required.",
		"need=x&some-1=a%0d":  "The parameter “some” is not valid: leave out control characters and line breaks.",
		"need=x&addr=s3cret":  "The parameter “addr” is not valid: use an address.",
		"need=x&l-a=3":        "The parameter “l-a” is not valid: use one of 1, 2.",
		"need=x&l-a%0d%0aX=1": "The parameter “l-*” is not valid: leave out control characters and line breaks.",
		"need=x&n=128":        "The parameter “n” is not valid: use a whole number.",
		"need=x&n=1e1":        "The parameter “n” is not valid: use a whole number.",
		"need=x&l-" + strings.Repeat("a", 256) + "=1": "The parameter “l-*” is not valid: use names of at most 255 bytes.",
	} {
		args, _ := url.ParseQuery(query)
		err := Read(all, args, &strict{})
		if !fault.Is(err, fault.Invalid) || fault.Of(err).Message != want {
			t.Errorf("%s: %v", query, err)
		}
	}
}

// TestWrongDeclarations: a mistake in a declaration stops the start.
func TestWrongDeclarations(t *testing.T) {
	for name, typ := range map[string]reflect.Type{
		"unknown word": reflect.TypeFor[struct {
			A string `form:"a,frob"`
		}](),
		"no name": reflect.TypeFor[struct {
			A string `form:",required"`
		}](),
		"no text": reflect.TypeFor[struct {
			A struct{} `form:"a"`
		}](),
		"list of lists": reflect.TypeFor[struct {
			A [][]string `form:"a"`
		}](),
		"list of maps": reflect.TypeFor[struct {
			A []map[string]string `form:"a"`
		}](),
		"map without star": reflect.TypeFor[struct {
			A map[string]string `form:"a"`
		}](),
		"star without map": reflect.TypeFor[struct {
			A string `form:"a*"`
		}](),
		"required, default": reflect.TypeFor[struct {
			A string `form:"a,required" default:"x"`
		}](),
		"required, pointer": reflect.TypeFor[struct {
			A *string `form:"a,required"`
		}](),
		"pattern, no words": reflect.TypeFor[struct {
			A string `form:"a" pattern:"x"`
		}](),
		"max": reflect.TypeFor[struct {
			A string `form:"a" max:"many"`
		}](),
		"twice": reflect.TypeFor[struct {
			A string `form:"a"`
			B string `form:"b|a"`
		}](),
		"not exported": reflect.TypeOf(struct {
			a string `form:"a"`
		}{"x"}),
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s is accepted", name)
				}
			}()
			Fields(typ)
		}()
	}
}
