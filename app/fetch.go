//go:build js

package main

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"syscall/js"
	"time"

	"postern/app/identity"
	"postern/shared/fault"
	"postern/shared/wire"
)

// patience is how long an answer may take.
const patience = 20 * time.Second

// fetch moves a request over the browser's fetch. It sends the session's cookie
// to this server alone, stores nothing, and follows no redirect: an API that
// answers with one is not the API. Ending ctx ends the request.
func fetch(ctx context.Context, r identity.Request) (identity.Response, error) {
	if response, is := withPage(r); is {
		return response, nil
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	abort := js.Global().Get("AbortController").New()
	stop := context.AfterFunc(ctx, func() { abort.Call("abort") })
	defer stop()

	options := map[string]any{
		"method": r.Method, "credentials": "same-origin", "cache": keep(r.Path),
		"redirect": "error", "referrerPolicy": "no-referrer", "signal": abort.Get("signal"),
		"headers": map[string]any{"Accept": "application/json"},
	}
	if r.Method != "GET" {
		options["headers"] = map[string]any{
			"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded",
		}
		options["body"] = r.Form.Encode()
	}
	response, err := begun(r)
	if err != nil || !response.Truthy() {
		response, err = await(js.Global().Call("fetch", r.Path, options))
	}
	if err != nil {
		return identity.Response{}, unheard(ctx, err)
	}
	buffer, err := await(response.Call("arrayBuffer"))
	if err != nil {
		return identity.Response{}, unheard(ctx, err)
	}
	bytes := js.Global().Get("Uint8Array").New(buffer)
	body := make([]byte, bytes.Get("length").Int())
	js.CopyBytesToGo(body, bytes)
	return identity.Response{
		Status:  response.Get("status").Int(),
		Fault:   fault.Kind(header(response, wire.KindHeader)),
		Version: header(response, "Postern-Version"),
		Body:    body,
	}, nil
}

// told are the responses that came with the page; nil: not read yet.
var told identity.Told

// withPage is the response to what the server asked itself, to draw the page. Each
// is good for once, and all only until the app asks for anything else: from then on
// one may be older than what was done.
func withPage(r identity.Request) (identity.Response, bool) {
	if told == nil {
		told = identity.Told{}
		if v := js.Global().Get("document").Call("getElementById", "told"); v.Truthy() {
			if err := json.Unmarshal([]byte(v.Get("textContent").String()), &told); err != nil {
				told = identity.Told{} // the server is asked
			}
			v.Call("remove")
		}
	}
	key := r.Key()
	response, is := told[key]
	if is {
		delete(told, key)
	} else if !lasting(r.Path) {
		clear(told)
	}
	return response, is
}

// begun is the reply to what the loader has asked already, while the app was on
// its way; undefined if it has not. It is good for as long as what came with the page.
func begun(r identity.Request) (js.Value, error) {
	early := js.Global().Get("posternEarly")
	if !early.Truthy() {
		return js.Undefined(), nil
	}
	reply := early.Get(r.Key())
	if !reply.Truthy() {
		js.Global().Delete("posternEarly")
		return js.Undefined(), nil
	}
	early.Delete(r.Key())
	return await(reply)
}

// lasting tells whether an address has its content's hash in it.
func lasting(path string) bool { return strings.HasPrefix(path, "/assets/") }

// unheard is the fault of a request without a response; why it ended comes first.
func unheard(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		err = ctx.Err()
	}
	return identity.Unheard(err)
}

// keep is how long a reply may be kept: what has its content's hash in its address
// for ever, all else not at all.
func keep(path string) string {
	if lasting(path) {
		return "default"
	}
	return "no-store"
}

func header(response js.Value, name string) string {
	v := response.Get("headers").Call("get", name)
	if v.IsNull() {
		return ""
	}
	return v.String()
}

// await waits for a promise, on a goroutine that is not the UI's.
func await(promise js.Value) (js.Value, error) {
	type settled struct {
		value js.Value
		err   error
	}
	done := make(chan settled, 1)
	then := js.FuncOf(func(_ js.Value, args []js.Value) any {
		done <- settled{value: args[0]}
		return nil
	})
	defer then.Release()
	fail := js.FuncOf(func(_ js.Value, args []js.Value) any {
		done <- settled{err: errors.New(args[0].Call("toString").String())}
		return nil
	})
	defer fail.Release()
	promise.Call("then", then, fail)
	s := <-done
	return s.value, s.err
}
