package pages

import (
	"bytes"
	"context"
	"encoding/json"
	"net/url"
	"sort"
	"strings"
	"time"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"postern/app/components"
	"postern/app/identity"
	"postern/app/texts"
	"postern/shared/fault"
	"postern/shared/function"
	"postern/shared/scalar"
	"postern/shared/wire"
)

// Shell is the API Shell: every declared function with a form made from its
// declaration, its documentation, the reply as it came, and the call as commands
// to copy.
type Shell struct {
	app.Compo

	Desk    *identity.Desk
	Door    identity.Door
	Session identity.Session

	ctx     app.Context
	dialect function.Dialect
	account string // as whom UAPI and API 2 are called at WHM
	filter  string // of the list of functions
	of      *function.Function
	name    function.Name
	turn    int        // counts the functions shown: each gets inputs of its own
	args    url.Values // what is typed, without secrets
	err     error      // of what is typed
	asking  bool       // whether to make a call that writes
	format  wire.Format
	reply   Load[reply]
}

// reply is what came back.
type reply struct {
	body   []byte
	kind   fault.Kind
	took   time.Duration
	format wire.Format
}

// OnMount reads the address.
func (p *Shell) OnMount(ctx app.Context) {
	defer components.Guard()
	p.ctx, p.format = ctx, wire.Pretty
	p.read(ctx.Page().URL())
}

// OnNav follows the address within the screen.
func (p *Shell) OnNav(ctx app.Context) {
	defer components.Guard()
	if u := ctx.Page().URL(); u.Path == shellPath && p.ctx != nil {
		p.read(u)
	}
}

// spoken are the dialects of the service.
func (p *Shell) spoken() []function.Dialect {
	if p.Door.Service == scalar.WHM {
		return []function.Dialect{function.OnWHM, function.OnUAPI, function.OnAPI2}
	}
	return []function.Dialect{function.OnUAPI, function.OnAPI2}
}

// read takes dialect, account and function from the address. Arguments never
// stand there: a link must not fill in a call.
func (p *Shell) read(u *url.URL) {
	q := u.Query()
	p.dialect = p.spoken()[0]
	for _, d := range p.spoken() {
		if q.Get("api") == string(d) {
			p.dialect = d
		}
	}
	p.account = q.Get("as")
	name := function.Name{Dialect: p.dialect, Function: q.Get("f")}
	if module, f, has := strings.Cut(name.Function, "::"); has {
		name.Module, name.Function = module, f
	}
	if name == p.name {
		return
	}
	p.name, p.of = name, function.Find(name)
	p.turn++
	p.args, p.err, p.asking, p.reply = url.Values{}, nil, false, Load[reply]{}
}

// at is the address of a function, or of none.
func (p *Shell) at(d function.Dialect, account, name string) string {
	q := url.Values{"api": {string(d)}}
	if account != "" {
		q.Set("as", account)
	}
	if name != "" {
		q.Set("f", name)
	}
	return shellPath + "?" + q.Encode()
}

// functions are the names of the dialect that the filter lets through.
func (p *Shell) functions() []string {
	var names []string
	for _, f := range function.All() {
		for _, n := range f.Names {
			if n.Dialect == p.dialect && strings.Contains(strings.ToLower(n.String()), strings.ToLower(p.filter)) {
				names = append(names, n.String())
			}
		}
	}
	sort.Strings(names)
	return names
}

// bridged tells that calls are made for an account, over WHM's bridge.
func (p *Shell) bridged() bool {
	return p.Door.Service == scalar.WHM && p.dialect != function.OnWHM
}

// spokenCall is the call as it stands in the form, without its secrets.
func (p *Shell) spokenCall() Spoken {
	s := Spoken{Name: p.name, Fields: p.of.Parameters(), Args: p.args, Host: app.Window().URL().Host, User: p.Session.User}
	if p.bridged() {
		s.User, s.Admin = p.account, p.Session.User
	}
	return s
}

