package texts

// Things is a list of things that can be made, changed and taken away.
type Things struct {
	Title, None, NoneHint, Add string
	Gone                       string            // what is lost with one
	Labels                     map[string]string // by member and by parameter
}

// AllThings is what those lists share.
type AllThings struct {
	Actions, Change, Remove  string
	ChangeTitle, RemoveTitle string // {name}
	Added, Changed, Removed  string // {name} but for Added
	Secret, SecretHint       string // Secret: {name}
}

// Databases is an account's databases, and its sessions' own database users.
type Databases struct {
	Menu                                                 string
	All, Users                                           Things
	Password, PasswordTitle, PasswordDone                string // {name}
	Grant, GrantTitle, GrantDone                         string // {name}
	Revoke, RevokeTitle, RevokeDone                      string // {name}
	NoUsers                                              string
	Temp, TempHint, Make, Renew, Had, Once               string
	Name, Secret, Host, Port, Until, Database, Psql, URI string
	NoneYet                                              string
	Browse                                               string
	BrowseHint, Open                                     string // {name}
	Mailboxes, MailboxesOn, MailboxesOff, Allow, Forbid  string
	Saved                                                string
}

// Providers is whom else people may sign in with.
type Providers struct {
	Menu, Hint                      string
	Identity, Market                Things
	On, Off                         string // {service}
	TurnedOn, TurnedOff             string // {name}
	Enable, Disable                 string
	Client, ClientTitle, ClientDone string // {name}
	Face, FaceTitle, FaceDone       string // {name}
	Register                        string
	Failing, FailingTitle           string
	FailingText, AllWell            string
	FailedOne, FailedOff            string // {name}, {why}; {services}
}

// Messengers is the checks of the messengers that notifications go through.
type Messengers struct {
	Menu                               string
	Ways, Contacts, Checks, ChecksHint string
	Nothing                            string
	Tests                              map[string]string // by function
	Sent                               string            // {id}
	Through, Failed                    string            // {name} {why}
	Labels                             map[string]string
	Send                               string
}

// Applications is the mail applications, and whom Postern signs people in for.
type Applications struct {
	Menu, Hint                   string
	Mail, Clients                Things
	Where, Issuer, Internal, Off string
	Default                      string
	Open                         string // {name}
	Card                         string
}
