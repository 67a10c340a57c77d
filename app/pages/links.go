package pages

import (
	"context"
	"net/url"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"postern/app/components"
	"postern/app/texts"
	"postern/shared/catalog"
	"postern/shared/client"
	"postern/shared/function"
)

// linkIdentity asks an administrator for another's identity.
var linkIdentity = asksAllBut(&catalog.LinkAuthnUser.Function, "username")

// links is the identities at login providers that one user may sign in with: a
// card of an administrator's page of the user, and of the user's own.
type links struct {
	by    *caller
	user  string
	admin bool // asked of WHM, where it is named whose
	own   bool // of whoever is signed in

	rows  Load[[]catalog.AuthnLink]
	names Load[[]catalog.AuthnModule] // the providers: all for an administrator, those that are on here for one's own
}

func (l *links) load() {
	for _, one := range l.wants() {
		one.start(l.by.ctx)
	}
}

func (l *links) wants() []inquiry {
	desk, user := l.by.desk, l.user
	if !l.admin {
		return []inquiry{l.wantsNames(), l.rows.From(func(ctx context.Context) ([]catalog.AuthnLink, error) {
			return client.Call(ctx, desk, catalog.GetAuthnLinks, nothing)
		})}
	}
	shape := function.Shape{Filters: []function.Filter{{Column: "username", Term: user, Test: function.Equal}}}
	return []inquiry{l.wantsNames(), l.rows.From(func(ctx context.Context) (list []catalog.AuthnLink, err error) {
		answer, err := client.Ask(ctx, desk, catalog.GetAuthnLinkedUsers, nothing, shape)
		for _, one := range answer.Out.Links {
			list = append(list, one.AuthnLink)
		}
		return list, err
	})}
}

// wantsNames asks for the providers.
func (l *links) wantsNames() inquiry {
	desk, admin, own := l.by.desk, l.admin, l.own
	return l.names.From(func(ctx context.Context) (list []catalog.AuthnModule, err error) {
		if !admin {
			return client.Call(ctx, desk, catalog.ConfiguredAuthnModules, nothing)
		}
		answer, err := client.Call(ctx, desk, catalog.GetAuthnProviders, nothing)
		for _, one := range answer.Providers {
			if !own || bool(one.WHMEnabled) {
				list = append(list, catalog.AuthnModule{ButtonFace: one.ButtonFace, ProviderName: one.ID})
			}
		}
		return list, err
	})
}

// title is a provider's name for people.
func (l *links) title(id string) string {
	for _, one := range l.names.Value {
		if one.ProviderName == id {
			return one.DisplayName
		}
	}
	return id
}

// card draws the list.
func (l *links) card() app.UI {
	words := texts.Now().Links
	table := components.Table{
		Label: words.Title, Columns: []string{words.Provider, words.Identity, words.Opens, words.Made, texts.Now().Things.Actions},
		Loading: l.rows.Loading, Err: l.rows.Err, Again: press(l.load),
		EmptyIcon: components.Icon("link"), EmptyTitle: words.None, EmptyHint: words.NoneHint,
	}
	if !l.own {
		table.EmptyHint = words.NoneHintAdmin
	}
	if l.none() {
		table.EmptyHint = words.NoProvider
	}
	if l.rows.Have {
		table.Rows = [][]app.UI{}
		for _, one := range l.rows.Value {
			table.Rows = append(table.Rows, l.row(one))
		}
	}
	return components.Card(words.Title, l.add(), table.UI())
}

// none tells whether there is no provider to link an administrator's users with.
func (l *links) none() bool { return !l.own && l.names.Have && len(l.names.Value) == 0 }

// add is an administrator's button that links by subject.
func (l *links) add() app.UI {
	words := texts.Now().Links
	if l.own {
		return app.Text(l.counted())
	}
	if l.none() {
		return nil
	}
	return button(components.Icon("link-plus"), words.Add, l.user, func() {
		var names []string
		for _, one := range l.names.Value {
			names = append(names, one.ProviderName)
		}
		l.by.open(formCall{ask: linkIdentity, fixed: url.Values{"username": {l.user}}, labels: words.Labels,
			choices: map[string][]string{"provider_id": names}, title: texts.Fill(words.AddTitle, "user", l.user),
			action: words.Add, done: texts.Fill(words.Added, "user", l.user), then: func(any) { l.load() }})
	})
}

func (l *links) counted() string {
	if len(l.rows.Value) == 0 {
		return ""
	}
	return texts.Now().Links.Count.Say(len(l.rows.Value))
}

func (l *links) row(one catalog.AuthnLink) []app.UI {
	words := texts.Now().Links
	identity := app.Span().Class("breakable").Body(app.Span().Class("fw-medium").Text(one.PreferredUsername))
	if one.Subject != one.PreferredUsername {
		identity = app.Span().Class("breakable").Body(app.Span().Class("fw-medium").Text(one.PreferredUsername),
			app.Span().Class("text-secondary d-block small").Text(one.Subject))
	}
	opens := app.Span().Class("badge bg-green-lt").Text(words.Alone)
	if !one.Proven {
		opens = app.Span().Class("badge bg-yellow-lt").Text(words.Named)
	}
	return []app.UI{
		app.Span().Class("breakable").Text(l.title(one.ProviderID)),
		identity, opens,
		moment(one.LinkTime).Class("text-secondary text-nowrap"),
		inRow(button(components.Icon("unlink"), words.Unlink, l.title(one.ProviderID)+", "+one.Subject, func() { l.askUnlink(one) })),
	}
}

func (l *links) askUnlink(one catalog.AuthnLink) {
	words, name := texts.Now().Links, one.PreferredUsername
	f := formCall{of: &catalog.RemoveAuthnLink.Function, fixed: url.Values{"provider": {one.ProviderID}, "subject_unique_identifier": {one.Subject}},
		title: texts.Fill(words.UnlinkTitle, "name", name), warning: words.UnlinkText, action: words.Unlink,
		done: texts.Fill(words.Unlinked, "name", name), then: func(any) { l.load() }}
	if l.admin {
		f.of = &catalog.UnlinkAuthnUser.Function
		f.fixed = url.Values{"provider_id": {one.ProviderID}, "subject_unique_identifier": {one.Subject}, "username": {l.user}}
	}
	if !l.own {
		f.warning = texts.Fill(words.UnlinkTextOf, "user", l.user)
	}
	l.by.open(f)
}
