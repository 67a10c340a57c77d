package reference_test

import (
	"bytes"
	"encoding/json"
	"io"
	"os/exec"
	"strings"
	"testing"

	"postern/server/reference"
	"postern/server/testkit"
	_ "postern/shared/catalog"
	"postern/shared/function"
	"postern/shared/scalar"
)

var services = []scalar.Service{reference.All, scalar.CPanel, scalar.WHM, scalar.Webmail}

// A function of API 2, and one whose answer holds itself, stand in for what the
// catalog may or may not have.
type tree struct {
	Name     string  `json:"name" doc:"Its name."`
	Children []*tree `json:"children" doc:"Those below it."`
}

type probe struct {
	N     int64             `form:"n,required" doc:"A number." default:"" example:"7"`
	List  []string          `form:"list" doc:"Several." example:"a"`
	Named map[string]string `form:"acl-*" doc:"Named ones." example:"acl-x=1"`
	Word  string            `form:"word" choices:"a,b" default:"a" doc:"One of two."`
	Code  string            `form:"code" pattern:"[0-9]{6}" allowed:"use six digits" doc:"A code." example:"123456"`
}

var (
	_ = function.Define[probe, []tree](function.Spec{
		Names: []function.Name{function.API2("Probe", "climb")}, Callers: function.Everybody, Doc: "Climbs.", Feature: "trees",
	})
	_ = function.Define[probe, tree](function.Spec{
		Names: []function.Name{function.API2("Probe", "fell"), function.UAPI("Probe", "fell"), function.WHM("probe_fell")},
		Doc:   "Fells.", Needs: "kill-acct",
	})
)

// document is a service's document, judged by a validator that nobody here wrote.
func document(t *testing.T, s scalar.Service) []byte {
	t.Helper()
	raw, err := reference.OpenAPI(s, "1.2.3")
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// judge is what the validator has against each document, one process for all.
func judge(t *testing.T, documents ...[]byte) (complaints [][]string) {
	t.Helper()
	testkit.NodeModules(t, "testdata/validator")
	var in bytes.Buffer
	for _, d := range documents {
		if err := json.Compact(&in, d); err != nil {
			t.Fatal(err)
		}
		in.WriteByte('\n')
	}
	node := exec.Command("node", "validate.mjs")
	node.Dir, node.Stdin = "testdata/validator", &in
	out, err := node.Output()
	if err != nil {
		t.Fatalf("node: %v", err)
	}
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var said []string
		if err := d.Decode(&said); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		complaints = append(complaints, said)
	}
	if len(complaints) != len(documents) {
		t.Fatalf("%d verdicts on %d documents", len(complaints), len(documents))
	}
	return complaints
}

func TestDocumentsAreValid(t *testing.T) {
	var all [][]byte
	for _, service := range services {
		all = append(all, document(t, service))
	}
	for i, said := range judge(t, all...) {
		for _, c := range said {
			t.Errorf("%s: %s", services[i].Title(), c)
		}
	}
}

// The validator must be one that says no.
func TestValidatorRefuses(t *testing.T) {
	good := document(t, scalar.CPanel)
	var what []string
	var all [][]byte
	for flaw, change := range map[string][2]string{
		"a parameter nowhere":    {`"in": "query"`, `"in": "nowhere"`},
		"an operation unlabeled": {`"responses": {`, `"answers": {`},
		"no version":             {`"version": "1.2.3"`, `"edition": "1.2.3"`},
		"a dangling reference":   {`"#/components/schemas/UAPI"`, `"#/components/schemas/Gone"`},
	} {
		bad := bytes.ReplaceAll(good, []byte(change[0]), []byte(change[1]))
		if bytes.Equal(good, bad) {
			t.Errorf("%s: the document has no such place", flaw)
		}
		what, all = append(what, flaw), append(all, bad)
	}
	for i, said := range judge(t, all...) {
		if len(said) == 0 {
			t.Errorf("%s: passed", what[i])
		}
	}
}

func TestDocumentIsTheSameEachTime(t *testing.T) {
	for _, s := range services {
		if !bytes.Equal(document(t, s), document(t, s)) {
			t.Errorf("%s: two documents differ", s)
		}
	}
}

type openapi struct {
	Paths map[string]map[string]json.RawMessage
}

func paths(t *testing.T, s scalar.Service) map[string]map[string]json.RawMessage {
	t.Helper()
	var d openapi
	if err := json.Unmarshal(document(t, s), &d); err != nil {
		t.Fatal(err)
	}
	return d.Paths
}

