// Package httpd is the doors to the web: listeners, who is calling, and which
// room answers.
//
// It owns ports, certificates, headers, limits, and the way from a request to a
// caller and a function. It knows no rule of any room. Package node opens it.
package httpd

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"

	"postern/server/config"
	"postern/server/database"
	"postern/server/databaseapp"
	"postern/server/dispatch"
	"postern/server/login"
	"postern/server/provider"
	"postern/server/reference"
	"postern/server/session"
	"postern/server/sso"
	"postern/server/token"
	"postern/server/webmail"
	"postern/shared/scalar"
	"postern/web"
)

// Site is what one service answers with.
type Site struct {
	Service  scalar.Service
	Config   *config.Config
	DB       *database.DB
	Mux      *dispatch.Mux
	Sessions *session.Room
	Login    *login.Room
	Tokens   *token.Room
	SSO      *sso.Room // of Webmail's service; nil on others
	Webmail  *webmail.Room
	// Databases is the database application; nil: there is none.
	Databases *databaseapp.Room
	// MayDatabases tells whether a caller's sessions may have a database user.
	MayDatabases func(ctx context.Context, who dispatch.Caller) (bool, error)
	Now          func() time.Time
	Log          *slog.Logger
	Version      string
	// Port is the port on which a service is open, known once all listen.
	Port func(service scalar.Service) int

	address func(*http.Request) netip.Addr
	store   *session.Store
	pages   *login.Pages
	api     *API
	shell   *web.Front
	assets  http.Handler
	openAPI func() ([]byte, error)
}

// Handler is the service over TLS, or in the clear behind a TLS proxy.
func (s *Site) Handler() (http.Handler, error) {
	s.address = addressOf(s.Config.Proxies)
	s.store = &session.Store{Room: s.Sessions, Service: s.Service, Address: s.address, Now: s.Now,
		Secure: func(*http.Request) bool { return true }} // browsers reach Postern over TLS, also through a proxy
	s.pages = &login.Pages{Room: s.Login, Store: s.store, Service: s.Service, Address: s.address, Now: s.Now,
		Arguments: Arguments, Page: s.page}
	if s.SSO != nil {
		s.pages.Home = s.home
	}
	s.api = &API{Service: s.Service, Mux: s.Mux, Caller: s.caller, Log: s.Log}
	s.shell = web.Shell(s.Version, s.formActions)
	s.assets = web.Assets()
	// Half a megabyte that few ever ask for: made when the first one does.
	s.openAPI = sync.OnceValues(func() ([]byte, error) { return reference.OpenAPI(s.Service, s.Version) })
	return withHeaders(http.HandlerFunc(s.route), s.Version, s.Log), nil
}

// route finds who answers a path.
func (s *Site) route(w http.ResponseWriter, r *http.Request) {
	original := r
	token, path := cutToken(r.URL.Path)
	if token != "" {
		below := *r.URL
		below.Path, below.RawPath = path, ""
		r = r.WithContext(WithToken(r.Context(), token))
		r.URL = &below
	}
	switch {
	case isAPI(path):
		s.api.ServeHTTP(w, r)
	case path == "/login" || path == "/login/":
		if allowed(w, r, http.MethodGet, http.MethodHead, http.MethodPost) {
			s.pages.Login(w, r, token)
		}
	case path == "/login/step":
		if allowed(w, r, http.MethodGet, http.MethodPost) {
			s.pages.Step(w, r)
		}
	case path == "/login/providers":
		if allowed(w, r, http.MethodGet, http.MethodHead) {
			s.pages.Providers(w, r)
		}
	case strings.HasPrefix(path, provider.Link):
		if allowed(w, r, http.MethodGet) {
			s.pages.GoOut(w, r, token)
		}
	case strings.HasPrefix(path, provider.Callback):
		if allowed(w, r, http.MethodGet) {
			s.pages.ComeBack(w, r)
		}
	case path == "/login/session":
		if allowed(w, r, http.MethodGet, http.MethodHead) {
			s.identity(w, r)
		}
	case path == "/logout" || path == "/logout/":
		if allowed(w, r, http.MethodGet, http.MethodHead, http.MethodPost) {
			s.pages.Logout(w, r, token)
		}
	case path == "/openapi.json":
		if allowed(w, r, http.MethodGet, http.MethodHead) {
			s.document(w, r)
		}
	case strings.HasPrefix(path, "/assets/"):
		s.assets.ServeHTTP(w, r)
	default:
		if !s.webmail(w, r, original, token) && !s.databases(w, r, original, token) {
			s.front(w, r, token)
		}
	}
}

// document answers with the service's OpenAPI document.
func (s *Site) document(w http.ResponseWriter, r *http.Request) {
	document, err := s.openAPI()
	if err != nil {
		s.Log.ErrorContext(r.Context(), "the OpenAPI document was not made", "error", err)
		http.Error(w, "An internal error occurred.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(document) // a caller who has gone needs no answer
}

// isAPI tells whether a path is one of the dialects'.
func isAPI(path string) bool {
	for _, p := range [...]string{"/execute", "/json-api", "/xml-api"} {
		if rest, is := strings.CutPrefix(path, p); is && (rest == "" || rest[0] == '/') {
			return true
		}
	}
	return false
}

func allowed(w http.ResponseWriter, r *http.Request, methods ...string) bool {
	for _, m := range methods {
		if r.Method == m {
			return true
		}
	}
	w.Header().Set("Allow", strings.Join(methods, ", "))
	http.Error(w, "This address takes "+strings.Join(methods, ", ")+".", http.StatusMethodNotAllowed)
	return false
}

// secure tells whether credentials may pass: over TLS, or in the clear where
// the operator said that a TLS proxy stands in front.
func (s *Site) secure(r *http.Request) bool { return r.TLS != nil || s.Config.Plain == "serve" }
