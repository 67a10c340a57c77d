package account_test

import (
	"fmt"
	"sync"
	"testing"
)

// TestInformationIsOfNow: calls that come together share an account's row, and each
// is told of its own account, as it is at the moment of the call.
func TestInformationIsOfNow(t *testing.T) {
	t.Parallel()
	h := open(t)
	anna, carol := h.make(h.root, "anna"), h.make(h.root, "carol")
	for n := 1; n < 12; n++ {
		_, _, err := h.whm(h.root, "modifyacct", "user=anna", fmt.Sprintf("MAXPOP=%d", n))
		h.Must(err)
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				data, err := h.uapi(anna, "Variables::get_user_information", "name=maximum_mail_accounts")
				if of, is := data.(map[string]any); err != nil || !is || of["maximum_mail_accounts"] != float64(n) {
					t.Errorf("told of %v, there may be %d mailboxes: %v", data, n, err)
				}
				data, err = h.uapi(carol, "Variables::get_user_information", "name=user")
				if of, is := data.(map[string]any); err != nil || !is || of["user"] != "carol" {
					t.Errorf("carol is told %v %v", data, err)
				}
			})
		}
		all.Wait()
	}
}
