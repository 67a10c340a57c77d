package texts

// Steps are what the login page asks after the password.
type Steps struct {
	Questions, QuestionsHint, Setup, SetupHint, Code, CodeHint string // hints: {user}
	Question                                                   string // {n}
	Choose, Own, OwnLabel, Answer, AnswerHint                  string
	Remember, RememberHint                                     string
	CodeLabel, CodeTip                                         string
	Continue, Save, StartAgain                                 string
	Expired, WrongAnswers, WrongCode                           string
}

// Account is the screens on which people look after their own login: those of
// accounts and those of mailboxes.
type Account struct {
	Guard     Guard
	Questions Questions
	Addresses Addresses
	Factor    Factor
	Sessions  Sessions
	Tokens    Tokens
	Boxes     Boxes
	History   History
	Password  Password
}

// Guard is how well a login is guarded.
type Guard struct {
	Title, Score, NotKnown               string // Score: {n} of {all}
	Questions, QuestionsOff, QuestionsDo string
	AddressOn, AddressOff, AddressDo     string // {address}
	Factor, FactorOff, FactorDo          string
	Codes                                Plural // {n}
	CodesOff, CodesDo                    string
	Tokens, TokensDo                     string
	TokensForever                        Plural // {n}
	Calm, FailuresDo                     string
	Failures                             Plural // {n}
	Refused, RefusedHint, RefusedDo      string
	When, From, Service, Where           string
}

// Questions is the screen of the security questions.
type Questions struct {
	Title, Set, Unset, UnsetHint, Change, SetUp, Remove string
	RemoveTitle, RemoveText, Saved, Removed, Hint       string
	OnlyYou                                             string
}

// Addresses is the screen of the verified addresses.
type Addresses struct {
	Title, Hint, Address, AddressHint, Note, Added, LastUsed, Actions string
	Here, Add, AddTitle, AddHere, Edit, EditTitle, Remove             string
	RemoveTitle, RemoveText, RemoveHere                               string // {address}
	Listed, Gone, Noted                                               string // {address}
	Empty, EmptyHint                                                  string
	Count                                                             Plural // {n}
}

// Factor is the screen of the second factor.
type Factor struct {
	Title, Off, OffHint, On, SetUp, SetUpAgain, Remove               string
	Since, Issuer, Asked, AskedYes, AskedNo, Left                    string
	Step1, Step1Hint, Step2, Step2Hint, Scan, Secret, Code, CodeHint string
	Confirm, SetNow, RemovedNow, RemoveTitle, RemoveText             string
	Codes, CodesHint, NewCodes, NewCodesTitle, NewCodesText, Done    string
	CodesFile                                                        string // {user}, {host}
	AgainHint                                                        string
}

// Sessions is the screen of who is signed in where.
type Sessions struct {
	Title, Hint, HintAlone, Device, User, Service, From, Since, Seen, Actions string
	This, End, EndOthers, EndTitle, EndText                                   string // {device}
	OthersTitle, OthersText, Ended                                            string
	OthersEnded                                                               Plural // {n}
	Unknown, On, Unused, By                                                   string // On: {browser} {system}; By: {user}
	Empty, EmptyHint, Search                                                  string
	Count                                                                     Plural // {n}
}

// Tokens is the screen of an account's API tokens.
type Tokens struct {
	Title, Hint, Name, NameHint, Created, Expires, Actions     string
	Create, CreateTitle, Lasts, Week, Month, Quarter, Year     string
	Forever, ForeverHint, Expired                              string
	New, NewHint, Value, Done                                  string // New: {name}
	Rename, RenameTitle, NewName, Renamed                      string // {name}
	Revoke, RevokeTitle, RevokeText, Revoked, Empty, EmptyHint string // {name}
	Search                                                     string
}

// Boxes is the screen of an account's mailboxes.
type Boxes struct {
	Title, Hint, Address, State, Actions, Search, Show, All         string
	Add, AddTitle, Before, Domain, Password, PasswordHint           string
	Added, SetPassword, PasswordTitle, PasswordDone                 string // {address}
	Suspend, Unsuspend, SuspendTitle, SuspendText, Suspended, LetIn string // {address}
	Remove, RemoveTitle, RemoveText, Removed                        string // {address}
	Empty, EmptyHint, None, NoneHint, More                          string
}

// History is the screen of the audit trail.
type History struct {
	Title, Search, When, What, Who, From, Result string
	All, Done, Refused, Empty, EmptyHint         string
	As                                           string // {actor} {login}
	Actions                                      map[string]string
	Kinds                                        map[string]string
	Via                                          map[string]string
	NoneFound, NoneFoundHint, Everything         string
}

// Password is the screen of one's own password.
type Password struct {
	Title, Hint, Old, New, Again, Change, Differ, Changed string
	Generate, Strong, Weak                                string // Strong: {n}; Weak: {n}, {least}
}
