package node_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"postern/shared/function"
	"postern/shared/scalar"
)

// keepToken remembers the API tokens that the fixture makes.
func (h *house) keepToken(t testing.TB, user string, name function.Name, out any) {
	t.Helper()
	if name.Function != "api_token_create" && name.Function != "create_full_access" {
		return
	}
	text, err := json.Marshal(out)
	if err != nil {
		t.Fatal(err)
	}
	var made struct{ Token string }
	if err := json.Unmarshal(text, &made); err != nil || made.Token == "" {
		t.Fatalf("no token in %s: %v", text, err)
	}
	h.tokens[string(name.Dialect)+" "+user] = made.Token
}

// credentials signs a request as an inhabitant: by API token where there is one
// for the service, since a token costs no hash, else by password.
func (h *house) credentials(t testing.TB, r *http.Request, as string, s scalar.Service) {
	t.Helper()
	switch {
	case as == "":
	case s == scalar.WHM && h.tokens["whm "+as] != "":
		r.Header.Set("Authorization", "whm "+as+":"+h.tokens["whm "+as])
	case s == scalar.CPanel && h.tokens["uapi "+as] != "":
		r.Header.Set("Authorization", "cpanel "+as+":"+h.tokens["uapi "+as])
	default:
		r.SetBasicAuth(as, passwordOf(as))
	}
}
