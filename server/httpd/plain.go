package httpd

import (
	"net"
	"net/http"
	"regexp"
	"strconv"

	"postern/shared/fault"
	"postern/shared/wire"
)

// Plain is what a plain port answers where no TLS proxy stands in front: pages
// go to TLS; API calls and credentials are refused, so that a client which
// would send its secret in the clear again and again is told at once.
func (s *Site) Plain() http.Handler {
	return withHeaders(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, path := cutToken(r.URL.Path)
		insecure := fault.New(fault.Forbidden, "This port is not encrypted. Use https and port %d.", s.Port(s.Service))
		if isAPI(path) {
			writeResponse(w, wire.Denied(routeOf(path), insecure))
			return
		}
		if r.Method != http.MethodGet && r.Method != http.MethodHead || r.Header.Get("Authorization") != "" || r.URL.Query().Has("pass") || r.URL.Query().Has("session") {
			w.Header().Set("Postern-Fault", string(fault.Forbidden))
			http.Error(w, insecure.Message, http.StatusForbidden)
			return
		}
		host := r.Host
		if h, _, err := net.SplitHostPort(r.Host); err == nil {
			host = bracket(h)
		}
		if host == "" || !hostName.MatchString(host) {
			host = s.Config.Hostname // a Host header is the client's word; a strange one is not repeated
		}
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("Location", "https://"+host+":"+strconv.Itoa(s.Port(s.Service))+r.URL.RequestURI())
		w.WriteHeader(http.StatusTemporaryRedirect)
	}), s.Version, s.Log)
}

// hostName is what a Host header may look like to be repeated in a redirect.
var hostName = regexp.MustCompile(`^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|\[[0-9a-fA-F:.]+\])$`)
