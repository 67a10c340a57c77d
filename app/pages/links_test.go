package pages

import (
	"context"
	"net/url"
	"strings"
	"testing"

	"postern/app/identity"
	"postern/app/texts"
)

// linked is a login with one link, to a provider that is on besides another.
func linked() *identity.Desk {
	return identity.NewDesk(func(_ context.Context, r identity.Request) (identity.Response, error) {
		body := `[{"provider_id":"idp","preferred_username":"anna@there","subject_unique_identifier":"s-1","postern_proven":0,"link_time":1772616600}]`
		if strings.HasSuffix(r.Path, "configured_modules") {
			body = `[{"provider_name":"idp","display_name":"Example","icon":"AAAA","icon_type":"image/png"},{"provider_name":"a b","display_name":"Other"}]`
		}
		return identity.Response{Status: 200, Body: []byte(`{"status":1,"data":` + body + `}`)}, nil
	})
}

func ownLinksOf(possessor string, came url.Values) *OwnLinks {
	return &OwnLinks{Desk: linked(), Session: identity.Session{User: "anna", Token: "/cpsess1234567890", Possessor: possessor}, came: came}
}

func TestOwnLinks(t *testing.T) {
	html := drawn(t, ownLinksOf("", nil), nil)
	for _, want := range []string{
		"anna@there", "s-1", "with the username typed first", "Unlink: Example, s-1", "1 identity", ` data-native`,
		`href="/cpsess1234567890/openid_connect/idp?goto_uri=%2Faccount%2Flinks&link=1"`, `/openid_connect/a%20b?`,
		`src="data:image/png;base64,AAAA"`,
	} {
		if !strings.Contains(html, want) {
			t.Errorf("the page lacks %s: %s", want, html)
		}
	}
	html = drawn(t, ownLinksOf("root", nil), nil)
	if strings.Contains(html, "openid_connect/") || !strings.Contains(html, "Only anna can link an identity") {
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
