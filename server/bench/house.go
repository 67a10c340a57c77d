package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"postern/shared/scalar"
)

// Who lives in each house besides the crowd: an account and its mailbox.
const (
	account = "anna"
	domain  = "example.com"
	mailbox = "bob"
)

// house is a Postern that runs on a database of its own, with that many accounts
// and sessions.
type house struct {
	*process
	size     int
	name     string            // of the database
	tokens   map[string]string // header lines, by service title
	cookies  map[string]string // header lines
	prefixes map[string]string // of paths, with their slash
	users    []string          // some of the crowd who can sign in
	hash     string            // of everybody's password
}

// house is the one of a size; it is built at its first use.
func (b *bench) house(ctx context.Context, size int) (*house, error) {
	if h, built := b.houses[size]; built {
		return h, nil
	}
	h := &house{size: size, name: fmt.Sprintf("bench_%d", size), tokens: map[string]string{}, cookies: map[string]string{}, prefixes: map[string]string{}}
	if _, err := b.admin.Exec(ctx, "CREATE DATABASE "+h.name+" OWNER postern TEMPLATE template0"); err != nil {
		return nil, err
	}
	var err error
	if h.process, err = b.serve(ctx, h.name); err != nil {
		return nil, err
	}
	b.houses[size] = h
	if err := h.settle(ctx); err != nil {
		return nil, err
	}
	if err := b.fill(ctx, h); err != nil {
		return nil, fmt.Errorf("filling %s: %w", h.name, err)
	}
	if size == small {
		if err := b.capture(ctx, h); err != nil {
			return nil, err
		}
	}
	_, err = h.calls()
	return h, err
}

// settle makes the account, its mailbox, tokens and sessions, as anybody would.
func (h *house) settle(ctx context.Context) error {
	root, owner := basic("root"), basic(account)
	var token struct {
		Data struct {
			Token string `json:"token"`
		} `json:"data"`
	}
	steps := []struct {
		path, by string
		into     any
	}{
		{"/json-api/createacct?api.version=1&username=" + account + "&domain=" + domain + "&password=" + secret, root, nil},
		{"/json-api/api_token_create?api.version=1&token_name=bench", root, &token},
	}
	for _, s := range steps {
		if err := h.ask(ctx, scalar.WHM, s.path, s.into, s.by); err != nil {
			return err
		}
	}
	h.tokens[scalar.WHM.Title()] = "Authorization: whm root:" + token.Data.Token
	if err := h.ask(ctx, scalar.CPanel, "/execute/Email/add_pop?email="+mailbox+"&domain="+domain+"&password="+secret, nil, owner); err != nil {
		return err
	}
	var full struct {
		Data struct {
			Token string `json:"token"`
		} `json:"data"`
	}
	if err := h.ask(ctx, scalar.CPanel, "/execute/Tokens/create_full_access?name=bench", &full, owner); err != nil {
		return err
	}
	h.tokens[scalar.CPanel.Title()] = "Authorization: cpanel " + account + ":" + full.Data.Token
	return errors.Join(h.enter(ctx, scalar.WHM, "root"), h.enter(ctx, scalar.CPanel, account))
}

func basic(user string) string {
	r := http.Request{Header: http.Header{}}
	r.SetBasicAuth(user, secret)
	return "Authorization: " + r.Header.Get("Authorization")
}

// enter signs somebody in and keeps the session's cookie and security token.
func (h *house) enter(ctx context.Context, service scalar.Service, user string) error {
	cookie, prefix, err := signIn(ctx, client, h.addresses[service.Title()], user)
	h.cookies[service.Title()], h.prefixes[service.Title()] = "Cookie: "+cookie, prefix
	return err
}

// signIn posts a password and returns the cookie and the security token.
func signIn(ctx context.Context, c *http.Client, address, user string) (cookie, prefix string, err error) {
	form := url.Values{"user": {user}, "pass": {secret}}
	reply, body, err := send(ctx, c, http.MethodPost, address+"/login/?login_only=1", form)
	if err != nil {
		return "", "", err
	}
	var in struct {
		Status int    `json:"status"`
		Token  string `json:"security_token"`
	}
	err = json.Unmarshal(body, &in)
	if err != nil || reply.StatusCode != http.StatusOK || in.Status != 1 || in.Token == "" || len(reply.Cookies()) == 0 {
		return "", "", fmt.Errorf("%s is not signed in: %s %s", user, reply.Status, body)
	}
	kept := reply.Cookies()[0]
	return kept.Name + "=" + kept.Value, in.Token, nil
}

// ask calls a function and insists on its success, as its envelope says it.
func (h *house) ask(ctx context.Context, service scalar.Service, path string, into any, headers ...string) error {
	reply, body, err := send(ctx, client, http.MethodGet, h.addresses[service.Title()]+path, nil, headers...)
	if err != nil {
		return err
	}
	var said struct {
		Status   int `json:"status"` // UAPI's
		Metadata struct {
			Result int `json:"result"` // WHM's
		} `json:"metadata"`
	}
	err = json.Unmarshal(body, &said)
	name, _, _ := strings.Cut(path, "?") // the rest may hold a password
	if err != nil || reply.StatusCode != http.StatusOK || said.Status+said.Metadata.Result != 1 {
		return fmt.Errorf("%s failed: %s %s", name, reply.Status, body)
	}
	if into == nil {
		return nil
	}
	if raw, is := into.(*[]byte); is {
		*raw = body
		return nil
	}
	return json.Unmarshal(body, into)
}

// send makes one request and reads the whole reply. headers are whole lines.
func send(ctx context.Context, c *http.Client, method, address string, form url.Values, headers ...string) (*http.Response, []byte, error) {
	r, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, nil, err
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for _, h := range headers {
		if name, value, found := strings.Cut(h, ": "); found {
			r.Header.Set(name, value)
		}
	}
	reply, err := c.Do(r)
	if err != nil {
		return nil, nil, err
	}
	defer reply.Body.Close()
	body, err := io.ReadAll(reply.Body)
	return reply, body, err
}
