package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	_ "postern/shared/catalog" // the declarations, for function.All
	"postern/shared/function"
)

// malformed sends what no client would send: to the ports as bytes, to every
// address, and to every function as arguments.
func malformed(ctx context.Context, h *house, v *verdict) error {
	v.did = "oversized and malformed requests to every port, every address and every function"
	if err := h.open(ctx); err != nil {
		return err
	}
	o := &odd{verdict: v, h: h, n: h.a, callers: newCallers(), statuses: map[int]int{}}
	pid := h.a.cmd.Process.Pid
	if err := o.prepare(ctx); err != nil {
		return err
	}
	for i, send := range []func(context.Context){o.bytes, o.frames, o.addresses, o.functions} {
		before := o.sent
		send(ctx)
		v.note("%d %s", o.sent-before, []string{"to the ports", "in HTTP/2", "to addresses", "to functions"}[i])
	}
	back, err := h.service(ctx, []*node{h.a})
	if err != nil {
		return err
	}
	if !h.a.running() || h.a.cmd.Process.Pid != pid {
		v.breaks("the node did not survive it")
	}
	if n := len(h.a.said("a request broke")); n > 0 {
		v.breaks("%d requests made a handler panic: %.300s", n, h.a.said("a request broke")[0])
	}
	v.back = back
	v.note("statuses %v", o.statuses)
	o.judge(v)
	return nil
}

type odd struct {
	*verdict
	*callers
	h       *house
	n       *node
	account string // an API token of an account, as a header

	mu       sync.Mutex
	sent     int
	statuses map[int]int // 0: the connection was closed without a reply
}

// prepare makes an account that may be spoilt.
func (o *odd) prepare(ctx context.Context) error {
	form := url.Values{"username": {"oddities"}, "domain": {"oddities.example"}, "password": {"Nine-odd-towers-stand"}}
	if a := o.call(ctx, o.n, ask{service: whm, path: "/json-api/createacct?api.version=1", form: form, auth: o.h.token}); a.outcome() != done {
		return fmt.Errorf("no account: %s %v", a.body, a.err)
	}
	once, err := makeOnce(ctx, o.callers, o.n, o.h.token, "oddities", cpanel, "cpaneld")
	if err != nil {
		return err
	}
	cookie, _ := o.post(ctx, o.n, once)
	a := o.call(ctx, o.n, ask{service: cpanel, path: once.prefix + "/execute/Tokens/create_full_access?name=odd", cookie: cookie})
	var made struct{ Token string }
	a.data(&made)
	o.account = "cpanel oddities:" + made.Token
	return nil
}

// each does something for many, eight at a time.
func each[T any](all []T, do func(T)) {
	var wait sync.WaitGroup
	turn := make(chan struct{}, 8)
	for _, one := range all {
		turn <- struct{}{}
		wait.Go(func() { defer func() { <-turn }(); do(one) })
	}
	wait.Wait()
}

// raw sends bytes over a connection, and reads one reply if there is one.
func (o *odd) raw(ctx context.Context, port int, shake bool, text string) {
	address := fmt.Sprintf("127.0.0.1:%d", port)
	var conn net.Conn
	var err error
	if shake {
		conn, err = (&tls.Dialer{Config: &tls.Config{InsecureSkipVerify: true}}).DialContext(ctx, "tcp", address)
	} else {
		conn, err = (&net.Dialer{}).DialContext(ctx, "tcp", address)
	}
	if err != nil {
		o.mu.Lock()
		o.breaks("the port %d does not take connections: %v", port, err)
		o.mu.Unlock()
		return
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(15 * time.Second))
	go func() { _, _ = io.WriteString(conn, text) }() // the server may close before it has all
	reply, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		o.heard(0)
		return
	}
	defer reply.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(reply.Body, 4<<20))
	o.heard(reply.StatusCode)
	// What is no request of HTTP's never becomes one of Postern's: net/http refuses it.
	if reply.StatusCode == http.StatusHTTPVersionNotSupported || reply.StatusCode == http.StatusNotImplemented {
		return
	}
	line, _, _ := strings.Cut(text, "\r\n")
	o.watch(o.n, ask{path: fmt.Sprintf("%.80q", line)}, answer{status: reply.StatusCode, header: reply.Header}, 0)
}

