package account

import (
	"encoding/json"
	"fmt"

	"postern/shared/catalog"
	"postern/shared/scalar"
)

// settings are what an account keeps for others, one document in its row. The
// names of its members are those of the json tags of createacct's and
// modifyacct's requests, which are laid over it.
type settings struct {
	catalog.Notices
	ContactEmail  string `json:"contactemail"`
	ContactEmail2 string `json:"contactemail2"`

	Quota        scalar.Limit `json:"quota"`   // megabytes
	BWLimit      scalar.Limit `json:"bwlimit"` // megabytes a month
	MaxAddon     scalar.Limit `json:"maxaddon"`
	MaxPark      scalar.Limit `json:"maxpark"`
	MaxFTP       scalar.Limit `json:"maxftp"`
	MaxLst       scalar.Limit `json:"maxlst"`
	MaxPop       scalar.Limit `json:"maxpop"`
	MaxSQL       scalar.Limit `json:"maxsql"`
	MaxSub       scalar.Limit `json:"maxsub"`
	MaxPassenger scalar.Limit `json:"maxpassengerapps"`
	MaxPerHour   scalar.Limit `json:"max_email_per_hour"`
	MaxDefer     scalar.Limit `json:"max_defer_fail_percentage"`
	MaxMailQuota scalar.Limit `json:"max_emailacct_quota"` // megabytes
	MaxTeam      int          `json:"max_team_users"`
	BlockLimit   int64        `json:"disk_block_limit"` // 0: none

	Backup        scalar.Bit `json:"backup"`
	CGI           scalar.Bit `json:"cgi"`
	DKIM          scalar.Bit `json:"dkim"`
	DMARC         scalar.Bit `json:"dmarc"`
	SPF           scalar.Bit `json:"spf"`
	SpamAssassin  scalar.Bit `json:"spamassassin"`
	MailSuspended scalar.Bit `json:"outgoing_mail_suspended"`
	SpamBox       string     `json:"spambox"`
	MXCheck       string     `json:"mxcheck"`
	MailboxFormat string     `json:"mailbox_format"`
	Theme         string     `json:"theme"`
	Style         string     `json:"style"`
	Shell         string     `json:"shell"`
	DBOwner       string     `json:"dbowner"` // empty: the account's name
	HomeDir       string     `json:"homedir"` // empty: /home and the name
	UID           int64      `json:"uid"`     // 0: made from the row's key
	GID           int64      `json:"gid"`     // 0: the same as the user number
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
