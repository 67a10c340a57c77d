package twofactor

import (
	"slices"
	"strings"

	"github.com/pquerna/otp/hotp"

	"postern/shared/fault"
)

// importedKey is a key that another server had.
type importedKey struct{ account, mailbox, secret string }

// readKeys reads names such as anna.primary_account.secret and
// anna.email.bob@example.com.secret. Other parameters of the call, such as
// api.version, stand among them and are passed over.
func readKeys(named map[string]string) ([]importedKey, error) {
	var keys []importedKey
	for name, secret := range named {
		path, is := strings.CutSuffix(name, ".secret")
		if !is {
			continue
		}
		k := importedKey{secret: clean(secret)}
		var part string
		k.account, part, _ = strings.Cut(path, ".")
		mailbox, isMailbox := strings.CutPrefix(part, "email.")
		switch {
		case isMailbox && k.account != "" && strings.Contains(mailbox, "@"):
			k.mailbox = mailbox
		case strings.HasPrefix(part, "team."):
			return nil, fault.Bad(name, "there are no team users; use primary_account or email")
		case k.account == "" || part != "primary_account":
			return nil, fault.Bad(name, "use a user’s primary_account.secret or email.ADDRESS.secret")
		}
		k.secret = strings.TrimRight(k.secret, "=")
		// The library that makes the codes judges the spelling; Base32 skips line breaks.
		_, err := hotp.GenerateCode(k.secret, 0)
		if err != nil || len(k.secret)*5/8 < keyBytes || strings.ContainsAny(k.secret, "\r\n") {
			return nil, fault.Bad(name, "use 16 or more characters of Base32")
		}
		keys = append(keys, k)
	}
	switch {
	case len(keys) == 0:
		return nil, fault.New(fault.Invalid, "There is no key: name each, such as example.primary_account.secret.")
	case len(keys) > maxUsers:
		return nil, fault.New(fault.Invalid, "One call may bring %d keys.", maxUsers)
	}
	// Everybody takes rows in the same order, so that two calls do not wait for each other.
	slices.SortFunc(keys, func(a, b importedKey) int {
		return strings.Compare(a.account+"\x00"+a.mailbox, b.account+"\x00"+b.mailbox)
	})
	return keys, nil
}
