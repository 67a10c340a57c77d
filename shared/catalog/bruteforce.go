package catalog

import (
	"postern/shared/function"
	"postern/shared/scalar"
)

// The brute force protection, which cPanel calls cPHulk: its switch, its white
// and black lists. Settings are in bruteforce_settings.go, what it counted in
// bruteforce_history.go.

// CPHulkStatus is WHM's cphulk_status.
var CPHulkStatus = function.Define[function.Nothing, CPHulkStatusAnswer](function.Spec{
	Names: []function.Name{function.WHM("cphulk_status")},
	Needs: "all",
	Doc:   "Tells whether the brute force protection is on.",
})

// CPHulkStatusAnswer is the answer of cphulk_status.
type CPHulkStatusAnswer struct {
	Enabled scalar.Bit `json:"is_enabled" doc:"1 when failed sign ins are counted and lock."`
	Service string     `json:"service" doc:"Always cPHulk." example:"cPHulk"`
}

// EnableCPHulk is WHM's enable_cphulk.
var EnableCPHulk = function.Define[function.Nothing, function.Nothing](function.Spec{
	Names:  []function.Name{function.WHM("enable_cphulk")},
	Needs:  "all",
	Effect: function.Writes,
	Doc:    "Turns the brute force protection on, with the settings and lists that it had.",
})

// DisableCPHulk is WHM's disable_cphulk.
var DisableCPHulk = function.Define[function.Nothing, function.Nothing](function.Spec{
	Names:  []function.Name{function.WHM("disable_cphulk")},
	Needs:  "all",
	Effect: function.Writes,
	Doc:    "Turns the brute force protection off: nothing is counted, no lock and no black list holds. Settings, lists and history stay.",
})

// SkipEnabledCheck is what many functions about the protection share.
type SkipEnabledCheck struct {
	Skip scalar.Bit `form:"skip_enabled_check" default:"0" doc:"1: work although the protection is off." example:"1"`
}

// Requester says from where the caller asks, and whether it could be locked out there.
type Requester struct {
	RequesterIP string     `json:"requester_ip" doc:"The caller’s address; empty on the command line." example:"192.0.2.1"`
	WhiteListed scalar.Bit `json:"requester_ip_is_whitelisted" doc:"1 when the caller’s address is on the white list."`
}

// CreateCPHulkRecord is WHM's create_cphulk_record.
var CreateCPHulkRecord = function.Define[CreateCPHulkRecordRequest, CPHulkRecordsAdded](function.Spec{
	Names:  []function.Name{function.WHM("create_cphulk_record")},
	Needs:  "all",
	Effect: function.Writes,
	Doc: "Adds addresses to the white or the black list. A white-listed address is never locked out, and locks on it end; " +
		"a black-listed one is refused at sign in as if its password were wrong. An address on both is white. " +
		"What is no address is told in ips_failed; the others are added all the same.",
})

// CreateCPHulkRecordRequest is the question of create_cphulk_record.
type CreateCPHulkRecordRequest struct {
	IPs     []string `form:"ip,required" max:"100" doc:"An address, a network (CIDR) or a range a-b, of IPv4 or IPv6; several as ip-1, ip-2 …" example:"192.0.2.0/24"`
	List    string   `form:"list_name,required" choices:"black,white" doc:"The list." example:"white"`
	Comment string   `form:"comment" max:"255" doc:"Whose addresses they are, for people." example:"The office"`
	SkipEnabledCheck
}

// CPHulkRecordsAdded is the answer of create_cphulk_record.
type CPHulkRecordsAdded struct {
	Comment      string            `json:"comment" doc:"The comment that was given."`
	Unblocked    int               `json:"ip_blocks_removed" doc:"How many locks on addresses ended."`
	Added        []string          `json:"ips_added" doc:"What was added: addresses, and networks as ranges."`
	Failed       map[string]string `json:"ips_failed" doc:"What was not added, each with the reason."`
	FirewallBans int               `json:"iptable_bans_removed" doc:"Always 0: Postern bans at no firewall."`
	List         string            `json:"list_name" doc:"The list: white or black."`
	Requester
}

