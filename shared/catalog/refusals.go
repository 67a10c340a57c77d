package catalog

import (
	"slices"

	"postern/shared/fault"
	"postern/shared/form"
)

// What rooms refuse people with most often. A room says it; the browser app knows it
// from here, and tells it in the reader's language.
var (
	// Passwords.
	PasswordTooWeak = fault.Refusal{Key: "password_too_weak", Kind: fault.Invalid,
		Text: "The password is too weak: it has a strength rating of {rating}, and at least {least} is required. Use a longer one."}
	PasswordNotPresent = rule("password_not_present", "it is not your present password")
	PasswordTheSame    = rule("password_the_same", "use another one than the present password")
	PasswordMeanwhile  = fault.Refusal{Key: "password_meanwhile", Kind: fault.Exists,
		Text: "Your password was changed at the same moment by somebody else. Nothing was changed now."}

	// Names.
	UsernameTaken    = fault.Refusal{Key: "username_taken", Kind: fault.Exists, Text: "The username “{name}” is taken."}
	UsernameForm     = rule("username_form", "use a letter, then up to 15 letters and digits")
	UsernameTest     = rule("username_test", "a name cannot begin with “test”")
	UsernameReserved = rule("username_reserved", "this name is reserved")
	DomainTaken      = fault.Refusal{Key: "domain_taken", Kind: fault.Exists, Text: "The domain “{domain}” belongs to an account already."}
	DomainForm       = rule("domain_form", "use a domain name such as example.com")
	OwnerForm        = rule("owner_form", "use root or the name of a reseller")
	ContactsForm     = rule("contacts_form", "use one address, or two with a comma between them")
	ContactForm      = rule("contact_form", "use an address such as user@example.com")
	NoUser           = fault.Refusal{Key: "no_user", Kind: fault.Unknown, Text: "You have no user named “{name}”."}

	// Mailboxes.
	MailboxTaken  = fault.Refusal{Key: "mailbox_taken", Kind: fault.Exists, Text: "The mailbox “{address}” exists already."}
	MailboxesFull = fault.Refusal{Key: "mailboxes_full", Kind: fault.Forbidden, Text: "Your account has as many mailboxes as it may have: {most}."}
	MailboxForm   = rule("mailbox_form", "use up to 64 letters, digits and {characters}, with single dots between them")
	QuotaTooLarge = rule("quota_too_large", "your account allows at most {most} megabytes")

	// Second factors, security questions, verified addresses.
	CodeWrong        = rule("code_wrong", "it is not the code that the key makes now. Check the phone’s clock")
	KeyTooOld        = rule("key_too_old", "use the key that was generated for you last, within an hour")
	TextLength       = rule("text_length", "use {least} to {most} bytes")
	TextInvisible    = rule("text_invisible", "use characters that can be seen")
	NetworkForm      = rule("network_form", "use an IPv4 or IPv6 address, a network such as 192.0.2.0/24 or 192.0.2.*, or a range such as 192.0.2.1-192.0.2.9")
	NetworkTooLarge  = rule("network_too_large", "it covers too many addresses; the largest is a /8 of IPv4 or a /16 of IPv6")
	NetworkInPieces  = rule("network_in_pieces", "the range is made of too many networks; use one that begins and ends at rounder addresses")
	AddressStrange   = fault.Refusal{Key: "address_strange", Kind: fault.Forbidden, Text: "Your address is not verified: sign in from here and answer your security questions first."}
	SignInsTooMany   = fault.Refusal{Key: "sign_ins_too_many", Kind: fault.Locked, Text: "There were too many failed sign ins. Try again in {n} minutes."}
	SignInsTooMany1  = fault.Refusal{Key: "sign_ins_too_many_1", Kind: fault.Locked, Text: "There were too many failed sign ins. Try again in a minute."}
	SessionHasEnded  = fault.Refusal{Key: "session_has_ended", Kind: fault.Forbidden, Text: "The session has ended."}
	NoMailboxDBUsers = fault.Refusal{Key: "no_mailbox_db_users", Kind: fault.Forbidden, Text: "The account does not let its mailboxes use its databases."}

	// API tokens.
	TokenTaken = fault.Refusal{Key: "token_taken", Kind: fault.Exists, Text: "An API token with the name “{name}” exists already."}
	TokensFull = fault.Refusal{Key: "tokens_full", Kind: fault.Invalid, Text: "There are {n} API tokens already, and that is the most. Revoke one first."}

	// Databases.
	DatabaseTaken     = fault.Refusal{Key: "database_taken", Kind: fault.Exists, Text: "The database “{name}” exists already."}
	DatabaseUserTaken = fault.Refusal{Key: "database_user_taken", Kind: fault.Exists, Text: "The database user “{name}” exists already."}
	DatabasesFull     = fault.Refusal{Key: "databases_full", Kind: fault.Forbidden, Text: "Your account has as many databases as it may have: {most}."}
	DatabaseUsersFull = fault.Refusal{Key: "database_users_full", Kind: fault.Forbidden, Text: "Your account has as many database users as it may have: {most}."}
	DatabaseForm      = rule("database_form", "use a name that begins with {prefix}")
)

// rule is what fault.Bad tells of a parameter.
func rule(key, text string) fault.Refusal { return fault.Refusal{Key: key, Text: text} }

// Refusals are all whose words are known.
var Refusals = slices.Concat(fault.Refusals, form.Rules, []fault.Refusal{
	PasswordTooWeak, PasswordNotPresent, PasswordTheSame, PasswordMeanwhile,
	UsernameTaken, UsernameForm, UsernameTest, UsernameReserved, DomainTaken, DomainForm, OwnerForm, ContactsForm, ContactForm, NoUser,
	MailboxTaken, MailboxesFull, MailboxForm, QuotaTooLarge,
	CodeWrong, KeyTooOld, TextLength, TextInvisible, NetworkForm, NetworkTooLarge, NetworkInPieces, AddressStrange,
	SignInsTooMany, SignInsTooMany1, SessionHasEnded, NoMailboxDBUsers,
	TokenTaken, TokensFull,
	DatabaseTaken, DatabaseUserTaken, DatabasesFull, DatabaseUsersFull, DatabaseForm,
})
