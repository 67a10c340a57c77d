package reference

import (
	"fmt"
	"reflect"
	"strings"

	"postern/shared/form"
	"postern/shared/function"
)

// Page is the page of a function, in Markdown: what it does, where and by whom
// it may be called, its parameters and the members of its answer.
func Page(f *function.Function) string {
	var b strings.Builder
	names := make([]string, len(f.Names))
	for i, n := range f.Names {
		names[i] = n.String()
	}
	fmt.Fprintf(&b, "# %s\n\n%s\n\n", strings.Join(names, ", "), f.Doc)
	for _, n := range f.Names {
		fmt.Fprintf(&b, "- %s\n", call(n))
	}
	for _, line := range conditionsInWords(f) {
		fmt.Fprintf(&b, "- %s\n", line)
	}
	b.WriteString("\n## Parameters\n\n")
	if len(f.Fields) == 0 {
		b.WriteString("None.\n")
	} else {
		b.WriteString("| name | value | meaning | example |\n|---|---|---|---|\n")
	}
	for i := range f.Fields {
		p := &f.Fields[i]
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", cell(p.Name), cell(valueInWords(p)), cell(p.Doc), cell(p.Example))
	}
	b.WriteString("\n## Answer\n\n")
	rows := Results(f)
	if len(rows) == 0 {
		b.WriteString("No named members.\n")
	} else {
		b.WriteString("| member | meaning |\n|---|---|\n")
	}
	for _, r := range rows {
		fmt.Fprintf(&b, "| %s | %s |\n", cell(r.Path), cell(r.Doc))
	}
	return b.String()
}

func call(n function.Name) string {
	switch n.Dialect {
	case function.OnWHM:
		return "WHM API 1: `/json-api/" + n.Function + "?api.version=1`, `whmapi1 " + n.Function + "`"
	case function.OnUAPI:
		return "UAPI: `/execute/" + n.Module + "/" + n.Function + "`, `uapi --user=NAME " + n.Module + " " + n.Function + "`"
	default:
		return "cPanel API 2: `" + bridgePath + "?cpanel_jsonapi_apiversion=2&cpanel_jsonapi_module=" + n.Module +
			"&cpanel_jsonapi_func=" + n.Function + "`, `cpapi2 --user=NAME " + n.Module + " " + n.Function + "`"
	}
}

func conditionsInWords(f *function.Function) []string {
	lines := []string{map[function.Effect]string{
		function.Reads: "It changes nothing.", function.Writes: "It changes all that it says, or nothing.",
		function.Reaches: "It may reach other machines or functions.",
	}[f.Effect]}
	if f.Needs != "" {
		lines = append(lines, "In WHM it needs the privilege `"+f.Needs+"`.")
	}
	if f.Feature != "" {
		lines = append(lines, "It needs the feature `"+f.Feature+"`.")
	}
	if f.Callers == function.Everybody {
		lines = append(lines, "A mailbox's owner may call it too.")
	}
	if f.SessionOnly {
		lines = append(lines, "Only a browser session may call it.")
	}
	if f.NoCommandLine {
		lines = append(lines, "The command lines refuse it.")
	}
	return lines
}

func valueInWords(f *form.Field) string {
	words := map[form.Kind]string{
		form.Text: "text", form.Number: "whole number", form.Bit: "1 or 0", form.List: "one or more texts", form.Map: "named texts",
	}[f.Kind]
	if f.Choices != nil {
		words = strings.Join(f.Choices, ", ")
	}
	if f.Required {
		words += "; required"
	}
	if f.Default != "" {
		words += "; " + f.Default + " unless said otherwise"
	}
	return words
}

// cell is a text in a table.
func cell(s string) string {
	return strings.NewReplacer("|", `\|`, "\n", " ").Replace(s)
}

// Result is a member of an answer.
type Result struct {
	Path string // data.tokens.*.name: * is any name, [] each of a list
	Doc  string // empty: nobody wrote what it means
}

// Results lists the members of a function's answer.
func Results(f *function.Function) []Result { return results(f.Result, "data", nil) }

func results(t reflect.Type, path string, within []reflect.Type) (all []Result) {
	if _, own := spelled[t]; own || t.Implements(ownJSON) || t.Implements(ownText) {
		return nil
	}
	switch t.Kind() {
	case reflect.Pointer:
		return results(t.Elem(), path, within)
	case reflect.Slice, reflect.Array:
		return results(t.Elem(), path+"[]", within)
	case reflect.Map:
		return results(t.Elem(), path+".*", within)
	case reflect.Struct:
		for _, w := range within {
			if w == t {
				return nil
			}
		}
		for _, m := range members(t) {
			p := path + "." + m.name
			all = append(all, Result{p, m.field.Tag.Get("doc")})
			all = append(all, results(m.field.Type, p, append(within, t))...)
		}
	}
	return all
}
