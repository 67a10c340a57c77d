package main

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"postern/server/webmailtest"
)

// Everybody here has one password: the loopback is all that reaches it.
const (
	password = "Correct-Horse-Battery-7"
	account  = "demo"
	domain   = "demo.example"
	mailbox  = "bob@" + domain
)

// furnish makes an account, a mailbox and a message, starts the mail server and the
// mail application, and returns a link that opens the inbox.
func (p *postern) furnish(ctx context.Context, c *webmailtest.Chain) (link string, err error) {
	c.Issuer = p.addresses["Webmail"]
	if c.DovecotSecret, err = p.client(ctx, url.Values{"name": {"dovecot"}, "introspects": {"1"}}); err != nil {
		return "", err
	}
	if c.RoundcubeSecret, err = p.client(ctx, url.Values{"name": {"roundcube"}, "authentication": {"client_secret_post"},
		"reads_mail": {"1"}, "redirect_uri": {"/3rdparty/roundcube/index.php/login/oauth"}}); err != nil {
		return "", err
	}
	for _, call := range []struct {
		function string
		args     url.Values
	}{
		{"postern_create_webmail_application", url.Values{"name": {"roundcube"}, "title": {"Roundcube"}, "path": {"/3rdparty/roundcube"}, "start": {"/?_task=login&_action=oauth"}, "default": {"1"}}},
		{"createacct", url.Values{"username": {account}, "domain": {domain}, "password": {password}}},
	} {
		if err := p.whm(ctx, call.function, call.args, nil); err != nil {
			return "", err
		}
	}
	if err := p.uapi(ctx, "Email/add_pop", url.Values{"email": {mailbox}, "password": {password}}, nil); err != nil {
		return "", err
	}
	if err := c.Start(ctx); err != nil {
		return "", err
	}
	if err := c.Deliver(mailbox, "postern@"+domain, "Welcome", "This message came by LMTP, and you came without a password."); err != nil {
		return "", err
	}
	var made struct{ Session, Token string }
	if err := p.uapi(ctx, "Session/create_webmail_session_for_mail_user", url.Values{"login": {"bob"}, "domain": {domain}}, &made); err != nil {
		return "", err
	}
	return c.Issuer + made.Token + "/login/?session=" + url.QueryEscape(made.Session), nil
}

func (p *postern) client(ctx context.Context, args url.Values) (string, error) {
	var made struct{ Secret string }
	err := p.whm(ctx, "postern_create_sso_client", args, &made)
	return made.Secret, err
}

func (p *postern) whm(ctx context.Context, function string, args url.Values, into any) error {
	var reply struct {
		Data     json.RawMessage
		Metadata struct {
			Result int
			Reason string
		}
	}
	if err := p.post(ctx, p.addresses["WHM"]+"/json-api/"+function+"?api.version=1", "root", args, &reply); err != nil {
		return err
	}
	if reply.Metadata.Result != 1 {
		return fmt.Errorf("%s: %s", function, reply.Metadata.Reason)
	}
	if into == nil {
		return nil
	}
	return json.Unmarshal(reply.Data, into)
}

func (p *postern) uapi(ctx context.Context, function string, args url.Values, into any) error {
	var reply struct {
		Data   json.RawMessage
		Status int
		Errors []string
	}
	if err := p.post(ctx, p.addresses["cPanel"]+"/execute/"+function, account, args, &reply); err != nil {
		return err
	}
	if reply.Status != 1 {
		return fmt.Errorf("%s: %v", function, reply.Errors)
	}
	if into == nil {
		return nil
	}
	return json.Unmarshal(reply.Data, into)
}

// own trusts the certificate that this Postern has just made for itself.
var own = &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}

func (p *postern) post(ctx context.Context, address, user string, args url.Values, into any) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader(args.Encode()))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.SetBasicAuth(user, password)
	reply, err := own.Do(r)
	if err != nil {
		return err
	}
	defer reply.Body.Close()
	return json.NewDecoder(reply.Body).Decode(into)
}
