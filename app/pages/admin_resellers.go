package pages

import (
	"context"
	"net/url"
	"slices"
	"sort"
	"strings"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"postern/app/components"
	"postern/app/identity"
	"postern/app/texts"
	"postern/shared/catalog"
	"postern/shared/client"
)

// What the forms ask for.
var (
	newReseller = asks(&catalog.SetupReseller.Function, "user", "makeowner")
	newACLList  = asks(&catalog.SaveACLList.Function, "acllist")
)

// AdminResellers is the resellers with what they may do, and the saved lists of privileges.
type AdminResellers struct {
	app.Compo
	doing

	Desk    *identity.Desk
	Session identity.Session

	place components.Place
	one   string // the reseller whose privileges are shown; empty: the list
	rows  Load[pageOf[catalog.Reseller]]
	lists Load[[]catalog.ACLList]
	held  Load[[]catalog.Reseller] // that one, or nobody
}

func (p *AdminResellers) wants(at *url.URL) []inquiry {
	p.place = components.ReadPlace(at.Query(), "reseller")
	if one := p.place.Only["reseller"]; one != p.one {
		p.one = one
		p.held.forget()
		p.deeds.failed, p.deeds.done = nil, ""
	}
	desk, one, place := p.Desk, p.one, p.place
	lists := p.lists.From(func(ctx context.Context) ([]catalog.ACLList, error) {
		answer, err := client.Call(ctx, desk, catalog.ListACLs, struct{}{})
		return answer.ACL, err
	})
	if one == "" {
		return []inquiry{lists, p.rows.From(func(ctx context.Context) (pageOf[catalog.Reseller], error) {
			answer, err := client.Ask(ctx, desk, catalog.ListResellersWithPrivileges, catalog.ListResellersWithPrivilegesRequest{},
				place.Shape(pageSize, "user", "accounts", "since"))
			return onPage(answer.Out.Resellers, answer.Shaped), err
		})}
	}
	return []inquiry{lists, p.held.From(func(ctx context.Context) ([]catalog.Reseller, error) {
		answer, err := client.Call(ctx, desk, catalog.ListResellersWithPrivileges, catalog.ListResellersWithPrivilegesRequest{User: one})
		return answer.Resellers, err
	})}
}

// Render draws the resellers and the lists, or one reseller's privileges.
func (p *AdminResellers) Render() app.UI {
	words := texts.Now().Admin.Resellers
	if p.one != "" {
		return app.Div().Body(app.Div().Body(p.privileges()), p.dialog())
	}
	records := -1
	if p.rows.Have {
		records = p.rows.Value.Records
	}
	list := components.Listing{Path: resellersPath, Place: p.place, Size: pageSize, Records: records, Hint: words.Search}
	table := components.Table{
		Label: words.Title, List: list, Loading: p.rows.Loading, Err: p.rows.Err, Again: p.onAgain,
		Columns: []string{words.Reseller, words.Domain, words.Accounts, words.Privileges, words.Actions}, Keys: []string{"user", "domain", "accounts", "", ""},
		EmptyIcon: components.Icon("users-group"), EmptyTitle: words.None, EmptyHint: words.NoneHint,
	}
	if p.rows.Have {
		table.Rows = [][]app.UI{}
		for _, r := range p.rows.Value.Rows {
			table.Rows = append(table.Rows, p.row(r))
		}
	}
	add := button(components.Icon("plus"), words.Add, "", func() { p.deeds.ask("add", "", "field-user") })
	return app.Div().Body(
		app.Div().Body(
			p.deeds.outcome(),
			components.Card(words.Title, add, app.Div().Body(list.Bar(), table.UI(), list.Pages())),
			p.savedLists(),
		),
		p.dialog(),
	)
}

func (p *AdminResellers) row(r catalog.Reseller) []app.UI {
	words := texts.Now().Admin.Resellers
	held := words.Count.Say(len(r.Privileges))
	if slices.Contains(r.Privileges, "all") {
		held = words.All
	}
	return []app.UI{
		app.A().Class("breakable fw-medium").Href(components.Place{Page: 1}.With("reseller", r.User).At(resellersPath)).Text(r.User),
		app.Span().Class("breakable").Text(r.Domain),
		app.Span().Class("numbers").Text(texts.Number(r.Accounts)),
		app.Span().Class("text-secondary").Text(held),
		button(components.Icon("trash"), words.Unset, r.User, func() { p.deeds.ask("unset", r.User, dialogID+"-word") }),
	}
}

