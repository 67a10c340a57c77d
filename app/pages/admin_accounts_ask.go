package pages

import (
	"context"
	"net/url"
	"strings"

	"postern/app/components"
	"postern/shared/catalog"
	"postern/shared/client"
	"postern/shared/function"
	"postern/shared/scalar"
)

// oneAccount is the parameter of the list's address that names one account, which
// is shown in the list's stead.
const oneAccount = "account"

// pageSize is how many rows a list shows: go-app's tables grow slow beyond fifty.
const pageSize = 15

// listedAccount is what the list shows of an account; members are asked for by name.
type listedAccount struct {
	User, Domain, Owner, Plan string
	Begun                     int64      `json:"unix_startdate"`
	Suspended                 scalar.Bit `json:"suspended"`
}

const listedMembers = "user,domain,owner,plan,unix_startdate,suspended"

// accountsPlace reads where in the list an address is.
func accountsPlace(at *url.URL) components.Place {
	return components.ReadPlace(at.Query(), "in", "state")
}

// listAccounts asks for the page of the list at a place.
func listAccounts(ctx context.Context, by client.Carrier, at components.Place) ([]listedAccount, *function.Shaped, error) {
	var answer struct{ Acct []listedAccount }
	shaped, err := client.Part(ctx, by, catalog.ListAccts, catalog.ListAcctsRequest{Want: listedMembers}, accountShape(at), &answer)
	return answer.Acct, shaped, err
}

// accountShape asks for a page of accounts by columns that the server's database
// can search and sort by, whatever their number.
func accountShape(at components.Place) function.Shape {
	column := "user"
	if in := at.Only["in"]; in == "domain" || in == "owner" {
		column = in
	}
	at.Search = strings.ToLower(at.Search)
	s := at.Shape(pageSize, column)
	if state := at.Only["state"]; state == "1" || state == "0" {
		s.Filters = append(s.Filters, function.Filter{Column: "suspended", Term: state, Test: function.Equal})
	}
	if len(s.Sorts) == 0 {
		s.Sorts = []function.Sort{{Column: "user", Method: function.Lexicographic}}
	}
	return s
}
