package node_test

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"postern/shared/function"
	"postern/shared/scalar"
)

// look is a page as a browser's window asks for it.
func (h *house) look(t *testing.T, s scalar.Service, path, cookie string, headers ...string) (http.Header, string) {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, "https://host.example.com"+path, nil)
	r.RemoteAddr = "192.0.2.1:50000"
	r.Header.Set("Cookie", cookie)
	r.Header.Set("Sec-Fetch-Dest", "document")
	r.Header.Set("Sec-Fetch-Mode", "navigate")
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.handler(t, s, true).ServeHTTP(w, r)
	return w.Header(), w.Body.String()
}

// shows tells whether what is signed in is in the page, drawn or as an answer.
func shows(page string) bool {
	return strings.Contains(page, `id="drawn"`) || strings.Contains(page, `id="told"`) || strings.Contains(page, "/cpsess")
}

// TestAPageIsDrawnForWhoIsSignedIn and shows nothing that the app would not: to each
// their own screen, with what their privileges let them list.
func TestAPageIsDrawnForWhoIsSignedIn(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	cookie, token := h.signIn(t, scalar.WHM, "root")
	header, page := h.look(t, scalar.WHM, "/admin/accounts", cookie)
	for _, needed := range []string{"<title>Accounts · WHM · ", `href="/admin/accounts?account=carl"`, `action="` + token + `/logout"`, "New account",
		`"` + token + `/json-api/listaccts?`, `"/login/session":{"status":200,`} {
		if !strings.Contains(page, needed) {
			t.Errorf("root's page lacks %s", needed)
		}
	}
	if header.Get("Cache-Control") != "no-store" {
		t.Errorf("a page with somebody's data may be kept: %v", header)
	}

	// A reseller's own accounts.
	rita, ritas := h.signIn(t, scalar.WHM, "rita")
	if _, page := h.look(t, scalar.WHM, "/admin/accounts", rita); !strings.Contains(page, "account=carl") || strings.Contains(page, "account=anna") || strings.Contains(page, token) || !strings.Contains(page, ritas) {
		t.Error("rita's page has not rita's accounts alone")
	}
	h.call(t, "root", function.WHM("setacls"), "reseller", "rita", "acl-create-acct", "1")
	rita, _ = h.signIn(t, scalar.WHM, "rita")
	if _, page := h.look(t, scalar.WHM, "/admin/accounts", rita); strings.Contains(page, "carl") || !strings.Contains(page, `id="drawn"`) || strings.Contains(page, "listaccts") {
		t.Error("who may list no accounts finds some in the page")
	}

	// A screen that the app draws alone has its place, and the frame.
	_, page = h.look(t, scalar.WHM, "/api-shell", cookie)
	if !strings.Contains(page, "<title>API Shell · ") || !strings.Contains(page, "placeholder-glow") || strings.Count(page, `"status":200`) != 1 {
		t.Error("the API Shell's page:", page)
	}
	annas, _ := h.signIn(t, scalar.CPanel, "anna")
	if _, page := h.look(t, scalar.CPanel, "/", annas, "Accept-Language", "de"); !strings.Contains(page, "Abmelden") || !strings.Contains(page, `href="/account/mailboxes"`) {
		t.Error("anna's page:", page)
	}
	if _, page := h.look(t, scalar.CPanel, "/admin/accounts", annas); strings.Contains(page, "listaccts") || strings.Contains(page, "account=carl") {
		t.Error("an account finds WHM's list at cPanel")
	}
}

// TestDaysAreTheReaders: the figures are drawn by the days of the reader's time zone,
// and not at all where that is not known.
func TestDaysAreTheReaders(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	cookie, _ := h.signIn(t, scalar.WHM, "root")
	const figures = `json-api/postern_get_statistics?`
	if _, page := h.look(t, scalar.WHM, "/", cookie+"; postern_zone=America/Argentina/Salta"); !strings.Contains(page, figures) || !strings.Contains(page, "timezone=America%2FArgentina%2FSalta") || strings.Contains(page, "placeholder-glow") {
		t.Error("the reader's zone:", page)
	}
	for _, zone := range []string{"", "Atlantis/Poseidon", "<script>alert(1)</script>", "../../etc/passwd", strings.Repeat("A", 5000)} {
		_, page := h.look(t, scalar.WHM, "/", cookie+"; postern_zone="+zone)
		if strings.Contains(page, figures) && !strings.HasPrefix(zone, "Atlantis") || zone != "" && strings.Contains(page[:strings.Index(page, `id="told"`)], zone) || !strings.Contains(page, "placeholder-glow") {
			t.Errorf("%.20q: %s", zone, page)
		}
	}
}

