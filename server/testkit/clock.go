package testkit

import (
	"sync"
	"time"
)

// Noon is when a test's clock starts, unless the test says otherwise.
var Noon = time.Date(2026, time.March, 4, 12, 0, 0, 0, time.UTC)

// Clock stands still until a test moves it. Its method Now is what the server
// takes for time.Now. It may be used by several goroutines.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// NewClock makes a clock that stands at Noon.
func NewClock() *Clock { return &Clock{now: Noon} }

// Now is the time that the clock shows, in UTC.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Set puts the clock to a time, which may be an earlier one.
func (c *Clock) Set(to time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = to.UTC()
}

// Advance moves the clock and returns the new time.
func (c *Clock) Advance(by time.Duration) time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(by)
	return c.now
}
