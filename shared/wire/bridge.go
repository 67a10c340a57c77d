package wire

import (
	"encoding/xml"
	"net/url"
	"strconv"
	"strings"

	"postern/shared/fault"
	"postern/shared/function"
)

var noReply function.Reply

// Bridged is a call that came over the bridge /json-api/cpanel or /xml-api/cpanel:
// one dialect's envelope for a function of another.
type Bridged struct {
	User             string // the account to act as; empty: the caller's own
	Module, Function string
	Version          int        // 1, 2 or 3; 3 is UAPI
	Args             url.Values // the called function's own, its output controls included
}

// Name is the function's address in its dialect; API 1 has none.
func (b Bridged) Name() (name function.Name, spoken bool) {
	switch b.Version {
	case 2:
		return function.API2(b.Module, b.Function), true
	case 3:
		return function.UAPI(b.Module, b.Function), true
	}
	return function.Name{}, false
}

// prefixes are those of the bridge's own parameters. Today's documents know the
// first under json-api; clients send the second under xml-api, and one official
// sample mixes both in one call, so either is taken anywhere.
var prefixes = []string{"cpanel_jsonapi_", "cpanel_xmlapi_"}

// ReadBridge takes the bridge's own parameters out of the arguments. With
// neither prefix it is the oldest form, of 2007: user, module, func and
// apiversion without a prefix, or xmlin. The error is a fault.Invalid.
func ReadBridge(args url.Values) (Bridged, error) {
	b := Bridged{Args: url.Values{}}
	own := url.Values{}
	for name, texts := range args {
		if word, is := prefixed(name); is {
			own[word] = append(own[word], texts...)
		} else if name != "api.version" {
			b.Args[name] = texts
		}
	}
	if len(own) == 0 {
		if err := b.oldest(own); err != nil {
			return b, err
		}
	}
	b.User, b.Module, b.Function = own.Get("user"), own.Get("module"), own.Get("func")
	switch {
	case b.Module == "":
		return b, fault.Missing(prefixes[0] + "module")
	case b.Function == "":
		return b, fault.Missing(prefixes[0] + "func")
	}
	b.Version = 2
	if v := own.Get("apiversion"); v != "" {
		n, err := strconv.Atoi(v)
		if err != nil || n < 1 || n > 3 {
			return b, fault.Bad(prefixes[0]+"apiversion", "use 1, 2 or 3")
		}
		b.Version = n
	}
	return b, nil
}

func prefixed(name string) (word string, is bool) {
	for _, p := range prefixes {
		if word, is = strings.CutPrefix(name, p); is {
			return word, true
		}
	}
	return "", false
}

// oldest reads the form of 2007 (www.cpanel.net/plugins/xmlapi).
func (b *Bridged) oldest(own url.Values) error {
	for _, word := range []string{"user", "module", "func", "apiversion"} {
		if texts, has := b.Args[word]; has {
			own[word] = texts
			delete(b.Args, word)
		}
	}
	text := b.Args.Get("xmlin")
	delete(b.Args, "xmlin")
	if text == "" {
		return nil
	}
	var action struct {
		XMLName    xml.Name `xml:"cpanelaction"`
		User       string   `xml:"user"`
		Module     string   `xml:"module"`
		Func       string   `xml:"func"`
		APIVersion string   `xml:"apiversion"`
		Args       struct {
			Named []struct {
				XMLName xml.Name
				Text    string `xml:",chardata"`
			} `xml:",any"`
		} `xml:"args"`
	}
	if err := xml.Unmarshal([]byte(text), &action); err != nil {
		return fault.Bad("xmlin", "use one element <cpanelaction> with module, func and args").Because(err)
	}
	for word, value := range map[string]string{
		"user": action.User, "module": action.Module, "func": action.Func, "apiversion": action.APIVersion,
	} {
		if value = strings.TrimSpace(value); value != "" {
			own.Set(word, value)
		}
	}
	for _, a := range action.Args.Named {
		b.Args.Add(a.XMLName.Local, a.Text)
	}
	return nil
}

// Envelope is the answer to the call, in the dialect that it asked for.
func (b Bridged) Envelope(r function.Reply, err error) Envelope {
	switch b.Version {
	case 1:
		return API1(b.Module, b.Function)
	case 3:
		return UAPINested(b.Module, b.Function, r, err)
	default:
		return API2(b.Module, b.Function, r, err)
	}
}

// API1 is the answer to every call of cPanel API 1, of which Postern has no
// function. It is not wrapped in cpanelresult, its version is a text.
func API1(module, f string) Envelope {
	e := Envelope{root: "cpanelresult", members: object{
		{"apiversion", "1"}, {"type", "event"}, {"module", short(module)}, {"func", short(f)}, {"source", "module"},
		{"data", object{{"result", ""}}},
		{"event", object{{"result", 0}, {"reason", unknownAPI1(module, f)}}},
	}}
	flt := fault.NoSuchFunction(short(module) + "::" + short(f))
	return e.failed(flt, flt)
}

// NoUser is the bridge's answer on WHM when the account is missing, wrong or not
// the caller's to act for; it says the same of all of them, so that nobody learns which accounts
// there are. It is not wrapped (cPanel's own Perl client looks for it).
func NoUser(err error) Envelope {
	e := Envelope{root: "cpanelresult", members: object{
		{"data", object{{"reason", BadUser}, {"result", "0"}}}, {"type", "text"}, {"error", BadUser},
	}}
	return e.failed(&fault.Fault{Kind: fault.Invalid}, err)
}
