package opening_test

import (
	"context"
	"errors"
	"maps"
	"net/url"
	"strings"
	"testing"

	"postern/app/opening"
	"postern/shared/catalog"
	"postern/shared/fault"
	"postern/shared/function"
	"postern/shared/scalar"
	"postern/shared/wire"
)

// asker notes how the app sends a call.
type asker struct{ path, form string }

func (a *asker) Speaks() []function.Dialect { return []function.Dialect{function.OnWHM} }

func (a *asker) Carry(_ context.Context, name function.Name, args url.Values) ([]byte, fault.Kind, error) {
	args = maps.Clone(args)
	a.path = wire.Address(name, args)
	a.form = args.Encode()
	return []byte(`{"metadata":{"result":1,"chunk":{"start":1,"size":15,"records":40}},"data":{"acct":[{"user":"anna","domain":"example.com","owner":"root","plan":"default","unix_startdate":1772611200,"suspended":1}]}}`), "", nil
}

// TestTheQuestionIsTheOneThatTheAppAsks letter for letter, or its answer would not be found.
func TestTheQuestionIsTheOneThatTheAppAsks(t *testing.T) {
	for _, query := range []string{"", "q=anna", "page=3&sort=-domain", "in=owner&state=1&q=%25_%22%3E%3Cscript%3E", "q=a%3Fb%26api.version%3D0%23c", "page=x&other=1"} {
		at := &url.URL{Path: opening.AccountsPath, RawQuery: query}
		q, known := opening.At(scalar.WHM, at)
		var a asker
		rows, shaped, err := opening.Accounts(context.Background(), &a, opening.AccountsPlace(at))
		if err != nil || len(rows) != 1 || rows[0] != (opening.Account{User: "anna", Domain: "example.com", Owner: "root", Plan: "default", Begun: 1772611200, Suspended: true}) || shaped == nil || shaped.Records != 40 {
			t.Fatal(rows, shaped, err)
		}
		if !known || q.Path != a.path || q.Form != a.form || q.Path != "/json-api/listaccts" || q.Needs != "list-accts" {
			t.Errorf("%q: %+v, the app asks %+v", query, q, a)
		}
		if strings.Count(q.Path+"?"+q.Form, "?") != 1 || strings.ContainsAny(q.Form, "\"<> #") {
			t.Errorf("%q: the reader's text is not encoded in %s", query, q.Form)
		}
		if args, err := url.ParseQuery(q.Form); err != nil || args.Get("api.version") != "1" || len(args["api.version"]) != 1 {
			t.Errorf("%q: %v %v", query, args, err)
		}
	}
}

// TestOnlyAReadIsAskedBeforehand: it is asked without anybody having done anything.
func TestOnlyAReadIsAskedBeforehand(t *testing.T) {
	if catalog.ListAccts.Effect != function.Reads {
		t.Error("listaccts does more than read")
	}
}

func TestOtherScreensAskNothingBeforehand(t *testing.T) {
	for _, c := range []struct {
		service scalar.Service
		address string
	}{
		{scalar.CPanel, opening.AccountsPath}, {scalar.Webmail, opening.AccountsPath}, {scalar.WHM, "/"}, {scalar.WHM, opening.AccountsPath + "/x"},
		{scalar.WHM, opening.AccountsPath + "?account=anna"}, {scalar.WHM, "/login?goto_uri=" + opening.AccountsPath},
	} {
		at, err := url.Parse(c.address)
		if err != nil {
			t.Fatal(err)
		}
		if q, known := opening.At(c.service, at); known || q != (opening.Question{}) {
			t.Errorf("%s %s: %+v", c.service, c.address, q)
		}
	}
}

// TestACarrierThatFailsIsHeard: a fault is not taken for an empty list.
func TestACarrierThatFailsIsHeard(t *testing.T) {
	if rows, _, err := opening.Accounts(context.Background(), silent{}, opening.AccountsPlace(&url.URL{})); !errors.Is(err, errSilent) || rows != nil {
		t.Error(rows, err)
	}
}

var errSilent = errors.New("nobody answers")

type silent struct{}

func (silent) Carry(context.Context, function.Name, url.Values) ([]byte, fault.Kind, error) {
	return nil, "", errSilent
}
func (silent) Speaks() []function.Dialect { return []function.Dialect{function.OnWHM} }
