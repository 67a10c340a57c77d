//go:build !js

package pages

import (
	"context"
	"errors"
	"net/url"
	"path"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"postern/app/identity"
	"postern/app/texts"
	"postern/shared/catalog"
	"postern/shared/function"
	"postern/shared/scalar"
)

// TestADrawnScreenAsksWhatReads, once each, and nothing else: nobody has done anything
// yet but follow a link, which may be another site's.
func TestADrawnScreenAsksWhatReads(t *testing.T) {
	lists, asked := 0, map[string]int{}
	var mu sync.Mutex
	for _, s := range scalar.Service("").Choices() {
		for _, one := range screens {
			ask := func(_ context.Context, r identity.Request) (identity.Response, error) {
				if r.Method == "GET" && r.Path == "/login/session" {
					return identity.Response{Status: 200, Body: []byte(`{"service":"` + s + `","hostname":"h","session":{"user":"root","kind":"root","token":"/cpsess1"}}`)}, nil
				}
				f := function.Find(named(r))
				if f == nil || f.Effect != function.Reads {
					t.Errorf("%s asks %s %v", one.Path, r.Path, r.Form)
				}
				mu.Lock()
				defer mu.Unlock()
				asked[r.Key()]++
				if f != nil {
					secrets(t, one.Path, f.Result)
				}
				return identity.Response{}, errors.New("nobody answers")
			}
			for _, query := range []string{"", "?account=anna", "?reseller=rita", "?view=white", "?view=history", "?view=settings"} {
				at, _ := url.Parse(one.Path + query)
				clear(asked)
				page, err := Draw(t.Context(), identity.NewDesk(ask), at, Reader{Language: texts.Now()}, nil)
				if err != nil || page == nil || !strings.Contains(page.HTML, `id="content"`) || !strings.Contains(page.HTML, `action="/cpsess1/logout"`) {
					t.Errorf("%s at %s: %v %v", one.Path, s, page, err)
				}
				for what, times := range asked {
					if lists += times; times > 1 {
						t.Errorf("%s%s at %s asks %d times %s", one.Path, query, s, times, what)
					}
				}
			}
		}
	}
	if lists == 0 {
		t.Error("no screen asks for anything")
	}
}

// TestEveryScreenIsDrawnAhead but the API Shell, which has to be where its reader is.
func TestEveryScreenIsDrawnAhead(t *testing.T) {
	for _, one := range screens {
		if _, is := one.Draw(nil, identity.Door{}, identity.Session{}).(inquirer); is == (one.Path == shellPath) {
			t.Errorf("%s of %s is drawn ahead: %v", one.Path, one.Service, is)
		}
	}
}

// named is the function that a request asks, by itself or for an account.
func named(r identity.Request) function.Name {
	if _, rest, is := strings.Cut(r.Path, "/execute/"); is {
		module, of, _ := strings.Cut(rest, "/")
		return function.UAPI(module, of)
	}
	switch name := path.Base(r.Path); name {
	case "uapi_cpanel":
		return function.UAPI(r.Form.Get("cpanel.module"), r.Form.Get("cpanel.function"))
	case "cpanel":
		return function.API2(r.Form.Get("cpanel_jsonapi_module"), r.Form.Get("cpanel_jsonapi_func"))
	default:
		return function.WHM(name)
	}
}

// secrets fails where an answer has a member that sounds like a secret: the page tells
// the answer whole, whatever of it the screen shows.
func secrets(t *testing.T, screen string, answer reflect.Type) {
	t.Helper()
	bare := func(of reflect.Type) reflect.Type {
		for of.Kind() == reflect.Pointer || of.Kind() == reflect.Slice || of.Kind() == reflect.Map {
			of = of.Elem()
		}
		return of
	}
	if answer = bare(answer); answer.Kind() != reflect.Struct {
		return
	}
	for _, f := range reflect.VisibleFields(answer) {
		member, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if member == "" {
			member = f.Name
		}
		if answer == reflect.TypeFor[catalog.SecQuestion]() && member == "answer" {
			continue // what the question itself sends, which is nothing
		}
		for _, word := range []string{"secret", "password", "passwd", "hash", "cookie", "digest", "salt", "seed", "private", "answer", "code"} {
			if bare(f.Type).Kind() == reflect.String && strings.Contains(strings.ToLower(member), word) {
				t.Errorf("what %s asks tells %s of %s", screen, member, answer)
			}
		}
		if f.IsExported() && !f.Anonymous && bare(f.Type) != answer {
			secrets(t, screen, f.Type)
		}
	}
}

// TestNothingIsDrawnForAStranger, nor where nobody says who is there.
func TestNothingIsDrawnForAStranger(t *testing.T) {
	at := &url.URL{Path: accountsPath}
	if page, err := Draw(t.Context(), says(200, `{"service":"whostmgrd","session":null}`), at, Reader{Language: texts.Now()}, nil); page != nil || err != nil {
		t.Error(page, err)
	}
	if page, err := Draw(t.Context(), says(503, `no`), at, Reader{Language: texts.Now()}, nil); page != nil || err == nil {
		t.Error(page, err)
	}
}

// TestAPageIsDrawnInItsOwnLanguage while others are drawn in theirs.
func TestAPageIsDrawnInItsOwnLanguage(t *testing.T) {
	other, err := texts.Over([]byte(`{"Common":{"SignOut":"Abmelden"}}`))
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan bool)
	for range 4 {
		for word, language := range map[string]*texts.Texts{"Abmelden": other, "Sign out": texts.Now()} {
			go func() {
				defer func() { done <- true }()
				for range 20 {
					page, err := Draw(t.Context(), says(200, `{"service":"cpaneld","session":{"user":"anna","kind":"account"}}`), &url.URL{Path: "/"}, Reader{Language: language}, nil)
					if err != nil || !strings.Contains(page.HTML, word) {
						t.Error(page, err)
					}
				}
			}()
		}
	}
	for range 8 {
		<-done
	}
}

// broken is a screen that cannot ask, or cannot be drawn.
type broken struct {
	app.Compo
	start
	asking bool
}

func (b *broken) wants(*url.URL) []inquiry {
	var l Load[int]
	return []inquiry{l.From(func(context.Context) (int, error) {
		if b.asking { // on a goroutine of its own
			panic("no question")
		}
		return 0, nil
	})}
}

func (b *broken) Render() app.UI { panic("no picture") }

// TestAScreenThatBreaksIsNotDrawn and stands in no other page's way.
func TestAScreenThatBreaksIsNotDrawn(t *testing.T) {
	whole := screens
	defer func() { screens = whole }()
	in := says(200, `{"service":"cpaneld","session":{"user":"anna","kind":"account"}}`)
	english := texts.Now()
	for _, asking := range []bool{true, false} {
		screens = append(slices.Clone(whole), Screen{
			Path: "/broken", Service: scalar.CPanel, Icon: func() app.UI { return app.Span() }, Title: func() string { return "Broken" },
			Draw: func(*identity.Desk, identity.Door, identity.Session) app.UI { return &broken{asking: asking} },
		})
		if page, err := Draw(t.Context(), in, &url.URL{Path: "/broken"}, Reader{Language: &texts.Texts{}}, nil); page != nil || err == nil || !strings.Contains(err.Error(), "no ") {
			t.Errorf("asking %v: %v, %v", asking, page, err)
		}
		if page, err := Draw(t.Context(), in, &url.URL{Path: "/"}, Reader{Language: english}, nil); err != nil || !strings.Contains(page.HTML, "Sign out") || texts.Now() != english {
			t.Errorf("the next page: %v, %v", page, err)
		}
	}
}
