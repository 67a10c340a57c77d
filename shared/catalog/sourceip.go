package catalog

import (
	"postern/shared/function"
	"postern/shared/scalar"
)

// Verified addresses: where a user signs in from without being asked the
// security questions. cPanel: the module SourceIPCheck.

// What security questions must be. cPanel's SourceIPCheck: four slots, seven
// presets in each; texts greater than 2 bytes and less than 128.
const (
	QuestionSlots   = 4
	PresetQuestions = 7
	QuestionMin     = 3   // bytes of a question or an answer, without spaces around it
	QuestionMax     = 127 // bytes
	AddressesMax    = 200 // networks that a user may list
	AddressNoteMax  = 200 // bytes
)

// SecurityQuestions are the presets of each slot: slot 1 first, option 1 first.
// The topics are those of cPanel's list, the wording is Postern's own.
var SecurityQuestions = [QuestionSlots][PresetQuestions]string{
	{
		"What is your number in the airline miles programme you joined first?",
		"What number is printed on your library card?",
		"What was the first telephone number you had?",
		"Who was the teacher of your first class at school?",
		"What is the middle name of your father?",
		"In which city did you go to high school?",
		"Who was the first person you went out with?",
	},
	{
		"What is the name of your mother’s father?",
		"What is the name of your mother’s mother?",
		"Which city were you born in?",
		"What did you call your first pet?",
		"What was the mascot of your school?",
		"How old were you on your wedding day?",
		"In which year did you finish school?",
	},
	{
		"Which city did you visit on your honeymoon?",
		"Who was the best man or maid of honour at your wedding?",
		"What is the middle name of your mother?",
		"In which city were you married?",
		"In which city is the house where you spend your holidays?",
		"What is the name of your first child?",
		"What is the name of your father’s father?",
	},
	{
		"What is the name of your father’s mother?",
		"Who was the first employer you worked for?",
		"In which month did you marry?",
		"Whom did you ask to be a witness at your wedding?",
		"Which city was your mother born in?",
		"Which city was your father born in?",
		"What was the first concert you went to?",
	},
}

// AddIP is SourceIPCheck::addip. On WHM it is how root and resellers list their own.
var AddIP = function.Define[IPRequest, []IPOutcome](function.Spec{
	Names:   []function.Name{function.API2("SourceIPCheck", "addip"), function.WHM("postern_add_verified_address")},
	Callers: function.Everybody,
	Effect:  function.Writes,
	Doc: "Lists an address from which the caller signs in without being asked the security questions. " +
		"A listed one stays as it is. An address that is not taken is told in the row: status 0 and an error. " +
		"At most 200 networks can be listed, and none larger than a /8 or, for IPv6, a /16.",
})

// DelIP is SourceIPCheck::delip.
var DelIP = function.Define[IPRequest, []IPOutcome](function.Spec{
	Names:   []function.Name{function.API2("SourceIPCheck", "delip"), function.WHM("postern_remove_verified_address")},
	Callers: function.Everybody,
	Effect:  function.Writes,
	Doc: "Takes an address off the caller’s list, in the spelling of listips or any other of the same addresses. " +
		"One that is not listed is told in the row: status 0 and an error.",
})

// IPRequest is the question of SourceIPCheck::addip and delip.
type IPRequest struct {
	IP string `form:"ip,required" max:"128" doc:"An IPv4 or IPv6 address, a network (192.0.2.0/24, 192.0.2.*) or a range (192.0.2.1-192.0.2.9)." example:"192.168.0.20"`
}

// IPOutcome is the row of SourceIPCheck::addip and delip. cPanel's documents
// print error as UNDEF or “null.” on success, which stand for null.
type IPOutcome struct {
	Status int     `json:"status" doc:"1 when it is done, 0 when not."`
	IP     string  `json:"ip" doc:"The address as it was sent."`
	Error  *string `json:"error" doc:"Why it is not done; null when it is."`
}

// ListIPs is SourceIPCheck::listips.
var ListIPs = function.Define[AccountRequest, []ListedIP](function.Spec{
	Names:   []function.Name{function.API2("SourceIPCheck", "listips")},
	Callers: function.Everybody,
	Doc: "Lists the addresses and networks from which a user signs in without being asked the security questions: " +
		"the caller’s own, or those of a mailbox of the account.",
})

// AccountRequest names a user of SourceIPCheck’s.
type AccountRequest struct {
	Account string `form:"account|user" max:"320" doc:"The caller’s account or a mail address of it; the caller when absent." example:"example"`
}

// ListedIP is a row of SourceIPCheck::listips.
type ListedIP struct {
	IP string `json:"ip" doc:"An address, or a network with its prefix length."`
}

// ListVerifiedAddresses tells more of each address than listips can.
var ListVerifiedAddresses = function.Define[AccountRequest, []VerifiedAddress](function.Spec{
	Names:   []function.Name{function.UAPI("Postern", "list_verified_addresses"), function.WHM("postern_list_verified_addresses")},
	Callers: function.Everybody,
	Doc:     "Lists the addresses that SourceIPCheck::listips lists, with their notes and when they were last used.",
})

// SetVerifiedAddressNote writes the note of an address.
var SetVerifiedAddressNote = function.Define[AddressNoteRequest, function.Nothing](function.Spec{
	Names:   []function.Name{function.UAPI("Postern", "set_verified_address_note"), function.WHM("postern_set_verified_address_note")},
	Callers: function.Everybody,
	Effect:  function.Writes,
	Doc:     "Writes a note to one of the caller’s verified addresses, such as “the office”. An empty one takes it away.",
})

// AddressNoteRequest is the question of Postern::set_verified_address_note.
type AddressNoteRequest struct {
	IP   string `form:"ip,required" max:"128" doc:"The address, in any spelling." example:"192.0.2.0/24"`
	Note string `form:"note" max:"200" doc:"The note, at most 200 bytes." example:"The office"`
}

// VerifiedAddress is a row of Postern::list_verified_addresses.
type VerifiedAddress struct {
	IP       string       `json:"ip" doc:"An address, or a network with its prefix length."`
	Note     string       `json:"note" doc:"The user’s note, or how it came on the list."`
	Created  scalar.Epoch `json:"created" doc:"When it was listed, in seconds since 1970."`
	LastUsed scalar.Epoch `json:"last_used" doc:"When somebody last signed in from there; null for never."`
}
