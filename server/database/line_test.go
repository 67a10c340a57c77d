package database

import (
	"errors"
	"net"
	"os"
	"testing"
	"testing/synctest"
	"time"
)

// spoken is a line and its other end.
type spoken struct {
	*testing.T
	*line
	there    net.Conn
	silences int
}

func speak(t *testing.T) *spoken {
	here, there := net.Pipe()
	s := &spoken{T: t, there: there}
	s.line = &line{Conn: here, silent: func() { s.silences++ }}
	t.Cleanup(func() { here.Close(); there.Close() })
	return s
}

// ask writes, to somebody who reads it.
func (s *spoken) ask() {
	s.Helper()
	go func() { _, _ = s.there.Read(make([]byte, 64)) }()
	if _, err := s.Write([]byte("Q")); err != nil {
		s.Fatal(err)
	}
}

// hear is told something and reads it as pgx does.
func (s *spoken) hear(text string) {
	s.Helper()
	go func() { _, _ = s.there.Write([]byte(text)) }()
	if _, err := (&replies{s.line, s.line}).Read(make([]byte, 64)); err != nil {
		s.Error(err)
	}
}

// wait reads in vain.
func (s *spoken) wait(want time.Duration, cause error, silences int) {
	s.Helper()
	began := time.Now()
	_, err := s.Read(make([]byte, 64))
	if took := time.Since(began); !errors.Is(err, cause) || took != want || s.silences != silences {
		s.Errorf("after %v: %v, %d silences; want %v and %d", took, err, s.silences, want, silences)
	}
}

// TestSilence: a reply that is owed is waited for so long and no longer, also when
// a part of it came; then the connection is at its end, and says so at once.
func TestSilence(t *testing.T) {
	for _, part := range []string{"", "some of it"} {
		synctest.Test(t, func(t *testing.T) {
			s := speak(t)
			s.ask()
			if part != "" {
				s.hear(part)
			}
			s.wait(replyTimeout, errSilence, 1)
			if _, err := s.Read(make([]byte, 64)); err == nil {
				t.Error("the line goes on")
			}
			var network net.Error
			if errors.As(errSilence, &network) || !Unanswered(errSilence) {
				t.Error("pgx would wait again, or Postern not know what it means")
			}
		})
	}
}

// TestPatience: where pgx gives up earlier, nothing is said of the server; and
// notifications, which nobody owes, are waited for as long as it takes.
func TestPatience(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := speak(t)
		s.ask()
		if err := s.SetDeadline(time.Now().Add(time.Second)); err != nil {
			t.Fatal(err)
		}
		s.wait(time.Second, os.ErrDeadlineExceeded, 0)
		if err := s.SetDeadline(time.Time{}); err != nil {
			t.Fatal(err)
		}
		s.hear("the rest\x00Z\x00\x00\x00\x05I")
		time.AfterFunc(time.Hour, func() { _, _ = s.there.Write([]byte("A notification")) })
		if _, err := s.Read(make([]byte, 64)); err != nil || s.silences != 0 {
			t.Errorf("%v, %d silences", err, s.silences)
		}
	})
}
