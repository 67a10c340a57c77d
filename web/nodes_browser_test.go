package web_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestTextsStayTexts on their way into the page: the app hands its elements over as
// a list of steps, and nothing that stands in a name may be taken for a step.
func TestTextsStayTexts(t *testing.T) {
	hostile := []string{
		`","end","element","script","","text","alert(1)`, `\","x`, `a\u0022b`, "<img src=x onerror=alert(1)>", "]\x00\x01\x1f\x7f[", "\u2028\u2029\ufeff", "ä€😀", "\\", "${x}", "&amp;",
	}
	behind := newCanned(t)
	behind.set(func(c *canned) { c.service, c.signedIn, c.version = "whostmgrd", true, "7" })
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.URL.Path, "/json-api/listaccts") {
			behind.Config.Handler.ServeHTTP(w, r)
			return
		}
		rows := []any{}
		for _, text := range hostile {
			rows = append(rows, map[string]any{"user": text, "domain": text, "owner": text, "plan": "shown", "unix_startdate": 1772611200, "suspended": 0})
		}
		answer(w, 200, map[string]any{"metadata": map[string]any{"version": 1, "reason": "OK", "result": 1}, "data": map[string]any{"acct": rows}})
	}))
	t.Cleanup(server.Close)
	tb := openTab(t)
	tb.visit(server.URL + "/admin/accounts")
	tb.waitFor(`document.querySelectorAll("tbody tr").length == 10`)

	got, err := chromedp.Run(tb.ctx, chromedp.Evaluate[[][]string](`[...document.querySelectorAll("tbody tr")].map((row) => [0, 1, 2].map((i) => row.cells[i].textContent))`))
	if err != nil || len(got) != len(hostile) {
		t.Fatal(got, err)
	}
	for i, text := range hostile {
		for _, cell := range got[i] {
			if cell != text {
				a, _ := json.Marshal(cell)
				b, _ := json.Marshal(text)
				t.Errorf("%s became %s", b, a)
			}
		}
	}
	strange, err := chromedp.Run(tb.ctx, chromedp.Evaluate[int](`document.querySelectorAll("main script, main img, tbody tr > :not(td)").length`))
	if err != nil || strange != 0 {
		t.Errorf("%d elements that nobody drew: %v", strange, err)
	}
	labels, err := chromedp.Run(tb.ctx, chromedp.Evaluate[bool](`[...document.querySelectorAll("tbody button")].every((b) => b.getAttribute("aria-label")?.length > 0 || b.textContent.length > 0)`))
	if err != nil || !labels {
		t.Error("a row's button lost its name", err)
	}
	if said := tb.complaints(); len(said) > 0 {
		t.Error(said)
	}
}
