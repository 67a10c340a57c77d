package main

import (
	"context"
	"crypto/tls"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// limit is a server that does the least there is to do, behind a door like
// Postern's: the same certificate, protocols and bounds. It runs as bench limit,
// a process of its own, and says on standard output where it answers.
//
//	/bare/NAME    the bytes of NAME.json in the folder, and nothing else
//	/stored/NAME  the same, after SHA-256 of the header Authorization and one
//	              read by primary key, prepared, of what has that hash
//	/insert       one row into a table like sessions, committed; answers its name
//	/use          one row of that table, by its name, is marked as used, committed
//	/event        one row into a table like audit_events, committed
//	/metrics      how many objects were allocated
func limit(ctx context.Context, args []string) error {
	f := flag.NewFlagSet("limit", flag.ContinueOnError)
	folder, database := f.String("folder", "", "certificate and bodies"), f.String("database", "", "none if empty")
	if err := f.Parse(args); err != nil {
		return err
	}
	bodies, err := readBodies(*folder)
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /metrics", func(w http.ResponseWriter, _ *http.Request) {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		fmt.Fprintf(w, "%s%d\n", mallocs, m.Mallocs)
	})
	for name, body := range bodies {
		mux.HandleFunc("GET /bare/"+name, func(w http.ResponseWriter, _ *http.Request) { answer(w, body) })
	}
	if *database != "" {
		pool, err := storage(ctx, *database)
		if err != nil {
			return err
		}
		defer pool.Close()
		addStored(mux, pool, bodies)
	}
	return open(ctx, mux, *folder)
}

// readBodies are the bodies that the limits send, by name.
func readBodies(folder string) (map[string][]byte, error) {
	files, err := filepath.Glob(filepath.Join(folder, "*.json"))
	if err != nil {
		return nil, err
	}
	bodies := map[string][]byte{}
	for _, f := range files {
		if bodies[strings.TrimSuffix(filepath.Base(f), ".json")], err = os.ReadFile(f); err != nil {
			return nil, err
		}
	}
	return bodies, nil
}

// open serves on any free port of the loopback until the context ends.
func open(ctx context.Context, h http.Handler, folder string) error {
	pair, err := tls.LoadX509KeyPair(filepath.Join(folder, "data", "certificate.pem"), filepath.Join(folder, "data", "certificate.key"))
	if err != nil {
		return err
	}
	l, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"}})
	if err != nil {
		return err
	}
	fmt.Printf("  limit https://%s\n", l.Addr())
	// The same bounds as Postern's: each is a timer that is set anew at each request.
	s := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second, WriteTimeout: time.Minute, IdleTimeout: 2 * time.Minute,
		ErrorLog: log.New(io.Discard, "", 0)} // handshakes that a client breaks off at its end
	go func() {
		<-ctx.Done()
		_ = s.Close() // Serve says so
	}()
	if err := s.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// answer sends a body with the headers that any server sends.
func answer(w http.ResponseWriter, body []byte) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body)
}
