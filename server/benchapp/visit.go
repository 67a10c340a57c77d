package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// patience is how long one visit may take before it counts as broken.
const patience = 90 * time.Second

// visit is one browser on one profile, and the traffic that it has seen.
type visit struct {
	ctx context.Context

	mu    sync.Mutex
	open  map[network.RequestID]bool
	bytes float64
	said  []string // by the page's console, for the error of a visit that fails
}

// seen is what one page load came to; times in milliseconds from its beginning.
type seen struct {
	Paint  float64 `json:"first_contentful_paint"`
	Ready  float64 `json:"ready"`
	Charge float64 `json:"app_in_charge,omitempty"` // only where a page is of use before its app runs
	KB     float64 `json:"kilobytes"`
}

// begin starts Chromium on a profile; end closes it as a person would, so that
// its cache is written.
func begin(ctx context.Context, folder, pin string, p profile) (*visit, func() error, error) {
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		return nil, nil, errors.New("this needs Debian's chromium: apt-get install chromium")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(chromium), chromedp.DisableGPU, chromedp.UserDataDir(folder), chromedp.Flag("ignore-certificate-errors-spki-list", pin),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("lang", "en-GB"), chromedp.WindowSize(1280, 800))
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox) // Chromium refuses to sandbox root
	}
	allocated, stop := chromedp.NewExecAllocator(ctx, options...)
	tab, closeTab := chromedp.NewContext(allocated)
	v := &visit{ctx: tab, open: map[network.RequestID]bool{}}
	end := func() error {
		err := chromedp.Cancel(tab)
		closeTab()
		stop()
		return err
	}
	if err := v.prepare(p); err != nil {
		return nil, nil, errors.Join(err, end())
	}
	return v, end, nil
}

// prepare listens to the traffic and puts the profile's brakes on.
func (v *visit) prepare(p profile) error {
	if err := chromedp.Listen(v.ctx, v.hear); err != nil {
		return err
	}
	if _, err := chromedp.Call(v.ctx, network.Enable, network.EnableParams{}); err != nil {
		return err
	}
	if p.bits == 0 {
		return nil
	}
	brakes := network.EmulateNetworkConditionsByRuleParams{MatchedNetworkConditions: []*network.Conditions{
		{Latency: p.latency, DownloadThroughput: p.bits / 8, UploadThroughput: p.bits / 8}}}
	if _, err := chromedp.Call(v.ctx, network.EmulateNetworkConditionsByRule, brakes); err != nil {
		return err
	}
	_, err := chromedp.Call(v.ctx, emulation.SetCPUThrottlingRate, emulation.SetCPUThrottlingRateParams{Rate: p.slowdown})
	return err
}

func (v *visit) hear(event any) {
	v.mu.Lock()
	defer v.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		if strings.HasPrefix(e.Request.URL, "https:") {
			v.open[e.RequestID] = true
		}
	case *network.EventLoadingFinished:
		delete(v.open, e.RequestID)
		v.bytes += e.EncodedDataLength
	case *network.EventLoadingFailed:
		delete(v.open, e.RequestID)
		v.said = append(v.said, e.ErrorText)
	}
}

// watch has the page look, with every frame, whether it is of use, and note when.
func (v *visit) watch(ready, charge string) error {
	if charge == "" {
		charge = "return true"
	}
	source := fmt.Sprintf(`(() => {
		const ready = () => { %s }, charge = () => { %s };
		const look = () => {
			if (!window.benchReady && ready()) window.benchReady = performance.now();
			if (!window.benchCharge && charge()) window.benchCharge = performance.now();
			if (!window.benchReady || !window.benchCharge) requestAnimationFrame(look);
		};
		requestAnimationFrame(look);
	})()`, ready, charge)
	_, err := chromedp.Call(v.ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: source})
	return err
}

// load goes to an address and waits until it is of use and all is quiet.
func (v *visit) load(address, ready, charge string) (s seen, err error) {
	if err := v.watch(ready, charge); err != nil {
		return s, err
	}
	if err := v.goTo(address); err != nil {
		return s, err
	}
	if err := v.until(`window.benchReady && window.benchCharge`); err != nil {
		return s, err
	}
	for quiet := 0; quiet < 10; time.Sleep(50 * time.Millisecond) {
		quiet++
		v.mu.Lock()
		if len(v.open) > 0 {
			quiet = 0
		}
		v.mu.Unlock()
	}
	s, err = chromedp.Run(v.ctx, chromedp.Evaluate[seen](`({
		first_contentful_paint: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0,
		ready: window.benchReady, app_in_charge: window.benchCharge })`))
	v.mu.Lock()
	defer v.mu.Unlock()
	s.KB = v.bytes / 1024
	if charge == "" {
		s.Charge = 0
	}
	return s, err
}

// goTo begins a page load and does not wait for its end.
func (v *visit) goTo(address string) error {
	reply, err := chromedp.Call(v.ctx, page.Navigate, page.NavigateParams{URL: address})
	if err == nil && reply.ErrorText != "" {
		err = errors.New(address + ": " + reply.ErrorText)
	}
	return err
}

// until waits for a condition in the page.
func (v *visit) until(condition string) error {
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(25 * time.Millisecond) {
		holds, err := chromedp.Run(v.ctx, chromedp.Evaluate[bool]("!!("+condition+")")) // an error: the page is on its way to another
		if err == nil && holds {
			return nil
		}
		if v.ctx.Err() != nil {
			return v.ctx.Err()
		}
	}
	text, _ := chromedp.Run(v.ctx, chromedp.Evaluate[string](`location.href + "\n" + document.body.innerText`)) // there may be no page
	v.mu.Lock()
	defer v.mu.Unlock()
	return fmt.Errorf("waited in vain for %s; %q; the page says %s", condition, v.said, text)
}

// enter types a login where the cursor is put by ready, sends it with the Enter
// key, and gives the time from the beginning of the page load to the list.
func (v *visit) enter(c *contender) (float64, error) {
	if err := v.watch(loginReady, ""); err != nil {
		return 0, err
	}
	begun := time.Now()
	if err := v.goTo(c.login); err != nil {
		return 0, err
	}
	if err := v.until(`window.benchReady`); err != nil {
		return 0, err
	}
	for _, field := range [][2]string{{`[...password.form.querySelectorAll("input")].find((e) => e.type !== "hidden")`, c.user}, {"password", c.password + "\r"}} {
		put := chromedp.Evaluate[chromedp.Void](`(() => { const password = document.querySelector("input[type=password]"); ` + field[0] + `.focus() })()`)
		if err := chromedp.Do(v.ctx, put, chromedp.KeyEvent(field[1])); err != nil {
			return 0, err
		}
	}
	err := v.until(`(() => { ` + listReady + ` })()`)
	return float64(time.Since(begun).Microseconds()) / 1000, err
}

// sign gives the browser the session of somebody who is signed in.
func (v *visit) sign(cookie *network.SetCookieParams) error {
	_, err := chromedp.Call(v.ctx, network.SetCookie, *cookie)
	return err
}
