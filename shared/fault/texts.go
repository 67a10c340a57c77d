package fault

import "strings"

// The sentences that every dialect shares stand here and nowhere else.
// cPanel's documentation prints none of them, so the wording is Postern's own.
var (
	missing       = Refusal{"missing", Invalid, "The parameter “{parameter}” is required."}
	bad           = Refusal{"bad", Invalid, "The parameter “{parameter}” is not valid: {allowed}"}
	noPrivilege   = Refusal{"no_privilege", Forbidden, "You do not have the privilege “{privilege}”."}
	noFeature     = Refusal{"no_feature", Forbidden, "The feature “{feature}” is not enabled for this account."}
	denied        = Refusal{"denied", Stranger, "Access denied"}
	badToken      = Refusal{"wrong_token", Stranger, "Invalid security token"}
	policyApplies = Refusal{"policy_applies", Forbidden, "A security policy applies to this sign in. Sign in with a browser first."}
	busy          = Refusal{"busy", Unavailable, "The server is busy. Try again in a few seconds."}
)

// Missing says that a required parameter was left out or is empty.
func Missing(parameter string) *Fault {
	return missing.Fault("parameter", parameter)
}

// Bad says that a parameter's value is not allowed, and what is.
// The value itself is not repeated: it may be a secret.
func Bad(parameter, allowed string) *Fault {
	return bad.Fault("parameter", parameter, "allowed", sentence(allowed))
}

// NoPrivilege says that the caller lacks a WHM privilege.
func NoPrivilege(privilege string) *Fault {
	return noPrivilege.Fault("privilege", privilege)
}

// NoFeature says that a feature is not enabled for the caller's account.
func NoFeature(feature string) *Fault {
	return noFeature.Fault("feature", feature)
}

// NotHere says that a declared function cannot be called in this way:
// from this service, by this kind of user, or over this transport.
func NotHere(function, where string) *Fault {
	return New(Forbidden, "The function “%s” cannot be called %s.", function, where)
}

// NoSuchFunction says that a function is not declared; wire words it for each dialect.
func NoSuchFunction(function string) *Fault {
	return &Fault{Kind: Unknown, Code: NoFunction, Message: "There is no function “" + function + "”."}
}

// Denied says that the caller's credentials were missing or wrong, and no more than that.
func Denied() *Fault { return denied.Fault() }

// BadToken says that a session's cookie came without the security token that belongs to it.
func BadToken() *Fault {
	f := badToken.Fault()
	f.Code = WrongToken
	return f
}

// PolicyApplies says that a security policy stands between an API call and its
// function, and not which, nor whether the credentials were right.
func PolicyApplies() *Fault {
	return policyApplies.Fault()
}

// Busy says that there is more work than the server takes on at once.
func Busy() *Fault {
	return busy.Fault()
}

// sentence ends a text with a full stop.
func sentence(s string) string {
	if strings.HasSuffix(s, ".") {
		return s
	}
	return s + "."
}
