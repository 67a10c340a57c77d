package pages

import (
	"net/url"
	"strconv"
	"strings"
)

// webmailLogin is where a Webmail session is posted to: the documented
// https://{hostname or this host}:2096{token}/login, on the port in use here.
func webmailLogin(host string, port int, token string) string {
	if port == 0 {
		port = 2096
	}
	u := url.URL{Scheme: "https", Host: joinHostPort(host, port), Path: token + "/login"}
	return u.String()
}

// joinHostPort is net's, which the browser app must not link.
func joinHostPort(host string, port int) string {
	if strings.Contains(host, ":") && !strings.HasPrefix(host, "[") {
		host = "[" + host + "]"
	}
	return host + ":" + strconv.Itoa(port)
}
