package notify_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"postern/server/dispatch"
	"postern/shared/catalog"
	"postern/shared/fault"
	"postern/shared/function"
)

func TestSettings(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	want := catalog.NotifySettings{PushbulletURL: "https://api.pushbullet.com/v2/pushes", AllowedNetworks: []string{}}
	check := func(got any) {
		t.Helper()
		if !reflect.DeepEqual(got, want) || !reflect.DeepEqual(h.call("postern_get_notify_settings"), want) {
			t.Errorf("%+v, %+v; want %+v", got, h.call("postern_get_notify_settings"), want)
		}
	}
	check(h.call("postern_set_notify_settings"))
	want.OSCARServer, want.OSCARMessages = "oscar.example.com:5190", "[2001:db8::1]:5191"
	check(h.call("postern_set_notify_settings", "oscar_server", "OSCAR.example.com", "oscar_message_server", "[2001:db8::1]:5191"))
	want.AllowedNetworks = []string{"10.1.2.0/24", "127.0.0.1/32", "fd00:1::/32"}
	check(h.call("postern_set_notify_settings", "allowed_networks", "10.1.2.3/24, 127.0.0.1,fd00:1::5/32"))
	want.PushbulletURL, want.OSCARMessages = "https://push.example.com/x", ""
	check(h.call("postern_set_notify_settings", "pushbullet_url", "https://push.example.com/x", "oscar_message_server", ""))
	for name, values := range map[string][]string{
		"oscar_server":         {"http://x", "a b", "x:0", "x:99999", "x:", ":5190", "user@x", "x/y"},
		"oscar_message_server": {"x y"},
		"pushbullet_url":       {"http://push.example.com", "https://", "file:///etc/passwd", "x"},
		"allowed_networks":     {"0.0.0.0/0", "::/0", "127.0.0.0/7", "x", "10.0.0.0/33", "::ffff:10.0.0.0/104", strings.Repeat("10.0.0.1,", 51)},
	} {
		for _, v := range values {
			h.fails(fault.Invalid, "“"+name+"”", "postern_set_notify_settings", name, v)
		}
	}
	check(h.call("postern_set_notify_settings"))
	want = catalog.NotifySettings{PushbulletURL: "https://api.pushbullet.com/v2/pushes", AllowedNetworks: []string{}}
	check(h.call("postern_set_notify_settings", "pushbullet_url", "", "oscar_server", "", "allowed_networks", ""))
}

var secrets = []string{"icq-s3cret", "aim-s3cret", "tokens3cret1234567890", "keys3cret", "longpaths3cret01234"}

func (h *house) fill() any {
	h.Helper()
	return h.call("postern_set_contact_settings", "icq_username", "123456", "icq_password", secrets[0], "aim_username", "posternbot", "aim_password", secrets[1],
		"pushbullet_access_token", secrets[2], "posturl", "https://u:"+secrets[3]+"@x.example/hook/"+secrets[4]+"?apikey="+secrets[3], "posturl", "http://y.example/")
}

func TestContactsTellNoSecret(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	want := catalog.ContactSettings{
		ICQUsername: "123456", ICQPasswordSet: true, AIMUsername: "posternbot", AIMPasswordSet: true,
		Pushbullet: []string{"…7890"}, PostURLs: []string{"https://x.example/hook/…?…", "http://y.example/"},
	}
	if got := h.fill(); !reflect.DeepEqual(got, want) || !reflect.DeepEqual(h.call("postern_get_contact_settings"), want) {
		t.Errorf("%+v", got)
	}
	var rows, everything string
	if err := h.DB.Write.NewRaw(`SELECT string_agg(encode(secret, 'escape') || name, ' ') FROM contact_secrets`).Scan(t.Context(), &rows); err != nil {
		t.Fatal(err)
	}
	everything = rows + fmt.Sprintf("%+v", h.events.All())
	for _, s := range secrets {
		if strings.Contains(everything, s) {
			t.Errorf("%s stands in the clear", s)
		}
	}
	// What is sealed opens in its own row only.
	if _, err := h.DB.Write.NewRaw(`UPDATE contact_secrets SET secret = (SELECT secret FROM contact_secrets WHERE service = 'aim') WHERE service = 'icq'`).Exec(t.Context()); err != nil {
		t.Fatal(err)
	}
	h.fails(fault.Internal, "", "postern_get_contact_settings")
}

func TestContactsChange(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.fill()
	set := func(pairs ...string) catalog.ContactSettings {
		t.Helper()
		return h.call("postern_set_contact_settings", pairs...).(catalog.ContactSettings)
	}
	if got := set("icq_username", "123456", "posturl", "https://z.example/a", "posturl", "https://z.example/a"); len(got.PostURLs) != 1 || !got.ICQPasswordSet || len(got.Pushbullet) != 1 {
		t.Errorf("%+v", got)
	}
	if got := set("icq_password", "another"); got.ICQUsername != "123456" {
		t.Errorf("%+v", got)
	}
	h.fails(fault.Invalid, "“icq_password”", "postern_set_contact_settings", "icq_username", "654321") // the kept one is another account's
	if got := set("clear", "icq", "clear", "pushbullet", "clear", "posturl"); got.ICQUsername != "" || got.ICQPasswordSet || len(got.Pushbullet)+len(got.PostURLs) != 0 || got.AIMUsername == "" {
		t.Errorf("%+v", got)
	}
	h.fails(fault.Invalid, "“icq_username”", "postern_set_contact_settings", "icq_password", "x")
	h.fails(fault.Invalid, "“icq_username”", "postern_set_contact_settings", "icq_username", "name", "icq_password", "x")
	h.fails(fault.Invalid, "“aim_username”", "postern_set_contact_settings", "aim_username", "123", "aim_password", "x")
	h.fails(fault.Invalid, "“pushbullet_access_token”", "postern_set_contact_settings", "pushbullet_access_token", "a b")
	h.fails(fault.Invalid, "“posturl”", "postern_set_contact_settings", "posturl", "ftp://x.example/")
	h.fails(fault.Invalid, "“clear”", "postern_set_contact_settings", "clear", "all")
	many := []string{}
	for i := range 11 {
		many = append(many, "posturl", fmt.Sprintf("https://x.example/%d", i))
	}
	h.fails(fault.Invalid, "at most 10", "postern_set_contact_settings", many...)
}

func TestOnlyRootMay(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	rita := dispatch.Caller{ID: 2, Name: "rita", Kind: dispatch.Reseller, Privileges: []string{"basic-whm-functions", "list-accts"}}
	anna := dispatch.Caller{ID: 3, Name: "anna", Kind: dispatch.Account, AccountID: 3}
	for _, f := range []*function.Function{
		&catalog.VerifyOSCAR.Function, &catalog.VerifyICQ.Function, &catalog.VerifyAIM.Function, &catalog.SendTestPushbullet.Function, &catalog.VerifyPushbullet.Function,
		&catalog.SendTestPostURL.Function, &catalog.VerifyPostURL.Function, &catalog.GetNotifySettings.Function, &catalog.SetNotifySettings.Function,
		&catalog.GetContactSettings.Function, &catalog.SetContactSettings.Function,
	} {
		for _, who := range []dispatch.Caller{rita, anna} {
			if _, err := h.Mux.Call(t.Context(), who, f.Names[0], nil, function.Shape{}); !fault.Is(err, fault.Forbidden) {
				t.Errorf("%s as %s: %v", f.Names[0], who.Name, err)
			}
		}
	}
}
