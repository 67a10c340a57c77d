package node_test

import (
	"encoding"
	"encoding/json"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	_ "postern/shared/catalog"
	"postern/shared/form"
	"postern/shared/function"
)

// deviations are where Postern knowingly differs from a documented parameter, and why.
var deviations = map[string]string{
	"cpanel cpanel_jsonapi_func":   "either prefix names it, and the oldest form none",
	"cpanel cpanel_jsonapi_module": "either prefix names it, and the oldest form none",
	"cpanel cpanel_jsonapi_user":   "either prefix names it, and cPanel's own port needs none",
	"Email::add_pop password":      "password_hash may stand instead, as documented beside it",
	"set_cphulk_config_key value":  "an empty one takes a command away",
	"Email::unsuspend_login email": "the page marks it optional, but without it there is no mailbox to unsuspend",
}

// fact is what cPanel's public documentation says of a function.
type fact struct {
	API, Module, Name string
	Params            []struct {
		Name     string
		Required bool
	}
	Returns []struct {
		Path, Type string
		Nullable   bool
	}
}

// TestCatalogAgreesWithTheDocumentedFacts compares names, parameters and results
// of the declared functions with the documented ones.
func TestCatalogAgreesWithTheDocumentedFacts(t *testing.T) {
	text, err := os.ReadFile("testdata/functions.json")
	if err != nil {
		t.Fatal(err)
	}
	var facts []fact
	if err := json.Unmarshal(text, &facts); err != nil {
		t.Fatal(err)
	}
	for _, k := range facts {
		name := function.Name{Dialect: function.Dialect(k.API), Module: k.Module, Function: k.Name}
		t.Run(name.String(), func(t *testing.T) {
			f := function.Find(name)
			if f == nil {
				t.Fatal("is not declared")
			}
			k.checkParams(t, f)
			k.checkReturns(t, f)
		})
	}
}

func (k fact) checkParams(t *testing.T, f *function.Function) {
	for _, p := range k.Params {
		if strings.HasPrefix(p.Name, "<") {
			continue // whatever the called function takes, or a name of the caller's choosing
		}
		i := slices.IndexFunc(f.Fields, func(d form.Field) bool { return d.Name == p.Name || slices.Contains(d.Aliases, p.Name) })
		_, knowingly := deviations[f.Names[0].String()+" "+p.Name]
		switch {
		case knowingly && i >= 0:
		case i < 0:
			t.Errorf("the parameter %s is not declared", p.Name)
		case p.Required && !f.Fields[i].Required:
			t.Errorf("the parameter %s is documented as required", p.Name)
		case !p.Required && f.Fields[i].Required && f.Fields[i].Name == p.Name:
			t.Errorf("the parameter %s is documented as optional", p.Name)
		}
	}
}

func (k fact) checkReturns(t *testing.T, f *function.Function) {
	for _, r := range k.Returns {
		path, is := strings.CutPrefix(r.Path, "data")
		if !is || path == "" && r.Type == "object" && r.Nullable {
			continue // metadata is the envelope's; null is function.Nothing
		}
		typ, found := follow(f.Result, path)
		if !found {
			t.Errorf("the return %s is not declared", r.Path)
			continue
		}
		if !fits(typ, r.Type, r.Nullable) {
			t.Errorf("the return %s is documented as %s (nullable %v) and declared as %s", r.Path, r.Type, r.Nullable, typ)
		}
	}
}

// follow walks a path such as .acct[].user, .tokens.*.name or [].email through a type.
func follow(t reflect.Type, path string) (reflect.Type, bool) {
	path = strings.ReplaceAll(path, "[]", ".[]")
	for _, step := range strings.Split(strings.Trim(path, "."), ".") {
		for t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		switch {
		case step == "":
		case t.Kind() == reflect.Interface || t == reflect.TypeFor[json.RawMessage]():
			return t, true // another function's answer
		case step == "[]":
			if t.Kind() != reflect.Slice {
				return nil, false
			}
			t = t.Elem()
		case t.Kind() == reflect.Map:
			t = t.Elem()
		case t.Kind() == reflect.Struct:
			m, found := member(t, step)
			if !found {
				return nil, false
			}
			t = m
		default:
			return nil, false
		}
	}
	return t, true
}

func member(t reflect.Type, name string) (reflect.Type, bool) {
	for _, f := range reflect.VisibleFields(t) {
		if tag, _, _ := strings.Cut(f.Tag.Get("json"), ","); tag == name {
			return f.Type, true
		}
	}
	return nil, false
}

// fits tells whether a Go type writes the documented JSON type.
func fits(t reflect.Type, documented string, nullable bool) bool {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() == reflect.Interface || t == reflect.TypeFor[json.RawMessage]() || documented == "any" || documented == "oneOf" {
		return true
	}
	switch documented {
	case "string":
		// An epoch or a limit may stand where the reference prints a text in one place and a number in another.
		return t.Kind() == reflect.String || nullable && t.Implements(reflect.TypeFor[json.Marshaler]())
	case "integer":
		return t.Kind() == reflect.Bool && t.Implements(reflect.TypeFor[encoding.TextMarshaler]()) || t.Kind() >= reflect.Int && t.Kind() <= reflect.Int64
	case "array":
		return t.Kind() == reflect.Slice
	case "object":
		return t.Kind() == reflect.Struct || t.Kind() == reflect.Map
	}
	return false
}
