package database

import (
	"bytes"
	"context"
	"crypto/tls"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgproto3"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
)

// PostgreSQL ends what takes too long, as long as it hears us and we hear it. A
// network that swallows packets, or a server that stands still, answers nothing:
// then these end the wait, so that a caller is told in time, and the pool is not
// full of connections on which nothing will ever come.
const (
	replyTimeout   = statementTimeout + 2*time.Second // for the next bytes of a reply
	acquireTimeout = 5 * time.Second                  // for a connection of the pool, made if need be
	pingTimeout    = time.Second                      // for a sign of life of a connection that was idle
	pingAfter      = time.Second
)

// patient bounds every wait on the connections that a pool will make. The pool is
// to be given to the function that comes back.
func patient(config *pgxpool.Config) func(*pgxpool.Pool) {
	var pool atomic.Pointer[pgxpool.Pool]
	// Where one connection is silent, those of the same age are too: a firewall
	// that forgot one forgot them all. None is used again; new ones are made.
	silent := func() {
		if p := pool.Load(); p != nil {
			p.Reset()
		}
	}
	config.ConnConfig.DialFunc = func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dialer.DialContext(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return &line{Conn: conn, silent: silent}, nil
	}
	config.ConnConfig.BuildFrontend = listening
	config.PingTimeout = pingTimeout
	config.ShouldPing = func(ctx context.Context, p pgxpool.ShouldPingParams) bool {
		if p.IdleDuration <= pingAfter {
			return false
		}
		ctx, cancel := context.WithTimeout(ctx, pingTimeout)
		defer cancel()
		err := p.Conn.Ping(ctx)
		if err != nil && errors.Is(ctx.Err(), context.DeadlineExceeded) {
			silent()
		}
		return err != nil // the pool's own ping throws it away
	}
	return pool.Store
}

// dialer finds out by itself when the other machine is gone.
var dialer = net.Dialer{KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: 15 * time.Second, Interval: 5 * time.Second, Count: 3}}

// listening reads what PostgreSQL says, and tells the line when a reply has ended.
// The line itself lies below TLS, where it does not hide from pgx that there is
// TLS: passwords are bound to the server's certificate then (SCRAM-SHA-256-PLUS).
func listening(r io.Reader, w io.Writer) *pgproto3.Frontend {
	below := w
	if secured, is := w.(*tls.Conn); is {
		below = secured.NetConn()
	}
	if l, is := below.(*line); is {
		r = &replies{r, l}
	}
	return pgproto3.NewFrontend(r, w)
}

// replies are what comes over a line, as plain text.
type replies struct {
	io.Reader
	line *line
}

// ready begins the message that ends every reply (ReadyForQuery); one byte follows.
var ready = []byte{'Z', 0, 0, 0, 5}

// Read reads on.
func (r *replies) Read(b []byte) (int, error) {
	n, err := r.Reader.Read(b)
	if n > len(ready) && bytes.Equal(b[n-len(ready)-1:n-1], ready) {
		r.line.mu.Lock()
		r.line.owed = false
		r.line.mu.Unlock()
	}
	return n, err
}

// line is a connection on which each wait for a reply is bounded. The deadlines
// that pgx sets, when a caller gives up, hold besides. Where no reply is owed, as
// to one that listens for notifications, the wait is as long as it takes.
type line struct {
	net.Conn
	silent func()

	mu    sync.Mutex
	limit time.Time // pgx's; zero: none
	owed  bool      // something was asked, and the reply has not ended
}

// errSilence is the end of a connection that owed a reply for too long.
var errSilence = errors.New("PostgreSQL, or the network to it, has been silent for too long")

// Write asks.
func (l *line) Write(b []byte) (int, error) {
	l.mu.Lock()
	l.owed = true
	l.mu.Unlock()
	return l.Conn.Write(b)
}

// Read waits for bytes.
func (l *line) Read(b []byte) (int, error) {
	own, mine := l.bound()
	n, err := l.Conn.Read(b)
	if mine && errors.Is(err, os.ErrDeadlineExceeded) && !time.Now().Before(own) {
		l.silent()
		_ = l.Close()    // nothing more is expected of it
		err = errSilence // pgx would take a timeout for a pause, and read on
	}
	return n, err
}

// bound sets how long the next wait may take: mine tells that it is our own bound,
// not an earlier one of pgx's.
func (l *line) bound() (own time.Time, mine bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	until := l.limit
	if l.owed {
		own = time.Now().Add(replyTimeout)
		if mine = until.IsZero() || own.Before(until); mine {
			until = own
		}
	}
	_ = l.Conn.SetReadDeadline(until) // a closed connection says so at Read
	return own, mine
}

// SetDeadline is pgx's.
func (l *line) SetDeadline(t time.Time) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.limit = t
	return l.Conn.SetDeadline(t)
}

// SetReadDeadline is pgx's.
func (l *line) SetReadDeadline(t time.Time) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.limit = t
	return l.Conn.SetReadDeadline(t)
}

// waiting is how database/sql gets the pool's connections: not for ever.
type waiting struct {
	driver.Connector
	once bool // for what writes
}

// Connect takes a connection out of the pool.
func (w waiting) Connect(ctx context.Context) (driver.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, acquireTimeout)
	defer cancel()
	conn, err := w.Connector.Connect(ctx)
	if std, is := conn.(*stdlib.Conn); is && w.once {
		return once{std}, err
	}
	return conn, err
}

// once is a connection on which nothing is tried twice. A statement during which
// the connection breaks may have been done: pgx says “conn closed” of it when it
// was sent as plain text, which passes for never sent, and database/sql would send
// it again on the next connection.
type once struct{ *stdlib.Conn }

// errBroke is the end of a connection under a statement.
var errBroke = errors.New("the connection to PostgreSQL broke")

// ExecContext sends a statement, at most once.
func (c once) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	if c.Conn.Conn().IsClosed() {
		return nil, driver.ErrBadConn // nothing was sent
	}
	result, err := c.Conn.ExecContext(ctx, query, args)
	return result, sent(err)
}

// QueryContext sends a query, at most once.
func (c once) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	if c.Conn.Conn().IsClosed() {
		return nil, driver.ErrBadConn
	}
	rows, err := c.Conn.QueryContext(ctx, query, args)
	return rows, sent(err)
}

func sent(err error) error {
	if errors.Is(err, driver.ErrBadConn) {
		return errBroke
	}
	return err
}

// over is database/sql on a pool. It keeps no connection for itself.
func over(pool *pgxpool.Pool, writes bool) *sql.DB {
	db := sql.OpenDB(waiting{stdlib.GetPoolConnector(pool), writes})
	db.SetMaxIdleConns(0)
	return db
}
