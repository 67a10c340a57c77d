//go:build js

// Command app is the browser app, built for js/wasm and served by package web.
//
// It has the two things that only a browser has: the fetch that carries calls,
// and the start of go-app. The screens are in pages, what they are made of in
// components, who is signed in in identity, all sentences in texts. It imports
// postern/shared and nothing of the server, and never net/http, which would make
// it half as large again.
package main

import (
	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"postern/app/identity"
	"postern/app/pages"
)

func main() {
	pages.Start(identity.NewDesk(fetch))
	app.RouteWithRegexp("^/", &pages.Root{})
	app.RunWhenOnBrowser()
}
