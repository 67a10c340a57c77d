package node_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"postern/shared/function"
	"postern/shared/scalar"
)

// TestTheLanguageOfAPage: the session's, the one that the address or the year's
// cookie asks for, the one that the user has chosen, and else the browser's.
func TestTheLanguageOfAPage(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	is := func(title, path, cookies, lang string) {
		t.Helper()
		status, header, body := h.ask(t, scalar.CPanel, http.MethodGet, path, "192.0.2.1", cookies, nil)
		if status != 200 || !strings.Contains(body, `<html lang="`+lang+`" dir="ltr"`) || !strings.Contains(strings.Join(header.Values("Vary"), ", "), "Accept-Language") {
			t.Errorf("%s: %d, %v, not %s: %.200s", title, status, header.Values("Vary"), lang, body)
		}
	}
	is("a stranger", "/", "", "en")
	is("who asks for it", "/login?locale=de", "", "de")
	is("who asked for it this year", "/", "session_locale=de", "de")
	is("who asks for none of ours", "/login?locale=fr", "", "en")
	is("who asks for nonsense", `/login?locale=%22%3E`, "", "en")
	_, _, body := h.ask(t, scalar.CPanel, http.MethodGet, "/login?locale=de", "192.0.2.1", "", nil)
	for _, needed := range []string{"Bei cPanel anmelden", `name="locale" id="entrance-locale" value="de"`, `aria-current="true">Deutsch`, `href="/login?locale=en"`} {
		if !strings.Contains(body, needed) {
			t.Errorf("the German login page lacks %s: %s", needed, body)
		}
	}

	// A refusal speaks the language of the form that was sent.
	_, _, body = h.ask(t, scalar.CPanel, http.MethodPost, "/login", "192.0.2.1", "", url.Values{"user": {"anna"}, "pass": {"wrong"}, "locale": {"de"}})
	if !strings.Contains(body, "Die Anmeldung ist ungültig.") || !strings.Contains(body, `name="locale" id="entrance-locale" value="de"`) {
		t.Errorf("refused in German: %s", body)
	}

	_, header, _ := h.ask(t, scalar.CPanel, http.MethodPost, "/login", "192.0.2.1", "", url.Values{"user": {"anna"}, "pass": {passwordOf("anna")}, "locale": {"de"}})
	german := cookieOf(t, header, scalar.CPanel.Cookie())
	is("a German session", "/", german, "de")
	if _, _, who := h.ask(t, scalar.CPanel, http.MethodGet, "/login/session", "192.0.2.1", german, nil); !strings.Contains(who, `"locale":"de"`) {
		t.Errorf("the app is not told: %s", who)
	}

	cookie, _ := h.signIn(t, scalar.CPanel, "anna")
	is("a session that asks for nothing", "/", cookie, "en")
	h.call(t, "root", function.WHM("modifyacct"), "user", "anna", "LOCALE", "de")
	is("a user who chose German", "/", cookie, "de")
}
