package catalog

import (
	"postern/shared/function"
	"postern/shared/scalar"
)

// SetupReseller is WHM's setupreseller.
var SetupReseller = function.Define[SetupResellerRequest, function.Nothing](function.Spec{
	Names:  []function.Name{function.WHM("setupreseller")},
	Needs:  "all",
	Effect: function.Writes,
	Old:    function.Old{Wrap: "result"},
	Doc:    "Makes an account a reseller with a new reseller’s privileges.",
})

// SetupResellerRequest is the question of setupreseller.
type SetupResellerRequest struct {
	User      string     `form:"user,required" max:"64" doc:"The account’s name." example:"username"`
	MakeOwner scalar.Bit `form:"makeowner" default:"0" doc:"1 makes the account its own owner."`
}

// UnsetupReseller is WHM's unsetupreseller.
var UnsetupReseller = function.Define[UnsetupResellerRequest, function.Nothing](function.Spec{
	Names:  []function.Name{function.WHM("unsetupreseller")},
	Needs:  "all",
	Effect: function.Writes,
	Old:    function.Old{Wrap: "result"},
	Doc:    "Takes a reseller’s privileges away. What it owned becomes root’s; its sessions end.",
})

// UnsetupResellerRequest is the question of unsetupreseller.
type UnsetupResellerRequest struct {
	User string `form:"user,required" max:"64" doc:"The reseller’s name." example:"username"`
}

// SetACLs is WHM's setacls.
var SetACLs = function.Define[SetACLsRequest, ACLNames](function.Spec{
	Names:  []function.Name{function.WHM("setacls")},
	Needs:  "all",
	Effect: function.Writes,
	Old:    function.Old{Wrap: "result"},
	Doc:    "Sets all privileges of a reseller: those given and those of the list given; any other is taken away.",
})

// SetACLsRequest is the question of setacls.
type SetACLsRequest struct {
	Reseller string            `form:"reseller|user,required" max:"64" doc:"The reseller’s name." example:"username"`
	ACLList  string            `form:"acllist" max:"64" doc:"A list of privileges made with saveacllist."`
	ACL      map[string]string `form:"acl-*" doc:"acl-PRIVILEGE with any value grants the privilege."`
}

// ACLNames is the answer of setacls.
type ACLNames struct {
	ACL []string `json:"acl" doc:"The privileges that the reseller now holds."`
}

// ListACLs is WHM's listacls.
var ListACLs = function.Define[struct{}, ACLLists](function.Spec{
	Names: []function.Name{function.WHM("listacls")},
	Needs: "all",
	Old:   function.Old{Bare: true, Rename: map[string]string{"acl": "acls"}},
	Doc:   "Lists the lists of privileges that saveacllist made.",
})

// ACLLists is the answer of listacls.
type ACLLists struct {
	ACL []ACLList `json:"acl" doc:"The lists, by name."`
}

// ACLList is a list of privileges.
type ACLList struct {
	Name       string                `json:"name" doc:"The list’s name."`
	Privileges map[string]scalar.Bit `json:"privileges" doc:"Each privilege, and 1 if the list grants it."`
}

// SaveACLList is WHM's saveacllist.
var SaveACLList = function.Define[SaveACLListRequest, function.Nothing](function.Spec{
	Names:  []function.Name{function.WHM("saveacllist")},
	Needs:  "all",
	Effect: function.Writes,
	Old:    function.Old{Wrap: "result"},
	Doc:    "Makes a list of privileges, or changes one: acl-PRIVILEGE=1 grants, 0 takes away.",
})

// SaveACLListRequest is the question of saveacllist.
type SaveACLListRequest struct {
	ACLList string            `form:"acllist,required" pattern:"[A-Za-z0-9][A-Za-z0-9 ._-]{0,63}" allowed:"use up to 64 letters, digits, spaces, dots, dashes and underscores" doc:"The list’s name." example:"my_acl_list"`
	ACL     map[string]string `form:"acl-*" doc:"acl-PRIVILEGE=1 grants the privilege, 0 takes it away."`
}

// ListResellers is WHM's listresellers.
var ListResellers = function.Define[struct{}, ResellerNames](function.Spec{
	Names: []function.Name{function.WHM("listresellers")},
	Needs: "all",
	Old:   function.Old{Bare: true},
	Doc:   "Lists the names of the resellers.",
})

// ResellerNames is the answer of listresellers.
type ResellerNames struct {
	Reseller []string `json:"reseller" doc:"The names."`
}

// ListResellersWithPrivileges tells of each reseller what listresellers leaves out.
var ListResellersWithPrivileges = function.Define[ListResellersWithPrivilegesRequest, Resellers](function.Spec{
	Names: []function.Name{function.WHM("postern_list_resellers")},
	Needs: "all",
	Doc:   "Lists the resellers by name, each with its privileges and how many accounts it owns.",
})

// ListResellersWithPrivilegesRequest is the question of postern_list_resellers.
type ListResellersWithPrivilegesRequest struct {
	User string `form:"user" max:"64" doc:"Only this reseller." example:"username"`
}

// Resellers is the answer of postern_list_resellers.
type Resellers struct {
	Resellers []Reseller `json:"resellers" doc:"The resellers."`
}

// Reseller is an account with privileges.
type Reseller struct {
	User       string       `json:"user" doc:"The account’s name."`
	Domain     string       `json:"domain" doc:"Its main domain."`
	Accounts   int          `json:"accounts" doc:"How many accounts it owns."`
	Since      scalar.Epoch `json:"since" doc:"Since when it is a reseller, in seconds since 1970."`
	Privileges []string     `json:"privileges" doc:"Its privileges, by name."`
}
