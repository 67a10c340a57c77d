package components

import (
	"strings"

	"github.com/maxence-charriere/go-app/v9/pkg/app"
)

// Language is one that the app may change to.
type Language struct {
	Tag, Direction string // de, ltr
	Path           string // the address of its texts; empty: English, which the app has
}

// Spoken is the language for a locale such as pt_br: that of pt if there is no
// other; false if the app speaks neither.
func Spoken(locale string) (Language, bool) {
	wanted := strings.ToLower(strings.ReplaceAll(locale, "_", "-"))
	base, _, _ := strings.Cut(wanted, "-")
	for _, tag := range []string{wanted, base} {
		for _, one := range strings.Fields(pageData("languages")) {
			parts := strings.SplitN(one, ",", 3)
			if len(parts) == 3 && strings.EqualFold(parts[0], tag) {
				return Language{parts[0], parts[1], parts[2]}, true
			}
		}
	}
	return Language{}, false
}

// Tongue is the tag of the language that the page is in.
func Tongue() string {
	v := page().Get("lang")
	if !v.Truthy() {
		return ""
	}
	return v.String()
}

// Overlay is the address of the texts of the page's own language; empty: English.
func Overlay() string { return pageData("texts") }

func page() app.Value { return app.Window().Get("document").Get("documentElement") }

// Turn tells the browser that the page is in a language now, and puts the styles
// for its direction in the place of the others once they are there.
func Turn(l Language) {
	page().Set("lang", l.Tag)
	if v := page().Get("dir"); v.Truthy() && v.String() == l.Direction {
		return
	}
	page().Set("dir", l.Direction)
	old := app.Window().GetElementByID("sheet")
	for _, one := range strings.Fields(pageData("sheets")) {
		direction, path, _ := strings.Cut(one, "=")
		if direction != l.Direction || !old.Truthy() {
			continue
		}
		sheet := app.Window().Get("document").Call("createElement", "link")
		sheet.Set("rel", "stylesheet")
		sheet.Set("href", path)
		var loaded app.Func
		loaded = app.FuncOf(func(app.Value, []app.Value) any {
			old.Call("remove")
			sheet.Set("id", "sheet")
			loaded.Release()
			return nil
		})
		sheet.Set("onload", loaded)
		old.Call("after", sheet)
	}
}
