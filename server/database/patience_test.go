package database_test

import (
	"context"
	"net"
	"net/url"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"postern/server/database"
	"postern/server/testkit"
	"postern/shared/fault"
)

// forgetful is a network that carries connections to a test's database until it
// is told to forget them: then their packets go nowhere, and new ones work.
type forgetful struct {
	mu   sync.Mutex
	open []*bool // whether a connection is forgotten
	lose bool    // the next reply is lost, and its connection with it
}

func (f *forgetful) forget() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, gone := range f.open {
		*gone = true
	}
}

// before puts the network before a database and is its URL there.
func (f *forgetful) before(t *testing.T, at string) string {
	t.Helper()
	u, err := url.Parse(at)
	if err != nil {
		t.Fatal(err)
	}
	network, address := "tcp", u.Host
	if socket := u.Query().Get("host"); socket != "" {
		network, address = "unix", filepath.Join(socket, ".s.PGSQL.5432")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for client, err := l.Accept(); err == nil; client, err = l.Accept() {
			server, err := net.Dial(network, address)
			if err != nil {
				client.Close()
				continue
			}
			gone := new(bool)
			f.mu.Lock()
			f.open = append(f.open, gone)
			f.mu.Unlock()
			go f.carry(server, client, gone, true)
			go f.carry(client, server, gone, false)
		}
	}()
	return "postgres://" + u.User.String() + "@" + l.Addr().String() + u.Path + "?sslmode=disable"
}

func (f *forgetful) carry(to, from net.Conn, gone *bool, asks bool) {
	defer to.Close()
	buffer := make([]byte, 4096)
	for {
		n, err := from.Read(buffer)
		f.mu.Lock()
		lost := *gone
		if f.lose && !asks && n > 0 {
			f.lose = false
			f.mu.Unlock()
			return
		}
		f.mu.Unlock()
		if !lost {
			_, _ = to.Write(buffer[:n])
		}
		if err != nil {
			return
		}
	}
}

// TestForgottenConnections: a firewall forgot the connections that lie idle in the
// pools. The next statement finds out and has a new one.
func TestForgottenConnections(t *testing.T) {
	t.Parallel()
	network := &forgetful{}
	db, err := database.Open(t.Context(), database.Options{URL: network.before(t, testkit.URL(t)), MaxConns: 8})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	var all sync.WaitGroup
	for range 8 { // eight connections
		all.Go(func() { exec(t, db.Write, "SELECT pg_sleep(0.2)") })
	}
	all.Wait()
	network.forget()
	time.Sleep(1200 * time.Millisecond)
	began := time.Now()
	exec(t, db.Write, "SELECT 1")
	if took := time.Since(began); took > 3*time.Second {
		t.Errorf("the pool found out after %v", took)
	}
}

// TestNothingIsDoneTwice: the connection breaks before the reply to a statement,
// which was done. It must not be sent again on another connection.
func TestNothingIsDoneTwice(t *testing.T) {
	t.Parallel()
	network := &forgetful{}
	db, err := database.Open(t.Context(), database.Options{URL: network.before(t, testkit.URL(t)), MaxConns: 4})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	exec(t, db.Write, "CREATE TABLE things (n int)")
	statements := map[string]func() error{
		"exec": func() error { _, err := db.Write.NewRaw("INSERT INTO things VALUES (1)").Exec(t.Context()); return err },
		"query": func() error {
			var n int
			return db.Write.NewRaw("INSERT INTO things VALUES (1) RETURNING n").Scan(t.Context(), &n)
		},
	}
	for name, do := range statements {
		exec(t, db.Write, "DELETE FROM things")
		network.mu.Lock()
		network.lose = true
		network.mu.Unlock()
		if err := do(); !fault.Is(database.Fault(err, nil, nil), fault.Unavailable) {
			t.Errorf("%s: said %v", name, err)
		}
		var done int
		if err := db.Write.NewRaw("SELECT count(*) FROM things").Scan(t.Context(), &done); err != nil || done != 1 {
			t.Errorf("%s: done %d times, %v", name, done, err)
		}
	}
}

// TestNobodyWaitsForEverForAConnection of a pool whose connections are all taken.
func TestNobodyWaitsForEverForAConnection(t *testing.T) {
	t.Parallel()
	db, err := database.Open(t.Context(), database.Options{URL: testkit.URL(t), MaxConns: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	err = db.Write.RunInTx(t.Context(), nil, func(context.Context, bun.Tx) error {
		_, err := db.Write.NewRaw("SELECT 1").Exec(t.Context())
		if told := database.Fault(err, nil, nil); !fault.Is(told, fault.Unavailable) {
			t.Errorf("said %v", err)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}
