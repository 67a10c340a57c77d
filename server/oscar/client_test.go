package oscar_test

import (
	"context"
	"crypto/rand"
	"errors"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"postern/server/oscar"
	"postern/server/oscar/oscartest"
)

const mark = "554d2c15-25f553d08b8da"

var users = map[string]string{"123456": "s3cretpw", "posternbot": "a-password-longer-than-16-chars"}

func start(t testing.TB, m oscartest.Manners) *oscartest.Host {
	t.Helper()
	if m.Users == nil {
		m.Users = users
	}
	h, err := oscartest.Start(m)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.Close)
	return h
}

func clientOf(h *oscartest.Host) *oscar.Client {
	return &oscar.Client{Dial: new(net.Dialer).DialContext, Server: h.Address(), Random: rand.Reader}
}

// echo checks an account within a deadline, 10 seconds if none is given.
func echo(t testing.TB, c *oscar.Client, name, password string, within ...time.Duration) error {
	d := 10 * time.Second
	if len(within) > 0 {
		d = within[0]
	}
	ctx, cancel := context.WithTimeout(t.Context(), d)
	defer cancel()
	return c.Echo(ctx, name, password, "Test message (ID: "+mark+")", mark)
}

func TestHonestHosts(t *testing.T) {
	for name, m := range map[string]oscartest.Manners{
		"plain": {}, "pieces": {Pieces: true}, "chatter": {Chatter: true}, "short key": {KeyLength: 10}, "short cookie": {CookieLength: 8},
		"long cookie": {CookieLength: 4096}, "longest cookie": {CookieLength: 65000}, "short rates": {ShortRates: true}, "message first": {MessageFirst: true},
		"reformatted": {Reformatted: true}, "UCS-2": {Wide: true}, "strangers": {Strangers: true},
		"all at once": {Pieces: true, Chatter: true, KeyLength: 10, CookieLength: 4096, ShortRates: true, MessageFirst: true, Reformatted: true, Wide: true, Strangers: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := start(t, m)
			for _, who := range []string{"123456", "posternbot", "Postern Bot"} {
				if err := echo(t, clientOf(h), who, users[oscar.Normal(who)]); err != nil {
					t.Errorf("%s: %v", who, err)
				}
			}
			// Every session ends in a goodbye; the last one may still be on its way.
			for end := time.Now().Add(5 * time.Second); h.Left() < 3; time.Sleep(time.Millisecond) {
				if time.Now().After(end) {
					t.Fatalf("%d of 3 sessions were left with a goodbye", h.Left())
				}
			}
		})
	}
}

