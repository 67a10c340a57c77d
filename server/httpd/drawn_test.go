package httpd

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"postern/app/identity"
	"postern/app/texts"
)

// TestWhyAPageIsNotDrawnIsInNobodysLanguage, whatever page is drawn at that moment:
// it is for the log.
func TestWhyAPageIsNotDrawnIsInNobodysLanguage(t *testing.T) {
	ctx, leave := context.WithCancel(t.Context())
	leave()
	within := inside{r: httptest.NewRequest(http.MethodGet, "/", nil), site: http.NotFoundHandler(), told: identity.Told{}}
	other := &texts.Texts{Failures: texts.Failures{Unreachable: "Nicht zu erreichen", Timeout: "Zu spät"}}
	for path, want := range map[string]error{"/login/session": context.Canceled, "no path": nil} {
		var err error
		texts.Speak(other, func() { _, err = within.fetch(ctx, identity.Request{Method: http.MethodGet, Path: path}) })
		if err == nil || want != nil && !errors.Is(err, want) || strings.Contains(err.Error(), "Nicht") {
			t.Errorf("%s: %v", path, err)
		}
	}
}
