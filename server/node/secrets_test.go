package node_test

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"postern/shared/scalar"
)

// ask sends a form to a service in process, from an address, with a cookie.
func (h *house) ask(t testing.TB, s scalar.Service, method, path, from, cookie string, form url.Values) (int, http.Header, string) {
	t.Helper()
	r := httptest.NewRequest(method, "https://host.example.com"+path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.RemoteAddr = from + ":40000"
	if cookie != "" {
		r.Header.Set("Cookie", cookie)
	}
	w := httptest.NewRecorder()
	h.handler(t, s, true).ServeHTTP(w, r)
	return w.Code, w.Header(), w.Body.String()
}

// find is the first group of a pattern in a text.
func find(t testing.TB, pattern, text string) string {
	t.Helper()
	m := regexp.MustCompile(pattern).FindStringSubmatch(text)
	if m == nil {
		t.Fatalf("nothing like %s in %s", pattern, text)
	}
	return m[1]
}

// cookieOf is the cookie of that name as a browser sends it back.
func cookieOf(t testing.TB, header http.Header, name string) string {
	t.Helper()
	return find(t, `(`+name+`=[^;]+)`, strings.Join(header.Values("Set-Cookie"), "\n"))
}

// TestTheDatabaseHoldsNoReadableSecret lives through all that has secrets and
// then looks for each of them in every row of every table.
func TestTheDatabaseHoldsNoReadableSecret(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	secrets := map[string]string{}
	for _, name := range []string{"root", "rita", "anna", "carl", "sam", "bob@example.com", "eve@example.com"} {
		secrets["the password of "+name] = passwordOf(name)
	}
	for whose, value := range h.tokens {
		secrets["the API token of "+whose] = value
	}
	h.call(t, "root", whm("set_tweaksetting"), "module", "Main", "key", "SecurityPolicy::SourceIPCheck", "value", "1")

	// Set questions up at the first sign in.
	_, header, _ := h.ask(t, scalar.CPanel, "POST", "/login?login_only=1", "192.0.2.1", "", url.Values{"user": {"anna"}, "pass": {passwordOf("anna")}})
	step := cookieOf(t, header, "cpsession_step")
	secrets["a step's cookie"] = find(t, `\.([0-9a-f]{32})`, step)
	form := url.Values{}
	for _, n := range []string{"1", "2", "3", "4"} {
		form.Set("q"+n+"ques", "Which word is number "+n+"?")
		form.Set("q"+n+"answer", "Xylophon Nr "+n)
		secrets["answer "+n] = "Xylophon Nr " + n
		secrets["answer "+n+" as it is compared"] = "xylophon nr " + n
	}
	status, header, body := h.ask(t, scalar.CPanel, "POST", "/login/step", "192.0.2.1", step, form)
	if status != http.StatusOK {
		t.Fatalf("%d %s", status, body)
	}
	cookie, token := cookieOf(t, header, "cpsession"), find(t, `"security_token":"(/cpsess\d+)"`, body)
	secrets["a session's cookie"] = find(t, `%2C([0-9a-f]{32})`, cookie)

	// A second factor with its key and recovery codes.
	_, _, body = h.ask(t, scalar.CPanel, "POST", token+"/execute/TwoFactorAuth/generate_user_configuration", "192.0.2.1", cookie, nil)
	key := find(t, `"secret":"([A-Z2-7]{16})"`, body)
	secrets["the second factor's key"] = key
	code, err := totp.GenerateCode(key, h.clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	_, _, body = h.ask(t, scalar.CPanel, "POST", token+"/execute/TwoFactorAuth/set_user_configuration", "192.0.2.1", cookie, url.Values{"secret": {key}, "tfa_token": {code}})
	find(t, `"status":(1)`, body)
	h.clock.Advance(time.Minute)
	_, _, body = h.ask(t, scalar.CPanel, "POST", token+"/execute/Postern/generate_recovery_codes", "192.0.2.1", cookie, nil)
	for i, c := range regexp.MustCompile(`"([0-9A-Za-z-]{8,})"`).FindAllStringSubmatch(find(t, `"data":(\{.*\})`, body), -1) {
		secrets["recovery code "+string(rune('0'+i))] = c[1]
	}

	// A session made by an API call, not yet used.
	_, _, body = h.ask(t, scalar.CPanel, "POST", token+"/execute/Session/create_webmail_session_for_mail_user", "192.0.2.1", cookie, url.Values{"login": {"bob"}, "domain": {"example.com"}})
	secrets["a webmail session"] = find(t, `FOR_MAIL_USER,([0-9a-f]{32})"`, body)
	if len(secrets) < 25 {
		t.Fatalf("only %d secrets: the test looks for too little", len(secrets))
	}
	h.search(t, secrets)
}

// search looks for each secret, also in hexadecimal and base64, in every row.
func (h *house) search(t *testing.T, secrets map[string]string) {
	t.Helper()
	ctx := context.Background()
	var tables []string
	if err := h.db.Read.NewRaw(`SELECT c.oid::regclass::text FROM pg_class AS c WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace`).Scan(ctx, &tables); err != nil {
		t.Fatal(err)
	}
	var dump strings.Builder
	for _, table := range tables {
		var rows []string
		if err := h.db.Read.NewRaw("SELECT row::text FROM "+table+" AS row").Scan(ctx, &rows); err != nil {
			t.Fatal(err)
		}
		dump.WriteString(strings.Join(rows, "\n"))
	}
	text := dump.String()
	if !strings.Contains(text, "bob@example.com") || len(tables) < 10 {
		t.Fatal("this is no dump of the database")
	}
	for what, secret := range secrets {
		for _, spelling := range []string{secret, hex.EncodeToString([]byte(secret)), base64.RawStdEncoding.EncodeToString([]byte(secret))} {
			if strings.Contains(text, spelling) {
				t.Errorf("%s can be read in the database", what)
			}
		}
	}
}
