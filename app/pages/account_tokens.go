package pages

import (
	"context"
	"net/url"
	"strconv"
	"time"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"postern/app/components"
	"postern/app/identity"
	"postern/app/texts"
	"postern/shared/catalog"
	"postern/shared/client"
	"postern/shared/scalar"
)

// tokensPath is the screen's address.
const tokensPath = "/account/tokens"

// OwnTokens is the screen of an account's API tokens.
type OwnTokens struct {
	app.Compo
	start

	Desk    *identity.Desk
	Session identity.Session

	place  components.Place
	list   Load[client.Answer[[]catalog.AccountToken]]
	asking Asking
	on     string // the name of the token that a dialog is about
	fresh  string // the name of a token that was just made
	value  string // its value, until the user has copied it
}

func (t *OwnTokens) wants(at *url.URL) []inquiry {
	t.place = components.ReadPlace(at.Query())
	desk, shape := t.Desk, t.place.Shape(pageSize, "name", "create_time", "expires_at")
	return []inquiry{t.list.From(func(ctx context.Context) (client.Answer[[]catalog.AccountToken], error) {
		return client.Ask(ctx, desk, catalog.ListAccountTokens, catalog.ListAccountTokensRequest{}, shape)
	})}
}

// Render draws the list.
func (t *OwnTokens) Render() app.UI {
	words := texts.Now().Account.Tokens
	listing := components.Listing{
		Path: tokensPath, Place: t.place, Size: pageSize, Records: records(t.list.Value.Shaped), Hint: words.Search,
	}
	table := components.Table{
		Label: words.Title, List: listing,
		Columns: []string{words.Name, words.Created, words.Expires, words.Actions},
		Keys:    []string{"name", "create_time", "expires_at", ""},
		Loading: t.list.Loading, Err: t.list.Err, Again: t.onAgain,
		EmptyIcon: components.Icon("key"), EmptyTitle: words.Empty, EmptyHint: words.EmptyHint,
	}
	if t.list.Have {
		table.Rows = [][]app.UI{}
		for _, one := range t.list.Value.Out {
			table.Rows = append(table.Rows, t.row(one))
		}
	}
	create := app.Button().Type("button").Class("btn btn-primary").OnClick(t.onCreate).Body(withIcon("plus", words.Create))
	return app.Div().Body(
		t.asking.Outcome(),
		components.Slot(app.If(t.value != "", t.made())),
		hint(words.Hint, create),
		components.Card(words.Title, nil, app.Div().Body(listing.Bar(), table.UI(), listing.Pages())),
		components.Slot(t.dialog()),
	)
}

func (t *OwnTokens) row(one catalog.AccountToken) []app.UI {
	words := texts.Now().Account.Tokens
	over := one.ExpiresAt != 0 && one.ExpiresAt.Time().Before(time.Now())
	open := func(which, field string) app.EventHandler {
		return func(app.Context, app.Event) {
			defer components.Guard()
			t.on = one.Name
			t.asking.Open(t.ctx, which, field)
		}
	}
	return []app.UI{
		app.Span().Class("breakable fw-medium").Text(one.Name),
		moment(one.CreateTime).Class("text-secondary text-nowrap"),
		app.Span().Body(
			moment(one.ExpiresAt).Class("text-secondary text-nowrap"),
			app.If(over, app.Span().Class("badge bg-red-lt ms-2").Text(words.Expired)),
			app.If(one.ExpiresAt == 0, app.Span().Class("badge bg-yellow-lt ms-2").Title(words.ForeverHint).Body(components.Icon("alert-triangle"))),
		),
		app.Div().Class("row-buttons").Body(
			app.Button().Type("button").Class("btn btn-sm").Aria("label", words.Rename+": "+one.Name).
				OnClick(open("rename", inputs+"new_name"), one.Name, "rename").Text(words.Rename),
			app.Button().Type("button").Class("btn btn-sm").Aria("label", words.Revoke+": "+one.Name).
				OnClick(open("revoke", ""), one.Name, "revoke").Text(words.Revoke),
		),
	}
}

// made shows the value of a new token, this once.
func (t *OwnTokens) made() app.UI {
	words := texts.Now().Account.Tokens
	return components.Card(texts.Fill(words.New, "name", t.fresh), nil, app.Div().Body(
		app.Div().Class("card-body").Body(
			app.P().Text(words.NewHint),
			&components.Copyable{Label: words.Value, Text: t.value},
		),
		app.Div().Class("card-footer").Body(
			app.Button().Type("button").Class("btn btn-primary").OnClick(t.onCopied).Text(words.Done)),
	))
}

