package form

import (
	"strconv"

	"postern/shared/fault"
)

// What Read tells of parameters, whatever they are for.
var (
	tooLong  = fault.Refusal{Key: "too_long", Text: "use at most {most} bytes"}
	oneOf    = fault.Refusal{Key: "one_of", Text: "use one of {choices}"}
	yesOrNo  = fault.Refusal{Key: "yes_or_no", Text: "use 1 for yes or 0 for no"}
	whole    = fault.Refusal{Key: "whole_number", Text: "use a whole number"}
	unicoded = fault.Refusal{Key: "utf8", Text: "use UTF-8 text"}
	noBreaks = fault.Refusal{Key: "no_breaks", Text: "leave out control characters and line breaks"}
)

// Rules are these, for who tells them in another language.
var Rules = []fault.Refusal{tooLong, oneOf, yesOrNo, whole, unicoded, noBreaks}

// TooLong refuses a parameter of more bytes than that.
func TooLong(parameter string, most int) *fault.Fault {
	return fault.Bad(parameter, tooLong.With("most", strconv.Itoa(most)))
}

// NoBreaks refuses a parameter of several lines.
func NoBreaks(parameter string) *fault.Fault { return fault.Bad(parameter, noBreaks.Text) }
