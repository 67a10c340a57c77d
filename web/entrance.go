package web

import (
	"html/template"
	"net/url"

	"postern/app/texts"
	"postern/shared/catalog"
	"postern/shared/scalar"
)

// Entrance is the login form that the page carries for who is not signed in. It
// is sent to POST /login, by the browser itself or by the app.
type Entrance struct {
	Service scalar.Service
	Host    string // the name of the host, as people know it
	// Status is the reply's where the form comes with a refusal; 0: nobody was refused.
	Status  int
	Heading string                    // before the problem; may be empty
	Problem func(*texts.Texts) string // why there is no session; nil: nobody asked for one
	Notice  func(*texts.Texts) string // something good to know; may be nil
	User    string                    // filled in beforehand
	Next    string                    // the path to go to afterwards
	Locale  string                    // chosen for the session; may be empty
	Others  []Other
}

// Other is somebody else with whom people may sign in.
type Other struct {
	catalog.ButtonFace
	Link string
}

// drawnEntrance is an entrance in a language.
type drawnEntrance struct {
	Title, On, UserLabel, Heading, Problem, Notice string
	User, Next, Locale                             string
	Providers                                      []provider
	Choices                                        []choice
}

// provider is the button of one of the others.
type provider struct {
	Label, Link string
	Picture     template.URL
}

// choice is a link to the same page in another language.
type choice struct {
	Tag, Name, Link string
	Current         bool
}

// draw puts an entrance into words. That the address of the page stays out of the
// links is on purpose: it may be the answer to a POST.
func (e *Entrance) draw(l spoken, all *languages) *drawnEntrance {
	words := l.words.Login
	d := &drawnEntrance{
		Title: words.Title[string(e.Service)], On: texts.Fill(words.On, "host", e.Host), UserLabel: words.User,
		User: e.User, Next: e.Next, Locale: e.Locale,
	}
	if e.Service == scalar.Webmail {
		d.UserLabel = words.Address
	}
	if e.Problem != nil {
		d.Problem = e.Problem(l.words)
		if e.Heading != "" {
			d.Heading = e.Heading + ". "
		}
	}
	if e.Notice != nil {
		d.Notice = e.Notice(l.words)
	}
	query := url.Values{}
	if e.Next != "/" && e.Next != "" {
		query.Set("goto_uri", e.Next)
	}
	for _, o := range e.Others {
		goTo := e.Next
		if goTo == "" {
			goTo = "/"
		}
		p := provider{Label: words.Button(o.ButtonFace), Link: o.Link + "?" + url.Values{"goto_uri": {goTo}}.Encode()}
		p.Picture = template.URL(o.Picture()) // data: of an image, and as an image's source it runs no script
		d.Providers = append(d.Providers, p)
	}
	if len(all.all) > 1 {
		for _, one := range all.all {
			query.Set("locale", one.code)
			d.Choices = append(d.Choices, choice{one.tag(), one.name, "/login?" + query.Encode(), one.code == l.code})
		}
	}
	return d
}
