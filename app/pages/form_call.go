package pages

import (
	"context"
	"encoding/json"
	"net/url"
	"reflect"
	"strconv"
	"strings"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"postern/app/components"
	"postern/app/identity"
	"postern/shared/fault"
	"postern/shared/form"
	"postern/shared/function"
	"postern/shared/scalar"
	"postern/shared/wire"
)

// thing is a part of an answer, by its members' names.
type thing map[string]any

// text is a member for people and for forms; a list's values stand on lines of their own.
func (t thing) text(member string) string { return textOf(t[member]) }

func textOf(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case []any:
		lines := make([]string, len(v))
		for i, one := range v {
			lines[i] = textOf(one)
		}
		return strings.Join(lines, "\n")
	}
	return ""
}

// is tells whether a member is 1.
func (t thing) is(member string) bool { return t.text(member) == "1" }

// now is the present value of a parameter: of the member of its name, which
// some answers have in the plural or as a question.
func (t thing) now(parameter string) string {
	for _, member := range []string{parameter, parameter + "s", "is_" + parameter} {
		if _, has := t[member]; has {
			return t.text(member)
		}
	}
	return ""
}

// send calls a function that a screen knows by its declaration alone. The answer
// is what it would be in JSON.
func send(ctx context.Context, desk *identity.Desk, f *function.Function, args url.Values) (any, function.Notes, error) {
	name, spoken := f.In(desk.Speaks()[0])
	if !spoken {
		return nil, function.Notes{}, fault.NotHere(f.Names[0].String(), "from here")
	}
	body, kind, err := desk.Carry(ctx, name, args)
	if err != nil {
		return nil, function.Notes{}, err
	}
	out := reflect.New(f.Result).Interface()
	reply, err := wire.Read(name.Dialect, body, kind, out)
	if err != nil {
		return nil, reply.Notes, err
	}
	raw, err := json.Marshal(out)
	if err != nil {
		return nil, reply.Notes, err
	}
	var answer any
	err = json.Unmarshal(raw, &answer)
	return answer, reply.Notes, err
}

// object is an answer that is an object; empty if it is none.
func object(answer any) thing {
	t, _ := answer.(map[string]any)
	return t
}

// formCall is a call of a function that a dialog asks for, made of the
// function's declaration.
type formCall struct {
	of      *function.Function  // of ask, if that is not nil
	ask     *question           // what the dialog asks for; nil: nothing
	fixed   url.Values          // arguments that are not asked for
	now     thing               // the present values: what was not changed is not sent; nil: all is new
	labels  map[string]string   // by parameter
	choices map[string][]string // of parameters whose values are known here alone

	title, action, done string
	warning             string // what is lost: the dialog is a question then, without fields
	word                string // has to be typed first
	dress               func(url.Values)
	then                func(answer any)
}

// caller is what a screen of forms does: deeds, each of them one function's call.
type caller struct {
	deeds
	desk *identity.Desk
	call formCall
}

// open opens the dialog of a call.
func (c *caller) open(f formCall) {
	if f.ask != nil {
		f.of = f.ask.of
	}
	c.call = f
	field, asked := "", c.asked()
	switch {
	case f.word != "":
		field = dialogID + "-word"
	case len(asked) > 0:
		field = "field-" + asked[0].Name
	}
	c.deeds.ask("call", f.title, field)
	if f.now == nil {
		return
	}
	c.ctx.Defer(func(app.Context) { // a list's lines have no attribute that holds them
		for _, p := range asked {
			if one := components.For(p, ""); one.Type == "textarea" && !p.Secret {
				components.Type(one.ID, f.now.now(p.Name))
			}
		}
	})
}

// asked are the parameters that the dialog asks for.
func (c *caller) asked() []form.Field {
	if c.call.ask == nil {
		return nil
	}
	return c.call.ask.parameters()
}

// fields are the dialog's inputs.
func (c *caller) fields() []components.Field {
	asked, now := c.asked(), map[string]string{}
	for _, p := range asked {
		now[p.Name] = p.Default
		if c.call.now != nil && !p.Secret {
			now[p.Name] = c.call.now.now(p.Name)
		}
	}
	list := filled(c.call.ask.fields(c.call.labels), now)
	for i, p := range asked {
		if choices := c.call.choices[p.Name]; choices != nil {
			list[i].Type, list[i].Choices = "select", choices
		}
		if p.Secret && p.Kind == form.List {
			list[i].Type = "textarea"
		}
		if p.Name == "service_name" {
			list[i].Words = nil
			for _, s := range list[i].Choices {
				list[i].Words = append(list[i].Words, scalar.Service(s).Title())
			}
		}
		if p.Name == "icon" {
			list[i].Type = "file"
		}
		if p.Name == "password" {
			list[i].AutoComplete = "new-password"
		}
	}
	return list
}

// dialog draws the dialog that is open, in its place.
func (c *caller) dialog() app.UI {
	if c.what == "" {
		return components.Slot()
	}
	f := c.call
	if f.warning != "" {
		return components.Slot(components.Confirm{ID: dialogID, Title: f.title, Text: f.warning, Action: f.action, Word: f.word, Danger: true,
			Busy: c.busy, Err: c.err, Yes: submit(c.Send), Closed: c.closed}.UI())
	}
	return components.Slot(components.Dialog{ID: dialogID, Title: f.title, Closed: c.closed, Body: components.Form{
		Fields: c.fields(), Action: f.action, Busy: c.busy, Err: c.err, InDialog: true, Submit: submit(c.Send)}.UI()}.UI())
}

// Send makes the call of the dialog that is open.
func (c *caller) Send() {
	f := c.call
	args := url.Values{}
	if f.warning == "" {
		args = c.entered()
	}
	for name, values := range f.fixed {
		args[name] = values
	}
	if f.dress != nil {
		f.dress(args)
	}
	c.make(f, args)
}

// entered are the dialog's arguments. Of a present thing, what was emptied is
// sent as empty, and what is as it was is not sent.
func (c *caller) entered() url.Values {
	asked := c.asked()
	args := components.Entered(asked)
	if c.call.now == nil {
		return args
	}
	for _, p := range asked {
		before := c.call.now.now(p.Name)
		switch {
		case p.Secret:
		case strings.Join(args[p.Name], "\n") == before:
			args.Del(p.Name)
		case !args.Has(p.Name) && p.Kind == form.List:
			args.Set(p.Name, "none")
		case !args.Has(p.Name):
			args.Set(p.Name, "")
		}
	}
	return args
}

// at makes a call without a dialog.
func (c *caller) at(f formCall) {
	c.what = ""
	c.make(f, f.fixed)
}

func (c *caller) make(f formCall, args url.Values) {
	desk := c.desk
	var answer any
	c.do(f.done, func(ctx context.Context) (err error) {
		answer, _, err = send(ctx, desk, f.of, args)
		return err
	}, func() {
		if f.then != nil {
			f.then(answer)
		}
	})
}

// inRow are the buttons of a row.
func inRow(list ...app.UI) app.UI { return app.Div().Class("row-buttons").Body(list...) }
