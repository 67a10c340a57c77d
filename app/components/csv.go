package components

import (
	"encoding/csv"
	"strings"

	"github.com/maxence-charriere/go-app/v9/pkg/app"
)

// CSV writes rows as RFC 4180 says, for spreadsheets. A cell that a spreadsheet
// would take for a formula begins with an apostrophe: names and reasons in it
// are other people's words.
func CSV(rows [][]string) string {
	var b strings.Builder
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	for _, row := range rows {
		safe := make([]string, len(row))
		for i, cell := range row {
			if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
				cell = "'" + cell
			}
			safe[i] = cell
		}
		_ = w.Write(safe) // a strings.Builder takes everything
	}
	w.Flush()
	return b.String()
}

// Save gives the reader a text as a file.
func Save(name, mediaType, text string) {
	save(name, app.Window().Get("Blob").New([]any{text}, map[string]any{"type": mediaType}))
}

// save has the browser save a blob.
func save(name string, blob app.Value) {
	window := app.Window()
	address := window.Get("URL").Call("createObjectURL", blob)
	a := window.Get("document").Call("createElement", "a")
	a.Set("href", address)
	a.Set("download", name)
	a.Set("hidden", true)
	window.Get("document").Get("body").Call("appendChild", a)
	a.Call("click")
	a.Call("remove")
	window.Get("URL").Call("revokeObjectURL", address)
}
