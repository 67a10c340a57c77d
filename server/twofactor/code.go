package twofactor

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"fmt"
	"io"
	"net/url"
	"strings"
	"time"

	"github.com/pquerna/otp/hotp"

	"postern/server/seal"
)

const (
	period      = 30        // seconds that a code is shown
	skew        = 1         // steps that a phone's clock may be off
	keyBytes    = 10        // 16 characters of Base32, as cPanel's keys have
	offerLives  = time.Hour // between seeing a key and proving that an app holds it
	noStep      = -1        // older than every step that is kept
	mostTries   = 30        // looks at an app's codes, since one was right
	triesPeriod = time.Hour // in which they are counted
)

// decoy is the key of those who have none, so that asking takes as long.
const decoy = "AAAAAAAAAAAAAAAA"

// Where the keys are sealed to.
func factorPlace(login int64) seal.Place {
	return seal.Place{Table: "second_factors", Column: "secret", Row: login}
}
func offerPlace(login int64) seal.Place {
	return seal.Place{Table: "second_factor_offers", Column: "secret", Row: login}
}

// newSecret draws a key.
func newSecret(random io.Reader) (string, error) {
	raw := make([]byte, keyBytes)
	if _, err := io.ReadFull(random, raw); err != nil {
		return "", fmt.Errorf("random bytes: %w", err)
	}
	return base32.StdEncoding.EncodeToString(raw), nil
}

// stepOf is the time step whose code this is, among the present one and its
// neighbours; noStep when it is of none. All are computed, whichever fits.
func stepOf(secret, code string, now time.Time) int64 {
	found := int64(noStep)
	current := now.Unix() / period
	for step := max(current-skew, 0); step <= current+skew; step++ {
		right, err := hotp.GenerateCode(secret, uint64(step))
		if err == nil && subtle.ConstantTimeCompare([]byte(right), []byte(code)) == 1 {
			found = step
		}
	}
	return found
}

// clean is a code as it is compared: people type the gaps that they are shown.
func clean(code string) string {
	if len(code) > 64 {
		return "" // no code of ours
	}
	return strings.ToUpper(strings.NewReplacer(" ", "", "-", "").Replace(code))
}

// otpauth is a key as a URL, in the form that cPanel's documentation prints.
func otpauth(issuer, user, secret string) string {
	escape := func(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }
	return fmt.Sprintf("otpauth://totp/%s:%s?secret=%s&issuer=%s", escape(issuer), escape(user), secret, escape(issuer))
}

// Recovery codes: ten, each of 80 random bits as four groups of four letters.
const (
	recoveryCount = 10
	recoveryBytes = 10
)

// newRecovery draws the codes as people see them.
func newRecovery(random io.Reader) ([]string, error) {
	codes := make([]string, recoveryCount)
	for i := range codes {
		raw := make([]byte, recoveryBytes)
		if _, err := io.ReadFull(random, raw); err != nil {
			return nil, fmt.Errorf("random bytes: %w", err)
		}
		text := strings.ToLower(base32.StdEncoding.EncodeToString(raw))
		codes[i] = text[:4] + "-" + text[4:8] + "-" + text[8:12] + "-" + text[12:]
	}
	return codes, nil
}

// recoveryHash is what is kept of a cleaned code. Nobody guesses 80 bits: a slow
// hash would protect nothing. The login in it keeps a hash from working elsewhere.
func recoveryHash(login int64, code string) []byte {
	sum := sha256.Sum256(fmt.Appendf(nil, "recovery\x00%d\x00%s", login, code))
	return sum[:]
}
