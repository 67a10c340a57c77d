package egress

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net/http"
	"time"
)

// Errors of a client, besides ErrForbidden and those of the network.
var (
	ErrTooLarge  = errors.New("egress: the answer is larger than allowed")
	ErrRedirects = errors.New("egress: there are too many redirects")
	ErrScheme    = errors.New("egress: only http and https URLs are followed, and https never to http")
)

// Limits bound what a client's request may cost. The zero value of each is its default.
type Limits struct {
	Deadline  time.Duration  // for all of it, redirects and the body included; 20 s
	Body      int64          // bytes of an answer; 64 KiB
	Redirects int            // that are followed; none: the redirect is the answer
	Roots     *x509.CertPool // whose certificates are trusted; nil: the system's
}

// The defaults of Limits.
const (
	DefaultDeadline = 20 * time.Second
	DefaultBody     = 64 << 10
)

const maxHeader = 32 << 10

// Client makes an HTTP client whose every connection goes through the gate. It
// keeps no cookies and no connections, heeds no proxy of the environment, and a
// body that is longer than allowed ends in ErrTooLarge when it is read.
func (g *Gate) Client(l Limits) *http.Client {
	if l.Deadline <= 0 {
		l.Deadline = DefaultDeadline
	}
	if l.Body <= 0 {
		l.Body = DefaultBody
	}
	return &http.Client{
		Timeout: l.Deadline,
		Transport: bounded{limit: l.Body, next: &http.Transport{
			Proxy:                  nil,
			DialContext:            g.DialContext,
			TLSClientConfig:        &tls.Config{RootCAs: l.Roots, MinVersion: tls.VersionTLS12},
			DisableKeepAlives:      true, // nothing is left open behind a call
			DisableCompression:     true, // what is counted is what came over the wire
			MaxResponseHeaderBytes: maxHeader,
			TLSHandshakeTimeout:    l.Deadline,
			ResponseHeaderTimeout:  l.Deadline,
		}},
		CheckRedirect: func(r *http.Request, via []*http.Request) error {
			if l.Redirects == 0 {
				return http.ErrUseLastResponse
			}
			if len(via) > l.Redirects {
				return ErrRedirects
			}
			r.Header.Del("Referer") // keys may stand in the URL that redirected
			return scheme(r, via[len(via)-1])
		},
	}
}

// scheme holds a redirect to the web, and what was encrypted to encryption.
func scheme(next, last *http.Request) error {
	switch next.URL.Scheme {
	case "https":
		return nil
	case "http":
		if last.URL.Scheme == "http" {
			return nil
		}
	}
	return ErrScheme
}

// bounded cuts answers off.
type bounded struct {
	limit int64
	next  http.RoundTripper
}

func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := b.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	answer.Body = &body{from: answer.Body, left: b.limit}
	return answer, nil
}

type body struct {
	from io.ReadCloser
	left int64
}

// Read gives at most the bytes that are left, and then tells whether there was more.
func (b *body) Read(p []byte) (int, error) {
	if int64(len(p)) > b.left+1 {
		p = p[:b.left+1]
	}
	n, err := b.from.Read(p)
	if int64(n) > b.left {
		n, err = int(b.left), ErrTooLarge
	}
	b.left -= int64(n)
	return n, err
}

func (b *body) Close() error { return b.from.Close() }
