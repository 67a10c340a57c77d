package oscar

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
)

// Client checks accounts on one server.
type Client struct {
	Dial     func(ctx context.Context, network, address string) (net.Conn, error)
	Server   string // host:port where accounts sign on
	Messages string // host:port of the message server; empty: where the sign-on server points to
	Random   io.Reader
}

// MaxName is how many bytes an account's name may have.
const MaxName = 97

// Echo signs on, sends text to the account itself, waits until a message with
// the same cookie and with mark in it comes back, and signs off. A server's
// acknowledgement alone proves nothing: messages for the absent have one too.
//
// It takes until ctx's deadline and no longer, in the caller's goroutine. The
// password leaves only as a hash, and only to Server. The error is a *Failure.
func (c *Client) Echo(ctx context.Context, name, password, text, mark string) error {
	if name == "" || len(name) > MaxName {
		return &Failure{Class: Credentials}
	}
	server, cookie, err := c.signOn(ctx, name, password)
	if err != nil {
		return failureOf(err)
	}
	if err := c.message(ctx, server, cookie, name, text, mark); err != nil {
		f := failureOf(err)
		f.AtMessages = true
		return f
	}
	return nil
}

// signOn asks the sign-on server for the message server and a cookie for it.
func (c *Client) signOn(ctx context.Context, name, password string) (server string, cookie []byte, err error) {
	s, err := open(ctx, c.Dial, c.Server)
	if err != nil {
		return "", nil, err
	}
	defer s.close()
	if err := s.hello(nil); err != nil { // a TLV here would select the sign-on that shows the password
		return "", nil, err
	}
	// A server that refuses at once may have closed before it read this: what it
	// said is there to be read all the same.
	_, unsent := s.snac(FamilySignOn, SignOnChallenge, TLVs{{TagName, []byte(name)}}.Append(nil))
	for {
		n, err := s.nextSNAC()
		if err != nil {
			var told *Failure
			if unsent != nil && !errors.As(err, &told) {
				return "", nil, unsent
			}
			return "", nil, err
		}
		switch {
		case n.is(FamilySignOn, SignOnKey):
			key, err := ParseKey(n.Body)
			if err != nil {
				return "", nil, err
			}
			_, unsent = s.snac(FamilySignOn, SignOnRequest, signOnRequest(name, password, key).Append(nil))
		case n.is(FamilySignOn, SignOnReply):
			return c.pointed(n.Body)
		case n.is(FamilySignOn, GenericError):
			return "", nil, &Failure{Class: Refused, Code: code(n.Body)}
		}
	}
}

// pointed reads 17/03: where to go with which cookie, or why not.
func (c *Client) pointed(body []byte) (server string, cookie []byte, err error) {
	values, err := ParseTLVs(body)
	if err != nil {
		return "", nil, err
	}
	if code, refused := values.Number(TagError); refused {
		return "", nil, signOnFailure(uint16(code))
	}
	address, _ := values.Get(TagServer)
	cookie, _ = values.Get(TagCookie)
	if len(cookie) == 0 {
		return "", nil, fmt.Errorf("%w: the sign-on was answered without a cookie", ErrNotOSCAR)
	}
	if c.Messages != "" {
		return c.Messages, cookie, nil
	}
	_, port, err := net.SplitHostPort(c.Server)
	if err != nil {
		return "", nil, err
	}
	server, err = HostPort(string(address), port)
	return server, cookie, err
}

// HostPort reads host or host:port, the port being this one where it is left
// out, and writes it as host:port. What is neither is a Failure of class Redirect.
func HostPort(address, port string) (string, error) {
	host, given, err := net.SplitHostPort(address)
	if err != nil {
		host, given = strings.Trim(address, "[]"), port
	}
	n, err := strconv.ParseUint(given, 10, 16)
	if err != nil || n == 0 || host == "" || len(host) > 253 || strings.ContainsFunc(host, strange) {
		return "", &Failure{Class: Redirect}
	}
	return net.JoinHostPort(host, strconv.FormatUint(n, 10)), nil
}

// strange tells that a character stands in no host's name and no address.
func strange(r rune) bool {
	return !(r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || strings.ContainsRune("-._:", r))
}

