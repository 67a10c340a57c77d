package catalog

import (
	"postern/shared/function"
	"postern/shared/scalar"
)

// GetTweakSetting is WHM's get_tweaksetting.
var GetTweakSetting = function.Define[GetTweakSettingRequest, TweakSettingAnswer](function.Spec{
	Names: []function.Name{function.WHM("get_tweaksetting")},
	Needs: "all",
	Doc:   "Tells one of the server’s settings. Postern has those of the security policies, in the module Main.",
})

// GetTweakSettingRequest is the question of get_tweaksetting.
type GetTweakSettingRequest struct {
	Key    string `form:"key,required" max:"128" doc:"The setting’s key." example:"SecurityPolicy::SourceIPCheck"`
	Module string `form:"module" default:"Main" choices:"Apache,Basic,Mail,Main" doc:"The settings’ module." example:"Main"`
}

// TweakSettingAnswer is the answer of get_tweaksetting.
type TweakSettingAnswer struct {
	TweakSetting TweakSetting `json:"tweaksetting" doc:"The setting."`
}

// TweakSetting is a setting with its value.
type TweakSetting struct {
	Key   string `json:"key" doc:"The setting’s key."`
	Value string `json:"value" doc:"Its value: 1 or 0, or a number of days."`
}

// SetTweakSetting is WHM's set_tweaksetting.
var SetTweakSetting = function.Define[SetTweakSettingRequest, function.Nothing](function.Spec{
	Names:  []function.Name{function.WHM("set_tweaksetting")},
	Needs:  "all",
	Effect: function.Writes,
	Doc:    "Changes one of the server’s settings. Postern has those of the security policies, in the module Main.",
})

// SetTweakSettingRequest is the question of set_tweaksetting.
type SetTweakSettingRequest struct {
	GetTweakSettingRequest
	Value string `form:"value" max:"128" doc:"The new value: 1 or 0, or a number of days." example:"1"`
}

// GetLoginPolicy tells what get_tweaksetting has no key for.
var GetLoginPolicy = function.Define[function.Nothing, LoginPolicy](function.Spec{
	Names: []function.Name{function.WHM("postern_get_login_policy")},
	Needs: "all",
	Doc:   "Tells how verified addresses are asked for and how long sessions live.",
})

// SetLoginPolicy changes what set_tweaksetting has no key for.
var SetLoginPolicy = function.Define[LoginPolicyChange, LoginPolicy](function.Spec{
	Names:  []function.Name{function.WHM("postern_set_login_policy")},
	Needs:  "all",
	Effect: function.Writes,
	Doc: "Changes how verified addresses are asked for and how long sessions live, and gives back all of it. " +
		"What is left out stays as it is. New lives hold for sessions made from then on.",
})

// LoginPolicy is the answer of postern_get_login_policy. What turns the policy
// on is the setting SecurityPolicy::SourceIPCheck.
type LoginPolicy struct {
	Questions         int        `json:"questions" doc:"How many security questions are asked from an address that is not listed, 1 to 4."`
	RememberByDefault scalar.Bit `json:"remember_by_default" doc:"1 when the page proposes to list the address after right answers."`
	CPanel            scalar.Bit `json:"cpaneld" doc:"1 when the policy is for sign in to cPanel."`
	WHM               scalar.Bit `json:"whostmgrd" doc:"1 when the policy is for sign in to WHM."`
	Webmail           scalar.Bit `json:"webmaild" doc:"1 when the policy is for sign in to Webmail."`
	IdleSeconds       int        `json:"session_idle" doc:"How long a session lives without use, in seconds."`
	UnusedSeconds     int        `json:"session_unused" doc:"How long a session that an API call made waits for its first use, in seconds."`
	AbsoluteSeconds   int        `json:"session_absolute" doc:"How long a session lives at most, in seconds."`
}

// LoginPolicyChange is the question of postern_set_login_policy; nil stays as it is.
type LoginPolicyChange struct {
	Questions         *int        `form:"questions" json:"questions,omitempty" doc:"How many security questions are asked, 1 to 4." example:"2"`
	RememberByDefault *scalar.Bit `form:"remember_by_default" json:"remember_by_default,omitempty" doc:"1: the page proposes to list the address after right answers; 0: it does not." example:"1"`
	CPanel            *scalar.Bit `form:"cpaneld" json:"cpaneld,omitempty" doc:"1: the policy is for sign in to cPanel; 0: it is not." example:"1"`
	WHM               *scalar.Bit `form:"whostmgrd" json:"whostmgrd,omitempty" doc:"1: the policy is for sign in to WHM; 0: it is not." example:"1"`
	Webmail           *scalar.Bit `form:"webmaild" json:"webmaild,omitempty" doc:"1: the policy is for sign in to Webmail; 0: it is not." example:"1"`
	IdleSeconds       *int        `form:"session_idle" json:"session_idle,omitempty" doc:"How long a session lives without use: 60 to 604800 seconds, and no longer than session_absolute." example:"3600"`
	UnusedSeconds     *int        `form:"session_unused" json:"session_unused,omitempty" doc:"How long a session that an API call made waits for its first use: 60 to 86400 seconds." example:"900"`
	AbsoluteSeconds   *int        `form:"session_absolute" json:"session_absolute,omitempty" doc:"How long a session lives at most: 300 to 2592000 seconds." example:"86400"`
}
