package password

import (
	"math"

	"github.com/trustelem/zxcvbn"
)

// Strength rates a password from 0 to 100, as WHM's get_password_strength does.
//
// It is zxcvbn's estimate of the guesses needed, on a logarithmic scale where
// the customary minimum of 65 stands at ten thousand million guesses: the
// point from which zxcvbn itself calls a password very unguessable. What is
// known of the person (name, domain) makes passwords made of it weak.
func Strength(password string, known ...string) int {
	if password == "" {
		return 0
	}
	// zxcvbn's work grows with the square of the length; what is longer than
	// this is strong or repeats itself.
	if len(password) > 100 {
		password = password[:100]
	}
	guesses := zxcvbn.PasswordStrength(password, known).Guesses
	return int(min(100, max(0, math.Round(6.5*math.Log10(guesses)))))
}
