//go:build !js

package components

import "sync/atomic"

var pageAddresses atomic.Pointer[map[string]string]

// OnPage names the addresses that the page's <html> element will carry, by their
// names there, for what is drawn outside a browser.
func OnPage(addresses map[string]string) { pageAddresses.Store(&addresses) }

func pageData(name string) string {
	addresses := pageAddresses.Load()
	if addresses == nil {
		return ""
	}
	return (*addresses)[name]
}

// sprite is the address of all icons.
func sprite() string { return pageData("icons") }
