package catalog

import (
	"fmt"

	"postern/shared/fault"
	"postern/shared/function"
	"postern/shared/scalar"
)

// GetPasswordStrength is WHM's get_password_strength.
var GetPasswordStrength = function.Define[GetPasswordStrengthRequest, PasswordStrength](function.Spec{
	Names: []function.Name{function.WHM("get_password_strength")},
	Doc:   "Rates a password from 0 to 100. The password is not kept.",
})

// GetPasswordStrengthRequest is the question of get_password_strength.
type GetPasswordStrengthRequest struct {
	Password string `form:"password,required,secret" max:"512" doc:"The password to rate." example:"12345luggage"`
}

// PasswordStrength is the answer of get_password_strength.
type PasswordStrength struct {
	Strength int `json:"strength" doc:"0 (weak) to 100 (strong)."`
}

// RatePassword is Postern's own: get_password_strength is WHM's alone, and knows
// neither whose the password will be nor how strong it must be.
var RatePassword = function.Define[RatePasswordRequest, PasswordRating](function.Spec{
	Names:   []function.Name{function.WHM("postern_rate_password"), function.UAPI("Postern", "rate_password")},
	Callers: function.Everybody,
	Doc: "Rates a password from 0 to 100 as the functions do that set one, and tells whether it is strong enough. " +
		"The password is not kept.",
})

// RatePasswordRequest is the question of rate_password.
type RatePasswordRequest struct {
	Password string `form:"password,required,secret" max:"512" doc:"The password to rate." example:"12345luggage"`
	App      string `form:"app" choices:"createacct,default,ftp,list,mysql,passwd,postgres,sshkey,virtual" doc:"What the password is for, by the names of getminimumpasswordstrengths: passwd for accounts, virtual for mailboxes. When absent, it is to be the caller’s own." example:"virtual"`
	User     string `form:"user" max:"319" doc:"Who will have the password: a password made of the name is weak. Not asked for where it is the caller’s own." example:"bob@example.com"`
	Domain   string `form:"domain" max:"253" doc:"The user’s domain, likewise." example:"example.com"`
}

// PasswordRating is the answer of rate_password.
type PasswordRating struct {
	Strength int        `json:"strength" doc:"0 (weak) to 100 (strong)."`
	Minimum  int        `json:"minimum" doc:"How strong it must be."`
	Enough   scalar.Bit `json:"enough" doc:"1 when it is strong enough."`
}

// GetMinimumPasswordStrengths is WHM's getminimumpasswordstrengths.
var GetMinimumPasswordStrengths = function.Define[GetMinimumPasswordStrengthsRequest, MinimumStrengths](function.Spec{
	Names: []function.Name{function.WHM("getminimumpasswordstrengths")},
	Doc:   "Tells how strong passwords must be, for each service or for one.",
})

// GetMinimumPasswordStrengthsRequest is the question of getminimumpasswordstrengths.
type GetMinimumPasswordStrengthsRequest struct {
	Name string `form:"name" default:"all" choices:"all,default,createacct,ftp,list,mysql,passwd,postgres,sshkey,virtual" doc:"The service to tell about; all of them when absent." example:"default"`
}

// SetMinimumPasswordStrengths is WHM's setminimumpasswordstrengths.
var SetMinimumPasswordStrengths = function.Define[MinimumStrengths, function.Nothing](function.Spec{
	Names:  []function.Name{function.WHM("setminimumpasswordstrengths")},
	Needs:  "all",
	Effect: function.Writes,
	Old:    function.Old{Wrap: "result"},
	Doc:    "Sets how strong passwords must be. Services that are left out keep their value.",
})

// MinimumStrengths holds the least strength for each service's passwords, 0 to
// 100; nil is not asked for, or not to be changed.
type MinimumStrengths struct {
	Default    *int `form:"default" json:"default,omitempty" doc:"Where nothing else is set." example:"65"`
	CreateAcct *int `form:"createacct" json:"createacct,omitempty" doc:"New accounts." example:"65"`
	FTP        *int `form:"ftp" json:"ftp,omitempty" doc:"FTP accounts." example:"65"`
	List       *int `form:"list" json:"list,omitempty" doc:"Mailing lists." example:"65"`
	MySQL      *int `form:"mysql" json:"mysql,omitempty" doc:"MySQL users." example:"65"`
	Passwd     *int `form:"passwd" json:"passwd,omitempty" doc:"Accounts whose password is changed." example:"65"`
	Postgres   *int `form:"postgres" json:"postgres,omitempty" doc:"PostgreSQL users." example:"65"`
	SSHKey     *int `form:"sshkey" json:"sshkey,omitempty" doc:"SSH keys." example:"65"`
	Virtual    *int `form:"virtual" json:"virtual,omitempty" doc:"Mailboxes." example:"65"`
}

// Services pairs each service's name with its value, in the order of the fields.
func (m *MinimumStrengths) Services() []struct {
	Name  string
	Value **int
} {
	return []struct {
		Name  string
		Value **int
	}{
		{"default", &m.Default}, {"createacct", &m.CreateAcct}, {"ftp", &m.FTP}, {"list", &m.List}, {"mysql", &m.MySQL},
		{"passwd", &m.Passwd}, {"postgres", &m.Postgres}, {"sshkey", &m.SSHKey}, {"virtual", &m.Virtual},
	}
}

// Check holds every value between 0 and 100.
func (m *MinimumStrengths) Check() error {
	for _, s := range m.Services() {
		if v := *s.Value; v != nil && (*v < 0 || *v > 100) {
			return fault.Bad(s.Name, fmt.Sprintf("use a number from %d to %d", 0, 100))
		}
	}
	return nil
}
