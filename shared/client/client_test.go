package client

import (
	"context"
	"net/url"
	"reflect"
	"testing"

	"postern/shared/fault"
	"postern/shared/function"
	"postern/shared/wire"
)

type request struct {
	Name string   `form:"name,required"`
	Tags []string `form:"tag"`
}

type echo struct {
	Name string   `json:"name"`
	Tags []string `json:"tags"`
	Page int      `json:"page"`
}

var (
	call = function.Define[request, echo](function.Spec{
		Names: []function.Name{function.UAPI("Client", "echo"), function.WHM("client_echo"), function.API2("Client", "echo")}, Doc: "Echoes."})
	quiet = function.Define[request, function.Nothing](function.Spec{Names: []function.Name{function.WHM("client_quiet")}, Doc: "Says nothing."})
)

// here is a carrier to a server in process that declares the functions above.
type here []function.Dialect

func (h here) Speaks() []function.Dialect { return h }

func (h here) Carry(_ context.Context, name function.Name, args url.Values) ([]byte, fault.Kind, error) {
	shape, err := wire.ReadShape(name, args)
	var reply function.Reply
	var in request
	if err == nil {
		in, err = call.Read(args)
	}
	if err == nil {
		reply.Out = echo{in.Name, in.Tags, shape.Page.Start}
		if shape.Page.On {
			reply.Shaped = &function.Shaped{Paged: true, Start: shape.Page.Start, Size: shape.Page.Size, Records: 100}
		}
	}
	var e wire.Envelope
	switch name.Dialect {
	case function.OnWHM:
		e = wire.WHM(name.Function, reply, err)
	case function.OnUAPI:
		e = wire.UAPI(name.Module, name.Function, reply, err)
	default:
		e = wire.API2(name.Module, name.Function, reply, err)
	}
	return e.JSON(), e.Kind, nil
}

func TestCall(t *testing.T) {
	ctx := context.Background()
	for _, d := range []function.Dialect{function.OnWHM, function.OnUAPI, function.OnAPI2} {
		by := here{d}
		in := request{Name: "ä&=<", Tags: []string{"1", "2"}}
		if out, err := Call(ctx, by, call, in); err != nil || !reflect.DeepEqual(out, echo{in.Name, in.Tags, 0}) {
			t.Errorf("%s: %+v %v", d, out, err)
		}
		a, err := Ask(ctx, by, call, in, function.Shape{Page: function.Page{On: true, Start: 11, Size: 10}})
		if err != nil || a.Out.Page != 11 || a.Shaped == nil || a.Shaped.Current() != 2 || a.Shaped.Pages() != 10 {
			t.Errorf("%s: %+v %v", d, a, err)
		}
		if _, err = Call(ctx, by, call, request{}); !fault.Is(err, fault.Invalid) || fault.Of(err).Message != "The parameter “name” is required." {
			t.Errorf("%s: %v", d, err)
		}
	}
	if _, err := Call(ctx, here{function.OnWHM}, quiet, request{Name: "x"}); err != nil {
		t.Error(err)
	}
}

// TestPart reads what the caller has a place for, and hears faults as Call does.
func TestPart(t *testing.T) {
	ctx, in := context.Background(), request{Name: "x", Tags: []string{"1"}}
	for _, d := range []function.Dialect{function.OnWHM, function.OnUAPI, function.OnAPI2} {
		var part struct{ Name string }
		shaped, err := Part(ctx, here{d}, call, in, function.Shape{Page: function.Page{On: true, Start: 11, Size: 10}}, &part)
		if err != nil || part.Name != "x" || shaped == nil || shaped.Current() != 2 {
			t.Errorf("%s: %+v %+v %v", d, part, shaped, err)
		}
		if _, err := Part(ctx, here{d}, call, request{}, function.Shape{}, &part); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", d, err)
		}
	}
}

// TestDialect: the carrier's preference decides, and what it does not speak is
// not sent.
func TestDialect(t *testing.T) {
	if n, _ := address(&call.Function, []function.Dialect{function.OnAPI2, function.OnWHM}); n.Dialect != function.OnAPI2 {
		t.Error(n)
	}
	if _, err := Call(context.Background(), here{function.OnUAPI}, quiet, request{}); !fault.Is(err, fault.Forbidden) {
		t.Error(err)
	}
}

// silent is a server that does not answer, or not in a dialect.
type silent struct {
	body string
	err  error
}

func (silent) Speaks() []function.Dialect { return []function.Dialect{function.OnUAPI} }

func (s silent) Carry(context.Context, function.Name, url.Values) ([]byte, fault.Kind, error) {
	return []byte(s.body), "", s.err
}

func TestNoAnswer(t *testing.T) {
	down := fault.New(fault.Unavailable, "down")
	if _, err := Call(context.Background(), silent{err: down}, call, request{}); err != error(down) {
		t.Error(err)
	}
	for _, body := range []string{"", "<html>", "{}", "null"} {
		if _, err := Call(context.Background(), silent{body: body}, call, request{}); !fault.Is(err, fault.Unavailable) {
			t.Errorf("%q: %v", body, err)
		}
	}
}
