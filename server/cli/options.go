package cli

import (
	"slices"
	"strings"

	"postern/shared/fault"
	"postern/shared/function"
	"postern/shared/wire"
)

// needUser is the sentence of cPanel's commands, which scripts look for.
const needUser = "This program must be passed the --user flag when run by root!"

// options is what the words of a command line say.
type options struct {
	output wire.Format
	input  string // key-value or json
	user   string
	help   bool
	words  []string // what is no option, in its order
	named  int      // how many of them name the function
}

// parse reads a command line. Options may stand anywhere before a word “--”,
// their values after “=” or as the next word.
func parse(cmd command, args []string) (options, error) {
	o := options{output: wire.YAML, input: "key-value", user: cmd.user, named: cmd.words}
	for len(args) > 0 {
		word := args[0]
		args = args[1:]
		if word == "--" {
			o.words = append(o.words, args...)
			break
		}
		if word == "-h" {
			word = "--help"
		}
		flag, is := strings.CutPrefix(word, "--")
		if !is {
			o.words = append(o.words, word)
			continue
		}
		name, value, has := strings.Cut(flag, "=")
		if name != "help" && !has && len(args) > 0 {
			value, has, args = args[0], true, args[1:]
		}
		if err := o.set(cmd, name, value, has); err != nil {
			return o, err
		}
	}
	return o, o.check(cmd)
}

func (o *options) set(cmd command, name, value string, has bool) error {
	switch {
	case name == "help":
		o.help = true
	case !slices.Contains([]string{"output", "input", "user"}, name):
		return fault.New(fault.Invalid, "There is no option --%s.", name)
	case !has || value == "":
		return fault.New(fault.Invalid, "The option --%s needs a value: --%s=…", name, name)
	case name == "user":
		o.user = value
	case name == "output":
		if !slices.Contains(o.output.Choices(), value) {
			return fault.New(fault.Invalid, "The option --output is one of %s.", strings.Join(o.output.Choices(), ", "))
		}
		o.output = wire.Format(value)
	case value == "json" && cmd.dialect != function.OnWHM:
		return fault.New(fault.Invalid, "Only whmapi1 reads --input=json.")
	case value != "json" && value != "key-value":
		return fault.New(fault.Invalid, "The option --input is one of key-value, json.")
	default:
		o.input = value
	}
	return nil
}

func (o *options) check(cmd command) error {
	switch {
	case o.help:
		return nil
	case len(o.words) < cmd.words && cmd.words == 1:
		return fault.New(fault.Invalid, "Name a function.")
	case len(o.words) < cmd.words:
		return fault.New(fault.Invalid, "Name a module and a function.")
	case o.user == "":
		return fault.New(fault.Invalid, needUser)
	case o.input == "json" && len(o.words) > cmd.words:
		return fault.New(fault.Invalid, "With --input=json all arguments come from standard input.")
	}
	return nil
}

// function is the function that the first words name.
func (o *options) function(cmd command) function.Name {
	if cmd.words == 1 {
		return function.WHM(o.words[0])
	}
	return function.Name{Dialect: cmd.dialect, Module: o.words[0], Function: o.words[1]}
}

// usage explains a command.
func usage(cmd command) string {
	words, user, input := "Module function", "the account to act as; it is needed", "key-value (the only one here)"
	if cmd.words == 1 {
		words, user = "function", "root, unless said otherwise, or a reseller"
		input = "key-value, or json: one object on standard input"
	}
	return "Usage: " + cmd.name + " [options] " + words + ` key=value …

Options:
  --output=FORMAT  yaml (unless said otherwise), json, jsonpretty, xml
  --input=FORMAT   ` + input + `
  --user=NAME      ` + user + `
  --help           this text

Write keys and values URI-encoded: %20 is a space, %26 is &. A value that begins
with @ names a file whose bytes are the value, as they are; write %40 for an @
that is meant. Repeat a key to give it several values.

The exit status is 0 when an answer was printed, whatever it says, and else 1.
`
}
