package pages

import (
	"cmp"
	"context"
	"net/url"
	"strconv"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"postern/app/components"
	"postern/app/identity"
	"postern/app/texts"
	"postern/shared/catalog"
	"postern/shared/client"
)

// The keys of the security policies, as get_tweaksetting knows them.
const (
	policySourceIP     = "SecurityPolicy::SourceIPCheck"
	policySecondFactor = "SecurityPolicy::TwoFactorAuth"
	policyStrength     = "SecurityPolicy::PasswordStrength"
	policyAge          = "SecurityPolicy::PasswordAge"
	policyMaxAge       = "SecurityPolicy::PasswordAge::maxage"
	policyRequests     = "SecurityPolicy::xml-api"
)

// policyKeys are the keys in the order of the form. Their inputs' IDs are the
// keys' places: an ID with colons is hard to name in a style or a test.
var policyKeys = []string{policySourceIP, policySecondFactor, policyStrength, policyAge, policyMaxAge, policyRequests}

// What the forms ask for: of the strengths, those of what Postern itself has passwords of.
var (
	loginRules = asks(&catalog.SetLoginPolicy.Function)
	strengths  = asks(&catalog.SetMinimumPasswordStrengths.Function, "default", "createacct", "passwd", "virtual")
)

// AdminPolicies is what a sign in asks for, how long sessions live and how
// strong passwords must be.
type AdminPolicies struct {
	app.Compo
	doing

	Desk    *identity.Desk
	Session identity.Session

	rows Load[allPolicies]
	form string // the form whose answer the deeds hold
}

// allPolicies are the settings of all three forms.
type allPolicies struct {
	keys      map[string]string
	login     catalog.LoginPolicy
	strengths catalog.MinimumStrengths
}

func (p *AdminPolicies) wants(*url.URL) []inquiry {
	desk := p.Desk
	return []inquiry{p.rows.From(func(ctx context.Context) (all allPolicies, err error) {
		err = allOf(
			func() (err error) { all.keys, err = tweakSettings(ctx, desk, policyKeys...); return },
			func() (err error) { all.login, err = client.Call(ctx, desk, catalog.GetLoginPolicy, nothing); return },
			func() (err error) {
				all.strengths, err = client.Call(ctx, desk, catalog.GetMinimumPasswordStrengths, catalog.GetMinimumPasswordStrengthsRequest{Name: "all"})
				return err
			})
		return all, err
	})}
}

// tweakSettings are the values of some settings by their keys.
func tweakSettings(ctx context.Context, by client.Carrier, keys ...string) (map[string]string, error) {
	answers, errs := make([]catalog.TweakSettingAnswer, len(keys)), make([]error, len(keys))
	sideBySide(len(keys), func(i int) {
		answers[i], errs[i] = client.Call(ctx, by, catalog.GetTweakSetting, catalog.GetTweakSettingRequest{Key: keys[i], Module: "Main"})
	})
	values := map[string]string{}
	for i, key := range keys {
		values[key] = answers[i].TweakSetting.Value
	}
	return values, cmp.Or(errs...)
}

// Render draws the three forms.
func (p *AdminPolicies) Render() app.UI {
	words := texts.Now().Admin.Policies
	if !p.rows.Have {
		card := components.Table{Loading: true}.UI()
		if p.rows.Err != nil {
			card = components.Failed(p.rows.Err, p.onAgain)
		}
		return app.Div().Body(app.Div().Class("card").Body(card))
	}
	return app.Div().Body(
		p.deeds.outcome(),
		app.Div().Class("row").Body(
			app.Div().Class("col-lg-6").Body(
				p.card("keys", words.Title, p.keyFields(), p.SaveKeys),
				p.card("strengths", words.Strengths, p.strengthFields(), p.SaveStrengths),
			),
			app.Div().Class("col-lg-6").Body(p.card("login", words.Login, p.loginFields(), p.SaveLogin)),
		),
	)
}

func (p *AdminPolicies) card(name, title string, list []components.Field, send func()) app.UI {
	var err error
	if p.form == name {
		err = p.deeds.err
	}
	return components.Card(title, nil, app.Div().Class("card-body").ID("form-"+name).Body(components.Form{
		Fields: list, Action: texts.Now().Common.Save, Busy: p.deeds.busy && p.form == name, Err: err, Submit: submit(send), SubmitScope: name,
	}.UI()))
}