// lifetimes are the days that a new token can live; 0 is for ever.
var lifetimes = []int{30, 7, 90, 365, 0}

func (t *OwnTokens) dialog() app.UI {
	words, change := texts.Now().Account.Tokens, t.asking.Change
	f := components.Form{Busy: change.Busy, Err: change.Err, InDialog: true}
	d := components.Dialog{ID: askingID, Closed: t.asking.onClosed}
	switch t.asking.Which {
	case "create":
		lasts := components.Field{ID: inputs + "expires_at", Name: "expires_at", Type: "select", Label: words.Lasts, Hint: words.ForeverHint,
			Words: []string{words.Month, words.Week, words.Quarter, words.Year, words.Forever}}
		for _, days := range lifetimes {
			lasts.Choices = append(lasts.Choices, strconv.Itoa(days))
		}
		f.Fields = []components.Field{{ID: inputs + "name", Name: "name", Label: words.Name, Hint: words.NameHint, AutoComplete: "off"}, lasts}
		f.Action, f.Submit, d.Title = words.Create, t.onCreateYes, words.CreateTitle
	case "rename":
		f.Fields = []components.Field{{ID: inputs + "new_name", Name: "new_name", Label: words.NewName, Value: t.on, AutoComplete: "off"}}
		f.Action, f.Submit, d.Title = words.Rename, t.onRenameYes, texts.Fill(words.RenameTitle, "name", t.on)
	case "revoke":
		return components.Confirm{
			ID: askingID, Title: texts.Fill(words.RevokeTitle, "name", t.on), Text: words.RevokeText, Action: words.Revoke, Danger: true,
			Busy: change.Busy, Err: change.Err, Yes: t.onRevokeYes, Closed: t.asking.onClosed,
		}.UI()
	default:
		return nil
	}
	d.Body = f.UI()
	return d.UI()
}

// Create makes a token that lives for some days; 0 is for ever.
func (t *OwnTokens) Create(name string, days int) {
	request := catalog.CreateAccountTokenRequest{Name: name}
	if days > 0 {
		request.ExpiresAt = scalar.At(time.Now().AddDate(0, 0, days))
	}
	var out catalog.CreatedAccountToken
	t.asking.Do(t.ctx, func(ctx context.Context) (err error) {
		out, err = client.Call(ctx, t.Desk, catalog.CreateAccountToken, request)
		return err
	}, func(app.Context) string {
		t.fresh, t.value = name, out.Token
		t.load()
		return ""
	})
}

func (t *OwnTokens) onCopied(app.Context, app.Event) {
	defer components.Guard()
	t.fresh, t.value = "", ""
}

func (t *OwnTokens) onCreate(app.Context, app.Event) {
	defer components.Guard()
	t.asking.Open(t.ctx, "create", inputs+"name")
}

func (t *OwnTokens) onCreateYes(_ app.Context, e app.Event) {
	defer components.Guard()
	e.PreventDefault()
	days, _ := strconv.Atoi(components.Typed(inputs + "expires_at")) // one of lifetimes
	t.Create(components.Typed(inputs+"name"), days)
}

func (t *OwnTokens) onRenameYes(_ app.Context, e app.Event) {
	defer components.Guard()
	e.PreventDefault()
	request := catalog.RenameAccountTokenRequest{Name: t.on, NewName: components.Typed(inputs + "new_name")}
	t.asking.Do(t.ctx, func(ctx context.Context) error {
		return silent(client.Call(ctx, t.Desk, catalog.RenameAccountToken, request))
	}, func(app.Context) string {
		t.load()
		return texts.Fill(texts.Now().Account.Tokens.Renamed, "name", request.NewName)
	})
}

func (t *OwnTokens) onRevokeYes(_ app.Context, e app.Event) {
	defer components.Guard()
	e.PreventDefault()
	name := t.on
	t.asking.Do(t.ctx, func(ctx context.Context) error {
		_, err := client.Call(ctx, t.Desk, catalog.RevokeAccountToken, catalog.RevokeAccountTokenRequest{Name: name})
		return err
	}, func(app.Context) string {
		if t.fresh == name {
			t.fresh, t.value = "", ""
		}
		t.load()
		return texts.Fill(texts.Now().Account.Tokens.Revoked, "name", name)
	})
}
