//go:build js

package components

import (
	"sync"

	"github.com/maxence-charriere/go-app/v9/pkg/app"
)

// sprite is the address of all icons. It is asked for once: every row has some.
var sprite = sync.OnceValue(func() string { return pageData("icons") })

// pageData is one of the addresses that the page's <html> element carries.
func pageData(name string) string {
	v := app.Window().Get("document").Get("documentElement").Get("dataset").Get(name)
	if !v.Truthy() {
		return ""
	}
	return v.String()
}
