package pages

import (
	"context"
	"net/url"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"postern/app/components"
	"postern/app/texts"
	"postern/shared/function"
)

// collection is a list of few things with the functions that make them, change
// them and take them away: a card of a screen, declared instead of programmed.
type collection struct {
	list, remove *function.Function
	add, change  *question // change may be nil

	in      string                              // the member of the answer that has the rows; empty: the answer is the rows
	member  string                              // the member that names a thing
	key     string                              // the parameter that names it; of add too
	columns []string                            // the members that are shown, behind the name
	prompt  func() url.Values                   // what the form begins with; may be nil
	show    func(t thing, member string) app.UI // nil: as text
	more    func(t thing) []app.UI              // further buttons; may be nil
	beside  func() app.UI                       // a button beside the one that adds; may be nil
	warn    bool                                // taking away asks for the name

	by     *caller
	rows   Load[collected]
	fresh  string
	secret string // of the thing that was just made, shown this once
}

// collected is what a collection's list has answered.
type collected struct {
	things []thing
	whole  thing // all of the answer, where the things are a member of it
}

func (c *collection) load() { c.wants().start(c.by.ctx) }

func (c *collection) wants() inquiry {
	desk, of, in, member := c.by.desk, c.list, c.in, c.member
	return c.rows.From(func(ctx context.Context) (got collected, err error) {
		answer, _, err := send(ctx, desk, of, nil)
		if in != "" {
			got.whole = object(answer)
			answer = got.whole[in]
		}
		values, _ := answer.([]any)
		for _, v := range values {
			one := object(v)
			if one == nil {
				one = thing{member: v}
			}
			got.things = append(got.things, one)
		}
		return got, err
	})
}

// names are what the things are called.
func (c *collection) names() []string {
	names := make([]string, len(c.rows.Value.things))
	for i, t := range c.rows.Value.things {
		names[i] = t.text(c.member)
	}
	return names
}

// find is the thing of a name as it is now: a row's button may be older than the row.
func (c *collection) find(name string) thing {
	for _, t := range c.rows.Value.things {
		if t.text(c.member) == name {
			return t
		}
	}
	return thing{}
}

// draw is the card; before it stands the secret of the thing that was just made.
func (c *collection) draw(words texts.Things, icon app.UI) app.UI {
	table := components.Table{Label: words.Title, Loading: c.rows.Loading, Err: c.rows.Err, Again: press(c.load),
		EmptyIcon: icon, EmptyTitle: words.None, EmptyHint: words.NoneHint, Columns: []string{words.Labels[c.member]}}
	for _, member := range c.columns {
		table.Columns = append(table.Columns, words.Labels[member])
	}
	table.Columns = append(table.Columns, texts.Now().Things.Actions)
	if c.rows.Have {
		table.Rows = [][]app.UI{}
		for _, t := range c.rows.Value.things {
			table.Rows = append(table.Rows, c.row(words, t))
		}
	}
	return app.Div().Body(
		components.Slot(c.told()),
		components.Card(words.Title, c.buttons(words), table.UI()),
	)
}

func (c *collection) buttons(words texts.Things) app.UI {
	list := []app.UI{button(components.Icon("plus"), words.Add, "", func() { c.open(words, c.add, nil) })}
	if c.beside != nil {
		list = append(list, c.beside())
	}
	return buttons(list...)
}

// told is the secret, this once.
func (c *collection) told() app.UI {
	if c.secret == "" {
		return nil
	}
	words := texts.Now().Things
	return components.Card(texts.Fill(words.Secret, "name", c.fresh), nil, app.Div().Class("card-body").Body(
		app.P().Text(words.SecretHint),
		&components.Copyable{Label: texts.Fill(words.Secret, "name", c.fresh), Text: c.secret},
	))
}

func (c *collection) row(words texts.Things, t thing) []app.UI {
	name := t.text(c.member)
	cells := []app.UI{app.Span().Class("breakable fw-medium").Text(name)}
	for _, member := range c.columns {
		var cell app.UI
		if c.show != nil {
			cell = c.show(t, member)
		}
		if cell == nil {
			cell = app.Span().Class("breakable text-secondary").Text(t.text(member))
		}
		cells = append(cells, cell)
	}
	var list []app.UI
	if c.more != nil {
		list = c.more(t)
	}
	common := texts.Now().Things
	if c.change != nil {
		list = append(list, button(components.Icon("pencil"), common.Change, name, func() { c.open(words, c.change, c.find(name)) }))
	}
	list = append(list, button(components.Icon("trash"), common.Remove, name, func() { c.askRemove(words, name) }))
	return append(cells, inRow(list...))
}

// open asks for a new thing, or for changes of one.
func (c *collection) open(words texts.Things, ask *question, t thing) {
	common := texts.Now().Things
	c.secret = ""
	f := formCall{ask: ask, labels: words.Labels, now: t, title: words.Add, action: words.Add, done: common.Added}
	if t != nil {
		name := t.text(c.member)
		f.fixed, f.title, f.action, f.done = url.Values{c.key: {name}}, texts.Fill(common.ChangeTitle, "name", name), texts.Now().Common.Save, texts.Fill(common.Changed, "name", name)
		c.fresh = name
	} else {
		f.dress = func(args url.Values) { c.fresh = args.Get(c.key) }
	}
	f.then = func(answer any) {
		c.secret = object(answer).text("secret")
		c.load()
	}
	c.by.open(f)
	if t == nil && c.prompt != nil {
		for name, values := range c.prompt() {
			c.by.ctx.Defer(func(app.Context) { components.Type("field-"+name, values[0]) })
		}
	}
}

func (c *collection) askRemove(words texts.Things, name string) {
	common := texts.Now().Things
	f := formCall{of: c.remove, fixed: url.Values{c.key: {name}}, title: texts.Fill(common.RemoveTitle, "name", name), warning: words.Gone,
		action: common.Remove, done: texts.Fill(common.Removed, "name", name), then: func(any) { c.load() }}
	if c.warn {
		f.word = name
	}
	if c.fresh == name {
		c.secret = ""
	}
	c.by.open(f)
}
