package catalog

import (
	"encoding/json"

	"postern/shared/function"
	"postern/shared/scalar"
)

// VerifyOSCAR is WHM's verify_oscar_access.
var VerifyOSCAR = function.Define[VerifyOSCARRequest, MessageSent](function.Spec{
	Names:  []function.Name{function.WHM("verify_oscar_access")},
	Needs:  "all",
	Effect: function.Reaches,
	Doc: "Tests an ICQ or AIM account: signs on, sends the account a message with a unique string in it, and waits until the message comes back. " +
		"A number is an ICQ account, any other name an AIM account. AOL and ICQ closed their networks, so the server is a setting: " +
		"postern_set_notify_settings. It fails when the account is refused, the server does not answer within 20 seconds or limits how often one connects.",
})

// VerifyOSCARRequest is the question of verify_oscar_access.
type VerifyOSCARRequest struct {
	Username string `form:"username,required" max:"97" doc:"The account’s name or number." example:"123456"`
	Password string `form:"password,required,secret" max:"255" doc:"The account’s password." example:"12345luggage"`
}

// MessageSent is the answer of a function that sent a test message.
type MessageSent struct {
	MessageID string `json:"message_id" doc:"The unique string in the test message: the time and a random number, both hexadecimal."`
}

// VerifyICQ is WHM's verify_icq_access.
var VerifyICQ = function.Define[struct{}, MessageSent](function.Spec{
	Names:  []function.Name{function.WHM("verify_icq_access")},
	Needs:  "all",
	Effect: function.Reaches,
	Doc:    "Tests the ICQ account of the contact settings, as verify_oscar_access does.",
})

// VerifyAIM is WHM's verify_aim_access.
var VerifyAIM = function.Define[struct{}, MessageSent](function.Spec{
	Names:  []function.Name{function.WHM("verify_aim_access")},
	Needs:  "all",
	Effect: function.Reaches,
	Doc:    "Tests the AIM account of the contact settings, as verify_oscar_access does.",
})

// SendTestPushbullet is WHM's send_test_pushbullet_note.
var SendTestPushbullet = function.Define[SendTestPushbulletRequest, PushbulletSent](function.Spec{
	Names:  []function.Name{function.WHM("send_test_pushbullet_note")},
	Needs:  "all",
	Effect: function.Reaches,
	Doc:    "Sends a test note to a Pushbullet account. It fails when the note that Pushbullet gives back lacks the unique string.",
})

// SendTestPushbulletRequest is the question of send_test_pushbullet_note.
type SendTestPushbulletRequest struct {
	AccessToken string `form:"access_token,required,secret" max:"255" doc:"The account’s access token." example:"a1b2c3d4e5f6g7h8i9j0"`
}

// PushbulletSent is the answer of send_test_pushbullet_note.
type PushbulletSent struct {
	MessageSent
	Payload json.RawMessage `json:"payload" doc:"What Pushbullet answered."`
}

// VerifyPushbullet is WHM's verify_pushbullet_access.
var VerifyPushbullet = function.Define[struct{}, PushbulletResults](function.Spec{
	Names:  []function.Name{function.WHM("verify_pushbullet_access")},
	Needs:  "all",
	Effect: function.Reaches,
	Doc:    "Sends a test note with each Pushbullet token of the contact settings. It fails when none gets through; a warning names each that does not.",
})

// PushbulletResults is the answer of verify_pushbullet_access.
type PushbulletResults struct {
	function.Notes
	Results []PushbulletResult `json:"results" doc:"One for each token."`
}

// PushbulletResult is what became of a test note.
type PushbulletResult struct {
	AccessToken string          `json:"access_token" doc:"The end of the token: the token itself is kept secret."`
	Result      *PushbulletSent `json:"result" doc:"The note, if it got through; null else."`
	Error       *string         `json:"error" doc:"Why it did not; null when it did."`
}

// SendTestPostURL is WHM's send_test_posturl.
var SendTestPostURL = function.Define[SendTestPostURLRequest, PostURLSent](function.Spec{
	Names:  []function.Name{function.WHM("send_test_posturl")},
	Needs:  "all",
	Effect: function.Reaches,
	Doc: "Sends a form with the fields hostname, subject and body to a URL by POST. It fails when the answer is no success or lacks the unique string of the subject. " +
		"Addresses of this machine and of private networks are not connected to, unless postern_set_notify_settings allows their network.",
})

// SendTestPostURLRequest is the question of send_test_posturl.
type SendTestPostURLRequest struct {
	URL string `form:"url,required" max:"2048" doc:"An http or https URL; the certificate must be valid." example:"https://www.example.com/events.cgi?apikey=12345"`
}

// PostURLSent is the answer of send_test_posturl.
type PostURLSent struct {
	MessageSent
	Payload PostURLPayload `json:"payload" doc:"What the URL answered."`
}

// PostURLPayload is an HTTP answer.
type PostURLPayload struct {
	Content  string            `json:"content" doc:"Its body."`
	Headers  map[string]string `json:"headers" doc:"Its headers, by their names in lower case."`
	Protocol string            `json:"protocol" doc:"Its protocol."`
	Reason   string            `json:"reason" doc:"Its reason phrase."`
	Status   string            `json:"status" doc:"Its status."`
	Success  scalar.Bit        `json:"success" doc:"1 when the status is one of success."`
	URL      string            `json:"url" doc:"The URL that answered, after redirects, without the keys in it."`
}

// VerifyPostURL is WHM's verify_posturl_access.
var VerifyPostURL = function.Define[struct{}, PostURLResults](function.Spec{
	Names:  []function.Name{function.WHM("verify_posturl_access")},
	Needs:  "all",
	Effect: function.Reaches,
	Doc:    "Sends a test message to each URL of the contact settings. It fails when none gets through; a warning names each that does not.",
})

// PostURLResults is the answer of verify_posturl_access.
type PostURLResults struct {
	function.Notes
	Results []PostURLResult `json:"results" doc:"One for each URL."`
}

// PostURLResult is what became of a test message.
type PostURLResult struct {
	URL    string       `json:"url" doc:"The URL, without the keys in it."`
	Result *PostURLSent `json:"result" doc:"The message, if it got through; null else."`
	Error  *string      `json:"error" doc:"Why it did not; null when it did."`
}
