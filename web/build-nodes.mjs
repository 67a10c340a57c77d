// go-app makes the browser's elements one by one, and asks for them one by one: a
// call from Go into the browser, an object kept for it and a finaliser, for each
// element, attribute and text. That was most of the time in which a list is drawn.
// With these changes to the copy of go-app that build-lean.mjs makes, a tree that
// is mounted is written down as a list of steps, and the loader (posternNodes in
// static/loader.js) makes all of it in one call when it is first asked for. The Go
// side then knows its elements by number, and takes one out only where something
// about it changes. No text becomes HTML on the way: the steps are createElement,
// setAttribute and the like.

const nodes = `package app

import "strconv"

// built numbers the elements and texts that the page has made for this program.
type built struct{ id int }

// attributed is what takes attributes: an element of the page, or the steps to one.
type attributed interface {
	Set(name string, value any)
	Call(name string, args ...any) Value
}

// lazy takes the element out of the page only when there is something to set.
type lazy struct{ e *htmlElement }

func (l lazy) Set(name string, value any) { l.e.JSValue().Set(name, value) }

func (l lazy) Call(name string, args ...any) Value { return l.e.JSValue().Call(name, args...) }

var (
	lastNode  int
	goneNodes []int // no longer in the page: it need not keep them
)

func (b *built) leave() {
	if b.id != 0 {
		goneNodes = append(goneNodes, b.id)
	}
}

// value takes the node out of the page, which makes it first with all that belongs to it.
func (b *built) value(n UI) Value {
	if b.id == 0 {
		for up := n.getParent(); up != nil; up = up.getParent() {
			e, is := up.(*htmlElement)
			if is && (e.id != 0 || e.jsElement != nil) {
				break
			}
			n = up
		}
		make_(n)
	}
	return Window().Get("posternNodes").Call("get", b.id)
}

// steps are how a tree is made, in JSON, with the page's own values beside it.
type steps struct {
	text   []byte
	values []any
}

func make_(n UI) {
	var s steps
	s.text = append(s.text, '[')
	s.number(lastNode)
	s.text = append(s.text, ",["...)
	for i, id := range goneNodes {
		if i > 0 {
			s.text = append(s.text, ',')
		}
		s.text = strconv.AppendInt(s.text, int64(id), 10)
	}
	s.text = append(s.text, ']')
	goneNodes = goneNodes[:0]
	s.add(n)
	s.text = append(s.text, ']')
	Window().Get("posternNodes").Call("make", append([]any{string(s.text)}, s.values...)...)
}

func (s *steps) add(n UI) {
	switch n := n.(type) {
	case *htmlElement:
		lastNode++
		n.id = lastNode
		s.step("element", n.tag, n.xmlns)
		n.attributes.Mount(s, n.dispatcher.resolveStaticResource)
		for event, h := range n.eventHandlers {
			h = h.prepare(n)
			n.eventHandlers[event] = h
			s.step("listen", event)
			s.value(h.jsHandler)
		}
		for _, c := range n.children {
			s.add(c)
		}
		s.step("end")
	case *text:
		lastNode++
		n.id = lastNode
		s.step("text", n.value)
	case Composer:
		s.add(n.getChildren()[0])
	default:
		s.step("there")
		s.value(n)
	}
}

// Set is a step that sets a property, to a text or a truth.
func (s *steps) Set(name string, value any) {
	if on, is := value.(bool); is {
		s.step("switch", name)
		s.text = strconv.AppendBool(append(s.text, ','), on)
		return
	}
	s.step("set", name, value.(string))
}

// Call is the step that sets an attribute; nothing else is called here.
func (s *steps) Call(_ string, args ...any) Value {
	s.step("attribute", args[0].(string), args[1].(string))
	return nil
}

func (s *steps) step(kind string, texts ...string) {
	s.quote(kind)
	for _, t := range texts {
		s.quote(t)
	}
}

// value is the place of one of the page's own values.
func (s *steps) value(v Wrapper) {
	s.text = strconv.AppendInt(append(s.text, ','), int64(len(s.values)), 10)
	s.values = append(s.values, v)
}

func (s *steps) number(n int) { s.text = strconv.AppendInt(s.text, int64(n), 10) }

// quote writes a text in JSON. What is no UTF-8 is for the page to replace.
func (s *steps) quote(text string) {
	s.text = append(s.text, ',', '"')
	from := 0
	for i := 0; i < len(text); i++ {
		c := text[i]
		if c >= ' ' && c != '"' && c != '\\\\' {
			continue
		}
		s.text = append(s.text, text[from:i]...)
		s.text = append(s.text, '\\\\', 'u', '0', '0', "0123456789abcdef"[c>>4], "0123456789abcdef"[c&15])
		from = i + 1
	}
	s.text = append(append(s.text, text[from:]...), '"')
}
`;

/** Has the copy of go-app make its elements a tree at a time; change edits a file of it, add makes one. */
export function makeTreesAtOnce(change, add) {
  add("nodes_wasm.go", nodes.replaceAll("make_(", "makeNodes("));
  change("html.go",
    ["	isSelfClosing bool\n", "	isSelfClosing bool\n	built\n"],
    ["	return e.jsElement\n", "	if e.jsElement == nil {\n		e.jsElement = e.built.value(e)\n	}\n	return e.jsElement\n"],
    [/\tjsElement, err := Window\(\)\.createElement[\s\S]*?\te\.eventHandlers\.Mount\(e\)\n/, "	e.id, e.jsElement = 0, nil\n"],
    ["		c.setParent(e.self())\n		e.JSValue().appendChild(c)\n	}\n\n	return nil\n}\n\nfunc (e *htmlElement) dismount", "		c.setParent(e.self())\n	}\n\n	return nil\n}\n\nfunc (e *htmlElement) dismount"],
    ["	e.contextCancel()\n", "	e.contextCancel()\n	e.leave()\n"],
    ["e.attributes.Mount(e.jsElement,", "e.attributes.Mount(lazy{e},"],
    ["			e.jsElement,\n			v.getAttributes()", "			lazy{e},\n			v.getAttributes()"],
    ["e.jsElement.removeChild(child)", "e.JSValue().removeChild(child)"]);
  change("text.go",
    ["	value      string\n}", "	value      string\n	built\n}"],
    ["	return t.jsvalue\n", "	if t.jsvalue == nil {\n		t.jsvalue = t.built.value(t)\n	}\n	return t.jsvalue\n"],
    ["t.jsvalue != nil && t.getDispatcher() != nil", "t.getDispatcher() != nil"],
    ["	t.jsvalue = Window().createTextNode(t.value)\n", "	t.id, t.jsvalue = 0, nil\n"],
    ["	t.jsvalue = nil\n}", "	t.leave()\n	t.disp = nil\n}"]);
  change("attribute.go",
    ["Mount(jsElement Value", "Mount(jsElement attributed"], ["Update(jsElement Value", "Update(jsElement attributed"],
    ["func setJSAttribute(jsElement Value", "func setJSAttribute(jsElement attributed"], ["func deleteJSAttribute(jsElement Value", "func deleteJSAttribute(jsElement attributed"]);
  change("event.go",
    ["func (h eventHandler) Mount(src UI) eventHandler {\n", "func (h eventHandler) Mount(src UI) eventHandler {\n	h = h.prepare(src)\n	src.JSValue().addEventListener(h.event, h.jsHandler)\n	return h\n}\n\nfunc (h eventHandler) prepare(src UI) eventHandler {\n"],
    ["	src.JSValue().addEventListener(h.event, jsHandler)\n\n", ""]);
}
