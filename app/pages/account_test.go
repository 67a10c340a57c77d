package pages

import "testing"

func TestANetworkCoversItsAddresses(t *testing.T) {
	for _, c := range []struct {
		listed, address string
		want            bool
	}{
		{"192.0.2.7", "192.0.2.7", true}, {"192.0.2.0/24", "192.0.2.7", true}, {"192.0.2.0/24", "::ffff:192.0.2.7", true},
		{"192.0.2.0/24", "192.0.3.7", false}, {"2001:db8::/32", "2001:db8::1", true}, {"2001:db8::/32", "192.0.2.7", false},
		{"nonsense", "192.0.2.7", false}, {"192.0.2.7", "", false}, {"", "", false},
	} {
		if got := covers(c.listed, c.address); got != c.want {
			t.Errorf("covers(%q, %q) = %v", c.listed, c.address, got)
		}
	}
}

func TestDevicesAreNamed(t *testing.T) {
	for agent, want := range map[string]string{
		"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0":                                                                  "Firefox on Linux",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36 Edg/141.0":               "Edge on Windows",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1": "Safari on iPhone",
		"Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36":                   "Chrome on Android",
		"curl/8.5.0": "curl/8.5.0", "": "Unknown device",
	} {
		if got := device(agent); got != want {
			t.Errorf("%s is %q, want %q", agent, got, want)
		}
	}
}
