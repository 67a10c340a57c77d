package pages

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"runtime/debug"
	"strings"
	"sync"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"postern/app/components"
	"postern/app/identity"
	"postern/shared/fault"
)

// inquirer is a screen that shows what it asks for. It embeds a start, or a part that
// has one, and says for each address what it asks; the start does the rest.
type inquirer interface {
	app.UI
	starts() *start
	mounted()

	// wants reads an address of the screen, and says what to ask for it: calls that
	// read, each once. It is called before the screen is in sight too, by the server
	// as well, so it has neither a browser nor a context of go-app's.
	wants(at *url.URL) []inquiry
}

// start is how a screen begins and goes on: it asks for what the address wants,
// before the screen is in sight or as soon as it is, again at another address of the
// screen, and again for another session.
type start struct {
	ctx  app.Context // nil: the screen is not in sight yet
	of   inquirer
	here *url.URL  // what was asked for; nil: nothing yet
	left []inquiry // what was asked ahead, and not answered
}

func (s *start) starts() *start { return s }

// mounted is called when there is a context, before anything is asked with it.
func (s *start) mounted() {}

// askAhead asks for what a screen shows at an address before it is in sight, so that it
// is drawn once, with its rows, and not before that without them. What gets no answer
// is left to OnMount, which also says what is wrong; that it is not for the reader to
// see is an answer.
func askAhead(ctx context.Context, screen inquirer, at *url.URL) {
	s, list := screen.starts(), screen.wants(at)
	s.here = at
	takes, errs := make([]func(), len(list)), make([]error, len(list))
	sideBySide(len(list), func(i int) { takes[i], errs[i] = list[i].ask(ctx) })
	for i, one := range list {
		if errs[i] == nil || fault.Is(errs[i], fault.Forbidden) {
			one.of.settle(takes[i], errs[i])
			continue
		}
		one.of.Loading = true
		s.left = append(s.left, one)
	}
}

// OnMount asks for what was not asked ahead.
func (s *start) OnMount(ctx app.Context) {
	defer components.Guard()
	s.ctx, s.of = ctx, ctx.Src().(inquirer)
	at := ctx.Page().URL()
	asked := s.here != nil && s.here.RawQuery == at.RawQuery
	if !asked {
		s.here = at
	}
	s.of.mounted()
	if !asked {
		s.left = s.of.wants(at)
	}
	for _, one := range s.left {
		one.start(ctx)
	}
	s.left = nil
}

// OnNav follows the address within the screen.
func (s *start) OnNav(ctx app.Context) {
	defer components.Guard()
	if at := ctx.Page().URL(); s.follows(at) {
		s.here = at
		s.load()
	}
}

// follows tells whether an address asks the screen for something else.
func (s *start) follows(at *url.URL) bool {
	path := func(u *url.URL) string { return strings.Trim(identity.Stable(u.Path), "/") }
	return s.ctx != nil && path(at) == path(s.here) && at.RawQuery != s.here.RawQuery
}

// OnUpdate asks again for another session.
func (s *start) OnUpdate(app.Context) {
	defer components.Guard()
	s.load()
}

// load asks again.
func (s *start) load() {
	if s.ctx == nil {
		return
	}
	for _, one := range s.of.wants(s.here) {
		one.start(s.ctx)
	}
}

func (s *start) onAgain(app.Context, app.Event) {
	defer components.Guard()
	s.load()
}

// doing is the start of a screen that does something.
type doing struct {
	start
	deeds deeds
}

func (d *doing) mounted() { d.deeds.ctx = d.ctx }

// calling is the start of a screen of forms.
type calling struct {
	start
	by caller
}

func (c *calling) mounted() { c.by.ctx = c.ctx }

// sideBySide does something for each number below n at the same time, and is back
// when all of it is done. What panics does so here, where somebody sees to it.
func sideBySide(n int, do func(int)) {
	var all sync.WaitGroup
	broken := make(chan string, n)
	for i := range n {
		all.Go(func() {
			defer func() {
				if cause := recover(); cause != nil {
					broken <- fmt.Sprintf("%v\n%s", cause, debug.Stack())
				}
			}()
			do(i)
		})
	}
	all.Wait()
	select {
	case cause := <-broken:
		panic(cause)
	default:
	}
}

// allOf does several things at the same time; the error is that of the first, in their order.
func allOf(list ...func() error) error {
	errs := make([]error, len(list))
	sideBySide(len(list), func(i int) { errs[i] = list[i]() })
	return cmp.Or(errs...)
}
