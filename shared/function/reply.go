package function

// Reply is what a call gives back before a dialect puts it into its envelope.
type Reply struct {
	Out    any // the handler's answer; Nothing when there is no data
	Notes  Notes
	Shaped *Shaped // what the output controls did; nil when there were none
}

// Notes is what a function says beside its data. An answer that has something
// to say embeds it; the dialects know where it goes, and it is no part of the data.
type Notes struct {
	Reason      string   `json:"-"` // WHM: metadata.reason
	Messages    []string `json:"-"` // UAPI: messages; WHM: metadata.output.messages
	Warnings    []string `json:"-"`
	Raw         string   `json:"-"` // WHM: metadata.output.raw, a log for people
	Transformed bool     `json:"-"` // UAPI: metadata.transformed
	NoData      bool     `json:"-"` // WHM: leave data out of this answer
}

// Noted gives the notes to package dispatch.
func (n Notes) Noted() Notes { return n }

// WithNotes is an answer that says something beside its data.
type WithNotes interface{ Noted() Notes }

// WithMembers is an answer, or one of its rows, that tells these members alone;
// none: all of them.
type WithMembers interface{ Members() []string }

// WithShaped is an answer whose handler did the work of the output controls
// itself, in its query. Nil says that it did not, after all.
type WithShaped interface{ ShapedBy() *Shaped }
