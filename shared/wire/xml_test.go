package wire

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"postern/shared/function"
)

func TestXML(t *testing.T) {
	for _, c := range []struct {
		name string
		got  Envelope
		want string
	}{
		{"whm, after the documents", WHM("verify_oscar_access", reply(map[string]string{"message_id": "65a1b2c3-0f1e2d3c4b5a"}), nil),
			`<result><data><message_id>65a1b2c3-0f1e2d3c4b5a</message_id></data><metadata><command>verify_oscar_access</command><reason>OK</reason><result>1</result><version>1</version></metadata></result>`},
		{"whm list", WHM("f", reply([]account{{"a", 1}, {"b", 2}}), nil),
			`<result><data><payload><quota>1</quota><user>a</user></payload><payload><quota>2</quota><user>b</user></payload></data><metadata><command>f</command><reason>OK</reason><result>1</result><version>1</version></metadata></result>`},
		{"whm0 root", WHM0("loadavg", function.Old{Bare: true}, reply(map[string]string{"one": "0.10"}), nil), `<loadavg><one>0.10</one></loadavg>`},
		{"whm0 strange root", WHM0("a b><c", function.Old{}, function.Reply{}, nowhere), `<a_x0020_b_x003E__x003C_c><error>Unknown App Requested: a b&gt;&lt;c</error></a_x0020_b_x003E__x003C_c>`},
		{"api2", API2("SourceIPCheck", "listips", reply([]map[string]any{{"ip": "192.0.2.7", "status": 1}}), nil),
			`<cpanelresult><apiversion>2</apiversion><data><ip>192.0.2.7</ip><status>1</status></data><event><result>1</result></event><func>listips</func><module>SourceIPCheck</module></cpanelresult>`},
		{"nested uapi", UAPINested("Here", "f", reply(map[string]any{"n": nil, "t": true, "l": [][]int{{1, 2}}, "e": []int{}, "1and1.com": "<&\x01>"}), nil),
			`<cpanelresult><apiversion>3</apiversion><func>f</func><module>Here</module><result><data><_x0031_and1.com>&lt;&amp;` + "\uFFFD" + `&gt;</_x0031_and1.com><l><item>1</item><item>2</item></l><n></n><t>1</t></data><errors></errors><messages></messages><metadata></metadata><status>1</status><warnings></warnings></result></cpanelresult>`},
	} {
		if got, want := string(c.got.Encode(XML).Body), "<?xml version=\"1.0\" ?>\n"+c.want+"\n"; got != want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, want)
		}
	}
}

// FuzzXML writes anything as a key and as a text: what comes out is well formed,
// the text is read back, and no two keys become one.
func FuzzXML(f *testing.F) {
	for _, s := range []string{"", "a", "1", "-", "a b", "_x0041_", "xml", "]]>", "\x00\x1f", "\ufffe", "é", "\U0001F600", "\r\n", "<!--"} {
		f.Add(s, "other")
	}
	f.Fuzz(func(t *testing.T, key, other string) {
		if !utf8.ValidString(key) || !utf8.ValidString(other) {
			return
		}
		body := WHM(key, reply(map[string]string{key: key}), nil).Encode(XML).Body
		d := xml.NewDecoder(strings.NewReader(string(body)))
		for {
			_, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%q: %v\n%s", key, err, body)
			}
		}
		var back struct {
			Data struct {
				Any []string `xml:",any"`
			} `xml:"data"`
		}
		if err := xml.Unmarshal(body, &back); err != nil || len(back.Data.Any) != 1 {
			t.Fatalf("%q: %v\n%s", key, err, body)
		}
		want := strings.Map(func(r rune) rune {
			if !xmlCharacter(r) {
				return utf8.RuneError
			}
			return r
		}, key)
		if back.Data.Any[0] != want {
			t.Fatalf("%q was read back as %q", key, back.Data.Any[0])
		}
		if key != other && xmlName(key) == xmlName(other) {
			t.Fatalf("%q and %q are both %s", key, other, xmlName(key))
		}
	})
}

// FuzzObject holds the scanner that looks for a value's end to encoding/json.
func FuzzObject(f *testing.F) {
	for _, s := range []string{`{}`, `{"a":[]}`, `{"a":[1,{"b":"]"}]}`, `{"a":[],"b":1}`, `{"\"":[[]]}`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var m map[string]any
		d := json.NewDecoder(strings.NewReader(s))
		if d.Decode(&m) != nil || m == nil {
			literal(rawJSON(s)) // must not panic
			return
		}
		raw, err := marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		want := false
		for _, v := range m {
			_, list := v.([]any)
			want = list && len(m) == 1
		}
		if literal(raw) != want {
			t.Fatalf("literal(%s) is %v", raw, !want)
		}
		if len(raw.members()) != len(m) {
			t.Fatalf("%s has %d members", raw, len(m))
		}
	})
}
