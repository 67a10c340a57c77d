package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"

	"golang.org/x/crypto/argon2"
)

// hashed is what bench hash prints.
type hashed struct {
	Hashes   int
	Seconds  float64
	P50, P99 time.Duration
}

// hashes runs bench hash with a hash that Postern keeps.
func (b *bench) hashes(ctx context.Context, hash string) (load, error) {
	cmd := exec.CommandContext(ctx, self(), "hash", b.time.String(), hash)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return load{}, fmt.Errorf("bench hash: %w", err)
	}
	var n hashed
	err = json.Unmarshal(out, &n)
	used := cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	return load{requests: n.Hashes, seconds: n.Seconds, p50: n.P50, p99: n.P99, cpu: used}, err
}

// hashAlone checks a password over and over, as many at once as sign in, on as
// many cores as there are, and does nothing else. The parameters are those of the
// hash, $argon2id$v=19$m=…,t=…,p=…$salt$key.
func hashAlone(ctx context.Context, d, hash string) error {
	duration, err := time.ParseDuration(d)
	if err != nil {
		return err
	}
	var memory, passes uint32
	var threads uint8
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[1] != "argon2id" {
		return errors.New("this is no argon2id hash")
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &memory, &passes, &threads); err != nil {
		return err
	}
	salt, err1 := base64.RawStdEncoding.DecodeString(parts[4])
	want, err2 := base64.RawStdEncoding.DecodeString(parts[5])
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	cores := make(chan struct{}, runtime.GOMAXPROCS(0))
	l, err := closed(ctx, duration, crowded, func(context.Context, int) error {
		cores <- struct{}{}
		defer func() { <-cores }()
		if !bytes.Equal(want, argon2.IDKey([]byte(secret), salt, passes, memory, threads, uint32(len(want)))) {
			return errors.New("the right password was found wrong")
		}
		return nil
	})
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(hashed{l.requests, l.seconds, l.p50, l.p99})
}
