package components

import "github.com/maxence-charriere/go-app/v9/pkg/app"

// File is a text that grows part by part, in the browser's memory and not in the
// app's, until it is saved. So it may be as long as a disk takes.
type File struct {
	mediaType string
	parts     app.Value
}

// NewFile is an empty file.
func NewFile(mediaType string) *File {
	return &File{mediaType, app.Window().Get("Array").New()}
}

// Add puts a text at the file's end.
func (f *File) Add(text string) {
	f.parts.Call("push", app.Window().Get("Blob").New([]any{text}))
}

// Save gives the reader the file.
func (f *File) Save(name string) {
	save(name, app.Window().Get("Blob").New(f.parts, map[string]any{"type": f.mediaType}))
}
