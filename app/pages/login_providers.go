package pages

import (
	"context"
	"net/url"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"postern/app/components"
	"postern/app/texts"
)

// askProviders asks with whom else people may sign in here.
func (l *Login) askProviders() {
	desk := l.Desk
	l.ctx.Async(func() {
		defer components.Guard()
		list := desk.Providers(context.Background())
		l.ctx.Dispatch(func(app.Context) { l.others = list })
	})
}

// providers are their buttons: plain links, which leave the app. The page's loader
// adds the name that was typed, or the known one of whose session has ended.
func (l *Login) providers() app.UI {
	if len(l.others) == 0 {
		return nil
	}
	query, known := url.Values{"goto_uri": {l.next()}}, ""
	if l.Over {
		known = l.User
	}
	var links []app.UI
	for _, p := range l.others {
		links = append(links, app.A().Class("btn w-100 mb-2").DataSet("native", "").DataSet("provider", known).
			Href(p.Link+"?"+query.Encode()).Body(app.Span().Class("glyph-text").Body(components.Slot(picture(p.Picture())), app.Span().Text(texts.Now().Login.Button(p.ButtonFace)))))
	}
	return app.Div().Class("mt-3").Body(
		app.P().Class("text-secondary text-center").Text(texts.Now().Login.Others),
		app.Div().Body(links...),
	)
}

// picture is a provider's, which its words stand beside.
func picture(source string) app.UI {
	if source == "" {
		return nil
	}
	return app.Img().Class("picture").Src(source).Alt("").Width(20).Height(20)
}
