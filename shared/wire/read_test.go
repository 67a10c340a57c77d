package wire

import (
	"reflect"
	"slices"
	"testing"
	"unicode/utf8"

	"postern/shared/fault"
	"postern/shared/function"
)

type nested struct {
	function.Notes
	Name string            `json:"name"`
	N    int               `json:"n"`
	Tags []string          `json:"tags"`
	More map[string]string `json:"more"`
}

// bodies are a reply in each dialect's JSON.
func bodies(r function.Reply, err error) map[string]func(out any) (function.Reply, error) {
	kind := fault.Kind("")
	if err != nil {
		kind = fault.Of(err).Kind
	}
	return map[string]func(any) (function.Reply, error){
		"whm":  func(out any) (function.Reply, error) { return ReadWHM(WHM("f", r, err).JSON(), kind, out) },
		"uapi": func(out any) (function.Reply, error) { return ReadUAPI(UAPI("Here", "f", r, err).JSON(), kind, out) },
		"uapi nested": func(out any) (function.Reply, error) {
			return ReadUAPI(UAPINested("Here", "f", r, err).JSON(), kind, out)
		},
		"api2": func(out any) (function.Reply, error) { return ReadAPI2(API2("M", "f", r, err).JSON(), kind, out) },
	}
}

// roundTrip writes an answer in every dialect and reads it back.
func roundTrip[T any](t *testing.T, want T, notes function.Notes) {
	t.Helper()
	for dialect, read := range bodies(function.Reply{Out: want, Notes: notes}, nil) {
		var got T
		r, err := read(&got)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %#v was read back as %#v (%v)", dialect, want, got, err)
		}
		if dialect != "api2" && (!slices.Equal(r.Notes.Messages, notes.Messages) || !slices.Equal(r.Notes.Warnings, notes.Warnings)) {
			t.Errorf("%s: notes %#v were read back as %#v", dialect, notes, r.Notes)
		}
		if dialect == "whm" && (r.Notes.Raw != notes.Raw || r.Notes.Reason != reasonOf(notes)) {
			t.Errorf("%s: notes %#v were read back as %#v", dialect, notes, r.Notes)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add("anna", "quota", 3, "a\nb")
	f.Add("", "", 0, "")
	f.Add("payload", "result", -1, "</script>\u2028")
	f.Fuzz(func(t *testing.T, a, b string, n int, note string) {
		if !utf8.ValidString(a) || !utf8.ValidString(b) || !utf8.ValidString(note) {
			return
		}
		notes := function.Notes{Reason: b, Raw: note}
		if note != "" {
			notes.Messages, notes.Warnings = []string{note, a}, []string{note}
		}
		one := nested{Name: a, N: n, Tags: []string{b}, More: map[string]string{a: b}}
		roundTrip(t, one, notes)
		roundTrip(t, []nested{one, one}, notes)
		roundTrip(t, []string{a, b}, notes)
		roundTrip(t, a, notes)
		roundTrip(t, n, notes)
		roundTrip(t, map[string]string{a: b, b: a}, notes)
		roundTrip(t, function.Nothing{}, notes)
		if note == "" {
			return
		}
		for _, kind := range []fault.Kind{fault.Invalid, fault.Locked, fault.Internal} {
			for dialect, read := range bodies(function.Reply{}, &fault.Fault{Kind: kind, Message: note}) {
				var out nested
				_, err := read(&out)
				if f := fault.Of(err); err == nil || f.Kind != kind || f.Message != note {
					t.Errorf("%s: fault %s %q was read back as %v", dialect, kind, note, err)
				}
			}
		}
	})
}

func TestShapedIsRead(t *testing.T) {
	for dialect, read := range bodies(function.Reply{Out: []int{3, 4}, Shaped: second}, nil) {
		want := *second
		if dialect == "api2" { // it says nothing on filters
			want.Filtered, want.Before = false, 0
		}
		var out []int
		r, err := read(&out)
		if err != nil || r.Shaped == nil || *r.Shaped != want {
			t.Errorf("%s: %+v %v", dialect, r.Shaped, err)
		}
	}
}

// TestOtherServers reads what clients have met: numbers as texts, messages as
// one text, and answers that are another dialect's or nobody's.
func TestOtherServers(t *testing.T) {
	var out struct{ ID string }
	if _, err := ReadWHM([]byte(`{"data":{"id":"x"},"metadata":{"version":1,"reason":"OK","result":"1","command":"f","output":{"messages":"a\nb"}}}`), "", &out); err != nil || out.ID != "x" {
		t.Error(out, err)
	}
	denied := Denied(JSONAPI, fault.BadToken()).Body
	for dialect, read := range map[string]func([]byte, fault.Kind, any) (function.Reply, error){"whm": ReadWHM, "uapi": ReadUAPI, "api2": ReadAPI2} {
		if _, err := read(denied, fault.Stranger, &out); !fault.Is(err, fault.Stranger) || fault.Of(err).Message != "Invalid security token" {
			t.Errorf("%s reads a refusal as %v", dialect, err)
		}
		for _, body := range []string{``, `null`, `[]`, `{}`, `<html>`, `{"status":"x","metadata":1}`, `{"metadata":{"result":1},"data":3}`, `{"cpanelresult":{"event":{"result":1},"data":7}}`, `{"status":1,"data":7}`} {
			if _, err := read([]byte(body), "", &out); err == nil {
				t.Errorf("%s takes %s for a success", dialect, body)
			}
		}
	}
	if _, err := ReadWHM(WHM0("f", function.Old{}, function.Reply{}, nowhere).JSON(), fault.Unknown, &out); !fault.Is(err, fault.Unknown) {
		t.Error(err)
	}
}