// typed reads the form and its output controls.
func (p *Shell) typed() url.Values {
	args := components.Entered(p.of.Parameters())
	wire.WriteShape(p.name, p.shape(), args)
	return args
}

// onInput keeps the commands in step with the form.
func (p *Shell) onInput(app.Context, app.Event) {
	defer components.Guard()
	s := p.spokenCall()
	p.args = p.typed()
	for name := range p.args {
		if s.isSecret(name) {
			p.args[name] = make([]string, len(p.args[name]))
		}
	}
}

// Submit makes the call if it only reads, and asks first if it does more.
func (p *Shell) Submit() {
	p.err = nil
	if p.bridged() && p.account == "" {
		p.err = fault.Missing("as")
		components.Focus("shell-account", false)
		return
	}
	if p.of.Effect == function.Reads {
		p.Call()
		return
	}
	p.asking = true
	components.ShowDialog(p.ctx, dialogID, "")
}

// Call makes the call.
func (p *Shell) Call() {
	if p.asking {
		components.CloseDialog(dialogID)
		p.asking = false
	}
	desk, name, args, format, account := p.Desk, p.name, p.typed(), p.format, ""
	if p.bridged() {
		account = p.account
	}
	p.reply.Start(p.ctx, func(ctx context.Context) (reply, error) {
		begin := time.Now()
		body, kind, err := desk.Raw(ctx, name, account, args, format)
		return reply{body, kind, time.Since(begin), format}, err
	})
	p.ctx.Defer(func(app.Context) { components.Focus("reply", false) })
}

// text is the reply in the format that was chosen.
func (r reply) text() string {
	switch r.format {
	case wire.XML:
		return components.IndentXML(string(r.body))
	case wire.YAML:
		return string(wire.ToYAML(r.body))
	}
	var b bytes.Buffer
	if json.Indent(&b, r.body, "", "  ") != nil {
		return string(r.body)
	}
	return b.String()
}

func (p *Shell) onFormat(ctx app.Context, _ app.Event) {
	defer components.Guard()
	p.format = wire.Format(ctx.JSSrc().Get("value").String())
}

func (p *Shell) onFilter(ctx app.Context, _ app.Event) {
	defer components.Guard()
	p.filter = strings.TrimSpace(ctx.JSSrc().Get("value").String())
}

func (p *Shell) onDialect(ctx app.Context, _ app.Event) {
	defer components.Guard()
	ctx.Navigate(p.at(function.Dialect(ctx.JSSrc().Get("value").String()), p.account, ""))
}

func (p *Shell) onAccount(ctx app.Context, _ app.Event) {
	defer components.Guard()
	ctx.Navigate(p.at(p.dialect, strings.TrimSpace(ctx.JSSrc().Get("value").String()), p.name.String()))
}

func (p *Shell) onDownload(app.Context, app.Event) {
	defer components.Guard()
	ending, media := ".json", "application/json"
	switch p.reply.Value.format {
	case wire.XML:
		ending, media = ".xml", "text/xml"
	case wire.YAML:
		ending, media = ".yaml", "text/yaml"
	}
	components.Save(p.name.Function+ending, media, p.reply.Value.text())
}

func (p *Shell) onClosed(app.Context, app.Event) { p.asking = false }

func (p *Shell) onAgain(app.Context, app.Event) {
	defer components.Guard()
	p.Call()
}

var dialectTitles = map[function.Dialect]string{function.OnWHM: "WHM API 1", function.OnUAPI: "UAPI", function.OnAPI2: "cPanel API 2"}

var formats = []struct {
	format wire.Format
	title  string
}{{wire.Pretty, "JSON"}, {wire.YAML, "YAML"}, {wire.XML, "XML"}}

// words for what a call does.
func effect(e function.Effect) string {
	words := texts.Now().Admin.Shell
	switch e {
	case function.Writes:
		return words.Writes
	case function.Reaches:
		return words.Reaches
	}
	return words.Reads
}