func (o *odd) heard(status int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.sent++
	o.statuses[status]++
}

// bytes sends what is no HTTP, to the ports and through TLS.
func (o *odd) bytes(ctx context.Context) {
	random := rand.New(rand.NewPCG(1, 2))
	noise := make([]byte, 5000)
	for i := range noise {
		noise[i] = byte(random.IntN(256))
	}
	texts := []string{
		string(noise), "\x00", "\r\n\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "GET / HTTP/1.1\r\n\r\n", "\x16\x03\x01\xff\xff" + string(noise[:300]),
		"\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + string(noise[:500]),
		"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "GET / HTTP/1.1\r\nHost: \x00\r\n\r\n", "GET / HTTP/1.1\r\nHost: localhost\r\nA\x00B: c\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: localhost\r\n" + strings.Repeat("X-Many: "+strings.Repeat("y", 1000)+"\r\n", 2000) + "\r\n",
		"GET /" + strings.Repeat("a", 200000) + " HTTP/1.1\r\nHost: localhost\r\n\r\n",
		"BREW /login HTTP/1.1\r\nHost: localhost\r\n\r\n", "CONNECT localhost:22 HTTP/1.1\r\nHost: localhost\r\n\r\n", "OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n",
		"GET http://elsewhere.example/ HTTP/1.1\r\nHost: localhost\r\n\r\n", "GET //elsewhere.example/%2e%2e HTTP/1.1\r\nHost: localhost\r\n\r\n",
	}
	ports := []int{o.n.ports[cpanel], o.n.ports[whm], o.n.ports[webmail]}
	type shot struct {
		port  int
		shake bool
		text  string
	}
	var shots []shot
	for _, port := range ports {
		for _, text := range texts {
			shots = append(shots, shot{port, true, text}, shot{port, false, text})
		}
	}
	each(shots, func(s shot) { o.raw(ctx, s.port, s.shake, s.text) })
}