// Every function is in the document of its service, and in no other's.
func TestEveryFunctionHasItsPlace(t *testing.T) {
	all, cpanel, whm, webmail := paths(t, reference.All), paths(t, scalar.CPanel), paths(t, scalar.WHM), paths(t, scalar.Webmail)
	for _, f := range function.All() {
		for _, n := range f.Names {
			path := "/execute/" + n.Module + "/" + n.Function
			switch n.Dialect {
			case function.OnWHM:
				path = "/json-api/" + n.Function
			case function.OnAPI2:
				for _, d := range []scalar.Service{reference.All, scalar.CPanel} {
					if !bytes.Contains(document(t, d), []byte(`"#/components/schemas/API2.`+n.Module+"."+n.Function+`.Request"`)) {
						t.Errorf("%s is not in the bridge’s form", n)
					}
				}
				continue
			}
			if n == function.WHM("cpanel") {
				continue // the bridge itself, which every service has
			}
			onWHM := n.Dialect == function.OnWHM
			for _, place := range []struct {
				paths map[string]map[string]json.RawMessage
				want  bool
			}{{all, true}, {whm, onWHM}, {cpanel, !onWHM}, {webmail, !onWHM && f.Callers == function.Everybody}} {
				if _, has := place.paths[path]; has != place.want {
					t.Errorf("%s: in a document: %v, want %v", n, has, place.want)
				}
			}
		}
	}
	for _, s := range services {
		if _, has := paths(t, s)["/json-api/cpanel"]; !has {
			t.Errorf("%s: no bridge", s.Title())
		}
	}
}

func TestOperation(t *testing.T) {
	raw, _ := json.Marshal(paths(t, scalar.WHM)["/json-api/probe_fell"])
	for _, want := range []string{
		`"x-privilege":"kill-acct"`, `"x-effect":"reads"`, `"operationId":"whm.probe_fell"`, `"name":"api.version"`,
		`"pattern":"^(?:[0-9]{6})$"`, `"enum":["a","b"]`, `"default":"a"`, `"example":7`, `"example":["a"]`, `"example":{"acl-x":"1"}`,
		`"propertyNames":{"pattern":"^acl-.+$"}`, `"required":["children","name"]`,
	} {
		if !strings.Contains(string(raw), want) {
			t.Errorf("no %s in\n%s", want, raw)
		}
	}
	raw, _ = json.Marshal(paths(t, scalar.WHM)["/json-api/api_token_get_details"])
	if strings.Contains(string(raw), `"get"`) || !strings.Contains(string(raw), `"format":"password"`) {
		t.Errorf("a secret is listed in a query:\n%s", raw)
	}
}

// Nothing is declared without a word of what it means.
func TestEverythingIsDocumented(t *testing.T) {
	for _, f := range function.All() {
		name := f.Names[0].String()
		if strings.TrimSpace(f.Doc) == "" || !strings.HasSuffix(f.Doc, ".") {
			t.Errorf("%s: its documentation is no sentence: %q", name, f.Doc)
		}
		for _, p := range f.Fields {
			if strings.TrimSpace(p.Doc) == "" {
				t.Errorf("%s: the parameter %s has no documentation", name, p.Name)
			}
		}
		for _, r := range reference.Results(f) {
			if strings.TrimSpace(r.Doc) == "" {
				t.Errorf("%s: the result %s has no documentation", name, r.Path)
			}
		}
	}
}

// An example is one that the function would take.
func TestExamplesAreTaken(t *testing.T) {
	for _, f := range function.All() {
		for _, p := range f.Fields {
			if p.Example == "" {
				continue
			}
			switch {
			case p.Pattern != nil && !p.Pattern.MatchString(p.Example):
				t.Errorf("%s: the example of %s is not of its pattern", f.Names[0], p.Name)
			case p.Choices != nil && !strings.Contains(","+strings.Join(p.Choices, ",")+",", ","+p.Example+","):
				t.Errorf("%s: the example of %s is none of its choices", f.Names[0], p.Name)
			}
		}
	}
}

func TestPages(t *testing.T) {
	for _, f := range function.All() {
		page := reference.Page(f)
		for _, p := range f.Fields {
			if !strings.Contains(page, "\n| "+p.Name+" | ") {
				t.Errorf("%s: its page has no parameter %s", f.Names[0], p.Name)
			}
		}
		for _, n := range f.Names {
			if !strings.Contains(page, n.String()) || !strings.Contains(page, f.Doc) {
				t.Errorf("the page of %s lacks its name or documentation", n)
			}
		}
	}
	page := reference.Page(function.Find(function.WHM("api_token_list")))
	for _, want := range []string{"| data.tokens.*.acls |", "`manage-api-tokens`", "whmapi1 api_token_list"} {
		if !strings.Contains(page, want) {
			t.Errorf("no %s in\n%s", want, page)
		}
	}
}
