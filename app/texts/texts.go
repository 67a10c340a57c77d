// Package texts holds every sentence of the browser app, and the browser's way
// of writing times and numbers.
//
// English is linked in. Another language is a JSON object with the same members
// (Use reads it); a member that it lacks stays English. The files of the others
// are in web/static/texts. What the API says in its replies is here only where its
// words are known (Refusals); else it is shown as it came.
package texts

import (
	"encoding/json"
	"sync/atomic"

	"postern/shared/catalog"
	"postern/shared/fault"
)

// Texts is one language. A word in braces is replaced by Fill.
type Texts struct {
	Start    Start
	Common   Common
	Login    Login
	Steps    Steps
	Home     Home
	Account  Account
	Admin    Admin
	Failures Failures

	Things       AllThings
	Databases    Databases
	Providers    Providers
	Links        Links
	Messengers   Messengers
	Applications Applications

	// Hints are what people are told below a form's inputs instead of what the
	// declaration tells programs: by “function.parameter”, or by parameter alone
	// for every function. English has those that differ from the declaration
	// (empty: the label says all), another language a sentence for every other too.
	Hints map[string]string

	// Examples are what people see in an empty input, by the same keys: instead of
	// the declaration's example where that is words of one language.
	Examples map[string]string

	// Refusals are what the server says, by the keys of package catalog's, from where
	// English has them. A sentence that is not there is shown as it came.
	Refusals map[string]string

	// Presets are the security questions to choose from, by slot and place: “1.1”.
	// One that is chosen is kept, and asked by the server, in the words of package catalog.
	Presets map[string]string

	Choices map[string]string // how people read a parameter's values, by “parameter.value”
}

// Plural is a sentence about a number, by the plural categories of CLDR; a
// language that needs a category of its own adds it, and "other" is always there.
type Plural map[string]string

// Start is what the page says before the app runs, and after it stopped; package
// web fills it into the page.
type Start struct {
	Loading, NoScript, Failed, Crashed, Reload string
}

// Common is what all screens share.
type Common struct {
	Product, CPanel, WHM, Webmail             string
	SkipToContent, Menu, SignOut, SignedInAs  string
	Home, TryAgain, Reload, NewVersion, Never string
	Loading, Yes, No                          string
	NotFound, NotFoundHint, BackHome          string
	Cancel, Save, Copy, Copied, Download      string
	Search, Pages, Previous, Next             string
	Rows                                      string // {first} to {last} of {all}
	SortBy, OwnOrder                          string // of a list
	Ascending, Descending                     string // {column}
	Thousands                                 string // between the thousands of a number, where there is no Intl to know it
	TypeToConfirm                             string // {word}
	Needed                                    string // at a field that was left empty
}

// Login is the page where people sign in.
type Login struct {
	Title                               map[string]string // by service
	On                                  string            // {host}
	User, Address, Password, Show, Hide string
	SignIn, SigningIn                   string
	SignedOut, Ended, EndedHint         string
	Language                            string // of the page, in which there is a choice
	Others, With                        string // above the buttons of other providers, and on them: {name}
	Invalid, NeedUser, NeedPassword     string
	Locked                              Plural // {n} minutes
	LockedSoon, Busy, OtherStep         string
}

// Button is what a provider's button says: the administrator's words, else the
// language's own.
func (l Login) Button(face catalog.ButtonFace) string {
	if face.Label == catalog.ButtonLabel(face.DisplayName) {
		return Fill(l.With, "name", face.DisplayName)
	}
	return face.Label
}

// Home is the first page after signing in.
type Home struct {
	You, User, Kind, Service, Since, From, Expires  string
	WayIn, ActingFor                                string // ActingFor: {user}
	Kinds                                           map[string]string
	Mailboxes, Mailbox, OpenWebmail, OpeningWebmail string
	NoMailboxes, NoMailboxesHint                    string
	State, Active, Suspended                        string
	Accounts, Account, Domain, Owner, Plan, Created string
	NoAccounts, NoAccountsHint                      string
	AccountCount, MailboxCount                      Plural // {n}
	Showing                                         string // {shown} of {all}
}

// Failures are said when a call failed and the reply brought no sentence.
type Failures struct {
	Unreachable, Timeout, BadReply, Busy, Forbidden, Unknown string
}

var current atomic.Pointer[Texts]

func init() { current.Store(english()) }

// Now is the language in use. Do not change it.
func Now() *Texts { return current.Load() }

// Over is a language from JSON: what it lacks is English.
func Over(language []byte) (*Texts, error) {
	t := english()
	if err := json.Unmarshal(language, t); err != nil {
		return nil, err
	}
	return t, nil
}

// Use changes the language in use to that of some JSON. tag is the language's, as
// HTML and Intl write it: times and numbers are written its way from now on. What
// is drawn already has to be drawn anew.
func Use(tag string, language []byte) error {
	t, err := Over(language)
	if err != nil {
		return err
	}
	current.Store(t)
	useIntl(tag)
	return nil
}

// Fill replaces words in braces: Fill("Hello {user}", "user", "anna").
func Fill(text string, pairs ...string) string {
	return fault.Fill(text, pairs...)
}

// Say is the plural's sentence for a number, with {n} filled in.
func (p Plural) Say(n int) string {
	text, has := p[category(n)]
	if !has {
		text = p["other"]
	}
	return Fill(text, "n", Number(n))
}