// TestADrawnPageTellsNoSecret on any screen: neither who may sign in by what, nor the
// window's own cookie.
func TestADrawnPageTellsNoSecret(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	links := regexp.MustCompile(`class="nav-link" href="([^"]+)"`)
	for s, user := range map[scalar.Service]string{scalar.WHM: "root", scalar.CPanel: "anna", scalar.Webmail: "bob@example.com"} {
		cookie, _ := h.signIn(t, s, user)
		_, home := h.look(t, s, "/", cookie)
		found := links.FindAllStringSubmatch(home, -1)
		if len(found) < 7 {
			t.Errorf("%s has the screens %q: %s", user, found, home)
		}
		for _, link := range found {
			_, page := h.look(t, s, link[1], cookie)
			if !strings.Contains(page, `id="drawn"`) {
				t.Errorf("%s is not drawn for %s", link[1], user)
			}
			_, secret, _ := strings.Cut(strings.ReplaceAll(strings.ReplaceAll(cookie, "%2C", ","), "%2c", ","), ",")
			secrets := []string{"$argon2", secret}
			for _, token := range h.tokens {
				secrets = append(secrets, token)
			}
			for _, one := range secrets {
				if len(one) < 6 || strings.Contains(page, one) {
					t.Errorf("%s tells %s the secret %q", link[1], user, one)
				}
			}
		}
	}
}

// TestAPageIsDrawnForItsOwnWindowAlone: not for a stranger, and not where another
// site could have it in a frame, a script or an image.
func TestAPageIsDrawnForItsOwnWindowAlone(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	cookie, token := h.signIn(t, scalar.WHM, "root")
	const path = "/admin/accounts"
	for _, dest := range []string{"iframe", "frame", "embed", "object", "image", "script", "style", "empty", "worker"} {
		if _, page := h.look(t, scalar.WHM, path, cookie, "Sec-Fetch-Dest", dest, "Sec-Fetch-Site", "cross-site"); shows(page) {
			t.Errorf("drawn for %s", dest)
		}
	}
	if _, page := h.look(t, scalar.WHM, path, "", "Authorization", "whm root:"+h.tokens["root"]); shows(page) {
		t.Error("drawn for a token")
	}
	if _, page := h.look(t, scalar.WHM, path, strings.Replace(cookie, "=", "=x", 1)); shows(page) {
		t.Error("drawn for another cookie")
	}
	if _, page := h.look(t, scalar.CPanel, path, cookie); shows(page) {
		t.Error("drawn at another service")
	}
	// The credentials in a header are not those of the window: the cookie decides.
	if _, page := h.look(t, scalar.WHM, path, cookie, "Authorization", "whm rita:"+h.tokens["rita"]); !strings.Contains(page, "account=anna") {
		t.Error("a header decides whose list is drawn")
	}
	if status, _, _ := h.ask(t, scalar.WHM, http.MethodPost, token+"/logout", "192.0.2.1", cookie, nil); status != http.StatusFound {
		t.Fatal("not signed out:", status)
	}
	if _, page := h.look(t, scalar.WHM, path, cookie); shows(page) {
		t.Error("drawn after the session ended")
	}
}

// TestNothingInADrawnPageIsAnybodysMarkup: neither what an address asks for nor what
// is kept of accounts.
func TestNothingInADrawnPageIsAnybodysMarkup(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	const evil = `"'></script><img src=x onerror=alert(1)>\u003c!--`
	if _, err := h.db.Write.NewRaw("UPDATE accounts SET plan = ? WHERE domain = 'example.com'", evil).Exec(t.Context()); err != nil {
		t.Fatal(err)
	}
	cookie, _ := h.signIn(t, scalar.WHM, "root")
	for _, query := range []string{"", `?q=%22%3E%3C/script%3E%3Cimg%20src=x%20onerror=alert(1)%3E`, `?sort=%22onfocus=alert(1)%20x=`, "?state=%22%3E%3Cimg%3E&in=%22%3E%3Cimg%3E", "?q=%5C%22%20onfocus%3Dalert(1)%20%5C", "?q=%0A%00%C2%80%FF"} {
		_, page := h.look(t, scalar.WHM, "/admin/accounts"+query, cookie)
		if !strings.Contains(page, `id="drawn"`) {
			t.Errorf("%s: not drawn", query)
		}
		if strings.Contains(page, "<img src=x") || strings.Contains(page, `" onfocus`) || strings.Contains(page, "\"onfocus") || strings.Count(page, "</script>") != 3 || strings.Contains(page, "<img>") {
			t.Errorf("%s: %s", query, page)
		}
	}
}
