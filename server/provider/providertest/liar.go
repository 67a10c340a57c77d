package providertest

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// Liar is a provider that says whatever a test wants it to say. As it is made it
// tells the truth. Lie changes that.
type Liar struct {
	URL string

	mu     sync.Mutex
	key    *rsa.PrivateKey
	asked  []url.Values // what came to its token endpoint
	Config func(map[string]any)
	Token  func(map[string]any)                              // the answer of the token endpoint
	Claims func(map[string]any)                              // those of the identity token
	Sign   func(claims []byte) string                        // instead of its own key
	Answer func(w http.ResponseWriter, r *http.Request) bool // true: answered
	nonces map[string]string                                 // by code
}

// NewLiar starts one.
func NewLiar(t testing.TB) *Liar {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	l := &Liar{key: key, nonces: map[string]string{}}
	server := httptest.NewServer(http.HandlerFunc(l.serve))
	t.Cleanup(server.Close)
	l.URL = server.URL
	return l
}

// Lie changes what it says from now on.
func (l *Liar) Lie(change func(*Liar)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	change(l)
}

// Code makes the code with which a browser comes back that was sent to this URL.
func (l *Liar) Code(t testing.TB, at string) (code, state string) {
	t.Helper()
	u, err := url.Parse(at)
	if err != nil {
		t.Fatal(err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	code = "code-" + rand.Text()
	l.nonces[code] = u.Query().Get("nonce")
	return code, u.Query().Get("state")
}

// Asked are the requests to the token endpoint so far.
func (l *Liar) Asked() []url.Values {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.asked
}

func (l *Liar) serve(w http.ResponseWriter, r *http.Request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	_ = r.ParseForm() // what does not parse is not there
	if r.URL.Path == "/token" {
		l.asked = append(l.asked, maps.Clone(r.PostForm))
	}
	if l.Answer != nil && l.Answer(w, r) {
		return
	}
	w.Header().Set("Content-Type", "application/json")
	switch r.URL.Path {
	case "/.well-known/openid-configuration":
		l.say(w, l.Config, map[string]any{
			"issuer": l.URL, "authorization_endpoint": l.URL + "/auth", "token_endpoint": l.URL + "/token", "jwks_uri": l.URL + "/keys",
			"id_token_signing_alg_values_supported": []string{"RS256"},
		})
	case "/keys":
		_ = json.NewEncoder(w).Encode(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: l.key.Public(), KeyID: "1", Algorithm: "RS256", Use: "sig"}}})
	case "/token":
		l.say(w, l.Token, map[string]any{"access_token": "an-access-token", "token_type": "Bearer", "id_token": l.idToken(l.nonces[r.PostForm.Get("code")])})
	default:
		http.NotFound(w, r)
	}
}

// say writes what a test has changed. The client may be gone: nobody to tell.
func (l *Liar) say(w http.ResponseWriter, change func(map[string]any), what map[string]any) {
	if change != nil {
		change(what)
	}
	_ = json.NewEncoder(w).Encode(what)
}

func (l *Liar) idToken(nonce string) string {
	now := time.Now()
	claims := map[string]any{
		"iss": l.URL, "aud": Client, "sub": "subject-1", "nonce": nonce, "email": "somebody@mail.example",
		"iat": now.Unix(), "exp": now.Add(time.Hour).Unix(),
	}
	if l.Claims != nil {
		l.Claims(claims)
	}
	text, _ := json.Marshal(claims) // maps of texts and numbers
	if l.Sign != nil {
		return l.Sign(text)
	}
	return Signed(jose.RS256, l.key, text)
}

// Signed is a token of these claims. It panics on a key that is none: a mistake of the test's.
func Signed(algorithm jose.SignatureAlgorithm, key any, claims []byte) string {
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: algorithm, Key: key}, (&jose.SignerOptions{}).WithHeader("kid", "1"))
	if err != nil {
		panic(err)
	}
	object, err := signer.Sign(claims)
	if err != nil {
		panic(err)
	}
	token, err := object.CompactSerialize()
	if err != nil {
		panic(err)
	}
	return token
}

// Unsigned is a token with the algorithm none.
func Unsigned(claims []byte) string {
	b := base64.RawURLEncoding
	return b.EncodeToString([]byte(`{"alg":"none"}`)) + "." + b.EncodeToString(claims) + "."
}
