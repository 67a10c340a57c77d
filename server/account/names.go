package account

import (
	"fmt"
	"net/mail"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/idna"

	"postern/shared/catalog"
	"postern/shared/fault"
)

var username = regexp.MustCompile(`\A[a-z][a-z0-9]{0,15}\z`)

// reserved are names that stand for something else on a hosting machine: system
// users, and words that look official in an address.
var reserved = strings.Fields(`
	root admin administrator abuse adm all apache audit backup bin bind cpanel cphulk cpses cron daemon
	default dovecot exim ftp games halt hostmaster http httpd info ldap lp lpd mail mailman
	mailnull man munin mysql named news nginx nobody none ntp null operator polkitd pop postern postfix
	postgres postmaster proxy public roundcube security shutdown smmsp ssh sshd support sync sys
	system systemd tomcat users uucp virtfs webmail webmaster whm www`)

// checkUsername gives a new account's name in lower case. cPanel's rules: not
// beginning with a digit or “test”. Where cPanel wants the first eight characters
// unique, for the names of databases, Postern wants the whole: its names of
// databases carry all of it.
func checkUsername(parameter, name string) (string, error) {
	name = strings.ToLower(name)
	switch {
	case !username.MatchString(name):
		return "", fault.Bad(parameter, catalog.UsernameForm.Text)
	case strings.HasPrefix(name, "test"):
		return "", fault.Bad(parameter, catalog.UsernameTest.Text)
	case slices.Contains(reserved, name):
		return "", fault.Bad(parameter, catalog.UsernameReserved.Text)
	}
	return name, nil
}

// domains reads names as browsers do (UTS 46), and refuses what is no host name.
var domains = idna.New(idna.MapForLookup(), idna.StrictDomainName(true), idna.ValidateLabels(true),
	idna.VerifyDNSLength(true), idna.BidiRule(), idna.Transitional(false))

// Domain gives a domain as Postern keeps it: lower case, ASCII (Punycode), with
// two labels at least and not an address. The error names the parameter.
func Domain(parameter, text string) (string, error) {
	bad := fault.Bad(parameter, catalog.DomainForm.Text)
	if text == "" {
		return "", fault.Missing(parameter)
	}
	domain, err := domains.ToASCII(text)
	if err == nil { // what comes out must be a name itself: some Punycode is not
		var again string
		if again, err = domains.ToASCII(domain); again != domain {
			return "", bad
		}
	}
	if err != nil || len(domain) > 253 || !strings.Contains(domain, ".") || strings.HasSuffix(domain, ".") {
		return "", bad
	}
	// A last label of digits alone would be read as an IPv4 address (RFC 3696, 2).
	last := domain[strings.LastIndexByte(domain, '.')+1:]
	if strings.Trim(last, "0123456789") == "" {
		return "", bad
	}
	return domain, nil
}

// contacts reads one address to write to, or two with a comma between them.
func contacts(parameter, text string) (first, second string, err error) {
	parts := strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ';' })
	if len(parts) > 2 {
		return "", "", fault.Bad(parameter, catalog.ContactsForm.Text)
	}
	kept := [2]string{}
	for i, p := range parts {
		p = strings.TrimSpace(p)
		a, err := mail.ParseAddress(p)
		if err != nil || a.Address != p || len(p) > 254 {
			return "", "", fault.Bad(parameter, catalog.ContactForm.Text)
		}
		kept[i] = p
	}
	return kept[0], kept[1], nil
}

// temporaryDomain stands in for the domain of an account that has none yet.
// RFC 2606: nothing ever has a name under .invalid.
func temporaryDomain(user string) string { return fmt.Sprintf("%s.invalid", user) }
