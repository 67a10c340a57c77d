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

// providers are their buttons: plain links, which leave the app.
func (l *Login) providers() app.UI {
	if len(l.others) == 0 {
		return nil
	}
	var links []app.UI
	for _, p := range l.others {
		links = append(links, app.A().Class("btn w-100 mb-2").DataSet("native", "").
			Href(p.Link+"?"+url.Values{"goto_uri": {l.next()}}.Encode()).Text(p.Label))
	}
	return app.Div().Class("mt-3").Body(
		app.P().Class("text-secondary text-center").Text(texts.Now().Login.Others),
		app.Div().Body(links...),
	)
}
