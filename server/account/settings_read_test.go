package account

import (
	"encoding/json"
	"strings"
	"testing"

	"postern/shared/scalar"
)

// readings are settings as PostgreSQL might write them, and whether they are plain.
var readings = map[string]bool{
	`{}`: true,
	`{"cgi": 1, "shell": "/sbin/nologin", "maxpark": 0, "maxpop": "unlimited", "uid": 9223372036854775807, "max_team_users": 7}`: true,
	`{"contactemail": "jürgen@bücher.example", "notify_password_change": 1, "disk_block_limit": 12, "cgi": 0}`:                   false,
	`{"contactemail": "anna@example.com", "notify_password_change": 1, "disk_block_limit": 12, "cgi": 0}`:                        true,
	`{"cgi": 1, "cgi": 0}`:         true,
	`{"contactemail": "a\"b"}`:     false,
	`{"contactemail": "\u00fc"}`:   false,
	`{"maxpop": null, "cgi": 1}`:   false,
	`{"maxpop": "12", "cgi": "1"}`: false,
	`{"cgi": 1, "strange": [1]}`:   false,
	`{"CGI": 1}`:                   false,
	`{"cgi":1}`:                    false,
	// These are errors.
	`{"cgi": 2}`: false, `{"cgi": true}`: false, `{"maxpop": -1}`: false, `{"maxpop": 1.5}`: false, `{"maxpop": "none"}`: false,
	`{"uid": 9223372036854775808}`: false, `{"shell": 1}`: false, `{"uid": "1"}`: false, `{"cgi": }`: false, `{"cgi": 01}`: false,
	`{"cgi": 1,}`: false, `{"cgi": 1, `: false, `{"cgi": 1}]`: false, `{"cgi`: false, `{"cgi": "`: false, `[]`: false, `}`: false, ``: false, `{`: false,
}

// TestReadSettings: what is read here is what encoding/json reads.
func TestReadSettings(t *testing.T) {
	for written, plain := range readings {
		var s settings
		if got := s.readPlain(written); got != plain {
			t.Errorf("%s: plain is %v", written, got)
		}
		alike(t, written)
	}
}

func alike(t *testing.T, written string) {
	t.Helper()
	var mine, standard settings
	err, wrong := mine.read(written), json.Unmarshal([]byte(written), &standard)
	if (err == nil) != (wrong == nil) || err == nil && mine != standard {
		t.Errorf("%s: %+v %v, encoding/json has %+v %v", written, mine, err, standard, wrong)
	}
}

func FuzzReadSettings(f *testing.F) {
	for written := range readings {
		f.Add(written)
	}
	f.Fuzz(func(t *testing.T, written string) {
		alike(t, written)
	})
}

func BenchmarkReadSettings(b *testing.B) {
	s := standard()
	s.Quota, s.MaxMailQuota, s.MaxPark, s.ContactEmail = scalar.Limited(5000), scalar.Limited(1024), scalar.Limited(0), "anna@example.com"
	text, err := json.Marshal(s)
	if err != nil {
		b.Fatal(err)
	}
	written := strings.NewReplacer(`":`, `": `, `,`, `, `).Replace(string(text)) // as PostgreSQL has it
	b.Run("here", func(b *testing.B) {
		for b.Loop() {
			var s settings
			if err := s.read(written); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("json", func(b *testing.B) {
		for b.Loop() {
			var s settings
			if err := json.Unmarshal([]byte(written), &s); err != nil {
				b.Fatal(err)
			}
		}
	})
}
