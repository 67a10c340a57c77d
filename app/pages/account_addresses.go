package pages

import (
	"context"
	"net/netip"
	"net/url"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"postern/app/components"
	"postern/app/identity"
	"postern/app/texts"
	"postern/shared/catalog"
	"postern/shared/client"
	"postern/shared/fault"
	"postern/shared/function"
)

// addressesPath is the screen's address.
const addressesPath = "/account/addresses"

// OwnAddresses is the screen of the addresses from which a user signs in without
// being asked the security questions.
type OwnAddresses struct {
	app.Compo
	start

	Desk    *identity.Desk
	Session identity.Session

	place  components.Place
	list   Load[client.Answer[[]catalog.VerifiedAddress]]
	asking Asking
	on     catalog.VerifiedAddress // the row that a dialog is about
}

func (a *OwnAddresses) wants(at *url.URL) []inquiry {
	a.place = components.ReadPlace(at.Query())
	desk, shape := a.Desk, a.place.Shape(pageSize, "note", "created", "last_used")
	return []inquiry{a.list.From(func(ctx context.Context) (client.Answer[[]catalog.VerifiedAddress], error) {
		return client.Ask(ctx, desk, catalog.ListVerifiedAddresses, catalog.AccountRequest{}, shape)
	})}
}

// Render draws the list.
func (a *OwnAddresses) Render() app.UI {
	words := texts.Now().Account.Addresses
	listing := components.Listing{Path: addressesPath, Place: a.place, Size: pageSize, Records: records(a.list.Value.Shaped)}
	table := components.Table{
		Label: words.Title, List: listing,
		Columns: []string{words.Address, words.Note, words.Added, words.LastUsed, words.Actions},
		Keys:    []string{"", "note", "created", "last_used", ""},
		Loading: a.list.Loading, Err: a.list.Err, Again: a.onAgain,
		EmptyIcon: components.Icon("map-pin"), EmptyTitle: words.Empty, EmptyHint: words.EmptyHint,
	}
	if a.list.Have {
		table.Rows = [][]app.UI{}
		for _, one := range a.list.Value.Out {
			table.Rows = append(table.Rows, a.row(one))
		}
	}
	buttons := app.Div().Class("buttons").Body(
		app.If(a.list.Have && a.Session.Address != "" && !a.knowsHere(),
			app.Button().Type("button").Class("btn").OnClick(a.onAddHere).Text(words.AddHere)),
		app.Button().Type("button").Class("btn btn-primary").OnClick(a.onAdd).Body(withIcon("plus", words.Add)),
	)
	return app.Div().Body(
		a.asking.Outcome(),
		hint(words.Hint, buttons),
		components.Card(words.Title, app.Text(counted(words.Count, a.list.Value.Shaped)), app.Div().Body(table.UI(), listing.Pages())),
		components.Slot(a.dialog()),
	)
}

func (a *OwnAddresses) row(one catalog.VerifiedAddress) []app.UI {
	words := texts.Now().Account.Addresses
	return []app.UI{
		app.Span().Class("breakable").Body(
			app.Span().Class("fw-medium numbers").Text(one.IP),
			app.If(covers(one.IP, a.Session.Address), app.Span().Class("badge bg-green-lt ms-2").Text(words.Here)),
		),
		app.Span().Class("breakable").Text(one.Note),
		moment(one.Created).Class("text-secondary text-nowrap"),
		moment(one.LastUsed).Class("text-secondary text-nowrap"),
		app.Div().Class("row-buttons").Body(
			app.Button().Type("button").Class("btn btn-sm").Aria("label", words.Edit+": "+one.IP).OnClick(func(app.Context, app.Event) {
				defer components.Guard()
				a.on = one
				a.asking.Open(a.ctx, "note", inputs+"note")
			}, one.IP, one.Note).Text(words.Edit),
			app.Button().Type("button").Class("btn btn-sm").Aria("label", words.Remove+": "+one.IP).OnClick(func(app.Context, app.Event) {
				defer components.Guard()
				a.on = one
				a.asking.Open(a.ctx, "remove", "")
			}, one.IP, one.Note).Text(words.Remove),
		),
	}
}

// knowsHere tells whether a network on this page of the list holds the reader's address.
func (a *OwnAddresses) knowsHere() bool {
	for _, one := range a.list.Value.Out {
		if covers(one.IP, a.Session.Address) {
			return true
		}
	}
	return false
}

