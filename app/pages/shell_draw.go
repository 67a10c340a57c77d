package pages

import (
	"strings"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"postern/app/components"
	"postern/app/texts"
	"postern/shared/function"
)

// Render draws the functions on one side and the one that is chosen on the other.
func (p *Shell) Render() app.UI {
	side, main := "col-lg-4", "col-lg-8"
	if p.of != nil {
		side = "col-lg-4 d-none d-lg-block" // on a narrow screen the function has it alone
	} else {
		main = "col-lg-8 d-none d-lg-block"
	}
	return app.Div().Body(
		app.Div().Class("row").Body(
			app.Div().Class(side).Body(p.choice()),
			app.Div().Class(main).Body(p.chosen()),
		),
		p.question(),
	)
}

// choice is the dialect, the account and the functions.
func (p *Shell) choice() app.UI {
	words, spoken, names := texts.Now().Admin.Shell, p.spoken(), p.functions()
	return app.Section().Class("card mb-3").Aria("label", words.Functions).Body(
		app.Div().Class("card-body border-bottom").Body(
			app.Select().Class("form-select mb-2").ID("shell-dialect").Aria("label", words.Dialect).OnChange(p.onDialect).Body(
				app.Range(spoken).Slice(func(i int) app.UI {
					return app.Option().Value(string(spoken[i])).Text(dialectTitles[spoken[i]]).Selected(spoken[i] == p.dialect)
				}),
			),
			components.Slot(app.If(p.bridged(), p.accountInput())),
			app.Input().Class("form-control").Type("search").ID("shell-filter").Aria("label", words.Filter).Placeholder(words.Filter).
				Attr("autocomplete", "off").Spellcheck(false).OnInput(p.onFilter),
		),
		app.Div().Class("shell-list").TabIndex(0).Attr("role", "region").Aria("label", words.Functions).Body(
			app.If(len(names) == 0, app.P().Class("text-secondary p-3 mb-0").Text(words.NoneFound)),
			app.Range(names).Slice(func(i int) app.UI {
				a := app.A().Class("shell-function").Href(p.at(p.dialect, p.account, names[i])).Body(foldable(names[i])...)
				if p.of != nil && names[i] == p.name.String() {
					a = a.Class("active").Aria("current", "true")
				}
				return a
			}),
		),
	)
}

// foldable is a function's name that breaks, where it has to, between its words.
func foldable(name string) []app.UI {
	var parts []app.UI
	for part := range strings.SplitAfterSeq(name, "_") {
		if module, function, has := strings.Cut(part, "::"); has {
			parts = append(parts, app.Text(module+"::"), app.Wbr())
			part = function
		}
		parts = append(parts, app.Text(part), app.Wbr())
	}
	return parts[:len(parts)-1]
}

func (p *Shell) accountInput() app.UI {
	words := texts.Now().Admin.Shell
	return app.Input().Class("form-control mb-2").Type("text").ID("shell-account").Aria("label", words.Account).Placeholder(words.Account).
		Value(p.account).Attr("autocomplete", "off").Attr("autocapitalize", "none").Spellcheck(false).OnChange(p.onAccount)
}

// chosen is the function that is chosen. go-app keeps inputs that stand in the
// same place, with what was typed into them, passwords too: an element of
// another kind each time makes it draw them anew.
func (p *Shell) chosen() app.UI {
	if p.of == nil {
		words := texts.Now().Admin.Shell
		return app.Div().Class("card").Body(components.Table{
			EmptyIcon: components.Icon("terminal-2"), EmptyTitle: words.Choose, EmptyHint: words.ChooseHint}.UI())
	}
	parts := []app.UI{p.declared(), p.answer(), p.commands()}
	if p.turn%2 == 0 {
		return app.Section().Body(parts...)
	}
	return app.Div().Body(parts...)
}

// declared is the function's documentation and form.
func (p *Shell) declared() app.UI {
	words := texts.Now().Admin.Shell
	f := p.of
	badge := app.Span().Class("badge bg-green-lt").Text(effect(f.Effect))
	if f.Effect != function.Reads {
		badge = app.Span().Class("badge bg-yellow-lt").Text(effect(f.Effect))
	}
	body := app.Div().Class("card-body").On("input", p.onInput).On("change", p.onInput).Body(
		app.A().Class("glyph-text mb-3 d-lg-none").Href(p.at(p.dialect, p.account, "")).Body(components.Icon("arrow-left"), app.Text(words.All)),
		app.P().Class("breakable").Text(f.Doc),
		components.Facts(p.facts()...),
		app.Div().Class("mt-3").Body(components.Form{
			Fields: components.Declared(f.Parameters()), Action: words.Call, Busy: p.reply.Loading, Err: p.err, Submit: submit(p.Submit), SubmitScope: p.name.String(),
			Intro: app.If(len(f.Parameters()) == 0, app.P().Class("text-secondary").Text(words.NoParameters)),
			More:  app.Div().Body(p.controls(), p.formatChoice()),
		}.UI()),
	)
	return components.Card(p.name.String(), badge, body)
}

