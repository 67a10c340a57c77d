package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"

	"postern/shared/scalar"
)

// webmail measures the whole hand-over: an account asks for a session of its
// mailbox, whose owner posts it to Webmail and is in. Beside it two requests that
// write one row each, committed.
func (b *bench) webmail(ctx context.Context, connections int) ([]Row, error) {
	h, _, kept, err := b.beside(ctx, small)
	if err != nil {
		return nil, err
	}
	samples, err := b.alternate(ctx,
		subject{name: "hand-over", server: h.process, load: func(ctx context.Context) (load, error) {
			return closed(ctx, b.time, connections, func(ctx context.Context, _ int) error { return h.handOver(ctx) })
		}},
		subject{name: "two writes", server: kept, load: func(ctx context.Context) (load, error) {
			return closed(ctx, b.time, connections, func(ctx context.Context, _ int) error { return twoWrites(ctx, kept.addresses["limit"]) })
		}})
	if err != nil {
		return nil, err
	}
	return []Row{{Group: "webmail", What: "one-time webmail session made, posted, signed in", Connections: connections, Figures: figures(samples[0]),
		Beside: []Beside{besideRate("two requests, one row written each", samples[0], samples[1])}}}, nil
}

// handOver is what a panel and a browser do together. The browser must end up
// with a cookie.
func (h *house) handOver(ctx context.Context) error {
	var made struct {
		Data struct {
			Session string `json:"session"`
			Token   string `json:"token"`
		} `json:"data"`
	}
	err := h.ask(ctx, scalar.CPanel, "/execute/Session/create_webmail_session_for_mail_user?login="+mailbox+"&domain="+domain, &made, h.tokens[scalar.CPanel.Title()])
	if err != nil {
		return err
	}
	address := h.addresses[scalar.Webmail.Title()] + made.Data.Token + "/login"
	reply, _, err := send(ctx, client, http.MethodPost, address, url.Values{"session": {made.Data.Session}})
	if err != nil {
		return err
	}
	if reply.StatusCode != http.StatusFound || len(reply.Cookies()) == 0 {
		return fmt.Errorf("the one-time session did not sign in: %s", reply.Status)
	}
	return nil
}

// twoWrites is the limit of it.
func twoWrites(ctx context.Context, address string) error {
	reply, name, err := send(ctx, client, http.MethodGet, address+"/insert", nil)
	if err != nil {
		return err
	}
	if reply.StatusCode != http.StatusOK {
		return fmt.Errorf("/insert: %s %s", reply.Status, name)
	}
	reply, said, err := send(ctx, client, http.MethodPost, address+"/use", url.Values{"name": {string(name)}})
	if err == nil && reply.StatusCode != http.StatusOK {
		err = fmt.Errorf("/use: %s %s", reply.Status, said)
	}
	return err
}
