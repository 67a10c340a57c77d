package node_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"postern/shared/scalar"
)

// TestTheProviderIsToldTheTypedName: as a hint, and only what was typed on our own
// page; nothing of it comes back in a page or a header of ours.
func TestTheProviderIsToldTheTypedName(t *testing.T) {
	t.Parallel()
	o := newOutside(t)
	hint := func(user, site string) string {
		t.Helper()
		reply := o.perform(t, exchange{request: []string{"GET cpanel /openid_connect/idp?" + url.Values{"user": {user}}.Encode(), "Sec-Fetch-Site: " + site}}, nil)
		at, err := url.Parse(find(t, `Location: (\S+)`, reply))
		if err != nil || !strings.HasPrefix(at.String(), o.liar.URL+"/auth?") {
			t.Fatalf("%v: %s", err, reply)
		}
		if strings.Contains(at.Path+at.Fragment, "anna") || at.Query().Get("state") == "" || len(at.Query()["client_id"]) != 1 {
			t.Errorf("%q changes the address: %s", user, at)
		}
		return at.Query().Get("login_hint")
	}
	for user, want := range map[string]string{
		"anna": "anna", " bob@example.com ": "bob@example.com", "": "", "a&client_id=evil#x": "a&client_id=evil#x",
		"an\u200bna\x07": "anna", "two\nlines": "", strings.Repeat("a", 300): strings.Repeat("a", 255), strings.Repeat("a", 600): "",
	} {
		if got := hint(user, "same-origin"); got != want {
			t.Errorf("typed %q, the hint is %q", user, got)
		}
		for _, site := range []string{"cross-site", "same-site", "none"} {
			if got := hint(user, site); got != "" {
				t.Errorf("%s: the hint is %q", site, got)
			}
		}
	}
	const named = "<script>alert(1)</script>"
	status, header, body := o.ask(t, scalar.CPanel, http.MethodGet, "/openid_connect/nowhere?"+url.Values{"user": {named}}.Encode(), "192.0.2.1", "", nil)
	if status != http.StatusNotFound || strings.Contains(body, "alert(1)") || strings.Contains(header.Get("Location"), "alert") {
		t.Errorf("the name comes back: %d %v %s", status, header, body)
	}
}