func (p *AdminPolicies) keyFields() []components.Field {
	words := texts.Now().Admin.Policies
	var list []components.Field
	for i, key := range policyKeys {
		f := components.Field{
			ID: "policy-" + strconv.Itoa(i), Name: key, Label: words.Keys[key], Hint: words.Hints[key], Type: "select",
			Choices: []string{"0", "1"}, Words: []string{texts.Now().Admin.Off, texts.Now().Admin.On}, Value: p.rows.Value.keys[key],
		}
		if key == policyMaxAge {
			f.Type, f.Choices, f.Words = "number", nil, nil
		}
		list = append(list, f)
	}
	return list
}

// SaveKeys writes the settings that were changed.
func (p *AdminPolicies) SaveKeys() {
	changed := map[string]string{}
	for i, key := range policyKeys {
		if text := components.Typed("policy-" + strconv.Itoa(i)); text != p.rows.Value.keys[key] {
			changed[key] = text
		}
	}
	desk := p.Desk
	p.save("keys", func(ctx context.Context) error {
		for _, key := range policyKeys {
			value, has := changed[key]
			if !has {
				continue
			}
			request := catalog.SetTweakSettingRequest{Value: value}
			request.Key, request.Module = key, "Main"
			if _, err := client.Call(ctx, desk, catalog.SetTweakSetting, request); err != nil {
				return err
			}
		}
		return nil
	})
}

// loginNow are the values of the login policy by parameter.
func (p *AdminPolicies) loginNow() map[string]string {
	l := p.rows.Value.login
	return map[string]string{
		"questions": texts.Plain(l.Questions), "remember_by_default": l.RememberByDefault.String(), "cpaneld": l.CPanel.String(),
		"whostmgrd": l.WHM.String(), "webmaild": l.Webmail.String(), "session_idle": texts.Plain(l.IdleSeconds),
		"session_unused": texts.Plain(l.UnusedSeconds), "session_absolute": texts.Plain(l.AbsoluteSeconds),
	}
}

func (p *AdminPolicies) loginFields() []components.Field {
	words := texts.Now().Admin.Policies
	return filled(loginRules.fields(words.Labels), p.loginNow())
}

// filled puts present values into fields; what has one cannot be left empty.
func filled(list []components.Field, now map[string]string) []components.Field {
	for i := range list {
		list[i].Value = now[list[i].Name]
		if list[i].Type == "select" && list[i].Value != "" && len(list[i].Choices) > 0 && list[i].Choices[0] == "" {
			list[i].Choices = list[i].Choices[1:]
			if len(list[i].Words) > 0 {
				list[i].Words = list[i].Words[1:]
			}
		}
	}
	return list
}

// SaveLogin writes the login policy.
func (p *AdminPolicies) SaveLogin() {
	request, err := catalog.SetLoginPolicy.Read(loginRules.entered())
	p.sent("login", err, func(ctx context.Context) error {
		_, err := client.Call(ctx, p.Desk, catalog.SetLoginPolicy, request)
		return err
	})
}

// strengthNow are the least strengths by service.
func (p *AdminPolicies) strengthNow() map[string]string {
	now := map[string]string{}
	for _, s := range p.rows.Value.strengths.Services() {
		if *s.Value != nil {
			now[s.Name] = texts.Plain(**s.Value)
		}
	}
	return now
}

func (p *AdminPolicies) strengthFields() []components.Field {
	words := texts.Now().Admin.Policies
	return filled(strengths.fields(words.Labels), p.strengthNow())
}

// SaveStrengths writes the least strengths.
func (p *AdminPolicies) SaveStrengths() {
	request, err := catalog.SetMinimumPasswordStrengths.Read(strengths.entered())
	p.sent("strengths", err, func(ctx context.Context) error {
		_, err := client.Call(ctx, p.Desk, catalog.SetMinimumPasswordStrengths, request)
		return err
	})
}

// sent is save for a form that may have been filled in wrongly.
func (p *AdminPolicies) sent(name string, err error, call func(context.Context) error) {
	if err != nil {
		p.form, p.deeds.err, p.deeds.failed, p.deeds.done = name, err, nil, ""
		return
	}
	p.save(name, call)
}

func (p *AdminPolicies) save(name string, call func(context.Context) error) {
	p.form, p.deeds.inline = name, true
	p.deeds.do(texts.Now().Admin.Saved, call, p.load)
}
