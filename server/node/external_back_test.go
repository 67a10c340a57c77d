package node_test

import (
	"net/http"
	"strings"
	"testing"

	"postern/server/provider/providertest"
	"postern/shared/scalar"
)

// TestLinksThatFailAreToldWhereTheyBegan: the page that asked for a link hears why
// there is none, in the very session that asked, by the refusal's kind alone.
func TestLinksThatFailAreToldWhereTheyBegan(t *testing.T) {
	t.Parallel()
	o := newOutside(t)
	anna, token := o.signIn(t, scalar.CPanel, "anna")
	const place = "&goto_uri=/account/links%3Ftab=2"
	link := func() string { return o.grant(t, scalar.CPanel, token, anna, passwordOf("anna")) + place }
	told := func(title, want string, status int, header http.Header, body string) {
		t.Helper()
		if to := header.Get("Location"); status != http.StatusFound || to != want {
			t.Errorf("%s: %d %q, want %q: %s", title, status, to, want, body)
		}
	}
	try := func(change func(back, cookie string) (string, string)) (int, http.Header, string) {
		t.Helper()
		cookie, back := o.away(t, scalar.CPanel, token, link(), anna)
		back, cookie = change(back, cookie)
		return o.ask(t, scalar.CPanel, http.MethodGet, back, "192.0.2.1", cookie, nil)
	}
	same := func(back, cookie string) (string, string) { return back, cookie }
	const at = "/account/links?"
	o.liar.Lie(func(l *providertest.Liar) { l.Claims = func(c map[string]any) { c["sub"] = "annas" } })
	status, header, body := try(same)
	told("a link", at+"linked=idp&tab=2", status, header, body)
	status, header, body = try(same)
	told("the same again", at+"not_linked=exists&tab=2", status, header, body)
	status, header, body = try(func(back, cookie string) (string, string) {
		return back[:strings.Index(back, "?")] + "?error=access_denied&error_description=%3Cscript%3E&" + back[strings.Index(back, "state="):], cookie
	})
	told("somebody who said no", at+"not_linked=stranger&tab=2", status, header, body)
	o.liar.Lie(func(l *providertest.Liar) { l.Token = func(m map[string]any) { delete(m, "id_token") } })
	status, header, body = try(same)
	told("a provider in trouble", at+"not_linked=unavailable&tab=2", status, header, body)
	o.liar.Lie(func(l *providertest.Liar) { l.Token = nil })

	// Nobody else hears anything but that it is refused.
	carl, _ := o.signIn(t, scalar.CPanel, "carl")
	for title, session := range map[string]string{"no session": "", "another session": "; " + carl} {
		status, header, body = try(func(back, cookie string) (string, string) {
			return back, strings.Replace(cookie, "; "+anna, session, 1)
		})
		if status != http.StatusUnauthorized || header.Get("Location") != "" {
			t.Errorf("%s: %d %v %s", title, status, header, body)
		}
	}
	status, _, body = o.ask(t, scalar.CPanel, http.MethodGet, link(), "192.0.2.1", anna, nil)
	out(t, "another site's page", status, http.StatusUnauthorized, body, "Invalid security token")

	// On the way out: a provider that there is none of, and a way that was not granted.
	status, header, body = o.ask(t, scalar.CPanel, http.MethodGet, token+strings.Replace(link(), "idp", "nobody", 1), "192.0.2.1", anna, nil)
	told("no such provider", at+"not_linked=unknown&tab=2", status, header, body)
	status, header, body = o.ask(t, scalar.CPanel, http.MethodGet, token+"/openid_connect/idp?link=1"+place, "192.0.2.1", anna, nil)
	told("not granted", at+"not_linked=stranger&tab=2", status, header, body)
	for _, to := range []string{"https://evil.example/", "//evil.example"} {
		status, header, _ = o.ask(t, scalar.CPanel, http.MethodGet, token+"/openid_connect/idp?link=1&goto_uri="+to, "192.0.2.1", anna, nil)
		if status != http.StatusUnauthorized || header.Get("Location") != "" {
			t.Errorf("%s: %d %v", to, status, header)
		}
	}
}
