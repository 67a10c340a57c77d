package catalog

import (
	"fmt"

	"postern/shared/fault"
	"postern/shared/function"
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
