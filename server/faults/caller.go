package main

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// patience is how long a caller waits. Whatever is broken, Postern must have said
// so before.
const patience = 30 * time.Second

// newClient trusts any certificate and follows no redirect.
func newClient(timeout time.Duration) *http.Client {
	return &http.Client{
		Transport:     &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, MaxIdleConnsPerHost: 32},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Timeout:       timeout,
	}
}

// callers is the client of the load, and what it saw that it should not see.
type callers struct {
	*http.Client

	mu       sync.Mutex
	failures []failure     // replies of 500 and more, and faults that are called internal
	longest  time.Duration // the longest that anybody waited for a reply
	slowest  string        // to what
	hung     int           // calls that got no reply within patience
}

// failure is a reply that says that the server failed.
type failure struct {
	node   *node
	path   string
	status int
	kind   string
	id     string
}

func newCallers() *callers { return &callers{Client: newClient(patience)} }

// ask is one request.
type ask struct {
	service string
	path    string
	form    url.Values // nil: GET
	auth    string     // header Authorization
	cookie  string
}

// answer is what came of it.
type answer struct {
	status int
	header http.Header
	body   string
	err    error
}

// at is the address of a path at a node's service.
func (n *node) at(service, path string) string {
	return fmt.Sprintf("https://127.0.0.1:%d%s", n.ports[service], path)
}

// call sends a request and notes whatever looks like a failure of the server.
func (c *callers) call(ctx context.Context, n *node, q ask) (a answer) {
	method, body := http.MethodGet, io.Reader(nil)
	if q.form != nil {
		method, body = http.MethodPost, strings.NewReader(q.form.Encode())
	}
	r, err := http.NewRequestWithContext(ctx, method, n.at(q.service, q.path), body)
	if err != nil {
		return answer{err: err}
	}
	if q.form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if q.auth != "" {
		r.Header.Set("Authorization", q.auth)
	}
	if q.cookie != "" {
		r.Header.Set("Cookie", q.cookie)
	}
	began := time.Now()
	reply, err := c.Do(r)
	if err == nil {
		var raw []byte
		raw, err = io.ReadAll(reply.Body)
		reply.Body.Close()
		a = answer{status: reply.StatusCode, header: reply.Header, body: string(raw)}
	}
	a.err = err
	c.watch(n, q, a, time.Since(began))
	return a
}

func (c *callers) watch(n *node, q ask, a answer, took time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if took > c.longest {
		c.longest, c.slowest = took, q.path
	}
	if a.err != nil {
		if took >= patience {
			c.hung++
		}
		return
	}
	if kind := a.header.Get("Postern-Fault"); a.status >= 500 || kind == "internal" || kind == "unavailable" {
		path, _, _ := strings.Cut(q.path, "?")
		c.failures = append(c.failures, failure{n, path, a.status, kind, a.header.Get("Postern-Request")})
	}
}

// judge holds what was seen to the promises: an id in each reply that tells of a
// failure, and in the log; no failure that Postern does not understand; nobody
// left waiting.
func (c *callers) judge(v *verdict) {
	c.mu.Lock()
	defer c.mu.Unlock()
	time.Sleep(100 * time.Millisecond) // the log's lines come through a pipe
	for _, f := range c.failures {
		switch {
		case f.id == "":
			v.breaks("a reply of %d to %s has no request id", f.status, f.path)
		case !f.node.knows(f.id):
			v.breaks("a reply of %d (%s) to %s has the id %s, of which the log of node %s knows nothing", f.status, f.kind, f.path, f.id, f.node.name)
		case f.kind == "internal" || f.status == http.StatusInternalServerError:
			v.breaks("%s said “internal error” where it should say what is wrong: %s", f.path, strings.Join(f.node.said(f.id), " "))
		}
	}
	if c.hung > 0 {
		v.breaks("%d calls had no answer within %s", c.hung, patience)
	}
	v.note("%d calls failed, each in the log under its id", len(c.failures))
	path, _, _ := strings.Cut(c.slowest, "?")
	v.note("longest wait %.1f s (%s)", c.longest.Seconds(), path)
}

// outcome is what a caller knows of a write.
type outcome int

const (
	done    outcome = iota // acknowledged
	unknown                // no reply, or one that says that the server failed: it may have been done or not
	refused                // the server said no
)

// reply is what the envelopes of the dialects have in common.
type reply struct {
	Metadata *struct{ Result int }
	Status   *int
	CPanel   *struct {
		Data  []struct{ Status *int }
		Event struct{ Result int }
	} `json:"cpanelresult"`
	Data json.RawMessage
}

func (a answer) envelope() (r reply) {
	_ = json.Unmarshal([]byte(a.body), &r) // what is no envelope acknowledges nothing
	return r
}

// outcome reads an API call's answer.
func (a answer) outcome() outcome {
	if a.err != nil || a.status >= 500 {
		return unknown
	}
	r := a.envelope()
	switch {
	case r.Metadata != nil && r.Metadata.Result == 1, r.Status != nil && *r.Status == 1:
		return done
	case r.CPanel != nil && r.CPanel.Event.Result == 1 && (len(r.CPanel.Data) == 0 || r.CPanel.Data[0].Status == nil || *r.CPanel.Data[0].Status == 1):
		return done
	}
	if kind := a.header.Get("Postern-Fault"); kind == "unavailable" || kind == "internal" {
		return unknown
	}
	return refused
}

// data reads the answer's data.
func (a answer) data(into any) { _ = json.Unmarshal(a.envelope().Data, into) }

// cookie is the cookie that a reply sets, as a request sends it.
func (a answer) cookie() string {
	text, _, _ := strings.Cut(a.header.Get("Set-Cookie"), ";")
	return text
}

// rootToken makes the API token by which the load acts as root.
func rootToken(ctx context.Context, n *node) (string, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, n.at(whm, "/json-api/api_token_create?api.version=1&token_name=faults"), nil)
	if err != nil {
		return "", err
	}
	r.SetBasicAuth("root", rootPassword)
	reply, err := newClient(patience).Do(r)
	if err != nil {
		return "", err
	}
	defer reply.Body.Close()
	raw, err := io.ReadAll(reply.Body)
	var made struct{ Token string }
	answer{body: string(raw)}.data(&made)
	if made.Token == "" {
		return "", fmt.Errorf("root got no API token: %s (%v)", raw, err)
	}
	return "whm root:" + made.Token, nil
}
