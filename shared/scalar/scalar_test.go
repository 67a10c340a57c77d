package scalar

import (
	"encoding"
	"encoding/json"
	"testing"
	"time"
)

func TestJSON(t *testing.T) {
	type all struct {
		B Bit
		E Epoch
		L Limit
		S Service
	}
	for text, want := range map[string]all{
		`{"B":1,"E":1700000000,"L":500,"S":"cpaneld"}`:    {true, 1700000000, Limited(500), CPanel},
		`{"B":0,"E":null,"L":"unlimited","S":"webmaild"}`: {false, 0, Limit{}, Webmail},
		`{"B":"1","E":"5","L":"0","S":"whostmgrd"}`:       {true, 5, Limited(0), WHM},
		`{"B":"","E":0,"L":null,"S":"cpaneld"}`:           {false, 0, Limit{}, CPanel},
		`{"B":null,"E":"","L":"Unlimited","S":"cpaneld"}`: {false, 0, Limit{}, CPanel},
	} {
		var got all
		if err := json.Unmarshal([]byte(text), &got); err != nil || got != want {
			t.Errorf("%s: %+v %v", text, got, err)
		}
		raw, err := json.Marshal(want)
		var again all
		if err != nil || json.Unmarshal(raw, &again) != nil || again != want {
			t.Errorf("%s: %s %v", text, raw, err)
		}
	}
}

// TestWords: true and false are not understood, nor what is out of bounds.
func TestWords(t *testing.T) {
	for _, c := range []struct {
		into encoding.TextUnmarshaler
		bad  []string
	}{
		{new(Bit), []string{"", "true", "false", "2", "-1", "01", " 1", "yes"}},
		{new(Epoch), []string{"", "-1", "1.5", "253402300800", "99999999999999999999", "now"}},
		{new(Limit), []string{"", "-1", "1.5", "none", "99999999999999999999"}},
		{new(Service), []string{"", "cpanel", "CPANELD", "cli"}},
	} {
		for _, text := range c.bad {
			if err := c.into.UnmarshalText([]byte(text)); err == nil {
				t.Errorf("%T takes %q", c.into, text)
			}
		}
	}
}

func FuzzText(f *testing.F) {
	for _, s := range []string{"1", "0", "unlimited", "null", "253402300799", "cpaneld"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var b, b2 Bit
		var e, e2 Epoch
		var l, l2 Limit
		if b.UnmarshalText([]byte(s)) == nil && (b2.UnmarshalText([]byte(b.String())) != nil || b != b2) {
			t.Error("Bit", s)
		}
		if e.UnmarshalText([]byte(s)) == nil {
			if text, _ := e.MarshalText(); e2.UnmarshalText(text) != nil || e != e2 || At(e.Time()) != e {
				t.Error("Epoch", s)
			}
		}
		if l.UnmarshalText([]byte(s)) == nil && (l2.UnmarshalText([]byte(l.String())) != nil || l != l2) {
			t.Error("Limit", s)
		}
		_, _, _ = b.UnmarshalJSON([]byte(s)), e.UnmarshalJSON([]byte(s)), l.UnmarshalJSON([]byte(s))
	})
}

func TestEpoch(t *testing.T) {
	if At(time.Time{}) != 0 || !Epoch(0).Time().IsZero() || At(time.Unix(5, 999)) != 5 || Epoch(5).Time() != time.Unix(5, 0).UTC() {
		t.Error("never, and seconds")
	}
}

func TestService(t *testing.T) {
	for s, want := range map[Service][2]string{
		CPanel: {"cpsession", "cPanel"}, WHM: {"whostmgrsession", "WHM"}, Webmail: {"webmailsession", "Webmail"},
	} {
		if s.Cookie() != want[0] || s.Title() != want[1] {
			t.Errorf("%s: %s, %s", s, s.Cookie(), s.Title())
		}
	}
	if Command.Title() != "the command line" {
		t.Error(Command.Title())
	}
}
