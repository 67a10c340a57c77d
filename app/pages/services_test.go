package pages

import (
	"context"
	"net/url"
	"strings"
	"testing"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"postern/app/identity"
	"postern/shared/catalog"
	"postern/shared/scalar"
)

func TestTheLoginOffersOnlyProvidersOfThisService(t *testing.T) {
	l := &Login{Next: "/account/tokens?page=2", Desk: says(200, `{"providers":[{"label":"Log in via Example","link":"/openid_connect/example"},
		{"label":"Elsewhere","link":"https://evil.example/"},{"label":"Script","link":"javascript:alert(1)"}]}`)}
	html := drawn(t, l, func() {})
	if !strings.Contains(html, `href="/openid_connect/example?goto_uri=%2Faccount%2Ftokens%3Fpage%3D2"`) || !strings.Contains(html, ` data-native`) {
		t.Error(html)
	}
	if strings.Contains(html, "Elsewhere") || strings.Contains(html, "Script") {
		t.Error("a link leads away")
	}
	if html = drawn(t, &Login{Desk: says(200, `{"providers":null}`)}, func() {}); strings.Contains(html, "Or sign in with") {
		t.Error("there is nobody to sign in with")
	}
}

func TestWaysToConnectToADatabase(t *testing.T) {
	user := catalog.TempUser{User: "cpses_a", Password: "p@ss/word", Host: "db.example.com", Port: 5433}
	if got, want := libpq(user, "anna_shop"), "postgresql://cpses_a:p%40ss%2Fword@db.example.com:5433/anna_shop"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if got := psql(user, "anna_shop"); strings.Contains(got, "p@ss") || !strings.Contains(got, "--host=") {
		t.Error(got)
	}
	user.Host, user.Password = "/var/run/postgresql", ""
	u, err := url.Parse(libpq(user, "anna_shop"))
	if err != nil || u.Host != "" || u.Query().Get("host") != "/var/run/postgresql" || u.Query().Get("port") != "5433" || u.Path != "/anna_shop" || u.User.String() != "cpses_a" {
		t.Errorf("%v: %v", u, err)
	}
}

// TestMailApplicationLinks: a mounted one opens behind a Webmail session alone.
func TestMailApplicationLinks(t *testing.T) {
	mounted, away := catalog.WebmailApplication{Name: "roundcube", Path: "/3rdparty/roundcube", Start: "/"}, catalog.WebmailApplication{Name: "away", Address: "https://mail.example", Start: "/?login"}
	session := identity.Session{Token: "/cpsess1234567890"}
	webmail, account := identity.Door{Service: scalar.Webmail}, identity.Door{Service: scalar.CPanel}
	for want, got := range map[string]string{
		"/cpsess1234567890/webmail/open/roundcube": mailLink(webmail, session, mounted), "/cpsess1234567890/webmail/open/away": mailLink(webmail, session, away),
		"": mailLink(account, session, mounted), "https://mail.example/?login": mailLink(account, session, away),
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestACheckIsToldInWords(t *testing.T) {
	said := told(thing{"results": []any{map[string]any{"url": "https://a.example", "error": "It did not answer."}, map[string]any{"url": "https://b.example"}}})
	if strings.Join(said, " ") != "https://a.example: It did not answer. https://b.example: it got through." {
		t.Error(said)
	}
	if said = told(thing{"message_id": "ab12"}); len(said) != 1 || said[0] != "The message ab12 got through." {
		t.Error(said)
	}
}

// TestPackHidesNothing: what was left empty is not sent.
func TestPackHidesNothing(t *testing.T) {
	args := url.Values{"provider_id": {"google"}, "service_name": {"cpaneld"}, "client_id": {`a"b`}}
	pack(args)
	if args.Encode() != (url.Values{"provider_id": {"google"}, "service_name": {"cpaneld"}, "configurations": {`{"client_id":"a\"b"}`}}).Encode() {
		t.Error(args)
	}
}

func TestTheScreensOfServicesShowWhatThereIs(t *testing.T) {
	reply := `{"metadata":{"result":1},"data":{"payload":[{"name":"store","display_name":"The Store","enabled":1,"provider_id":"google","issuer":"https://issuer.example"}],
		"applications":[{"name":"roundcube","title":"Roundcube","path":"/3rdparty/roundcube","is_default":1}],"clients":[{"name":"dovecot","introspects":1}],"issuer":"https://host.example:2096",
		"oscar_server":"oscar.example:5190","posturl":["https://post.example"],"providers":[]}}`
	desk := identity.NewDesk(func(_ context.Context, r identity.Request) (identity.Response, error) {
		if r.Path == "/login/session" {
			return identity.Response{Status: 200, Body: []byte(`{"service":"whostmgrd"}`)}, nil
		}
		body := reply
		if strings.Contains(r.Path, "postern_list_market") || strings.Contains(r.Path, "postern_list_auth") { // a list stands alone
			body = `{"metadata":{"result":1},"data":{"payload":[{"name":"store","display_name":"The Store","enabled":1,"provider_id":"google","issuer":"https://issuer.example"}]}}`
		}
		return identity.Response{Status: 200, Body: []byte(body)}, nil
	})
	if _, err := desk.Door(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, one := range []struct {
		screen app.Composer
		wants  []string
	}{
		{&AdminProviders{Desk: desk}, []string{"The Store", "https://issuer.example", "Off for WHM: google", "Switch off: store"}},
		{&AdminApplications{Desk: desk}, []string{"/3rdparty/roundcube", "It may ask about others’ tokens", "https://host.example:2096", "Default"}},
		{&AdminMessengers{Desk: desk}, []string{"oscar.example:5190", "https://post.example", "Check AIM"}},
	} {
		html := drawn(t, one.screen, func() {})
		for _, want := range one.wants {
			if !strings.Contains(html, want) {
				t.Errorf("%T lacks %q: %s", one.screen, want, html)
			}
		}
	}
}