func TestRefusals(t *testing.T) {
	for name, c := range map[string]struct {
		m        oscartest.Manners
		class    oscar.Class
		code     uint16
		messages bool
	}{
		"unknown name":       {m: oscartest.Manners{Users: map[string]string{"x": "y"}}, class: oscar.Credentials, code: 1},
		"wrong password":     {m: oscartest.Manners{Users: map[string]string{"123456": "other"}}, class: oscar.Credentials, code: 5},
		"deleted":            {m: oscartest.Manners{SignOnError: 8}, class: oscar.Credentials, code: 8},
		"suspended":          {m: oscartest.Manners{SignOnError: 0x11}, class: oscar.Unusable, code: 0x11},
		"rate limit":         {m: oscartest.Manners{SignOnError: 0x1D, AtOnce: true}, class: oscar.RateLimit, code: 0x1D},
		"rate limit, framed": {m: oscartest.Manners{SignOnError: 0x1D, AtOnce: true, InFrame: true}, class: oscar.RateLimit, code: 0x1D},
		"too many from here": {m: oscartest.Manners{SignOnError: 0x16, InFrame: true}, class: oscar.RateLimit, code: 0x16},
		"too old":            {m: oscartest.Manners{SignOnError: 0x1C}, class: oscar.Refused, code: 0x1C},
		"try later":          {m: oscartest.Manners{SignOnError: 0x1E}, class: oscar.Outage, code: 0x1E},
		"other":              {m: oscartest.Manners{SignOnError: 0x7777}, class: oscar.Refused, code: 0x7777},
		"one byte":           {m: oscartest.Manners{OnlineError: 0x18}, class: oscar.RateLimit, code: 0x18, messages: true},
		"no messages":        {m: oscartest.Manners{NoMessages: true}, class: oscar.Outage, messages: true},
		"limited":            {m: oscartest.Manners{Limited: true}, class: oscar.RateLimit, messages: true},
		"elsewhere":          {m: oscartest.Manners{Elsewhere: true}, class: oscar.Elsewhere, messages: true},
		"blocked":            {m: oscartest.Manners{MessageError: 0x10}, class: oscar.Refused, code: 0x10, messages: true},
		"queue full":         {m: oscartest.Manners{MessageError: 0x17}, class: oscar.Outage, code: 0x17, messages: true},
		"message rate":       {m: oscartest.Manners{MessageError: 3}, class: oscar.RateLimit, code: 3, messages: true},
		"senseless pointer":  {m: oscartest.Manners{Messages: "http://x/?y"}, class: oscar.Redirect},
		"no port":            {m: oscartest.Manners{Messages: "127.0.0.1:0"}, class: oscar.Redirect},
		"points at nothing":  {m: oscartest.Manners{Messages: "127.0.0.1:1"}, class: oscar.Network, messages: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var f *oscar.Failure
			err := echo(t, clientOf(start(t, c.m)), "123456", "s3cretpw")
			if !errors.As(err, &f) || f.Class != c.class || f.Code != c.code || f.AtMessages != c.messages {
				t.Errorf("%v %+v", err, f)
			}
			if strings.Contains(err.Error(), "s3cretpw") {
				t.Error("the error tells the password")
			}
		})
	}
}

func TestMessageThatDoesNotReturn(t *testing.T) {
	for name, c := range map[string]struct {
		m     oscartest.Manners
		acked bool
	}{
		"acknowledged":          {oscartest.Manners{NoDelivery: true}, true},
		"with another text":     {oscartest.Manners{OtherText: true}, true},
		"with another's cookie": {oscartest.Manners{NoDelivery: true, Strangers: true}, true},
		"lost":                  {oscartest.Manners{Wrong: map[oscartest.Step]oscartest.Misdeed{oscartest.Acking: oscartest.Hang}}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var f *oscar.Failure
			err := echo(t, clientOf(start(t, c.m)), "123456", "s3cretpw", 500*time.Millisecond)
			if !errors.As(err, &f) || f.Class != oscar.NotReturned || f.Acked != c.acked {
				t.Errorf("%v", err)
			}
		})
	}
}

// A message server that is configured is gone to, wherever the sign-on server points.
func TestConfiguredMessageServer(t *testing.T) {
	h := start(t, oscartest.Manners{Messages: "192.0.2.1:5190"})
	c := clientOf(h)
	c.Messages = h.Address()
	if err := echo(t, c, "123456", "s3cretpw"); err != nil {
		t.Error(err)
	}
}

// Checks of one account at once see each other's messages and tell them apart.
func TestAtOnce(t *testing.T) {
	h := start(t, oscartest.Manners{})
	var wg sync.WaitGroup
	for range 5 {
		wg.Go(func() {
			if err := echo(t, clientOf(h), "123456", "s3cretpw"); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

func TestNames(t *testing.T) {
	if !oscar.ICQ("123456") || oscar.ICQ("") || oscar.ICQ("12a") || oscar.Normal("Postern BOT") != "posternbot" {
		t.Error("names")
	}
	if err := echo(t, &oscar.Client{}, strings.Repeat("x", oscar.MaxName+1), "x"); err == nil {
		t.Error("a name that is too long")
	}
}
