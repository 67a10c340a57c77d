package sso

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"

	"postern/server/session"
	"postern/shared/scalar"
)

// discover tells applications where everything is. The library lists every grant
// that it could do, and its own addresses; this lists what there is.
func (r *Room) discover(w http.ResponseWriter, q *http.Request) {
	d := op.CreateDiscoveryConfig(q.Context(), r.provider, &storage{r})
	internal := r.Internal()
	if internal == "" {
		internal = "http://127.0.0.1" // POSTERN_SSO_ADDR is off: there is nothing to reach
	}
	d.TokenEndpoint, d.IntrospectionEndpoint = internal+pathToken, internal+pathIntrospect
	d.UserinfoEndpoint, d.RevocationEndpoint = internal+pathUserinfo, internal+pathRevoke
	d.DeviceAuthorizationEndpoint, d.CheckSessionIframe = "", ""
	d.GrantTypesSupported = []oidc.GrantType{oidc.GrantTypeCode, oidc.GrantTypeRefreshToken}
	d.ResponseTypesSupported = []string{string(oidc.ResponseTypeCode)}
	d.ResponseModesSupported = []string{string(oidc.ResponseModeQuery)}
	methods := []oidc.AuthMethod{oidc.AuthMethodBasic, oidc.AuthMethodPost}
	d.TokenEndpointAuthMethodsSupported, d.RevocationEndpointAuthMethodsSupported = methods, methods
	d.IntrospectionEndpointAuthMethodsSupported = []oidc.AuthMethod{oidc.AuthMethodBasic}
	d.TokenEndpointAuthSigningAlgValuesSupported, d.IntrospectionEndpointAuthSigningAlgValuesSupported = nil, nil
	d.RevocationEndpointAuthSigningAlgValuesSupported, d.RequestObjectSigningAlgValuesSupported = nil, nil
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(d) // who has gone needs no answer
}

// endSession signs a browser out for an application (OpenID Connect RP-Initiated
// Logout). It ends the session only for one that shows an identity token of that
// very mailbox: another site's page has none.
func (r *Room) endSession(w http.ResponseWriter, q *http.Request, who Visitor) {
	w.Header().Set("Cache-Control", "no-store")
	if who.Session != nil {
		q = q.WithContext(withSession(q.Context(), who.Session))
	}
	q.Body = http.MaxBytesReader(w, q.Body, maxBody)
	ask, err := op.ParseEndSessionRequest(q, r.provider.Decoder())
	if err != nil {
		refuse(w, "The request’s parameters cannot be read.")
		return
	}
	checked, err := op.ValidateEndSessionRequest(q.Context(), ask, r.provider)
	if err != nil {
		refuse(w, "The application’s request to sign out is not valid.")
		return
	}
	if who.Session != nil {
		if checked.UserID != who.Session.Login {
			refuse(w, "Sign out from Webmail itself: the application’s request is not about your session.")
			return
		}
		if err = r.Sessions.End(q.Context(), who.Session.Name); err == nil {
			err = r.Record(q.Context(), r.event(who, "sso_end_session", map[string]string{"client": checked.ClientID}))
		}
		if err != nil {
			r.Log.ErrorContext(q.Context(), "single sign on: the session was not ended", "error", err)
			http.Error(w, "The server’s database does not answer. Try again in a few seconds.", http.StatusServiceUnavailable)
			return
		}
		session.Forget(w, q, scalar.Webmail, who.Session)
	}
	w.Header().Set("Location", checked.RedirectURI)
	w.WriteHeader(http.StatusFound)
}

const maxBody = 64 << 10

// Loopback answers the servers on this machine: tokens, introspection, userinfo,
// revocation, keys and discovery.
func (r *Room) Loopback() http.Handler { return r.internal }

// internalPaths are what is left of the library's endpoints on the loopback.
var internalPaths = []string{pathToken, pathIntrospect, pathUserinfo, pathRevoke, pathKeys, pathDiscovery}

// guard keeps the library to the endpoints that are offered, bounds what it reads
// and outlives its panics: a malformed Authorization header makes it go on with
// nothing after it has refused.
func (r *Room) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		if !slices.Contains(internalPaths, q.URL.Path) {
			http.NotFound(w, q)
			return
		}
		w.Header().Set("Cache-Control", "no-store")
		q.Body = http.MaxBytesReader(w, q.Body, maxBody)
		defer func() {
			if broken := recover(); broken != nil && broken != http.ErrAbortHandler {
				r.Log.WarnContext(q.Context(), "single sign on: a request was refused", "path", q.URL.Path, "reason", fmt.Sprint(broken))
			}
		}()
		if q.URL.Path == pathDiscovery {
			r.discover(w, q.WithContext(op.ContextWithIssuer(q.Context(), r.Issuer())))
			return
		}
		// A secret in the address would stand in logs.
		if q.URL.RawQuery != "" {
			http.Error(w, `{"error":"invalid_request"}`, http.StatusBadRequest)
			return
		}
		next.ServeHTTP(w, q)
	})
}
