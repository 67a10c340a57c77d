package account

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"

	"postern/shared/catalog"
	"postern/shared/scalar"
)

// settings are what an account keeps for others, one document in its row. The
// names of its members are those of the json tags of createacct's and
// modifyacct's requests, which are laid over it. What is zero, and so unlimited, off
// or empty, is left out: lists read a hundred thousand of these.
type settings struct {
	catalog.Notices
	ContactEmail  string `json:"contactemail,omitzero"`
	ContactEmail2 string `json:"contactemail2,omitzero"`

	Quota        scalar.Limit `json:"quota,omitzero"`   // megabytes
	BWLimit      scalar.Limit `json:"bwlimit,omitzero"` // megabytes a month
	MaxAddon     scalar.Limit `json:"maxaddon,omitzero"`
	MaxPark      scalar.Limit `json:"maxpark,omitzero"`
	MaxFTP       scalar.Limit `json:"maxftp,omitzero"`
	MaxLst       scalar.Limit `json:"maxlst,omitzero"`
	MaxPop       scalar.Limit `json:"maxpop,omitzero"`
	MaxSQL       scalar.Limit `json:"maxsql,omitzero"`
	MaxSub       scalar.Limit `json:"maxsub,omitzero"`
	MaxPassenger scalar.Limit `json:"maxpassengerapps,omitzero"`
	MaxPerHour   scalar.Limit `json:"max_email_per_hour,omitzero"`
	MaxDefer     scalar.Limit `json:"max_defer_fail_percentage,omitzero"`
	MaxMailQuota scalar.Limit `json:"max_emailacct_quota,omitzero"` // megabytes
	MaxTeam      int          `json:"max_team_users,omitzero"`
	BlockLimit   int64        `json:"disk_block_limit,omitzero"` // 0: none

	Backup        scalar.Bit `json:"backup,omitzero"`
	CGI           scalar.Bit `json:"cgi,omitzero"`
	DKIM          scalar.Bit `json:"dkim,omitzero"`
	DMARC         scalar.Bit `json:"dmarc,omitzero"`
	SPF           scalar.Bit `json:"spf,omitzero"`
	SpamAssassin  scalar.Bit `json:"spamassassin,omitzero"`
	MailSuspended scalar.Bit `json:"outgoing_mail_suspended,omitzero"`
	SpamBox       string     `json:"spambox,omitzero"`
	MXCheck       string     `json:"mxcheck,omitzero"`
	MailboxFormat string     `json:"mailbox_format,omitzero"`
	Theme         string     `json:"theme,omitzero"`
	Style         string     `json:"style,omitzero"`
	Shell         string     `json:"shell,omitzero"`
	DBOwner       string     `json:"dbowner,omitzero"` // empty: the account's name
	HomeDir       string     `json:"homedir,omitzero"` // empty: /home and the name
	UID           int64      `json:"uid,omitzero"`     // 0: made from the row's key
	GID           int64      `json:"gid,omitzero"`     // 0: the same as the user number
}

// MarshalJSON leaves zero notices out too. Their type is also an answer's, which
// shows them all.
func (s settings) MarshalJSON() ([]byte, error) {
	type plain settings
	text, err := json.Marshal(plain(s))
	if err != nil {
		return nil, err
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(text, &members); err != nil {
		return nil, err
	}
	maps.DeleteFunc(members, func(name string, value json.RawMessage) bool {
		return strings.HasPrefix(name, "notify_") && string(value) == "0"
	})
	return json.Marshal(members)
}

// The shells of accounts with and without one.
const (
	someShell = "/bin/bash"
	noShell   = "/sbin/nologin"
)

// standard are the settings of an account for which nothing is said.
func standard() settings {
	return settings{
		CGI: true, SpamBox: "y", MXCheck: "auto", MailboxFormat: "maildir", Theme: "jupiter", Shell: noShell,
		Notices: catalog.Notices{ContactChange: true, ContactChangeOff: true, PasswordChange: true, PasswordChangeOff: true},
	}
}

// lay puts the members of a request that were given over the settings.
func (s *settings) lay(request any) error {
	text, err := json.Marshal(request)
	if err == nil {
		err = json.Unmarshal(text, s)
	}
	if err != nil {
		return fmt.Errorf("settings of %T: %w", request, err)
	}
	// cPanel: for these 0 is no limit; for the others it is none allowed.
	for _, l := range []*scalar.Limit{&s.Quota, &s.BWLimit, &s.MaxPerHour, &s.MaxMailQuota} {
		if l.N == 0 {
			l.Set = false
		}
	}
	return nil
}

func shell(has scalar.Bit) string {
	if has {
		return someShell
	}
	return noShell
}

func or(text, instead string) string {
	if text == "" {
		return instead
	}
	return text
}
