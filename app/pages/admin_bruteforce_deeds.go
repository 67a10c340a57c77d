package pages

import (
	"context"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"postern/app/components"
	"postern/app/texts"
	"postern/shared/catalog"
	"postern/shared/client"
	"postern/shared/fault"
)

// bruteSettings asks for the settings that Postern acts on; the others are kept as they are.
var bruteSettings = asks(&catalog.SaveCPHulkConfig.Function, "ip_based_protection", "max_failures_byip", "ip_brute_force_period_mins", "mark_as_brute",
	"username_based_protection", "username_based_protection_local_origin", "username_based_protection_for_root", "max_failures", "brute_force_period_mins", "lookback_period_min")

// newEntry asks what is to be put on a list.
var newEntry = asks(&catalog.CreateCPHulkRecord.Function, "ip", "comment")

// config draws the settings.
func (p *AdminBruteForce) config() app.UI {
	words, s := texts.Now().Admin.Brute, p.settings
	var content app.UI
	switch {
	case s.Err != nil && !s.Have:
		content = components.Failed(s.Err, p.onAgain)
	case !s.Have:
		content = components.Table{Loading: true}.UI()
	default:
		c := s.Value
		list := filled(bruteSettings.fields(words.Labels), map[string]string{
			"ip_based_protection": c.ByAddress.String(), "max_failures_byip": texts.Plain(c.AddressFailures),
			"ip_brute_force_period_mins": texts.Plain(c.AddressMinutes), "mark_as_brute": texts.Plain(c.LongFailures),
			"username_based_protection": c.ByUser.String(), "username_based_protection_local_origin": c.ByUserLocal.String(),
			"username_based_protection_for_root": c.ByUserRoot.String(), "max_failures": texts.Plain(c.UserFailures),
			"brute_force_period_mins": texts.Plain(c.UserMinutes), "lookback_period_min": texts.Plain(c.LookbackMinutes),
		})
		content = app.Div().Class("card-body").Body(components.Form{
			Fields: list, Action: texts.Now().Common.Save, Busy: p.deeds.busy, Err: p.deeds.err, Submit: submit(p.SaveSettings)}.UI())
	}
	return components.Card(words.Views["settings"], nil, content)
}

// SaveSettings writes the settings; those that the form does not show keep their values.
func (p *AdminBruteForce) SaveSettings() {
	p.deeds.failed, p.deeds.done = nil, ""
	request, err := catalog.SaveCPHulkConfig.Read(bruteSettings.entered())
	if err != nil {
		p.deeds.err = err
		return
	}
	c := p.settings.Value
	request.Firewall, request.FirewallLong, request.Command, request.CommandLong = c.Firewall, c.FirewallLong, c.Command, c.CommandLong
	request.NotifyBrute, request.NotifyRoot, request.NotifyRootNetwork = c.NotifyBrute, c.NotifyRoot, c.NotifyRootNetwork
	request.Skip, p.deeds.inline = true, true
	act(&p.deeds, p.Desk, texts.Now().Admin.Saved, catalog.SaveCPHulkConfig, request, p.load)
}

func (p *AdminBruteForce) dialog() app.UI {
	words, d := texts.Now().Admin.Brute, &p.deeds
	switch d.what {
	case "add":
		return components.Slot(components.Dialog{ID: dialogID, Title: words.AddTitles[d.subject], Closed: d.closed, Body: components.Form{
			Fields: newEntry.fields(words.Labels), Action: words.Add,
			Busy: d.busy, Err: d.err, InDialog: true, Submit: submit(p.Add)}.UI()}.UI())
	case "flush":
		return components.Slot(components.Confirm{ID: dialogID, Title: words.FlushTitle, Text: words.FlushText, Action: words.Flush,
			Danger: true, Busy: d.busy, Err: d.err, Yes: submit(p.Flush), Closed: d.closed}.UI())
	case "off":
		return components.Slot(components.Confirm{ID: dialogID, Title: words.OffTitle, Text: words.OffText, Action: words.TurnOff,
			Danger: true, Busy: d.busy, Err: d.err, Yes: submit(p.TurnOff), Closed: d.closed}.UI())
	}
	return components.Slot()
}

// Add puts what was typed on the list that is shown. What is no address is told, and the dialog stays.
func (p *AdminBruteForce) Add() {
	args := newEntry.entered()
	args.Set("list_name", p.view)
	args.Set("skip_enabled_check", "1")
	request, err := catalog.CreateCPHulkRecord.Read(args)
	if err != nil {
		p.deeds.err = err
		return
	}
	desk := p.Desk
	p.deeds.do(texts.Now().Admin.Saved, func(ctx context.Context) error {
		answer, err := client.Call(ctx, desk, catalog.CreateCPHulkRecord, request)
		if err != nil {
			return err
		}
		for address, why := range answer.Failed {
			return fault.New(fault.Invalid, "%s: %s", address, why)
		}
		return nil
	}, p.load)
}

// TakeOff takes an entry off the list that is shown.
func (p *AdminBruteForce) TakeOff(address string) {
	request := catalog.DeleteCPHulkRecordRequest{IPs: []string{address}, List: p.view}
	request.Skip = true
	p.deeds.what, p.deeds.inline = "", false
	act(&p.deeds, p.Desk, texts.Now().Admin.Saved, catalog.DeleteCPHulkRecord, request, p.load)
}

// Unlock ends a lock.
func (p *AdminBruteForce) Unlock(l lock) {
	p.deeds.what, p.deeds.inline = "", false
	act(&p.deeds, p.Desk, texts.Now().Admin.Brute.Unlocked, catalog.Unlock, catalog.UnlockRequest{User: l.user, Address: l.address}, p.load)
}

// Flush forgets all failures and ends all locks.
func (p *AdminBruteForce) Flush() {
	act(&p.deeds, p.Desk, texts.Now().Admin.Brute.Flushed, catalog.FlushLoginHistory, nothing, p.load)
}

// TurnOff turns the protection off.
func (p *AdminBruteForce) TurnOff() {
	act(&p.deeds, p.Desk, texts.Now().Admin.Brute.IsOff, catalog.DisableCPHulk, nothing, p.load)
}
