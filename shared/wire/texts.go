package wire

import (
	"unicode/utf8"

	"postern/shared/fault"
	"postern/shared/function"
)

// The sentences that a dialect has for itself, after the documents and the
// clients that look for them. Those that all dialects share are in package fault.
const (
	// success is metadata.reason of a WHM call that has nothing else to say.
	success = "OK"
	// WrongDoor is said to a call that came to a service with another API.
	// cPanel's guide to API authentication: the wrong port gives this text.
	WrongDoor = "Permission denied"
	// BadUser is said by WHM's bridge when the account is missing or wrong.
	BadUser = "User parameter is invalid or was not supplied"
)

// unknownWHM is WHM API 1's sentence; clients match Unknown app\s+(\(.+\))?\s+requested.
func unknownWHM(f string) string { return "Unknown app (“" + short(f) + "”) requested" }

// unknownWHM0 is WHM API 0's.
func unknownWHM0(f string) string { return "Unknown App Requested: " + short(f) }

// unknownUAPI is UAPI's, of which there are two: for a function, and for a whole module.
func unknownUAPI(module, f string) string {
	if !function.HasModule(function.OnUAPI, module) {
		return "The module “" + short(module) + "” is not here: Can't locate Cpanel/API/" + short(module) + ".pm"
	}
	return "The system could not find the function “" + short(f) + "” in the module “" + short(module) + "”."
}

// unknownAPI2 is cPanel API 2's.
func unknownAPI2(module, f string) string {
	return "Could not find function '" + short(f) + "' in module '" + short(module) + "'"
}

// unknownAPI1 is cPanel API 1's, of which Postern has no function at all.
func unknownAPI1(module, f string) string {
	return short(module) + "::" + short(f) + "() failed: Undefined subroutine"
}

// unknown tells whether a fault says that there is no such function.
func unknown(f *fault.Fault) bool { return f.Code == fault.NoFunction }

// short keeps a name that a caller made up from filling an answer.
func short(name string) string {
	const most = 128
	if len(name) <= most {
		return name
	}
	cut := most
	for cut > 0 && !utf8.RuneStart(name[cut]) {
		cut--
	}
	return name[:cut] + "…"
}
