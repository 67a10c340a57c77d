package components

import (
	"strings"

	"github.com/maxence-charriere/go-app/v9/pkg/app"
)

// onFile reads the file that was chosen in an input, for Chosen.
func onFile(ctx app.Context, _ app.Event) {
	defer Guard()
	input := ctx.JSSrc()
	input.Set("chosen", "")
	file := input.Get("files").Index(0)
	if !file.Truthy() {
		return
	}
	reader := app.Window().Get("FileReader").New()
	var read app.Func
	read = app.FuncOf(func(app.Value, []app.Value) any {
		input.Set("chosen", reader.Get("result"))
		read.Release()
		return nil
	})
	reader.Set("onload", read)
	reader.Call("readAsDataURL", file)
}

// Chosen is the file that was chosen in the input of that ID: its media type and
// what is in it, in Base64. Both are empty when none was.
func Chosen(id string) (mediaType, content string) {
	v := app.Window().GetElementByID(id).Get("chosen")
	if !v.Truthy() {
		return "", ""
	}
	return split(v.String())
}

// split takes a data URL apart, as a FileReader writes it.
func split(address string) (mediaType, content string) {
	head, content, _ := strings.Cut(strings.TrimPrefix(address, "data:"), ",")
	return strings.TrimSuffix(head, ";base64"), content
}
