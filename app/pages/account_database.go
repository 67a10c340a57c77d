package pages

import (
	"context"
	"net/url"
	"strconv"
	"strings"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"postern/app/components"
	"postern/app/identity"
	"postern/app/texts"
	"postern/shared/catalog"
	"postern/shared/client"
	"postern/shared/function"
)

// databasesPath is the screen's address.
const databasesPath = "/account/databases"

// What the forms ask for.
var (
	newDatabase      = asks(&catalog.CreateDatabase.Function)
	newDatabaseUser  = asks(&catalog.CreateDatabaseUser.Function)
	databasePassword = asksAllBut(&catalog.SetDatabasePassword.Function, "user")
	grantDatabase    = asksAllBut(&catalog.GrantDatabase.Function, "user")
	revokeDatabase   = asksAllBut(&catalog.RevokeDatabase.Function, "user")
)

// OwnDatabases is an account's databases and database users, the session's own
// database user, and whether mailboxes may have one.
type OwnDatabases struct {
	app.Compo
	calling

	Desk    *identity.Desk
	Session identity.Session

	all      collection
	users    collection
	access   Load[databaseRules]
	way      Load[catalog.DatabaseAccess]
	temp     catalog.TempUser // of this session; the password is here until the screen goes
	database string           // the one that the connection is shown for
}

// databaseRules are what names begin with, and whether mailboxes may have users.
type databaseRules struct {
	prefix string
	catalog.MailboxDatabaseAccess
}

func (p *OwnDatabases) wants(*url.URL) []inquiry {
	desk := p.Desk
	p.by.desk = desk
	if p.all.by == nil {
		p.all = collection{by: &p.by, list: &catalog.ListDatabases.Function, add: newDatabase, remove: &catalog.DeleteDatabase.Function,
			member: "database", key: "name", columns: []string{"disk_usage", "users"}, show: showDatabase, warn: true, prompt: p.prompt}
		p.users = collection{by: &p.by, list: &catalog.ListDatabaseUsers.Function, add: newDatabaseUser, remove: &catalog.DeleteDatabaseUser.Function,
			member: "name", key: "name", more: p.userButtons, prompt: p.prompt}
	}
	if p.guest() {
		return []inquiry{p.wantsWay()}
	}
	return []inquiry{p.wantsWay(), p.all.wants(), p.users.wants(), p.access.From(func(ctx context.Context) (rules databaseRules, err error) {
		err = allOf(
			func() error {
				limits, err := client.Call(ctx, desk, catalog.GetDatabaseRestrictions, catalog.GetDatabaseRestrictionsRequest{})
				rules.prefix = limits.Prefix
				return err
			},
			func() (err error) {
				rules.MailboxDatabaseAccess, err = client.Call(ctx, desk, catalog.GetMailboxDatabaseAccess, catalog.CreateTempUserRequest{})
				return err
			})
		return rules, err
	})}
}

// prompt is what a new name begins with.
func (p *OwnDatabases) prompt() url.Values { return url.Values{"name": {p.access.Value.prefix}} }

// OnUpdate asks again for another session, which has no database user yet.
func (p *OwnDatabases) OnUpdate(ctx app.Context) {
	p.temp = catalog.TempUser{}
	p.calling.OnUpdate(ctx)
}

func showDatabase(t thing, member string) app.UI {
	words := texts.Now().Databases
	text := strings.ReplaceAll(t.text(member), "\n", ", ")
	if member == "disk_usage" {
		size, _ := t[member].(float64)
		text = texts.Bytes(int64(size))
	} else if text == "" {
		text = words.NoUsers
	}
	return app.Span().Class("breakable numbers text-secondary").Text(text)
}

// userButtons are those of a database user, besides the one that takes it away.
func (p *OwnDatabases) userButtons(t thing) []app.UI {
	words, name := texts.Now().Databases, t.text("name")
	ask := func(label, title, done string, q *question) app.UI {
		return button(components.Icon("key"), label, name, func() {
			p.by.open(formCall{ask: q, fixed: url.Values{"user": {name}}, labels: words.Users.Labels, action: label,
				title: texts.Fill(title, "name", name), done: texts.Fill(done, "name", name),
				choices: map[string][]string{"database": p.all.names()}, then: func(any) { p.all.load() }})
		})
	}
	return []app.UI{
		ask(words.Password, words.PasswordTitle, words.PasswordDone, databasePassword),
		ask(words.Grant, words.GrantTitle, words.GrantDone, grantDatabase),
		ask(words.Revoke, words.RevokeTitle, words.RevokeDone, revokeDatabase),
	}
}

// Render draws the cards.
func (p *OwnDatabases) Render() app.UI {
	words := texts.Now().Databases
	if p.guest() {
		return app.Div().Body(app.Div().Body(p.by.outcome(), components.Slot(p.open()), p.session()))
	}
	return app.Div().Body(
		app.Div().Body(
			p.by.outcome(),
			components.Slot(p.open()),
			p.session(),
			p.all.draw(words.All, components.Icon("database")),
			p.users.draw(words.Users, components.Icon("users")),
			components.Slot(p.mailboxes()),
		),
		p.by.dialog(),
	)
}