// facts are who may call the function.
func (p *Shell) facts() []components.Fact {
	words, f := texts.Now().Admin.Shell, p.of
	list := []components.Fact{components.Said(words.Dialect, dialectTitles[p.dialect])}
	if p.dialect == function.OnWHM {
		needs := f.Needs
		switch {
		case needs == "":
			needs = words.NoPrivilege
		case !p.Session.May(needs):
			needs += " – " + words.YouLack
		}
		list = append(list, components.Said(words.Privilege, needs))
	} else {
		callers := words.Owners
		if f.Callers == function.Everybody {
			callers = words.Everybody
		}
		list = append(list, components.Said(words.Callers, callers))
		if f.Feature != "" {
			list = append(list, components.Said(words.Feature, f.Feature))
		}
	}
	var others []string
	for _, n := range f.Names {
		if n != p.name {
			others = append(others, dialectTitles[n.Dialect]+" "+n.String())
		}
	}
	if len(others) > 0 {
		list = append(list, components.Said(words.AlsoAs, strings.Join(others, ", ")))
	}
	return list
}

func (p *Shell) formatChoice() app.UI {
	words := texts.Now().Admin.Shell
	return app.Div().Class("mb-3").Body(
		app.Label().Class("form-label").For("shell-format").Text(words.Format),
		app.Select().Class("form-select w-auto").ID("shell-format").OnChange(p.onFormat).Body(
			app.Range(formats).Slice(func(i int) app.UI {
				return app.Option().Value(string(formats[i].format)).Text(formats[i].title).Selected(formats[i].format == p.format)
			}),
		),
	)
}

// answer is the reply as it came.
func (p *Shell) answer() app.UI {
	words, r := texts.Now().Admin.Shell, p.reply
	var content app.UI
	switch {
	case r.Err != nil:
		content = components.Card(words.Reply, nil, components.Failed(r.Err, p.onAgain))
	case r.Have:
		badge := app.Span().Class("badge bg-green-lt").Text(words.Good)
		if r.Value.kind != "" {
			badge = app.Span().Class("badge bg-red-lt").Text(string(r.Value.kind))
		}
		facts := texts.Fill(words.Took, "ms", texts.Number(int(r.Value.took.Milliseconds())), "size", texts.Bytes(int64(len(r.Value.body))))
		content = components.Card(words.Reply, badge, app.Div().Class("card-body").Aria("busy", r.Loading).Body(
			components.Raw(words.Reply, r.Value.text()),
			app.Div().Class("list-bar mt-2").Body(
				app.Button().Type("button").Class("btn btn-sm").OnClick(p.onDownload).
					Body(app.Span().Class("glyph-text").Body(components.Icon("download"), app.Text(texts.Now().Common.Download))),
				app.Span().Class("text-secondary small numbers").Text(facts),
			),
		))
	}
	return app.Div().ID("reply").TabIndex(-1).Class("outcome").Body(content)
}

// commands are the same call to copy.
func (p *Shell) commands() app.UI {
	words, s := texts.Now().Admin.Shell, p.spokenCall()
	if p.bridged() && p.account == "" {
		s.User = "ACCOUNT"
	}
	return components.Card(words.Commands, nil, app.Div().Class("card-body").Body(
		app.P().Class("text-secondary").Text(texts.Fill(words.CommandsHint, "variable", apiToken)),
		app.Div().Class("command mb-3").Body(&components.Copyable{Label: words.Curl, Text: s.Curl(), Lines: true}),
		app.Div().Class("command").Body(&components.Copyable{Label: words.CommandLine, Text: s.Command(), Lines: true}),
	))
}

// question asks before a call that does more than read.
func (p *Shell) question() app.UI {
	if !p.asking || p.of == nil {
		return components.Slot()
	}
	words := texts.Now().Admin.Shell
	text := words.AskWrites
	if p.of.Effect == function.Reaches {
		text = words.AskReaches
	}
	return components.Slot(components.Confirm{ID: dialogID, Title: texts.Fill(words.AskTitle, "name", p.name.String()), Text: text, Action: words.Call,
		Danger: true, Yes: submit(p.Call), Closed: p.onClosed}.UI())
}
