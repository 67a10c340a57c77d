// Package reference says what the API offers, read from the declarations: an
// OpenAPI 3.1 document and a page for each function.
//
// It owns the wording around the declarations and how a Go type is said in JSON
// Schema. It does not call functions, and knows nothing of one that its
// declaration does not say. httpd serves the document as /openapi.json of each
// service; the command “postern reference” prints it.
package reference

import (
	"encoding/json"
	"slices"

	"postern/shared/function"
	"postern/shared/scalar"
)

// object is a JSON object; encoding/json writes its members in order of their
// names, so that the same declarations always make the same bytes.
type object = map[string]any

// All asks for the functions of all services.
const All scalar.Service = ""

// OpenAPI is the OpenAPI 3.1 document, in JSON, of the functions that a service
// offers. version is the program's.
func OpenAPI(service scalar.Service, version string) ([]byte, error) {
	paths := object{}
	var bridged []*function.Function
	for _, f := range function.All() {
		for _, n := range f.Names {
			if !offered(service, f, n) {
				continue
			}
			if n.Dialect == function.OnAPI2 {
				bridged = append(bridged, f)
				continue
			}
			paths[path(n)] = pathItem(service, f, n)
		}
	}
	components := envelopes()
	if len(bridged) > 0 {
		paths[bridgePath] = bridge(service, bridged, components) // in All, in the place of WHM's function cpanel
	}
	document := object{
		"openapi": "3.1.0",
		"info": object{
			"title":       title(service),
			"version":     version,
			"description": about,
			"license":     object{"name": "Apache-2.0", "identifier": "Apache-2.0"},
		},
		"paths":    paths,
		"security": security(service),
		"components": object{
			"schemas":         components,
			"responses":       responses(),
			"securitySchemes": schemes(service),
		},
		"tags": tags(service),
	}
	if service != All {
		document["servers"] = servers("")
	}
	return json.MarshalIndent(document, "", "  ")
}

const about = "The API functions of Postern, an open server that is compatible with cPanel & WHM's API dialects and not affiliated with cPanel. " +
	"Every call answers HTTP 200 once it reached a function: whether it succeeded is said in the envelope, and its kind of failure in the header Postern-Fault. " +
	"GET with a query and POST with a form mean the same; only one of them is listed for each function. " +
	"A yes or no is 1 or 0. A list is a repeated name, or numbered names: acl-0, acl-1."

func title(service scalar.Service) string {
	if service == All {
		return "Postern"
	}
	return "Postern: " + service.Title()
}

// offered tells whether a function can be called at a service.
func offered(service scalar.Service, f *function.Function, n function.Name) bool {
	switch service {
	case All:
		return true
	case scalar.WHM:
		return n.Dialect == function.OnWHM
	case scalar.Webmail:
		return n.Dialect != function.OnWHM && f.Callers == function.Everybody
	default:
		return n.Dialect != function.OnWHM
	}
}

// path is where a function of WHM or UAPI is called.
func path(n function.Name) string {
	if n.Dialect == function.OnWHM {
		return "/json-api/" + n.Function
	}
	return "/execute/" + n.Module + "/" + n.Function
}

// tag groups functions: by module, and WHM's together.
func tag(n function.Name) string {
	if n.Dialect == function.OnWHM {
		return "WHM"
	}
	return n.Module
}

func tags(service scalar.Service) []object {
	var names []string
	for _, f := range function.All() {
		for _, n := range f.Names {
			if offered(service, f, n) && !slices.Contains(names, tag(n)) {
				names = append(names, tag(n))
			}
		}
	}
	slices.Sort(names)
	all := []object{}
	for _, name := range names {
		about := "The functions of the module " + name + "."
		if name == "WHM" {
			about = "The functions of WHM API 1."
		}
		all = append(all, object{"name": name, "description": about})
	}
	return all
}