// savedLists are the lists of privileges.
func (p *AdminResellers) savedLists() app.UI {
	words := texts.Now().Admin.Resellers
	table := components.Table{
		Label: words.Lists, Columns: []string{words.List, words.Privileges}, Loading: p.lists.Loading, Err: p.lists.Err, Again: p.onAgain,
		EmptyIcon: components.Icon("shield"), EmptyTitle: words.NoLists, EmptyHint: words.NoListsHint,
	}
	if p.lists.Have {
		table.Rows = [][]app.UI{}
		for _, l := range p.lists.Value {
			table.Rows = append(table.Rows, []app.UI{
				app.Span().Class("breakable fw-medium").Text(l.Name),
				app.Span().Class("breakable text-secondary").Text(strings.Join(granted(l), ", ")),
			})
		}
	}
	return components.Card(words.Lists, nil, table.UI())
}

// granted are the privileges that a list grants.
func granted(l catalog.ACLList) []string {
	var names []string
	for name, on := range l.Privileges {
		if on {
			names = append(names, name)
		}
	}
	sort.Strings(names)
	return names
}

func (p *AdminResellers) dialog() app.UI {
	words, d := texts.Now().Admin.Resellers, &p.deeds
	switch d.what {
	case "add":
		return components.Slot(components.Dialog{ID: dialogID, Title: words.AddTitle, Closed: d.closed, Body: components.Form{
			Fields: newReseller.fields(words.Labels), Action: words.Add,
			Busy: d.busy, Err: d.err, InDialog: true, Submit: submit(p.Add)}.UI()}.UI())
	case "save":
		return components.Slot(components.Dialog{ID: dialogID, Title: words.SaveTitle, Closed: d.closed, Body: components.Form{
			Fields: newACLList.fields(words.Labels), Action: texts.Now().Common.Save,
			Busy: d.busy, Err: d.err, InDialog: true, Submit: submit(p.SaveList)}.UI()}.UI())
	case "unset":
		return components.Slot(components.Confirm{ID: dialogID, Title: texts.Fill(words.UnsetTitle, "user", d.subject), Text: words.UnsetText, Action: words.Unset,
			Danger: true, Word: d.subject, Busy: d.busy, Err: d.err, Yes: submit(p.Unset), Closed: d.closed}.UI())
	}
	return components.Slot()
}

// Add makes an account a reseller.
func (p *AdminResellers) Add() {
	request, err := catalog.SetupReseller.Read(newReseller.entered())
	if err != nil {
		p.deeds.err = err
		return
	}
	act(&p.deeds, p.Desk, texts.Fill(texts.Now().Admin.Resellers.Added, "user", request.User), catalog.SetupReseller, request, p.load)
}

// Unset takes a reseller's privileges away.
func (p *AdminResellers) Unset() {
	user := p.deeds.subject
	act(&p.deeds, p.Desk, texts.Fill(texts.Now().Admin.Resellers.Removed, "user", user), catalog.UnsetupReseller, catalog.UnsetupResellerRequest{User: user}, p.load)
}

// SaveList keeps the privileges that are ticked as a list.
func (p *AdminResellers) SaveList() {
	request := catalog.SaveACLListRequest{ACLList: strings.TrimSpace(components.Typed("field-acllist")), ACL: map[string]string{}}
	chosen := ticked()
	for _, one := range catalog.Privileges {
		request.ACL[one.Name] = "0"
		if slices.Contains(chosen, one.Name) {
			request.ACL[one.Name] = "1"
		}
	}
	act(&p.deeds, p.Desk, texts.Now().Admin.Saved, catalog.SaveACLList, request, p.load)
}

// SetPrivileges gives the reseller what is ticked, and nothing else.
func (p *AdminResellers) SetPrivileges() {
	request := catalog.SetACLsRequest{Reseller: p.one, ACL: map[string]string{}}
	for _, name := range ticked() {
		request.ACL[name] = "1"
	}
	act(&p.deeds, p.Desk, texts.Now().Admin.Saved, catalog.SetACLs, request, p.load)
}
