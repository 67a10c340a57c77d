package function

import (
	"reflect"
	"testing"
)

type request struct {
	Name string   `form:"name,required"`
	Tags []string `form:"tag"`
}

var twice = Define[request, []string](Spec{
	Names: []Name{WHM("both"), UAPI("Mod", "both"), API2("Mod", "both")}, Doc: "Is in every dialect.",
})

func TestDefine(t *testing.T) {
	if Find(WHM("both")) != &twice.Function || Find(API2("Mod", "both")) != &twice.Function || Find(UAPI("mod", "both")) != nil || Find(WHM("Mod")) != nil {
		t.Error("names are found by their letters and their dialect")
	}
	if !HasModule(OnUAPI, "Mod") || HasModule(OnUAPI, "mod") || HasModule(OnUAPI, "Both") {
		t.Error("HasModule")
	}
	if n, in := twice.In(OnUAPI); !in || n.String() != "Mod::both" {
		t.Error(n)
	}
	if twice.Result != reflect.TypeFor[[]string]() || len(twice.Parameters()) != 2 || All()[0] != &twice.Function {
		t.Error("the declaration without its types")
	}
	in := request{"a b", []string{"1", "2"}}
	if got, err := twice.Read(twice.Write(in)); err != nil || !reflect.DeepEqual(got, in) {
		t.Error(got, err)
	}
}

func TestWrongDeclarations(t *testing.T) {
	for name, spec := range map[string]Spec{
		"taken":      {Names: []Name{WHM("both")}, Doc: "x"},
		"no name":    {Doc: "x"},
		"no doc":     {Names: []Name{WHM("undocumented")}},
		"same twice": {Names: []Name{WHM("same"), WHM("same")}, Doc: "x"},
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s is accepted", name)
				}
			}()
			Define[request, Nothing](spec)
		}()
	}
}

func TestPages(t *testing.T) {
	for _, c := range []struct {
		s              Shaped
		pages, current int
	}{
		{Shaped{Start: 1, Size: 10, Records: 0}, 0, 1},
		{Shaped{Start: 1, Size: 10, Records: 10}, 1, 1},
		{Shaped{Start: 11, Size: 10, Records: 11}, 2, 2},
		{Shaped{Start: 10, Size: 10, Records: 11}, 2, 1},
		{Shaped{Start: 1, Size: 0}, 1, 1},
	} {
		if c.s.Pages() != c.pages || c.s.Current() != c.current {
			t.Errorf("%+v: %d pages, current %d", c.s, c.s.Pages(), c.s.Current())
		}
	}
}

// TestAFormMayAskForOtherParameters without changing the function itself.
func TestAFormMayAskForOtherParameters(t *testing.T) {
	other := twice.With(twice.Parameters()[1:])
	if len(other.Parameters()) != 1 || other.Parameters()[0].Name != "tag" || len(twice.Parameters()) != 2 || other.Doc != twice.Doc {
		t.Error(other.Parameters(), twice.Parameters())
	}
}
