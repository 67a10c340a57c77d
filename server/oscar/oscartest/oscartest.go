// Package oscartest is an OSCAR host for tests: sign-on server and message
// server behind one port of loopback, with accounts and delivery.
//
// It owns what a host may do that a client must bear: Manners are ways in which
// honest servers differ, Misdeeds are what broken and hostile ones do at a Step.
// Only tests use it.
package oscartest

import (
	"net"
	"sync"
	"time"

	"postern/server/oscar"
)

// Step is a point of a sign-on at which a host may misbehave.
type Step string

// The steps, in their order: before the host does what the name says.
const (
	Hello        Step = "hello"         // of the sign-on server
	Key          Step = "key"           // 17/07
	Pointing     Step = "pointing"      // 17/03
	MessageHello Step = "message hello" // of the message server
	Online       Step = "online"        // 01/03
	Versions     Step = "versions"      // 01/18
	Rates        Step = "rates"         // 01/07
	Acking       Step = "acking"        // 04/0C
	Delivery     Step = "delivery"      // 04/07
)

// Steps are all steps.
var Steps = []Step{Hello, Key, Pointing, MessageHello, Online, Versions, Rates, Acking, Delivery}

// Misdeed is what a host does instead of its part.
type Misdeed string

// The misdeeds.
const (
	Hang        Misdeed = "hang"         // say nothing more
	Close       Misdeed = "close"        // end the connection
	Reset       Misdeed = "reset"        // break the connection off
	SignOff     Misdeed = "sign off"     // a whole frame, then close
	BareSignOff Misdeed = "bare signoff" // the frame of four bytes, then close
	HalfHeader  Misdeed = "half header"  // then say nothing more
	Oversized   Misdeed = "oversized"    // promise the largest frame and send a piece of it
	BadMarker   Misdeed = "bad marker"   // a frame of another protocol
	HTTP        Misdeed = "http"         // the answer of a web server
	KeepAlives  Misdeed = "keep-alives"  // for ever
	Flood       Misdeed = "flood"        // data that nobody asked for, for ever
	Junk        Misdeed = "junk"         // a SNAC and TLVs that end too early
	Again       Misdeed = "again"        // point to the message server, once more
)

// Misdeeds are all misdeeds.
var Misdeeds = []Misdeed{Hang, Close, Reset, SignOff, BareSignOff, HalfHeader, Oversized, BadMarker, HTTP, KeepAlives, Flood, Junk, Again}

// Manners are how a host does its part.
type Manners struct {
	Users  map[string]string // passwords by name
	Wrong  map[Step]Misdeed
	Pieces bool // write 1, 2, 3 bytes at a time
	// Chatter puts what nobody asked for between all replies: keep-alives, the
	// message of the day, unknown SNACs and TLVs, bodies with the flag 0x8000.
	Chatter bool

	KeyLength    int    // 36
	CookieLength int    // 256
	Messages     string // the message server's address, as told; "": the host itself

	SignOnError  uint16 // refuse every sign-on with it
	AtOnce       bool   // SignOnError comes before the client has asked
	InFrame      bool   // SignOnError comes in a sign-off frame
	OnlineError  uint16 // the message server refuses with it, in one byte of a sign-off frame
	Elsewhere    bool   // the account signs on elsewhere before the message is delivered
	NoMessages   bool   // the message server does not serve them
	ShortRates   bool   // records of 30 bytes
	Limited      bool   // a rate limit in place of the delivery
	MessageError uint16 // 04/01 in place of the delivery

	MessageFirst bool // deliver, then acknowledge
	NoDelivery   bool // acknowledge and no more
	OtherText    bool // deliver without the text
	Reformatted  bool // deliver from another spelling, the text in markup
	Wide         bool // deliver the text in UCS-2
	Strangers    bool // deliver others' messages first, and the text with another cookie
}

// Host is a running host.
type Host struct {
	Manners
	listener net.Listener
	done     chan struct{}
	running  sync.WaitGroup

	mu       sync.Mutex
	open     map[net.Conn]struct{}
	cookies  map[string]string // names by cookie, each for one use
	sessions map[string][]*session
	peak     map[string]int
	accepted int
	left     int
}

// Start starts a host on a free port of loopback. Close ends it.
func Start(m Manners) (*Host, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	if m.KeyLength == 0 {
		m.KeyLength = 36
	}
	if m.CookieLength == 0 {
		m.CookieLength = 256
	}
	h := &Host{
		Manners: m, listener: l, done: make(chan struct{}), open: map[net.Conn]struct{}{},
		cookies: map[string]string{}, sessions: map[string][]*session{}, peak: map[string]int{},
	}
	h.running.Go(h.accept)
	return h, nil
}

// Address is the host's host:port.
func (h *Host) Address() string { return h.listener.Addr().String() }

// Accepted is how many connections were made to the host.
func (h *Host) Accepted() int { h.mu.Lock(); defer h.mu.Unlock(); return h.accepted }

// Left is how many clients said goodbye before they went.
func (h *Host) Left() int { h.mu.Lock(); defer h.mu.Unlock(); return h.left }

// Peak is how many sessions an account had at most at a time.
func (h *Host) Peak(name string) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.peak[oscar.Normal(name)]
}

// Close ends the host and all its connections.
func (h *Host) Close() {
	close(h.done)
	_ = h.listener.Close()
	h.mu.Lock()
	for c := range h.open {
		_ = c.Close()
	}
	h.mu.Unlock()
	h.running.Wait()
}

func (h *Host) accept() {
	for {
		c, err := h.listener.Accept()
		if err != nil {
			return
		}
		h.mu.Lock()
		h.accepted++
		h.open[c] = struct{}{}
		h.mu.Unlock()
		h.running.Go(func() {
			defer func() {
				_ = c.Close()
				h.mu.Lock()
				delete(h.open, c)
				h.mu.Unlock()
			}()
			h.serve(&session{host: h, conn: c, seq: 99})
		})
	}
}

// wait is until the host ends, or for d.
func (h *Host) wait(d time.Duration) (ended bool) {
	select {
	case <-h.done:
		return true
	case <-time.After(d):
		return false
	}
}
