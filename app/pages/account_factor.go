package pages

import (
	"context"
	"net/url"
	"strings"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"postern/app/components"
	"postern/app/identity"
	"postern/app/texts"
	"postern/shared/catalog"
	"postern/shared/client"
	"postern/shared/fault"
	"postern/shared/scalar"
)

// OwnFactor is the screen of the user's second factor: its state, setting it up,
// recovery codes, removing it.
type OwnFactor struct {
	app.Compo
	start

	Desk    *identity.Desk
	Door    identity.Door
	Session identity.Session

	state  Load[catalog.SecondFactor]
	asking Asking
	key    *catalog.TFAKey // that an app is to learn, while one is being set up
	begin  Change          // of making the key
	set    Change          // of setting the factor
	codes  []string        // new recovery codes, until the user has kept them
}

func (f *OwnFactor) wants(*url.URL) []inquiry {
	desk := f.Desk
	return []inquiry{f.state.From(func(ctx context.Context) (catalog.SecondFactor, error) {
		return client.Call(ctx, desk, catalog.GetSecondFactor, catalog.GetUserTFARequest{})
	})}
}

// Begin asks for a key, which does nothing until a code made with it comes back.
func (f *OwnFactor) Begin() {
	f.set, f.asking = Change{}, Asking{}
	f.begin.Start(f.ctx, func(ctx context.Context) error {
		key, err := client.Call(ctx, f.Desk, catalog.GenerateTFAConfig, catalog.GenerateTFAConfigRequest{})
		if err == nil {
			f.ctx.Dispatch(func(app.Context) { f.key = &key })
		}
		return err
	}, func(ctx app.Context) string {
		ctx.Defer(func(app.Context) { components.Focus("factor-heading", false) })
		return ""
	})
}

// Confirm sets the factor with a code that the app made, and makes recovery codes.
func (f *OwnFactor) Confirm(code string) {
	if f.key == nil {
		return
	}
	request := catalog.TFACode{Secret: f.key.Secret, Token: strings.TrimSpace(code)}
	f.set.Start(f.ctx, func(ctx context.Context) error {
		if err := f.setFactor(ctx, request); err != nil {
			return err
		}
		_ = f.makeCodes(ctx) // the state says that there are none
		return nil
	}, func(ctx app.Context) string {
		f.key = nil
		f.load()
		components.ShowOutcome(ctx)
		return texts.Now().Account.Factor.SetNow
	})
}

// setFactor and removeFactor are functions of other names, and other answers, at WHM.
func (f *OwnFactor) setFactor(ctx context.Context, code catalog.TFACode) (err error) {
	if f.Door.Service == scalar.WHM {
		_, err = client.Call(ctx, f.Desk, catalog.SetTFAConfig, code)
	} else {
		_, err = client.Call(ctx, f.Desk, catalog.SetUserTFA, code)
	}
	return err
}

func (f *OwnFactor) removeFactor(ctx context.Context) error {
	if f.Door.Service != scalar.WHM {
		_, err := client.Call(ctx, f.Desk, catalog.RemoveUserTFA, catalog.RemoveUserTFARequest{})
		return err
	}
	user := f.Session.User
	out, err := client.Call(ctx, f.Desk, catalog.RemoveTFAConfigs, catalog.RemoveTFAConfigsRequest{Users: []string{user}})
	if why := out.Failed[user]; err == nil && why != "" {
		err = fault.New(fault.Forbidden, "%s", why)
	}
	return err
}

// makeCodes makes recovery codes. That it failed is no failure of setting the
// factor: the state says that there are none, and the button is there.
func (f *OwnFactor) makeCodes(ctx context.Context) error {
	made, err := client.Call(ctx, f.Desk, catalog.GenerateRecoveryCodes, catalog.GetUserTFARequest{})
	if err == nil {
		f.ctx.Dispatch(func(app.Context) { f.codes = made.Codes })
	}
	return err
}

func (f *OwnFactor) onBegin(app.Context, app.Event) {
	defer components.Guard()
	f.Begin()
}

func (f *OwnFactor) onCancel(app.Context, app.Event) {
	defer components.Guard()
	f.key, f.set = nil, Change{}
}

func (f *OwnFactor) onConfirm(_ app.Context, e app.Event) {
	defer components.Guard()
	e.PreventDefault()
	f.Confirm(components.Typed(inputs + "tfa_token"))
}

func (f *OwnFactor) onRemove(app.Context, app.Event) {
	defer components.Guard()
	f.set = Change{}
	f.asking.Open(f.ctx, "remove", "")
}

func (f *OwnFactor) onRemoveYes(_ app.Context, e app.Event) {
	defer components.Guard()
	e.PreventDefault()
	f.asking.Do(f.ctx, func(ctx context.Context) error {
		return f.removeFactor(ctx)
	}, func(app.Context) string {
		f.codes = nil
		f.load()
		return texts.Now().Account.Factor.RemovedNow
	})
}

func (f *OwnFactor) onCodes(app.Context, app.Event) {
	defer components.Guard()
	f.set = Change{}
	if f.state.Value.Recovery == 0 {
		f.asking.DoAtOnce(f.ctx, f.makeCodes, f.madeCodes)
		return
	}
	f.asking.Open(f.ctx, "codes", "")
}

func (f *OwnFactor) onCodesYes(_ app.Context, e app.Event) {
	defer components.Guard()
	e.PreventDefault()
	f.asking.Do(f.ctx, f.makeCodes, f.madeCodes)
}

func (f *OwnFactor) madeCodes(app.Context) string {
	f.load()
	return ""
}

func (f *OwnFactor) onKept(app.Context, app.Event) {
	defer components.Guard()
	f.codes = nil
}

// onDownload gives the codes to the browser as a file.
func (f *OwnFactor) onDownload(app.Context, app.Event) {
	defer components.Guard()
	first := texts.Fill(texts.Now().Account.Factor.CodesFile, "user", f.Session.User, "host", f.Door.Hostname)
	components.Save("recovery-codes.txt", "text/plain", first+"\n\n"+strings.Join(f.codes, "\n")+"\n")
}