// session is the card of the session's own user.
func (p *OwnDatabases) session() app.UI {
	words := texts.Now().Databases
	make := button(components.Icon("plus"), words.Make, "", p.Make)
	if p.temp.User == "" {
		return components.Card(words.Temp, make, app.Div().Class("card-body").Body(app.P().Class("text-secondary m-0").Text(words.TempHint)))
	}
	note := words.Had
	if p.temp.Password != "" {
		note = words.Once
	}
	return components.Card(words.Temp, button(components.Icon("refresh"), words.Renew, "", p.Renew), app.Div().Class("card-body").Body(
		app.P().Text(note),
		components.Facts(components.Said(words.Name, p.temp.User), components.Said(words.Host, p.temp.Host), components.Said(words.Port, strconv.Itoa(p.temp.Port)),
			components.Fact{Name: words.Until, Value: moment(p.temp.Expires)}),
		components.Slot(p.connection()),
	))
}

// connection is what there is to copy.
func (p *OwnDatabases) connection() app.UI {
	words, t := texts.Now().Databases, p.temp
	var list []app.UI
	copyable := func(label, text string) {
		list = append(list, app.Div().Class("mt-3").Body(app.Div().Class("form-label").Text(label), &components.Copyable{Label: label, Text: text}))
	}
	if t.Password != "" {
		copyable(words.Secret, t.Password)
	}
	if p.database == "" {
		return app.Div().Body(append(list, app.P().Class("text-secondary mt-3 mb-0").Text(words.NoneYet))...)
	}
	if len(t.Databases) > 1 {
		list = append(list, app.Div().Class("mt-3").Body(components.Field{ID: "temp-database", Name: "database", Label: words.Database, Type: "select",
			Choices: t.Databases, Value: p.database, Change: p.onDatabase}.UI()))
	}
	copyable(words.Psql, psql(t, p.database))
	copyable(words.URI, libpq(t, p.database))
	return app.Div().Body(list...)
}

// psql is the command that connects; it asks for the password, which has no
// place on a command line.
func psql(t catalog.TempUser, database string) string {
	return "psql --host=" + shellQuote(t.Host) + " --port=" + strconv.Itoa(t.Port) + " --username=" + shellQuote(t.User) + " --dbname=" + shellQuote(database)
}

// libpq is the connection URI, with the password while that is known.
func libpq(t catalog.TempUser, database string) string {
	u := url.URL{Scheme: "postgresql", User: url.User(t.User), Path: "/" + database}
	if t.Password != "" {
		u.User = url.UserPassword(t.User, t.Password)
	}
	if strings.HasPrefix(t.Host, "/") { // the directory of a socket
		u.RawQuery = url.Values{"host": {t.Host}, "port": {strconv.Itoa(t.Port)}}.Encode()
		return "postgresql://" + u.User.String() + "@" + u.EscapedPath() + "?" + u.RawQuery
	}
	u.Host = joinHostPort(t.Host, t.Port)
	return u.String()
}

// Make gives the session its database user.
func (p *OwnDatabases) Make() { p.user(catalog.CreateTempUser) }

// Renew gives that user another password.
func (p *OwnDatabases) Renew() { p.user(catalog.RenewTempUserPassword) }

func (p *OwnDatabases) user(f *function.Func[catalog.CreateTempUserRequest, catalog.TempUser]) {
	desk := p.Desk
	var got catalog.TempUser
	p.by.what = ""
	p.by.do("", func(ctx context.Context) (err error) {
		got, err = client.Call(ctx, desk, f, catalog.CreateTempUserRequest{})
		return err
	}, func() {
		p.temp, p.database = got, ""
		if len(got.Databases) > 0 {
			p.database = got.Databases[0]
		}
	})
}

func (p *OwnDatabases) onDatabase(ctx app.Context, _ app.Event) {
	defer components.Guard()
	p.database = ctx.JSSrc().Get("value").String()
}

// mailboxes is whether the mailboxes' owners may have such users too.
func (p *OwnDatabases) mailboxes() app.UI {
	if !p.access.Have {
		return nil
	}
	words := texts.Now().Databases
	text, label := words.MailboxesOff, words.Allow
	if p.access.Value.Allowed {
		text, label = words.MailboxesOn, words.Forbid
	}
	return components.Card(words.Mailboxes, button(components.Icon("mailbox"), label, "", p.Switch),
		app.Div().Class("card-body").Body(app.P().Class("text-secondary m-0").Text(text)))
}

// Switch allows it when it is forbidden, and the other way round.
func (p *OwnDatabases) Switch() {
	p.by.what = ""
	act(&p.by.deeds, p.Desk, texts.Now().Databases.Saved, catalog.SetMailboxDatabaseAccess,
		catalog.MailboxDatabaseAccess{Allowed: !p.access.Value.Allowed}, p.load)
}
