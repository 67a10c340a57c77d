package pages

import (
	"net/url"
	"slices"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"postern/app/components"
	"postern/app/identity"
	"postern/app/texts"
	"postern/shared/catalog"
	"postern/shared/fault"
	"postern/shared/scalar"
)

// linksPath is the screen's address.
const linksPath = "/account/links"

// OwnLinks is the screen of the identities with which whoever is signed in may
// sign in without the password, and the way to a provider to link one more.
type OwnLinks struct {
	app.Compo
	calling

	Desk    *identity.Desk
	Door    identity.Door
	Session identity.Session

	links links
	to    catalog.AuthnModule // the provider that is gone to
	came  url.Values          // what the way back from a provider says; nil: nothing
}

// mounted takes off the address what it says of the way back: that is said once.
func (p *OwnLinks) mounted() {
	p.calling.mounted()
	if q := p.here.Query(); q.Has("linked") || q.Has("not_linked") {
		p.here = &url.URL{Path: p.here.Path}
		p.ctx.Page().ReplaceURL(p.here)
	}
}

func (p *OwnLinks) wants(at *url.URL) []inquiry {
	if q := at.Query(); q.Has("linked") || q.Has("not_linked") {
		p.came = q
	}
	p.by.desk, p.links.by = p.Desk, &p.by
	p.links.user, p.links.admin, p.links.own = p.Session.User, p.Door.Service == scalar.WHM, true
	return p.links.wants()
}

// Render draws the list below the providers' buttons.
func (p *OwnLinks) Render() app.UI {
	return app.Div().Body(
		app.Div().Body(
			p.outcome(),
			hint(texts.Now().Links.Hint, p.ways()),
			p.links.card(),
		),
		p.dialog(),
	)
}

// outcome says what came of the last deed, or of the way to a provider and back.
func (p *OwnLinks) outcome() app.UI {
	words := texts.Now().Links
	switch name := p.came.Get("linked"); {
	case p.by.busy || p.by.done != "" || p.by.failed != nil || p.by.what != "":
		p.came = nil
	case p.came.Has("not_linked"):
		why := words.Refused[p.came.Get("not_linked")]
		if why == "" {
			why = words.Refused[""]
		}
		return components.Outcome(fault.New(fault.Invalid, "%s", why), "")
	case p.linkedTo(name): // an address is anybody's words: the list decides
		return components.Outcome(nil, texts.Fill(words.Linked, "name", p.links.title(name)))
	}
	return p.by.outcome()
}

func (p *OwnLinks) linkedTo(name string) bool {
	return name != "" && slices.ContainsFunc(p.links.rows.Value, func(one catalog.AuthnLink) bool { return one.ProviderID == name })
}

// ways are the providers' buttons.
func (p *OwnLinks) ways() app.UI {
	words := texts.Now().Links
	if p.Session.Possessor != "" {
		return app.Span().Class("text-secondary").Text(texts.Fill(words.NotYours, "user", p.Session.User))
	}
	if p.links.names.Err != nil {
		return components.Bad(components.Sentence(p.links.names.Err), "")
	}
	if !p.links.names.Have {
		return nil
	}
	if len(p.links.names.Value) == 0 {
		return app.Span().Class("text-secondary").Text(words.NoneOn)
	}
	var list []app.UI
	for _, one := range p.links.names.Value {
		list = append(list, app.Button().Type("button").Class("btn btn-primary").OnClick(press(func() { p.Begin(one) }), one.ProviderName).
			Body(app.Span().Class("glyph-text").Body(face(one.ButtonFace), app.Span().Text(texts.Fill(words.With, "name", one.DisplayName)))))
	}
	return buttons(list...)
}

// face is a provider's own picture, or ours where it has none.
func face(f catalog.ButtonFace) app.UI {
	if f.Icon == "" {
		return components.Icon("link-plus")
	}
	return app.Img().Src("data:" + f.IconType + ";base64," + f.Icon).Alt("").Width(18).Height(18)
}

func ownLinks(service scalar.Service) Screen {
	needs := ""
	if service == scalar.WHM {
		needs = "manage-oidc"
	}
	return Screen{
		Path: linksPath, Service: service, Needs: needs, Icon: func() app.UI { return components.Icon("link") },
		Title: func() string { return texts.Now().Links.Menu },
		Draw: func(desk *identity.Desk, door identity.Door, s identity.Session) app.UI {
			return &OwnLinks{Desk: desk, Door: door, Session: s}
		},
	}
}
