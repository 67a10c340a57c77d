package account_test

import (
	"strings"
	"sync"
	"testing"

	"postern/server/dispatch"
	"postern/shared/fault"
)

// TestRatingsAreWhatChangesAreHeldTo: who is told that a password is strong enough
// may set it, and nobody else may.
func TestRatingsAreWhatChangesAreHeldTo(t *testing.T) {
	t.Parallel()
	h := open(t)
	anna := h.make(h.root, "windmill")
	_, err := h.uapi(anna, "Email::add_pop", "email=lighthouse", "password="+strong)
	h.Must(err)
	_, _, err = h.whm(h.root, "setminimumpasswordstrengths", "default=30", "createacct=55", "passwd=65", "virtual=90")
	h.Must(err)
	domain := h.Caller("windmill").Name + ".example"
	passwords := []string{"abc", "windmillwindmill1", "lighthouse-windmill-8", "lighthouse.4711!", "tr0ub4dor&3x", "zk+3pqWm9", "a Ferry of 17 lamps", strings.Repeat("ab", 200)}
	for _, text := range passwords {
		for what, set := range map[string]func() error{
			"app=createacct user=barn domain=barn.example": func() error {
				_, _, err := h.whm(h.root, "createacct", "username=barn", "domain=barn.example", "password="+text)
				if err == nil {
					_, _, e := h.whm(h.root, "removeacct", "username=barn")
					h.Must(e)
				}
				return err
			},
			"app=passwd user=windmill": func() error {
				_, _, err := h.whm(h.root, "passwd", "user=windmill", "password="+text)
				return err
			},
			"app=virtual user=lighthouse domain=" + domain: func() error {
				_, err := h.uapi(anna, "Email::passwd_pop", "email=lighthouse", "domain="+domain, "password="+text)
				return err
			},
		} {
			said := h.rating(h.root, what, text)
			if strings.Contains(what, "virtual") {
				said = h.rating(anna, what, text)
			}
			if err := set(); (err == nil) != said || err != nil && !strings.Contains(err.Error(), "too weak") {
				t.Errorf("%s: “%s” is said to be enough: %v; it is set: %v", what, text, said, err)
			}
		}
	}
	own := h.Caller("lighthouse@" + domain)
	for _, text := range []string{"lighthouse-windmill-8", "zk+3pqWm9-xu7!rW"} {
		_, err := h.uapi(h.in(own), "Postern::change_password", "old_password="+passwords[6], "new_password="+text)
		if said := h.rating(own, "", text); (err == nil) != said {
			t.Errorf("one’s own, “%s”: said to be enough: %v; it is set: %v", text, said, err)
		}
	}
}

// in is a caller in a session that they signed in to.
func (h *house) in(c dispatch.Caller) dispatch.Caller {
	c.Via, c.Session = dispatch.BySession, "any"
	return c
}

func (h *house) rating(who dispatch.Caller, words, text string) bool {
	h.Helper()
	asked := append(strings.Fields(words), "password="+text)
	if who.Kind == dispatch.Root {
		data, _, err := h.whm(who, "postern_rate_password", asked...)
		h.Must(err)
		return data["enough"] == 1.0
	}
	data, err := h.uapi(who, "Postern::rate_password", asked...)
	h.Must(err)
	return data.(map[string]any)["enough"] == 1.0
}

// TestRatingsStarveNobody: one who has many passwords rated at once is told to wait,
// and somebody else is not.
func TestRatingsStarveNobody(t *testing.T) {
	t.Parallel()
	h := open(t)
	greedy, other := h.make(h.root, "greedy"), h.make(h.root, "other")
	long := "password=" + strings.Repeat("1s5$i!4@", 12)
	var all sync.WaitGroup
	var mu sync.Mutex
	refused := 0
	for range 40 {
		all.Go(func() {
			_, err := h.uapi(greedy, "Postern::rate_password", long)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				h.Refused(err, fault.Unavailable, "busy")
				refused++
			}
		})
	}
	for range 3 {
		_, err := h.uapi(other, "Postern::rate_password", "password=12345luggage")
		h.Must(err)
	}
	all.Wait()
	if refused == 0 {
		t.Error("forty at once were all rated: nothing bounds the work")
	}
}
