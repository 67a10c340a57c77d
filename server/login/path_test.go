package login

import (
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

func TestLocalPath(t *testing.T) {
	for path, want := range map[string]bool{
		"/": true, "/account/mailboxes?x=1": true, "/a//b": true,
		"": false, "account": false, "//evil.example": false, "/\\evil.example": false, "https://evil.example/": false,
		"/\t/evil.example": false, "/a\r\nSet-Cookie: x": false, "javascript:alert(1)": false, "/\x01": false, "/a\x7f": false, "/\xff": false, "/\u0085": false, "/é": true, "/" + strings.Repeat("a", 3000): false,
		// What does something under the security token that a sign in puts before it.
		"/json-api/createacct?user=x": false, "/xml-api/removeacct": false, "/execute/Email/add_pop": false, "/%6ason-api/x": false,
		"/a/../json-api/x": false, "/a/%2e%2e/json-api/x": false, "/./execute/A/b": false, "/json-api%2f../x": false, "/..//json-api/x": false,
		"/openid_connect/idp?link=1": false, "/openid_connect_callback/idp": false, "/login?user=mallory&pass=x": false, "/login/": false, "/logout": false,
		"/json-apis": true, "/account/login": true, "/oauth2/authorize?client_id=x": true, "/webmail/": true,
	} {
		if got := LocalPath(path); got != want {
			t.Errorf("%.40q: %v", path, got)
		}
	}
}

// FuzzLocalPath: what is taken as local stays on this host when a browser follows it.
func FuzzLocalPath(f *testing.F) {
	f.Add("/account")
	f.Add("//x")
	f.Add("/%5c%5cx")
	f.Fuzz(func(t *testing.T, path string) {
		if !LocalPath(path) {
			return
		}
		base, _ := url.Parse("https://host.example.com:2083/cpsess1234567890/")
		to, err := base.Parse(path)
		if err != nil || to.Host != base.Host || to.Scheme != "https" {
			t.Errorf("%q leads to %v (%v)", path, to, err)
		}
	})
}

func TestSameOrigin(t *testing.T) {
	for _, c := range []struct {
		site, origin string
		want         bool
	}{
		{"same-origin", "", true}, {"cross-site", "", false}, {"same-site", "", false}, {"none", "", false},
		{"", "https://host.example.com:2083", true}, {"", "https://host.example.com:2087", false}, {"", "null", false}, {"", "", true},
		{"cross-site", "https://host.example.com:2083", false},
	} {
		r := httptest.NewRequest("GET", "https://host.example.com:2083/login/session", nil)
		if c.site != "" {
			r.Header.Set("Sec-Fetch-Site", c.site)
		}
		if c.origin != "" {
			r.Header.Set("Origin", c.origin)
		}
		if got := SameOrigin(r); got != c.want {
			t.Errorf("%+v: %v", c, got)
		}
	}
}
