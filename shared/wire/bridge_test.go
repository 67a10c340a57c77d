package wire

import (
	"net/url"
	"strings"
	"testing"

	"postern/shared/fault"
)

func TestReadBridge(t *testing.T) {
	for _, c := range []struct {
		query, user, name string
		version           int
		left              string
	}{
		{"api.version=1&cpanel_jsonapi_user=anna&cpanel_jsonapi_apiversion=3&cpanel_jsonapi_module=Email&cpanel_jsonapi_func=list_pops&user=x&module=y", "anna", "Email::list_pops", 3, "module=y&user=x"},
		{"cpanel_xmlapi_user=anna&cpanel_xmlapi_module=Email&cpanel_xmlapi_func=listpops&cpanel_jsonapi_version=2", "anna", "Email::listpops", 2, ""},
		{"cpanel_xmlapi_module=M&cpanel_jsonapi_func=f&cpanel_jsonapi_apiversion=2&api2_filter=1", "", "M::f", 2, "api2_filter=1"},
		{"cpanel_jsonapi_module=M&cpanel_jsonapi_func=f&cpanel_jsonapi_apiversion=1&arg-0=x", "", "M::f", 1, "arg-0=x"},
		{"user=anna&module=M&func=f&args=1", "anna", "M::f", 2, "args=1"},
		{"user=anna&xmlin=" + url.QueryEscape("<cpanelaction><module>M</module><func> f </func><args><a>1&amp;2</a><a>3</a></args></cpanelaction>"), "anna", "M::f", 2, "a=1%262&a=3"},
		{"xmlin=" + url.QueryEscape("<?xml version=\"1.0\"?><cpanelaction><user>anna</user><module>M</module><func>f</func><apiversion>3</apiversion></cpanelaction>"), "anna", "M::f", 3, ""},
	} {
		args, _ := url.ParseQuery(c.query)
		b, err := ReadBridge(args)
		if err != nil || b.User != c.user || b.Module+"::"+b.Function != c.name || b.Version != c.version || b.Args.Encode() != c.left {
			t.Errorf("%s: %+v %v", c.query, b, err)
		}
	}
}

func TestWrongBridge(t *testing.T) {
	bomb := `<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><cpanelaction><module>&b;</module><func>f</func></cpanelaction>`
	outside := `<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><cpanelaction><module>&a;</module><func>f</func></cpanelaction>`
	for query, says := range map[string]string{
		"":                        "“cpanel_jsonapi_module” is required",
		"cpanel_jsonapi_module=M": "“cpanel_jsonapi_func” is required",
		"cpanel_jsonapi_module=M&cpanel_jsonapi_func=f&cpanel_jsonapi_apiversion=4": "“cpanel_jsonapi_apiversion”",
		"cpanel_jsonapi_module=M&cpanel_jsonapi_func=f&cpanel_jsonapi_apiversion=x": "use 1, 2 or 3",
		"xmlin=" + url.QueryEscape(bomb):                                            "“xmlin”",
		"xmlin=" + url.QueryEscape(outside):                                         "“xmlin”",
		"xmlin=" + url.QueryEscape("<other></other>"):                               "“xmlin”",
		"xmlin=" + url.QueryEscape("<cpanelaction><func>"):                          "“xmlin”",
	} {
		args, _ := url.ParseQuery(query)
		if _, err := ReadBridge(args); !fault.Is(err, fault.Invalid) || !strings.Contains(fault.Of(err).Message, says) {
			t.Errorf("%s: %v", query, err)
		}
	}
}
