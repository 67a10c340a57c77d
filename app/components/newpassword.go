package components

import "github.com/maxence-charriere/go-app/v9/pkg/app"

// passwordLetters are what a made password consists of: 64 letters and digits,
// less those that look like others, so that six bits choose one evenly.
const passwordLetters = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789-_+=.,:!"

// NewPassword makes a password of 20 characters, 120 bits, of the browser's own
// randomness.
func NewPassword() string {
	const length = 20
	random := app.Window().Get("Uint8Array").New(length)
	app.Window().Get("crypto").Call("getRandomValues", random)
	password := make([]byte, length)
	for i := range password {
		password[i] = passwordLetters[random.Index(i).Int()%len(passwordLetters)]
	}
	return string(password)
}
