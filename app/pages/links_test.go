package pages

import (
	"context"
	"net/url"
	"strings"
	"testing"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"postern/app/identity"
	"postern/app/texts"
	"postern/shared/catalog"
	"postern/shared/fault"
)

// linked is a login with one link, to a provider that is on besides another.
func linked() identity.Fetch {
	return func(_ context.Context, r identity.Request) (identity.Response, error) {
		body := `[{"provider_id":"idp","preferred_username":"anna@there","subject_unique_identifier":"s-1","postern_proven":0,"link_time":1772616600}]`
		if strings.HasSuffix(r.Path, "configured_modules") {
			body = `[{"provider_name":"idp","display_name":"Example","icon":"AAAA","icon_type":"image/png"},{"provider_name":"a b","display_name":"Other"}]`
		}
		return identity.Response{Status: 200, Body: []byte(`{"status":1,"data":` + body + `}`)}, nil
	}
}

func ownLinksOf(possessor string, came url.Values) *OwnLinks {
	return &OwnLinks{Desk: identity.NewDesk(linked()), Session: identity.Session{User: "anna", Token: "/cpsess1234567890", Possessor: possessor}, came: came}
}

func TestOwnLinks(t *testing.T) {
	html := drawn(t, ownLinksOf("", nil), nil)
	for _, want := range []string{
		"anna@there", "s-1", "with the username typed first", "Unlink: Example, s-1", "1 identity", "Link with Example", "Link with Other",
		`src="data:image/png;base64,AAAA"`,
	} {
		if !strings.Contains(html, want) {
			t.Errorf("the page lacks %s: %s", want, html)
		}
	}
	html = drawn(t, ownLinksOf("root", nil), nil)
	if strings.Contains(html, "Link with") || !strings.Contains(html, "Only anna can link an identity") {
		t.Error("somebody else is led to link: " + html)
	}
}

// TestTheWayBackFromAProvider: the address may be anybody's, so it names what is
// known to be so, or one of our own sentences.
func TestTheWayBackFromAProvider(t *testing.T) {
	for query, want := range map[string]string{
		"linked=idp":                 "Your identity at Example is linked.",
		"linked=evil":                "",
		"linked=":                    "",
		"not_linked=exists":          texts.Now().Links.Refused["exists"],
		"not_linked=<b>call+us</b>":  texts.Now().Links.Refused[""],
		"not_linked=&linked=idp":     texts.Now().Links.Refused[""],
		"not_linked=stranger&page=2": texts.Now().Links.Refused["stranger"],
	} {
		came, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		html := drawn(t, ownLinksOf("", came), nil)
		told := strings.Contains(html, "alert-title")
		if told != (want != "") || !strings.Contains(html, want) || strings.Contains(html, "call us") || strings.Contains(html, "evil") {
			t.Errorf("%s: %s", query, html)
		}
	}
}

// TestFailingProvidersAreTold: what failed, and where it is off now.
func TestFailingProvidersAreTold(t *testing.T) {
	if told := failures([]any{}); told != "" {
		t.Error(told)
	}
	told := failures([]any{map[string]any{"provider_name": "idp", "provider_failure": "“idp” is down.", "disabled_services": []any{"cpaneld", "webmaild"},
		"failures_to_disable": []any{map[string]any{"service_name": "whostmgrd", "failure": "No."}}}})
	if want := "“idp” is down. It is switched off for cPanel, Webmail. WHM: No."; told != want {
		t.Errorf("%s, want %s", told, want)
	}
}

// TestALinkBeginsWithThePassword: it is asked for when the server asks, and what is
// wrong with it stands at the field; the page keeps none.
func TestALinkBeginsWithThePassword(t *testing.T) {
	rest := linked()
	var sent []string
	p := ownLinksOf("", nil)
	p.Desk = identity.NewDesk(func(ctx context.Context, r identity.Request) (identity.Response, error) {
		if !strings.HasSuffix(r.Path, "begin_authn_link") {
			return rest(ctx, r)
		}
		sent = append(sent, r.Method+" "+r.Form.Encode())
		return identity.Response{Status: 200, Fault: fault.Invalid,
			Body: []byte(`{"status":0,"errors":["` + fault.Bad("own_password", "say it").Message + `"]}`)}, nil
	})
	d := app.NewClientTester(p)
	t.Cleanup(d.Close)
	after := func(do func()) string {
		d.Consume()
		do()
		d.Consume()
		p.Update()
		d.Consume()
		return app.HTMLString(p)
	}
	html := after(func() {
		p.Begin(catalog.AuthnModule{ProviderName: "idp", ButtonFace: catalog.ButtonFace{DisplayName: "Example"}})
	})
	for _, want := range []string{`id="in-own_password"`, `autocomplete="current-password"`, "Your present password", "Link with Example</h2>"} {
		if !strings.Contains(html, want) {
			t.Errorf("the dialog lacks %s: %s", want, html)
		}
	}
	if strings.Contains(html, "Say it") {
		t.Error("nobody has typed anything wrong yet")
	}
	html = after(func() { p.Prove("secret-word") })
	if !strings.Contains(html, "Say it") || strings.Contains(html, "secret-word") {
		t.Error(html)
	}
	if got := strings.Join(sent, ", "); got != "POST provider_id=idp, POST own_password=secret-word&provider_id=idp" {
		t.Error(got)
	}
	if html = after(func() { p.Prove("") }); len(sent) != 2 || strings.Contains(html, "Say it") {
		t.Error("no password was sent")
	}
}

// TestTheWayToAProvider is on this very server, under the session's token.
func TestTheWayToAProvider(t *testing.T) {
	for path, want := range map[string]string{
		"/openid_connect/a%20b?link=x": "/cpsess1234567890/openid_connect/a%20b?link=x&goto_uri=%2Faccount%2Flinks",
		"https://evil.example/":        "", "//evil.example": "", "": "", "/logout": "",
	} {
		if got := ownLinksOf("", nil).way(catalog.AuthnLinkStart{Path: path}); got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
}