// BatchCreateCPHulkRecords is WHM's batch_create_cphulk_records.
var BatchCreateCPHulkRecords = function.Define[BatchCreateCPHulkRecordsRequest, CPHulkBatchAdded](function.Spec{
	Names:  []function.Name{function.WHM("batch_create_cphulk_records")},
	Needs:  "all",
	Effect: function.Writes,
	Doc:    "Adds addresses to the white or the black list, each with a comment of its own, as create_cphulk_record does. Send it as JSON.",
})

// BatchCreateCPHulkRecordsRequest is the question of batch_create_cphulk_records.
type BatchCreateCPHulkRecordsRequest struct {
	Records []string `form:"records,required,lines" doc:"Objects with the members ip and, if wanted, comment, as JSON." example:"{\"ip\":\"192.0.2.0/24\",\"comment\":\"The office\"}"`
	List    string   `form:"list_name,required" choices:"black,white" doc:"The list." example:"white"`
	SkipEnabledCheck
}

// CPHulkBatchAdded is the answer of batch_create_cphulk_records.
type CPHulkBatchAdded struct {
	CPHulkRecordsAdded
	OriginalAdded []string `json:"original_ips_added" doc:"What was added, as the caller spelled it."`
}

// DeleteCPHulkRecord is WHM's delete_cphulk_record.
var DeleteCPHulkRecord = function.Define[DeleteCPHulkRecordRequest, CPHulkRecordsRemoved](function.Spec{
	Names:  []function.Name{function.WHM("delete_cphulk_record")},
	Needs:  "all",
	Effect: function.Writes,
	Doc:    "Takes addresses, networks or ranges off the white or the black list, each in any spelling of what was added.",
})

// DeleteCPHulkRecordRequest is the question of delete_cphulk_record.
type DeleteCPHulkRecordRequest struct {
	IPs  []string `form:"ip,required" max:"100" doc:"What was added: an address, a network (CIDR) or a range a-b; several as ip-1, ip-2 …" example:"192.0.2.0/24"`
	List string   `form:"list_name,required" choices:"white,black" doc:"The list." example:"white"`
	SkipEnabledCheck
}

// CPHulkRecordsRemoved is the answer of delete_cphulk_record.
type CPHulkRecordsRemoved struct {
	Failed  map[string]string `json:"ips_failed" doc:"What was not taken off, each with the reason."`
	Removed []string          `json:"ips_removed" doc:"What was taken off."`
	List    string            `json:"list_name" doc:"The list: white or black."`
	Requester
}

// ReadCPHulkRecords is WHM's read_cphulk_records.
var ReadCPHulkRecords = function.Define[ReadCPHulkRecordsRequest, CPHulkRecords](function.Spec{
	Names: []function.Name{function.WHM("read_cphulk_records")},
	Needs: "all",
	Doc:   "Reads the white or the black list.",
})

// ReadCPHulkRecordsRequest is the question of read_cphulk_records.
type ReadCPHulkRecordsRequest struct {
	List string `form:"list_name,required" choices:"black,white" doc:"The list." example:"white"`
	SkipEnabledCheck
}

// CPHulkRecords is the answer of read_cphulk_records.
type CPHulkRecords struct {
	InList map[string]string `json:"ips_in_list" doc:"Addresses and ranges, each with its comment."`
	List   string            `json:"list_name" doc:"The list: white or black."`
	Requester
	RestartSSH scalar.Bit `json:"restart_ssh,omitempty" doc:"Never there: Postern has no part in sshd."`
	WarningIP  string     `json:"warning_ip,omitempty" doc:"Says that the caller’s address is not on the white list; left out when it is."`
	WarningSSH string     `json:"warning_ssh,omitempty" doc:"Never there: Postern has no part in sshd."`
}

// KnownCountries is WHM's get_countries_with_known_ip_ranges.
var KnownCountries = function.Define[function.Nothing, KnownCountriesAnswer](function.Spec{
	Names: []function.Name{function.WHM("get_countries_with_known_ip_ranges")},
	Needs: "all",
	Doc:   "Lists the countries that could stand on a country list. Postern knows the addresses of none, so the list is empty.",
})

// KnownCountriesAnswer is the answer of get_countries_with_known_ip_ranges.
type KnownCountriesAnswer struct {
	Countries []KnownCountry `json:"countries" doc:"The countries."`
}

// KnownCountry is a country whose address ranges are known.
type KnownCountry struct {
	Code string `json:"code" doc:"Its code of two letters, ISO 3166-1."`
	Name string `json:"name" doc:"Its name in English."`
}
