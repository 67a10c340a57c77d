package catalog

import (
	"postern/shared/function"
	"postern/shared/scalar"
)

// GetNotifySettings tells which servers notifications go through.
var GetNotifySettings = function.Define[struct{}, NotifySettings](function.Spec{
	Names: []function.Name{function.WHM("postern_get_notify_settings")},
	Needs: "all",
	Doc:   "Tells which servers notifications go through, and which networks Postern may connect to besides the public internet.",
})

// SetNotifySettings changes that.
var SetNotifySettings = function.Define[NotifySettingsChange, NotifySettings](function.Spec{
	Names:  []function.Name{function.WHM("postern_set_notify_settings")},
	Needs:  "all",
	Effect: function.Writes,
	Doc: "Changes which servers notifications go through and which networks Postern may connect to, and gives back all of it. " +
		"What is left out stays as it is; what is empty is taken away.",
})

// NotifySettings is the answer of postern_get_notify_settings.
type NotifySettings struct {
	OSCARServer     string   `json:"oscar_server" doc:"Where ICQ and AIM accounts sign on, with its port; empty: nowhere."`
	OSCARMessages   string   `json:"oscar_message_server" doc:"The message server, with its port; empty: the one that the sign-on server names."`
	PushbulletURL   string   `json:"pushbullet_url" doc:"Where Pushbullet takes notes."`
	AllowedNetworks []string `json:"allowed_networks" doc:"Networks that Postern may connect to although they are private or this machine’s own."`
}

// NotifySettingsChange is the question of postern_set_notify_settings; nil stays as it is.
type NotifySettingsChange struct {
	OSCARServer     *string `form:"oscar_server" json:"oscar_server,omitempty" max:"260" doc:"Where ICQ and AIM accounts sign on: a host, with a port if that is not 5190." example:"oscar.example.com"`
	OSCARMessages   *string `form:"oscar_message_server" json:"oscar_message_server,omitempty" max:"260" doc:"The message server, instead of the one that the sign-on server names." example:"oscar.example.com:5191"`
	PushbulletURL   *string `form:"pushbullet_url" json:"pushbullet_url,omitempty" max:"2048" doc:"Where Pushbullet takes notes, an https URL; empty: at Pushbullet’s own." example:"https://api.pushbullet.com/v2/pushes"`
	AllowedNetworks *string `form:"allowed_networks" json:"allowed_networks,omitempty" max:"2000" doc:"Networks, separated by commas, that Postern may connect to although they are private or this machine’s own. Addresses at which clouds give out credentials stay closed." example:"10.1.2.0/24"`
}

// GetContactSettings tells what the tests without parameters use.
var GetContactSettings = function.Define[struct{}, ContactSettings](function.Spec{
	Names: []function.Name{function.WHM("postern_get_contact_settings")},
	Needs: "all",
	Doc: "Tells which accounts, tokens and URLs verify_icq_access, verify_aim_access, verify_pushbullet_access and verify_posturl_access test. " +
		"No password, token or key in a URL is told.",
})

// SetContactSettings changes that.
var SetContactSettings = function.Define[ContactSettingsChange, ContactSettings](function.Spec{
	Names:  []function.Name{function.WHM("postern_set_contact_settings")},
	Needs:  "all",
	Effect: function.Writes,
	Doc: "Changes which accounts, tokens and URLs are tested, and gives back what is told of them. What is left out stays as it is; " +
		"tokens and URLs replace those before. All of it is kept sealed.",
})

// ContactSettings is the answer of postern_get_contact_settings.
type ContactSettings struct {
	ICQUsername    string     `json:"icq_username" doc:"The ICQ account; empty: none."`
	ICQPasswordSet scalar.Bit `json:"icq_password_set" doc:"1 when its password is kept."`
	AIMUsername    string     `json:"aim_username" doc:"The AIM account; empty: none."`
	AIMPasswordSet scalar.Bit `json:"aim_password_set" doc:"1 when its password is kept."`
	Pushbullet     []string   `json:"pushbullet" doc:"The ends of the Pushbullet tokens."`
	PostURLs       []string   `json:"posturl" doc:"The URLs, without the keys in them."`
}

// ContactSettingsChange is the question of postern_set_contact_settings.
type ContactSettingsChange struct {
	ICQUsername string   `form:"icq_username" max:"20" pattern:"[0-9]+" allowed:"use the number of an ICQ account" doc:"The ICQ account’s number. It needs its password." example:"123456"`
	ICQPassword string   `form:"icq_password,secret" max:"255" doc:"Its password." example:"12345luggage"`
	AIMUsername string   `form:"aim_username" max:"97" doc:"The AIM account’s name. It needs its password." example:"posternbot"`
	AIMPassword string   `form:"aim_password,secret" max:"255" doc:"Its password." example:"12345luggage"`
	Pushbullet  []string `form:"pushbullet_access_token,secret" max:"255" doc:"Pushbullet’s access tokens, at most 10." example:"a1b2c3d4e5f6g7h8i9j0"`
	PostURLs    []string `form:"posturl,secret" max:"2048" doc:"The http and https URLs, at most 10." example:"https://www.example.com/events.cgi?apikey=12345"`
	Clear       []string `form:"clear" choices:"icq,aim,pushbullet,posturl" doc:"What is taken away." example:"pushbullet"`
}
