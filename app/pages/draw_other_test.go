//go:build !js

package pages

import (
	"context"
	"errors"
	"net/url"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"postern/app/identity"
	"postern/app/texts"
	"postern/shared/function"
	"postern/shared/scalar"
)

// TestADrawnScreenAsksWhatReads and nothing else: nobody has done anything yet but
// follow a link, which may be another site's.
func TestADrawnScreenAsksWhatReads(t *testing.T) {
	lists := 0
	for _, s := range scalar.Service("").Choices() {
		for _, one := range screens {
			ask := func(_ context.Context, r identity.Request) (identity.Response, error) {
				if r.Method == "GET" && r.Path == "/login/session" {
					return identity.Response{Status: 200, Body: []byte(`{"service":"` + s + `","hostname":"h","session":{"user":"root","kind":"root","token":"/cpsess1"}}`)}, nil
				}
				name := function.WHM(path.Base(r.Path))
				if asked := strings.Split(r.Path, "/execute/"); len(asked) > 1 {
					module, of, _ := strings.Cut(asked[1], "/")
					name = function.Name{Dialect: function.OnUAPI, Module: module, Function: of}
				}
				if f := function.Find(name); f == nil || f.Effect != function.Reads {
					t.Errorf("%s asks %s", one.Path, r.Path)
				}
				lists++
				return identity.Response{}, errors.New("nobody answers")
			}
			for _, query := range []string{"", "?account=anna"} {
				at, _ := url.Parse(one.Path + query)
				page, err := Draw(t.Context(), identity.NewDesk(ask), at, texts.Now(), nil)
				if err != nil || page == nil || !strings.Contains(page.HTML, `id="content"`) || !strings.Contains(page.HTML, `action="/cpsess1/logout"`) {
					t.Errorf("%s at %s: %v %v", one.Path, s, page, err)
				}
			}
		}
	}
	if lists == 0 {
		t.Error("no screen asks for anything")
	}
}

// TestNothingIsDrawnForAStranger, nor where nobody says who is there.
func TestNothingIsDrawnForAStranger(t *testing.T) {
	at := &url.URL{Path: accountsPath}
	if page, err := Draw(t.Context(), says(200, `{"service":"whostmgrd","session":null}`), at, texts.Now(), nil); page != nil || err != nil {
		t.Error(page, err)
	}
	if page, err := Draw(t.Context(), says(503, `no`), at, texts.Now(), nil); page != nil || err == nil {
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
					page, err := Draw(t.Context(), says(200, `{"service":"cpaneld","session":{"user":"anna","kind":"account"}}`), &url.URL{Path: "/"}, language, nil)
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
	asking bool
}

func (b *broken) Ahead(context.Context, *url.URL) bool {
	if b.asking {
		panic("no question")
	}
	return true
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
		if page, err := Draw(t.Context(), in, &url.URL{Path: "/broken"}, &texts.Texts{}, nil); page != nil || err == nil || !strings.Contains(err.Error(), "no ") {
			t.Errorf("asking %v: %v, %v", asking, page, err)
		}
		if page, err := Draw(t.Context(), in, &url.URL{Path: "/"}, english, nil); err != nil || !strings.Contains(page.HTML, "Sign out") || texts.Now() != english {
			t.Errorf("the next page: %v, %v", page, err)
		}
	}
}