// covers tells whether a listed address or network holds an address.
func covers(listed, address string) bool {
	at, err := netip.ParseAddr(address)
	if err != nil {
		return false
	}
	at = at.Unmap()
	if network, err := netip.ParsePrefix(listed); err == nil {
		return network.Contains(at)
	}
	one, err := netip.ParseAddr(listed)
	return err == nil && one.Unmap() == at
}

func (a *OwnAddresses) dialog() app.UI {
	words, change := texts.Now().Account.Addresses, a.asking.Change
	note := components.Field{ID: inputs + "note", Name: "note", Label: words.Note, AutoComplete: "off"}
	f := components.Form{Busy: change.Busy, Err: change.Err, InDialog: true}
	d := components.Dialog{ID: askingID, Closed: a.asking.onClosed}
	switch a.asking.Which {
	case "add":
		f.Fields = []components.Field{
			{ID: inputs + "ip", Name: "ip", Label: words.Address, Hint: words.AddressHint, AutoComplete: "off"}, note}
		f.Action, f.Submit, d.Title = words.Add, a.onAddYes, words.AddTitle
	case "note":
		note.Value = a.on.Note
		f.Fields, f.Action, f.Submit = []components.Field{note}, texts.Now().Common.Save, a.onNoteYes
		d.Title = texts.Fill(words.EditTitle, "address", a.on.IP)
	case "remove":
		text := words.RemoveText
		if covers(a.on.IP, a.Session.Address) {
			text = words.RemoveHere
		}
		return components.Confirm{
			ID: askingID, Title: texts.Fill(words.RemoveTitle, "address", a.on.IP), Text: text, Action: words.Remove, Danger: true,
			Busy: change.Busy, Err: change.Err, Yes: a.onRemoveYes, Closed: a.asking.onClosed,
		}.UI()
	default:
		return nil
	}
	d.Body = f.UI()
	return d.UI()
}

// outcomeOf is the failure that SourceIPCheck tells in its row.
func outcomeOf(rows []catalog.IPOutcome, err error) error {
	if err == nil && len(rows) > 0 && rows[0].Status == 0 && rows[0].Error != nil {
		return fault.New(fault.Invalid, "%s", *rows[0].Error)
	}
	return err
}

// Add lists an address with a note, which may be empty.
func (a *OwnAddresses) Add(ip, note string) {
	a.asking.Do(a.ctx, func(ctx context.Context) error {
		if err := outcomeOf(client.Call(ctx, a.Desk, catalog.AddIP, catalog.IPRequest{IP: ip})); err != nil || note == "" {
			return err
		}
		return silent(client.Call(ctx, a.Desk, catalog.SetVerifiedAddressNote, catalog.AddressNoteRequest{IP: ip, Note: note}))
	}, a.then(texts.Now().Account.Addresses.Listed, ip))
}

// then loads the list anew and gives a sentence.
func (a *OwnAddresses) then(sentence, ip string) func(app.Context) string {
	return func(app.Context) string {
		a.load()
		return texts.Fill(sentence, "address", ip)
	}
}

// silent drops the answer of a call that has nothing to say.
func silent(_ function.Nothing, err error) error { return err }

func (a *OwnAddresses) onAdd(app.Context, app.Event) {
	defer components.Guard()
	a.asking.Open(a.ctx, "add", inputs+"ip")
}

func (a *OwnAddresses) onAddHere(app.Context, app.Event) {
	defer components.Guard()
	a.Add(a.Session.Address, "")
}

func (a *OwnAddresses) onAddYes(_ app.Context, e app.Event) {
	defer components.Guard()
	e.PreventDefault()
	a.Add(components.Typed(inputs+"ip"), components.Typed(inputs+"note"))
}

func (a *OwnAddresses) onNoteYes(_ app.Context, e app.Event) {
	defer components.Guard()
	e.PreventDefault()
	request := catalog.AddressNoteRequest{IP: a.on.IP, Note: components.Typed(inputs + "note")}
	a.asking.Do(a.ctx, func(ctx context.Context) error {
		return silent(client.Call(ctx, a.Desk, catalog.SetVerifiedAddressNote, request))
	}, a.then(texts.Now().Account.Addresses.Noted, request.IP))
}

func (a *OwnAddresses) onRemoveYes(_ app.Context, e app.Event) {
	defer components.Guard()
	e.PreventDefault()
	ip := a.on.IP
	a.asking.Do(a.ctx, func(ctx context.Context) error {
		return outcomeOf(client.Call(ctx, a.Desk, catalog.DelIP, catalog.IPRequest{IP: ip}))
	}, a.then(texts.Now().Account.Addresses.Gone, ip))
}
