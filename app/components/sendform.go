package components

import "github.com/maxence-charriere/go-app/v9/pkg/app"

// SendForm posts a form to an address in a new tab, as if a person had sent it.
// The page's policy must allow the address (form-action). The new tab gets no
// way back to this page.
func SendForm(address string, fields map[string]string) {
	document := app.Window().Get("document")
	form := document.Call("createElement", "form")
	form.Set("method", "post")
	form.Set("action", address)
	form.Set("target", "_blank")
	form.Call("setAttribute", "rel", "noopener")
	form.Set("hidden", true)
	for name, value := range fields {
		input := document.Call("createElement", "input")
		input.Set("type", "hidden")
		input.Set("name", name)
		input.Set("value", value)
		form.Call("appendChild", input)
	}
	document.Get("body").Call("appendChild", form)
	form.Call("submit")
	form.Call("remove")
}

// OpenTab opens an address in a new tab, which gets no way back to this page.
func OpenTab(address string) {
	document := app.Window().Get("document")
	a := document.Call("createElement", "a")
	a.Set("href", address)
	a.Set("target", "_blank")
	a.Set("rel", "noopener noreferrer")
	a.Set("hidden", true)
	document.Get("body").Call("appendChild", a)
	a.Call("click")
	a.Call("remove")
}
