package pages

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"postern/shared/fault"
)

// asker is a screen of three questions, each of which takes a while.
type asker struct {
	app.Compo
	start
	answers [3]error // why the one is not answered; nil: it is
	loads   [3]Load[int]
	asked   [3]int
}

func (a *asker) wants(*url.URL) (list []inquiry) {
	for i := range a.loads {
		list = append(list, a.loads[i].From(func(context.Context) (int, error) {
			a.asked[i]++
			time.Sleep(50 * time.Millisecond)
			return i, a.answers[i]
		}))
	}
	return list
}

func (a *asker) Render() app.UI { return app.Div() }

// TestWhatIsNotAnsweredAheadIsAskedAgain, and only that; all of it is asked at the same time.
func TestWhatIsNotAnsweredAheadIsAskedAgain(t *testing.T) {
	a := &asker{answers: [3]error{nil, context.DeadlineExceeded, fault.New(fault.Forbidden, "No.")}}
	begun := time.Now()
	askAhead(t.Context(), a, &url.URL{Path: "/"})
	if took := time.Since(begun); took > 140*time.Millisecond {
		t.Errorf("one after the other: %v", took)
	}
	if one := a.loads[0]; !one.Have || one.Loading {
		t.Errorf("the answer: %+v", one)
	}
	if one := a.loads[1]; one.Have || !one.Loading || one.Err != nil {
		t.Errorf("no answer yet: %+v", one)
	}
	if one := a.loads[2]; one.Have || one.Loading || !fault.Is(one.Err, fault.Forbidden) {
		t.Errorf("not for the reader: %+v", one)
	}
	a.answers[1] = nil
	drawn(t, a, nil)
	if a.asked != [3]int{1, 2, 1} || !a.loads[1].Have || a.loads[1].Loading {
		t.Errorf("in sight: %v, %+v", a.asked, a.loads[1])
	}
}

func TestAScreenFollowsItsOwnAddresses(t *testing.T) {
	ctx := someContext(t)
	for address, want := range map[string]bool{
		"/admin/accounts?page=2": true, "/admin/accounts": true, "/admin/accounts/?q=x": true, "/cpsess1234567890/admin/accounts?q=x": true,
		"/admin/accounts?q=here": false, "/admin/accounts?q=here#content": false, "/admin/audit?q=x": false, "/": false,
	} {
		at, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range []string{"/admin/accounts", "/cpsess1234567890/admin/accounts"} {
			s := start{here: &url.URL{Path: path, RawQuery: "q=here"}}
			if s.follows(at) {
				t.Errorf("%s is followed out of sight", address)
			}
			s.ctx = ctx
			if got := s.follows(at); got != want {
				t.Errorf("from %s, %s is followed: %v", path, address, got)
			}
		}
	}
}

// someContext is the context of a component that is in sight.
func someContext(t *testing.T) app.Context {
	t.Helper()
	a := &asker{}
	drawn(t, a, nil)
	return a.ctx
}

// TestWhatIsForgottenDoesNotComeBack: an answer about something else is no answer.
func TestWhatIsForgottenDoesNotComeBack(t *testing.T) {
	a := &asker{}
	d := app.NewClientTester(a)
	defer d.Close()
	d.Consume()
	slow := make(chan struct{})
	var l Load[string]
	l.Start(a.ctx, func(context.Context) (string, error) { <-slow; return "another's", nil })
	l.forget()
	l.Start(a.ctx, func(context.Context) (string, error) { return "mine", nil })
	time.AfterFunc(20*time.Millisecond, func() { close(slow) })
	d.Consume()
	if l.Value != "mine" || l.Loading {
		t.Errorf("%+v", l)
	}
}

// TestThingsDoneAtTheSameTime: the first failure counts, and a panic is the caller's.
func TestThingsDoneAtTheSameTime(t *testing.T) {
	one, two := errors.New("one"), errors.New("two")
	fails := func(err error) func() error { return func() error { return err } }
	if err := allOf(fails(nil), fails(one), fails(two)); err != one {
		t.Error(err)
	}
	if err := allOf(); err != nil {
		t.Error(err)
	}
	defer func() {
		if cause, _ := recover().(string); !strings.Contains(cause, "broken") {
			t.Error("a panic went on elsewhere:", cause)
		}
	}()
	_ = allOf(fails(nil), func() error { panic("broken") })
}
