package reference

import (
	"maps"

	"postern/shared/form"
	"postern/shared/function"
	"postern/shared/scalar"
)

// pathItem is the one way that is listed to call a function: a GET with a query
// for those that only read, a POST with a form for the others and for those that
// take a secret, which does not belong into an address.
func pathItem(service scalar.Service, f *function.Function, n function.Name) object {
	op := operation(f, n)
	var parameters []object
	if n.Dialect == function.OnWHM {
		parameters = append(parameters, object{
			"name": "api.version", "in": "query", "required": true, "description": "WHM API 1; without it the answer has the shape of API 0.",
			"schema": object{"type": "integer", "const": 1}, "example": 1,
		})
	}
	method := "get"
	if posted(f) {
		method = "post"
		if len(f.Fields) > 0 {
			op["requestBody"] = body(f, nil)
		}
	} else {
		for i := range f.Fields {
			parameters = append(parameters, parameter(&f.Fields[i]))
		}
	}
	if len(parameters) > 0 {
		op["parameters"] = parameters
	}
	op["responses"] = object{
		"200":      object{"description": "The call reached the function.", "content": object{"application/json": object{"schema": envelope(f, n)}}},
		refusal(n): object{"$ref": "#/components/responses/" + denied(n)},
	}
	item := object{method: op}
	if service == All {
		item["servers"] = servers(port(n))
	}
	return item
}

// posted tells whether a call is listed as a POST.
func posted(f *function.Function) bool {
	for i := range f.Fields {
		if f.Fields[i].Secret {
			return true
		}
	}
	return f.Effect != function.Reads
}

// effects are the words of x-effect.
var effects = map[function.Effect]string{
	function.Reads: "reads", function.Writes: "writes", function.Reaches: "reaches",
}

// operation is what is said of a function wherever it is called.
func operation(f *function.Function, n function.Name) object {
	op := object{
		"operationId": string(n.Dialect) + "." + n.String(),
		"summary":     n.String(),
		"description": f.Doc,
		"tags":        []string{tag(n)},
		"x-effect":    effects[f.Effect],
	}
	maps.Copy(op, conditions(f, n))
	return op
}

// conditions are what a caller must have or be, as members of an operation.
func conditions(f *function.Function, n function.Name) object {
	op := object{}
	if f.Needs != "" && n.Dialect == function.OnWHM {
		op["x-privilege"] = f.Needs
	}
	if f.Feature != "" {
		op["x-feature"] = f.Feature
	}
	if n.Dialect != function.OnWHM {
		op["x-callers"] = []string{"account"}
		if f.Callers == function.Everybody {
			op["x-callers"] = []string{"account", "mailbox"}
		}
	}
	if f.SessionOnly {
		op["x-session-only"] = true
	}
	if f.NoCommandLine {
		op["x-command-line"] = false
	}
	return op
}

// parameter is a field in a query.
func parameter(f *form.Field) object {
	p := object{"name": f.Name, "in": "query", "description": f.Doc, "required": f.Required, "schema": fieldSchema(f)}
	if f.Kind == form.List || f.Kind == form.Map {
		// A list repeats its name; a map's members are the parameters themselves.
		p["style"], p["explode"] = "form", true
	}
	if v, has := example(f); has {
		p["example"] = v
	}
	return p
}

// body is a function's fields as a form, besides fixed ones.
func body(f *function.Function, fixed object) object {
	return object{
		"required": required(f),
		"content":  object{"application/x-www-form-urlencoded": object{"schema": formSchema(f, fixed)}},
	}
}

func required(f *function.Function) bool {
	for i := range f.Fields {
		if f.Fields[i].Required {
			return true
		}
	}
	return false
}

// formSchema is a function's fields as one object, besides fixed ones.
func formSchema(f *function.Function, fixed object) object {
	properties, patterns, needed := object{}, object{}, []string{}
	for name, value := range fixed {
		properties[name] = value
		needed = append(needed, name)
	}
	for i := range f.Fields {
		field := &f.Fields[i]
		s := fieldSchema(field)
		if field.Kind == form.Map {
			patterns[mapPattern(field)] = object{"type": "string", "description": field.Doc}
			continue
		}
		s["description"] = field.Doc
		if v, has := example(field); has {
			s["examples"] = []any{v}
		}
		properties[field.Name] = s
		if field.Required {
			needed = append(needed, field.Name)
		}
	}
	schema := object{"type": "object", "properties": properties}
	if len(patterns) > 0 {
		schema["patternProperties"] = patterns
	}
	if len(needed) > 0 {
		schema["required"] = sorted(needed)
	}
	return schema
}
