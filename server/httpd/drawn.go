package httpd

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/sessions"

	"postern/app/identity"
	"postern/app/pages"
	"postern/app/texts"
	"postern/shared/catalog"
	"postern/shared/fault"
	"postern/shared/wire"
	"postern/web"
)

// drawPatience is how long a page may wait for what it shows. Then it is sent
// without, and the app asks.
const drawPatience = 400 * time.Millisecond

// drawn is what a page has in sight until the app runs; nil: nothing, then a splash
// is shown. The page is for a browser's window alone: what is signed in there must
// not end up in a frame, an image or a script of somebody else's.
func (s *Site) drawn(r *http.Request) func(*texts.Texts, map[string]string) *web.Drawn {
	if dest := r.Header.Get("Sec-Fetch-Dest"); r.Method != http.MethodGet || dest != "" && dest != "document" {
		return nil
	}
	return func(language *texts.Texts, addresses map[string]string) *web.Drawn {
		ctx, cancel := context.WithTimeout(r.Context(), drawPatience)
		defer cancel()
		within := inside{r: r, site: http.HandlerFunc(s.route), told: identity.Told{}}
		page, err := pages.Draw(ctx, identity.NewDesk(within.fetch), r.URL, pages.Reader{Language: language, Zone: zone(r)}, addresses)
		switch {
		case r.Context().Err() != nil: // nobody waits for it
			return nil
		case err != nil: // the app will find that out too, and say so
			s.Log.WarnContext(r.Context(), "page not drawn", "error", err)
			return nil
		case page == nil: // nobody is signed in any more
			return nil
		}
		return &web.Drawn{Title: page.Title, HTML: page.HTML, Told: within.told}
	}
}

// zone is the reader's time zone, which the loader keeps in a cookie; empty where it
// is not known. It may be anybody's words.
func zone(r *http.Request) string {
	kept, err := r.Cookie("postern_zone")
	if err != nil {
		return ""
	}
	if _, err := catalog.GetStatistics.Read(url.Values{"timezone": {kept.Value}}); err != nil {
		return ""
	}
	return kept.Value
}

// inside asks this service what the app is going to ask it, as the browser that r
// came from: with its cookie, from its address, by the same doors.
type inside struct {
	r    *http.Request
	site http.Handler

	mu   sync.Mutex
	told identity.Told // the responses that the app may have
}

// fetch is an identity.Fetch. Its errors are for the log, so they are in nobody's
// language: Unheard would name them in that of a page which is just being drawn.
func (i *inside) fetch(ctx context.Context, q identity.Request) (identity.Response, error) {
	at, err := url.ParseRequestURI(q.Path)
	if err != nil {
		return identity.Response{}, err
	}
	r := i.r.Clone(apart{ctx})
	r.Method, r.URL, r.RequestURI, r.Form, r.PostForm = q.Method, at, q.Path, nil, nil
	body := q.Form.Encode()
	r.Body, r.ContentLength = io.NopCloser(strings.NewReader(body)), int64(len(body))
	for _, name := range []string{"Authorization", "Origin", "If-None-Match", "If-Modified-Since", "Range"} {
		r.Header.Del(name)
	}
	r.Header.Set("Accept", "application/json")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	if q.Method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	w := kept{status: http.StatusOK, header: http.Header{}}
	i.site.ServeHTTP(&w, r)
	if err := ctx.Err(); err != nil {
		return identity.Response{}, err
	}
	response := identity.Response{Status: w.status, Fault: fault.Kind(w.header.Get(wire.KindHeader)), Body: w.body.Bytes()}
	if response.Status == http.StatusOK && json.Valid(response.Body) {
		i.mu.Lock()
		defer i.mu.Unlock()
		i.told[q.Key()] = response
	}
	return response, nil
}

// apart is a context without the sessions that were read in it: calls at the same
// time each read the session themselves, as those that a browser makes.
type apart struct{ context.Context }

// Value is the context's own, but for those sessions.
func (a apart) Value(key any) any {
	value := a.Context.Value(key)
	if _, is := value.(*sessions.Registry); is {
		return nil
	}
	return value
}

// kept is a reply that stays here.
type kept struct {
	status int
	header http.Header
	body   bytes.Buffer
}

func (k *kept) Header() http.Header            { return k.header }
func (k *kept) WriteHeader(status int)         { k.status = status }
func (k *kept) Write(part []byte) (int, error) { return k.body.Write(part) }
