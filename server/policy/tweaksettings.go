package policy

import (
	"context"
	"strconv"
	"strings"

	"postern/server/dispatch"
	"postern/shared/catalog"
	"postern/shared/fault"
	"postern/shared/function"
	"postern/shared/scalar"
)

// The keys of cPanel's security policies (The cpanel.config File).
const (
	keySourceIPCheck    = "SecurityPolicy::SourceIPCheck"
	keyTwoFactorAuth    = "SecurityPolicy::TwoFactorAuth"
	keyPasswordStrength = "SecurityPolicy::PasswordStrength"
	keyPasswordAge      = "SecurityPolicy::PasswordAge"
	keyMaxAge           = "SecurityPolicy::PasswordAge::maxage" // the one whose value is a number
	keyAPIRequests      = "SecurityPolicy::xml-api"
)

// keys are the settings that there are, all in the module Main.
var keys = []string{keySourceIPCheck, keyTwoFactorAuth, keyPasswordStrength, keyPasswordAge, keyMaxAge, keyAPIRequests}

// bit is the setting behind a key; nil if the key is not one of a bit.
func (p *Policy) bit(key string) *scalar.Bit {
	switch key {
	case keySourceIPCheck:
		return &p.SourceIPCheck
	case keyTwoFactorAuth:
		return &p.TwoFactorAuth
	case keyPasswordStrength:
		return &p.PasswordStrength
	case keyPasswordAge:
		return &p.PasswordAge
	case keyAPIRequests:
		return &p.APIRequests
	}
	return nil
}

func (r *Room) getTweakSetting(ctx context.Context, c dispatch.Call, in catalog.GetTweakSettingRequest) (out catalog.TweakSettingAnswer, err error) {
	if err := known(in); err != nil {
		return out, err
	}
	p, err := Load(ctx, c.DB)
	if err != nil {
		return out, err
	}
	out.TweakSetting.Key = in.Key
	if b := p.bit(in.Key); b != nil {
		out.TweakSetting.Value = b.String()
	} else {
		out.TweakSetting.Value = strconv.Itoa(p.MaxAge)
	}
	return out, nil
}

func (r *Room) setTweakSetting(ctx context.Context, c dispatch.Call, in catalog.SetTweakSettingRequest) (out function.Nothing, err error) {
	if err := known(in.GetTweakSettingRequest); err != nil {
		return out, err
	}
	_, err = change(ctx, c.DB, c.Now, func(p *Policy) error {
		if b := p.bit(in.Key); b != nil {
			if b.UnmarshalText([]byte(in.Value)) != nil {
				return fault.Bad("value", "use 1 for on or 0 for off")
			}
			return nil
		}
		days, err := strconv.Atoi(in.Value)
		if err != nil || days < 1 || days > 3650 {
			return fault.Bad("value", "use a number of days from 1 to 3650")
		}
		p.MaxAge = days
		return nil
	})
	return out, err
}

// known refuses a setting that there is not, and names those that there are.
func known(in catalog.GetTweakSettingRequest) error {
	for _, k := range keys {
		if in.Key != k {
			continue
		}
		if in.Module != "Main" {
			return fault.Bad("module", "the key "+k+" is in the module Main")
		}
		return nil
	}
	return fault.Bad("key", "Postern has these, in the module Main: "+strings.Join(keys, ", "))
}
