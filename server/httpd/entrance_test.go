package httpd

import (
	"net/http/httptest"
	"strings"
	"testing"

	"postern/server/account"
	"postern/server/dispatch"
	"postern/server/session"
	"postern/shared/scalar"
)

// TestThePageNamesAFirstQuestionForWhoMayAskIt, and for nobody else: the loader
// asks it without looking.
func TestThePageNamesAFirstQuestionForWhoMayAskIt(t *testing.T) {
	who := func(kind dispatch.Kind, privileges ...string) *session.Row {
		return &session.Row{Who: account.Known{Caller: dispatch.Caller{Kind: kind, Privileges: privileges}}}
	}
	whm, cpanel := &Site{Service: scalar.WHM}, &Site{Service: scalar.CPanel}
	for name, c := range map[string]struct {
		site  *Site
		row   *session.Row
		asked bool
	}{
		"root":                             {whm, who(dispatch.Root), true},
		"a reseller who lists accounts":    {whm, who(dispatch.Reseller, "list-accts"), true},
		"a reseller who does not":          {whm, who(dispatch.Reseller, "create-acct"), false},
		"a reseller without any privilege": {whm, who(dispatch.Reseller), false},
		"a stranger":                       {whm, nil, false},
		"an account at cPanel":             {cpanel, who(dispatch.Account), false},
	} {
		got := c.site.first(httptest.NewRequest("GET", "/admin/accounts?q=a", nil), c.row)
		if strings.HasPrefix(got, "/json-api/listaccts?") != c.asked || c.asked != (got != "") {
			t.Errorf("%s: %q", name, got)
		}
	}
	if got := whm.first(httptest.NewRequest("GET", "/", nil), who(dispatch.Root)); got != "" {
		t.Errorf("the first page: %q", got)
	}
}
