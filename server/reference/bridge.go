package reference

import (
	"postern/shared/function"
	"postern/shared/scalar"
)

// bridgePath is where cPanel API 2 is called. OpenAPI keeps functions apart by
// path, and these differ only in their parameters: so there is one operation,
// whose form and whose answer are one of several. WHM's own document has the
// function cpanel there, which is the same bridge to the accounts' functions.
const bridgePath = "/json-api/cpanel"

// bridge is the operation of all functions of API 2; their schemas become components.
func bridge(service scalar.Service, functions []*function.Function, components object) object {
	var forms, answers, about []object
	for _, f := range functions {
		n, _ := f.In(function.OnAPI2)
		name := "API2." + n.Module + "." + n.Function
		components[name+".Request"] = formSchema(f, object{
			"cpanel_jsonapi_apiversion": object{"type": "integer", "const": 2},
			"cpanel_jsonapi_module":     object{"type": "string", "const": n.Module},
			"cpanel_jsonapi_func":       object{"type": "string", "const": n.Function},
		})
		components[name+".Response"] = envelope(f, n)
		forms = append(forms, ref(name+".Request"))
		answers = append(answers, ref(name+".Response"))
		one := conditions(f, n)
		one["name"], one["description"], one["effect"] = n.String(), f.Doc, effects[f.Effect]
		about = append(about, one)
	}
	item := object{"post": object{
		"operationId": "api2",
		"summary":     "cPanel API 2",
		"description": "Calls a function of cPanel API 2. The module and the function are parameters; x-functions lists them. " +
			"At WHM, cpanel_jsonapi_user names the account to act as.",
		"tags":        []string{"cPanel API 2"},
		"x-functions": about,
		"requestBody": object{"required": true, "content": object{"application/x-www-form-urlencoded": object{"schema": object{"oneOf": forms}}}},
		"responses": object{
			"200": object{"description": "The call reached the function.", "content": object{"application/json": object{"schema": object{"oneOf": answers}}}},
			"403": object{"$ref": "#/components/responses/Forbidden"},
		},
	}}
	if service == All {
		item["servers"] = append(servers("2083"), servers("2087")...)
	}
	return item
}