// message signs on at the message server, sends and waits.
func (c *Client) message(ctx context.Context, server string, cookie []byte, name, text, mark string) error {
	sent := Sent{Channel: 1, To: name, Text: text, WantAck: true}
	if _, err := io.ReadFull(c.Random, sent.Cookie[:]); err != nil {
		return err
	}
	s, err := open(ctx, c.Dial, server)
	if err != nil {
		return err
	}
	defer s.close()
	if err := s.goOnline(cookie); err != nil {
		return err
	}
	request, err := s.snac(FamilyICBM, ICBMSend, sent.Append(nil))
	if err != nil {
		return err
	}
	acked := false
	for {
		n, err := s.nextSNAC()
		if err != nil {
			if f := failureOf(err); f.Class != Timeout {
				return f
			}
			return &Failure{Class: NotReturned, Acked: acked, cause: err}
		}
		done, err := sent.answered(n, request, mark, &acked)
		if done || err != nil {
			return err
		}
	}
}

// answered tells whether a SNAC is the message come back. Others are passed
// over, but for those that say that it will not come.
func (m Sent) answered(n SNAC, request uint32, mark string, acked *bool) (done bool, err error) {
	switch {
	case n.is(FamilyICBM, ICBMReceive):
		back, err := ParseReceived(n.Body)
		return err == nil && back.Cookie == m.Cookie && strings.Contains(back.Text, mark), nil
	case n.is(FamilyICBM, ICBMHostAck):
		ack, err := ParseAck(n.Body)
		*acked = *acked || err == nil && ack.Cookie == m.Cookie
	case n.is(FamilyICBM, GenericError) && n.Request == request:
		return false, messageFailure(code(n.Body))
	case n.is(FamilyGeneric, GenericRateChange):
		if change, err := ParseRateChange(n.Body); err == nil && change.Code == RateLimited {
			return false, &Failure{Class: RateLimit}
		}
	}
	return false, nil
}

// goOnline shows the cookie and does what comes before the first message.
// Without rates some servers end the session, without the last step a message
// to oneself is refused.
func (s *stream) goOnline(cookie []byte) error {
	if err := s.hello(TLVs{{TagCookie, cookie}}); err != nil {
		return err
	}
	host, err := s.await(GenericHostOnline)
	if err != nil {
		return err
	}
	if !serves(host.Body, FamilyICBM) {
		return &Failure{Class: Outage, cause: errors.New("the server does not serve messages")}
	}
	if _, err := s.snac(FamilyGeneric, GenericClientVers, []byte{0, 1, 0, 4, 0, 4, 0, 1}); err != nil {
		return err
	}
	if _, err := s.await(GenericHostVers); err != nil {
		return err
	}
	if _, err := s.snac(FamilyGeneric, GenericRateQuery, nil); err != nil {
		return err
	}
	params, err := s.await(GenericRateParams)
	if err != nil {
		return err
	}
	if rates, err := ParseRates(params.Body); err == nil { // else: nothing to subscribe to
		if _, err := s.snac(FamilyGeneric, GenericRateAdd, rates.subscribe()); err != nil {
			return err
		}
	}
	_, err = s.snac(FamilyGeneric, GenericClientOnline, []byte{
		0, 1, 0, 4, 1, 0x10, 0x0A, 1,
		0, 4, 0, 1, 1, 0x10, 0x0A, 1,
	})
	return err
}

// await passes over everything up to a SNAC of the generic family. A server that
// points on instead is not followed a second time.
func (s *stream) await(subtype uint16) (SNAC, error) {
	for {
		n, err := s.nextSNAC()
		switch {
		case err != nil, n.is(FamilyGeneric, subtype):
			return n, err
		case n.is(FamilyGeneric, GenericError):
			return n, &Failure{Class: Refused, Code: code(n.Body)}
		case n.is(FamilySignOn, SignOnReply):
			if values, err := ParseTLVs(n.Body); err == nil {
				if code, refused := values.Number(TagError); refused {
					return n, signOnFailure(uint16(code))
				}
			}
			return n, &Failure{Class: Redirect}
		}
	}
}

// serves tells whether a list of families has one in it.
func serves(list []byte, family uint16) bool {
	for c := (cursor{rest: list}); len(c.rest) > 1; {
		if c.u16() == family {
			return true
		}
	}
	return false
}

// code is the number at the beginning of an error's body; 0 where there is none.
func code(body []byte) uint16 {
	if len(body) < 2 {
		return 0
	}
	return binary.BigEndian.Uint16(body)
}