// addresses are those of the site's routing table, with what no client would
// send as query, header and body.
func (o *odd) addresses(ctx context.Context) {
	paths := []string{
		"/", "/login", "/login/", "/login/step", "/login/providers", "/openid_connect/x", "/openid_connect_callback/x", "/login/session", "/logout", "/logout/",
		"/openapi.json", "/assets/app.css", "/execute", "/execute/a", "/execute/Email/list_pops", "/json-api", "/json-api/cpanel", "/json-api/version",
		"/xml-api/cpanel", "/xml-api/version", "/webmail/", "/webmail/x", "/admin/tokens", "/.well-known/openid-configuration", "/oauth/authorize", "/databases/",
	}
	post := func(kind, body string) string {
		return fmt.Sprintf("Content-Type: %s\r\nContent-Length: %d\r\n\r\n%s", kind, len(body), body)
	}
	form := "application/x-www-form-urlencoded"
	tails := []string{
		"GET %s?a=%%zz HTTP/1.1", "GET %s%%00 HTTP/1.1", "GET %s%%zz HTTP/1.1", "GET %s?" + strings.Repeat("a=b&", 3000) + " HTTP/1.1",
		"GET %s?user=%%ff%%fe&pass=%%00&session=%%00:,&goto_uri=//x HTTP/1.1",
		"GET %s HTTP/1.1\r\nCookie: cpsession=%%zz; whostmgrsession=a%%00:b,c; webmailsession=" + strings.Repeat("x", 20000),
		"GET %s HTTP/1.1\r\nAuthorization: Basic !!!!", "GET %s HTTP/1.1\r\nAuthorization: whm", "GET %s HTTP/1.1\r\nAuthorization: cpanel \xff\xfe:\x01",
		"GET %s HTTP/1.1\r\nAuthorization: Basic " + strings.Repeat("QUJD", 5000), "PUT %s HTTP/1.1", "DELETE %s HTTP/1.1",
		"POST %s HTTP/1.1\r\n" + post(form, strings.Repeat("x", 2<<20)), "POST %s HTTP/1.1\r\n" + post(form, "a=%zz&%=&=&&&"),
		"POST %s HTTP/1.1\r\n" + post("application/json", strings.Repeat("[", 100000)), "POST %s HTTP/1.1\r\n" + post("application/json", `{"a":{"b":`),
		"POST %s HTTP/1.1\r\n" + post("application/json", "{\"user\":\"\xff\xfe\",\"pass\":1e999,\"session\":[[],{}]}"),
		"POST %s HTTP/1.1\r\n" + post("multipart/form-data", "x"), "POST %s HTTP/1.1\r\n" + post("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nno end"),
		"POST %s HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n", "POST %s HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nabc",
		"POST %s HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n", "POST %s HTTP/1.1\r\nContent-Length: -5\r\n\r\n",
		"POST %s HTTP/1.1\r\nContent-Length: 10\r\nContent-Length: 11\r\n\r\n", "POST %s HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 99999999999\r\n\r\n",
	}
	var shots []string
	for _, path := range paths {
		for _, before := range []string{"", "/cpsess1234567890"} {
			for i, tail := range tails {
				first, rest, _ := strings.Cut(tail, "\r\n")
				text := strings.Replace(strings.ReplaceAll(first, "%%", "%"), "%s", before+path, 1) + "\r\nHost: localhost\r\nConnection: close\r\n" + strings.ReplaceAll(rest, "%%", "%")
				if !strings.Contains(rest, "\r\n\r\n") {
					text += "\r\n\r\n"
				}
				if i%2 == 0 && !strings.Contains(text, "Authorization") { // some by somebody who may
					text = strings.Replace(text, "\r\n", "\r\nAuthorization: "+o.h.token+"\r\n", 1)
				}
				shots = append(shots, text)
			}
		}
	}
	services := []string{cpanel, whm, webmail}
	each(shots, func(text string) { o.raw(ctx, o.n.ports[services[len(text)%3]], true, text) })
}

// functions get arguments that none of them can mean.
func (o *odd) functions(ctx context.Context) {
	values := []string{"", "\x00", "\xff\xfe", "-1", "99999999999999999999", strings.Repeat("é", 5000), "'; DROP TABLE logins; --", `[[[{"a":`, "../../etc/passwd", "a\r\nb", "%s%n", "NaN"}
	var shots []argued
	for _, f := range function.All() {
		for _, name := range f.Names {
			for i := range values {
				shots = append(shots, argued{name, values[i], i, f})
			}
		}
	}
	each(shots, func(s argued) {
		form := s.form()
		q := ask{service: whm, path: "/json-api/" + s.name.Function + "?api.version=1", form: form, auth: o.h.token}
		switch s.name.Dialect {
		case function.OnWHM:
		default:
			q = ask{service: cpanel, path: "/execute/" + s.name.Module + "/" + s.name.Function, form: form, auth: o.account}
			if s.name.Dialect != function.UAPI("", "").Dialect {
				q.path = "/json-api/cpanel?cpanel_jsonapi_apiversion=2&cpanel_jsonapi_module=" + s.name.Module + "&cpanel_jsonapi_func=" + s.name.Function
			}
		}
		a := o.call(ctx, o.n, q)
		o.heard(a.status)
		if a.err != nil {
			o.mu.Lock()
			o.breaks("%s was not answered: %v", q.path, a.err)
			o.mu.Unlock()
		}
	})
}

// argued is a function with arguments that it cannot mean: all of them, or one
// beside such as its documentation shows.
type argued struct {
	name  function.Name
	value string
	turn  int
	f     *function.Function
}

func (s argued) form() url.Values {
	form := url.Values{}
	for i, field := range s.f.Fields {
		value := s.value
		if s.turn%2 == 1 && s.turn/2%len(s.f.Fields) != i && field.Example != "" {
			value = field.Example
		}
		form.Set(strings.TrimSuffix(field.Name, "*"), value)
	}
	return form
}
