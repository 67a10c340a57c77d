package catalog

import (
	"postern/shared/function"
	"postern/shared/scalar"
)

// Version is WHM's version.
var Version = function.Define[struct{}, VersionAnswer](function.Spec{
	Names: []function.Name{function.WHM("version")},
	Old:   function.Old{Bare: true},
	Doc:   "Tells the server’s version.",
})

// VersionAnswer is the answer of version.
type VersionAnswer struct {
	Version string `json:"version" doc:"The version."`
}

// GetHostname is WHM's gethostname.
var GetHostname = function.Define[struct{}, HostnameAnswer](function.Spec{
	Names: []function.Name{function.WHM("gethostname")},
	Old:   function.Old{Bare: true},
	Doc:   "Tells the server’s host name.",
})

// HostnameAnswer is the answer of gethostname.
type HostnameAnswer struct {
	Hostname string `json:"hostname" doc:"The host name."`
}

// AppList is WHM's applist.
var AppList = function.Define[struct{}, AppListAnswer](function.Spec{
	Names: []function.Name{function.WHM("applist")},
	Old:   function.Old{Bare: true},
	Doc:   "Lists the WHM functions that the caller may call.",
})

// AppListAnswer is the answer of applist.
type AppListAnswer struct {
	App []string `json:"app" doc:"Names of functions."`
}

// MyPrivs is WHM's myprivs.
var MyPrivs = function.Define[struct{}, MyPrivsAnswer](function.Spec{
	Names: []function.Name{function.WHM("myprivs")},
	Old:   function.Old{Bare: true, Rename: map[string]string{"privileges": "privs"}},
	Doc:   "Tells for every privilege whether the caller holds it.",
})

// MyPrivsAnswer is the answer of myprivs: an array of one hash, as cPanel has it.
type MyPrivsAnswer struct {
	Privileges []map[string]scalar.Bit `json:"privileges" doc:"One hash: each privilege, and 1 if the caller holds it."`
}
