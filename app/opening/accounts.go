package opening

import (
	"context"
	"net/url"
	"strings"

	"postern/app/place"
	"postern/shared/catalog"
	"postern/shared/client"
	"postern/shared/function"
	"postern/shared/scalar"
)

// The address of WHM's list of accounts, and the parameter of its query that names
// one account, which is shown in the list's stead.
const (
	AccountsPath = "/admin/accounts"
	OneAccount   = "account"
)

// PageSize is how many rows a list shows: go-app's tables grow slow beyond fifty.
const PageSize = 15

var accounts = catalog.ListAccts

// Account is what the list shows of an account; members are asked for by name.
type Account struct {
	User, Domain, Owner, Plan string
	Begun                     int64      `json:"unix_startdate"`
	Suspended                 scalar.Bit `json:"suspended"`
}

const members = "user,domain,owner,plan,unix_startdate,suspended"

// AccountsPlace reads where in the list an address is.
func AccountsPlace(at *url.URL) place.Place { return place.Read(at.Query(), "in", "state") }

// Accounts asks for the page of the list at a place.
func Accounts(ctx context.Context, by client.Carrier, at place.Place) ([]Account, *function.Shaped, error) {
	var answer struct{ Acct []Account }
	shaped, err := client.Part(ctx, by, accounts, catalog.ListAcctsRequest{Want: members}, accountShape(at), &answer)
	return answer.Acct, shaped, err
}

// accountShape asks for a page of accounts by columns that the server's database
// can search and sort by, whatever their number.
func accountShape(at place.Place) function.Shape {
	column := "user"
	if in := at.Only["in"]; in == "domain" || in == "owner" {
		column = in
	}
	at.Search = strings.ToLower(at.Search)
	s := at.Shape(PageSize, column)
	if state := at.Only["state"]; state == "1" || state == "0" {
		s.Filters = append(s.Filters, function.Filter{Column: "suspended", Term: state, Test: function.Equal})
	}
	if len(s.Sorts) == 0 {
		s.Sorts = []function.Sort{{Column: "user", Method: function.Lexicographic}}
	}
	return s
}
