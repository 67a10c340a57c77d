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
)

// sessionsPath is the screen's address.
const sessionsPath = "/account/sessions"

// OwnSessions is the screen of where the user, and for an account its mailboxes,
// are signed in.
type OwnSessions struct {
	app.Compo
	start

	Desk    *identity.Desk
	Session identity.Session

	place  components.Place
	list   Load[client.Answer[catalog.Sessions]]
	asking Asking
	on     catalog.LiveSession // the row that a dialog is about
}

func (s *OwnSessions) wants(at *url.URL) []inquiry {
	s.place = components.ReadPlace(at.Query())
	desk, shape := s.Desk, s.place.Shape(pageSize, "user", "created", "last_seen")
	return []inquiry{s.list.From(func(ctx context.Context) (client.Answer[catalog.Sessions], error) {
		return client.Ask(ctx, desk, catalog.ListSessions, catalog.ListSessionsRequest{Limit: pageSize}, shape)
	})}
}

// Render draws the list.
func (s *OwnSessions) Render() app.UI {
	words := texts.Now().Account.Sessions
	listing := components.Listing{
		Path: sessionsPath, Place: s.place, Size: pageSize, Records: records(s.list.Value.Shaped), Hint: words.Search,
	}
	bar, about := listing.Bar, words.Hint
	if s.Session.Kind == "mailbox" { // all sessions are of one user
		about = words.HintAlone
		bar = func() app.UI { return components.Slot() }
	}
	table := components.Table{
		Label: words.Title, List: listing,
		Columns: []string{words.Device, words.User, words.Service, words.From, words.Since, words.Seen, words.Actions},
		Keys:    []string{"", "user", "service", "", "created", "last_seen", ""},
		Loading: s.list.Loading, Err: s.list.Err, Again: s.onAgain,
		EmptyIcon: components.Icon("devices"), EmptyTitle: words.Empty, EmptyHint: words.EmptyHint,
	}
	if s.list.Have {
		table.Rows = [][]app.UI{}
		for _, one := range s.list.Value.Out.Sessions {
			table.Rows = append(table.Rows, s.row(one))
		}
	}
	others := app.Button().Type("button").Class("btn").OnClick(s.onOthers).Text(words.EndOthers)
	return app.Div().Body(
		s.asking.Outcome(),
		hint(about, others),
		components.Card(words.Title, app.Text(counted(words.Count, s.list.Value.Shaped)),
			app.Div().Body(bar(), table.UI(), listing.Pages())),
		components.Slot(s.dialog()),
	)
}

func (s *OwnSessions) row(one catalog.LiveSession) []app.UI {
	words := texts.Now().Account.Sessions
	user := one.User
	if one.Possessor != "" && one.Possessor != one.User {
		user += ", " + texts.Fill(words.By, "user", one.Possessor)
	}
	seen := moment(one.LastSeen)
	if !one.Used {
		seen = app.Span().Text(words.Unused)
	}
	return []app.UI{
		app.Span().Class("fw-medium").Title(one.UserAgent).Text(device(one.UserAgent)),
		app.Span().Class("breakable").Text(user),
		app.Span().Text(one.Service.Title()),
		app.Span().Class("breakable numbers text-secondary").Text(one.Address),
		moment(one.Created).Class("text-secondary text-nowrap"),
		seen.Class("text-secondary text-nowrap"),
		app.Div().Class("row-buttons").Body(
			app.If(bool(one.Current), app.Span().Class("badge bg-green-lt").Text(words.This)).
				Else(app.Button().Type("button").Class("btn btn-sm").
					Aria("label", words.End+": "+device(one.UserAgent)+", "+one.User).
					OnClick(func(app.Context, app.Event) {
						defer components.Guard()
						s.on = one
						s.asking.Open(s.ctx, "end", "")
					}, one.Name).Text(words.End)),
		),
	}
}

// device names a browser and its system in the words of its User-Agent header;
// those that many pretend to be come last.
func device(agent string) string {
	words := texts.Now().Account.Sessions
	first := func(pairs ...string) string {
		for i := 0; i+1 < len(pairs); i += 2 {
			if strings.Contains(agent, pairs[i]) {
				return pairs[i+1]
			}
		}
		return ""
	}
	browser := first("Edg/", "Edge", "OPR/", "Opera", "Firefox/", "Firefox", "FxiOS/", "Firefox", "Chrome/", "Chrome", "CriOS/", "Chrome", "Safari/", "Safari")
	system := first("Android", "Android", "iPhone", "iPhone", "iPad", "iPad", "Windows", "Windows", "Mac OS X", "macOS", "CrOS", "ChromeOS", "Linux", "Linux")
	switch {
	case browser != "" && system != "":
		return texts.Fill(words.On, "browser", browser, "system", system)
	case browser+system != "":
		return browser + system
	case agent != "":
		name, _, _ := strings.Cut(agent, " ")
		return name
	}
	return words.Unknown
}

func (s *OwnSessions) dialog() app.UI {
	words, change := texts.Now().Account.Sessions, s.asking.Change
	c := components.Confirm{ID: askingID, Danger: true, Busy: change.Busy, Err: change.Err, Closed: s.asking.onClosed}
	switch s.asking.Which {
	case "end":
		c.Title, c.Text, c.Action, c.Yes = words.EndTitle, texts.Fill(words.EndText, "device", device(s.on.UserAgent)), words.End, s.onEndYes
	case "others":
		c.Title, c.Text, c.Action, c.Yes = words.OthersTitle, words.OthersText, words.EndOthers, s.onOthersYes
	default:
		return nil
	}
	return c.UI()
}

func (s *OwnSessions) onOthers(app.Context, app.Event) {
	defer components.Guard()
	s.asking.Open(s.ctx, "others", "")
}

func (s *OwnSessions) onEndYes(_ app.Context, e app.Event) {
	defer components.Guard()
	e.PreventDefault()
	name := s.on.Name
	s.asking.Do(s.ctx, func(ctx context.Context) error {
		_, err := client.Call(ctx, s.Desk, catalog.RevokeSession, catalog.RevokeSessionRequest{Name: name})
		return err
	}, func(app.Context) string {
		s.load()
		return texts.Now().Account.Sessions.Ended
	})
}

func (s *OwnSessions) onOthersYes(_ app.Context, e app.Event) {
	defer components.Guard()
	e.PreventDefault()
	var out catalog.SessionsRevoked
	s.asking.Do(s.ctx, func(ctx context.Context) (err error) {
		out, err = client.Call(ctx, s.Desk, catalog.RevokeOtherSessions, catalog.RevokeOtherSessionsRequest{})
		return err
	}, func(app.Context) string {
		s.load()
		return texts.Now().Account.Sessions.OthersEnded.Say(out.Revoked)
	})
}
