package reference

import (
	"reflect"

	"postern/shared/function"
)

var nothing = reflect.TypeFor[function.Nothing]()

// ref points to a component.
func ref(name string) object { return object{"$ref": "#/components/schemas/" + name} }

// envelope is a function's answer in the envelope of its dialect.
func envelope(f *function.Function, n function.Name) object {
	switch {
	case "/json-api/"+n.Function == bridgePath && n.Dialect == function.OnWHM:
		return object{"type": "object", "description": "The envelope of the function that was called."}
	case n.Dialect == function.OnWHM:
		return whmEnvelope(f)
	case n.Dialect == function.OnUAPI:
		return uapiEnvelope(f)
	default:
		return api2Envelope(f, n)
	}
}

// whmEnvelope has data only on success, and never for a function without any.
func whmEnvelope(f *function.Function) object {
	properties := object{"metadata": ref("WHMMetadata")}
	if f.Result != nothing {
		s := schema(f.Result)
		if !isObject(f.Result) {
			s = object{"type": "object", "properties": object{"payload": s}, "required": []string{"payload"}}
		}
		properties["data"] = s
	}
	return object{"type": "object", "properties": properties, "required": []string{"metadata"}}
}

func isObject(t reflect.Type) bool {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	_, own := spelled[t]
	return !own && (t.Kind() == reflect.Struct || t.Kind() == reflect.Map || t.Kind() == reflect.Interface)
}

// uapiEnvelope has null for data on failure.
func uapiEnvelope(f *function.Function) object {
	data := object{"type": "null"}
	if f.Result != nothing {
		data = object{"anyOf": []object{schema(f.Result), {"type": "null"}}}
	}
	return object{"allOf": []object{ref("UAPI"), {"type": "object", "properties": object{"data": data}}}}
}

// api2Envelope is a list of rows; an answer that is one hash is a list of it.
func api2Envelope(f *function.Function, n function.Name) object {
	row := schema(f.Result)
	if f.Result.Kind() == reflect.Slice {
		row = schema(f.Result.Elem())
	}
	return object{"type": "object", "required": []string{"cpanelresult"}, "properties": object{
		"cpanelresult": object{"type": "object", "required": []string{"apiversion", "module", "func"}, "properties": object{
			"apiversion": object{"const": 2},
			"module":     object{"const": n.Module},
			"func":       object{"const": n.Function},
			"data":       object{"type": "array", "items": row},
			"event":      ref("API2Event"),
			"error":      object{"type": "string", "description": "Why the call failed; only when it did."},
			"paginate":   ref("Page"),
		}},
	}}
}

// The parts of which the shared schemas are made.
var (
	texts  = object{"type": []string{"array", "null"}, "items": object{"type": "string"}}
	bit    = object{"type": "integer", "enum": []int{0, 1}}
	number = object{"type": "integer"}
)

// envelopes are the parts that the envelopes of all functions share.
func envelopes() object {
	return object{
		"WHMMetadata": whmMetadata(),
		"UAPI": object{
			"type": "object", "required": []string{"data", "errors", "messages", "metadata", "status", "warnings"},
			"properties": object{
				"status":   bit,
				"data":     object{"description": "The answer; null when the call failed."},
				"errors":   texts,
				"messages": texts,
				"warnings": texts,
				"metadata": object{"type": "object", "properties": object{
					"transformed": object{"const": 1},
					"paginate":    ref("Page"),
					"filter":      object{"type": "object", "properties": object{"records_before_filter": number}},
				}},
			},
		},
		"API2Event": object{"type": "object", "required": []string{"result"}, "properties": object{
			"result": bit, "reason": object{"type": "string"},
		}},
		"Page": object{"type": "object", "properties": object{
			"total_pages": number, "total_results": number, "current_page": number, "results_per_page": number,
			"start_result": object{"type": []string{"integer", "string"}},
		}},
		"Denied": object{"type": "object", "required": []string{"cpanelresult"}, "properties": object{
			"cpanelresult": object{"type": "object", "properties": object{
				"apiversion": object{"const": "2"},
				"error":      object{"type": "string"},
				"data": object{"type": "object", "properties": object{
					"reason": object{"type": "string"}, "result": object{"const": "0"},
				}},
				"type": object{"const": "text"},
			}},
		}},
	}
}

func whmMetadata() object {
	return object{
		"type": "object", "required": []string{"command", "reason", "result", "version"},
		"properties": object{
			"command": object{"type": "string", "description": "The function."},
			"reason":  object{"type": "string", "description": "What it says: OK, a sentence, or why it failed."},
			"result":  object{"type": "integer", "enum": []int{0, 1}, "description": "1 if the call succeeded."},
			"version": object{"const": 1},
			"output": object{"type": "object", "properties": object{
				"messages": texts, "warnings": texts, "raw": object{"type": "string"},
			}},
			"payload_is_literal": object{"const": 1, "description": "data is the function's own object, though its one member is a list."},
			"chunk": object{"type": "object", "properties": object{
				"start": number, "current": number, "size": number, "chunks": number, "records": number,
			}},
			"filter": object{"type": "object", "properties": object{"filtered": number}},
		},
	}
}

// responses are the answers to callers who were not let in.
func responses() object {
	content := func(name string) object { return object{"application/json": object{"schema": ref(name)}} }
	return object{
		"Forbidden":    object{"description": "The credentials are missing or wrong.", "content": content("Denied")},
		"Unauthorized": object{"description": "The credentials are missing or wrong.", "content": content("UAPI")},
	}
}

// refusal is the HTTP status of a caller who was not let in.
func refusal(n function.Name) string {
	if n.Dialect == function.OnUAPI {
		return "401"
	}
	return "403"
}

func denied(n function.Name) string {
	if n.Dialect == function.OnUAPI {
		return "Unauthorized"
	}
	return "Forbidden"
}
