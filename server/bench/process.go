package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// process is a server that was started: postern serve, or one of the limits.
type process struct {
	name      string
	cmd       *exec.Cmd
	addresses map[string]string // by the title that it printed: cPanel, WHM, Webmail, limit
	metrics   string            // the address of /metrics
	database  string            // the name of its database
	log       string            // the file of its standard error
	read      int64             // how far the log was looked at
	left      int               // calls whose client has left, and that the log may have as failed
	started   time.Time
	done      chan struct{}
	keeper    *keeper
}

// printed is a line by which a server says where it answers.
var printed = regexp.MustCompile(`^\s+(\w+)\s+https://[^:]+:(\d+)$`)

// start runs a server and waits until it has printed where it answers: as many
// addresses as it has.
func (b *bench) start(name string, addresses int, cmd *exec.Cmd) (*process, error) {
	p := &process{name: name, cmd: cmd, addresses: map[string]string{}, done: make(chan struct{}), keeper: b.keeper}
	log, err := os.CreateTemp(b.keeper.dir, name+"-*.log")
	if err != nil {
		return nil, err
	}
	defer log.Close()
	p.log, cmd.Stderr = log.Name(), log
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p.started = time.Now()
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	p.keeper.hold(cmd.Process.Pid)
	s := bufio.NewScanner(out)
	for len(p.addresses) < addresses && s.Scan() {
		if m := printed.FindStringSubmatch(s.Text()); m != nil {
			p.addresses[m[1]] = "https://127.0.0.1:" + m[2]
		}
	}
	ended := len(p.addresses) < addresses
	go func() {
		for s.Scan() { // what else it says is of no interest, but must not make it wait
		}
		_ = cmd.Wait()
		close(p.done)
	}()
	if ended {
		return nil, errors.Join(fmt.Errorf("%s ended before it was ready:\n%s", name, p.tail()), p.stop())
	}
	return p, nil
}

// serve starts Postern on a database and waits until it is ready.
func (b *bench) serve(ctx context.Context, database string) (*process, error) {
	address, err := b.urlOf(database)
	if err != nil {
		return nil, err
	}
	metrics, err := freeAddress()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(b.postern, "serve")
	cmd.Env = []string{
		"PATH=" + os.Getenv("PATH"), "POSTERN_DATABASE_URL=" + address, "POSTERN_DATA=" + filepath.Join(b.keeper.dir, "data"),
		"POSTERN_HOSTNAME=localhost", "POSTERN_CPANEL_PORT=0", "POSTERN_WHM_PORT=0", "POSTERN_WEBMAIL_PORT=0",
		"POSTERN_CPANEL_PLAIN_PORT=off", "POSTERN_WHM_PLAIN_PORT=off", "POSTERN_WEBMAIL_PLAIN_PORT=off",
		"POSTERN_METRICS_ADDR=" + metrics, "POSTERN_ROOT_PASSWORD=" + secret,
	}
	p, err := b.start("postern", 3, cmd)
	if err != nil {
		return nil, err
	}
	p.metrics, p.database = "http://"+metrics+"/metrics", database
	return p, p.await(ctx, "http://"+metrics+"/readyz")
}

// urlOf is where a database is, as Postern's role.
func (b *bench) urlOf(database string) (string, error) {
	u, err := url.Parse(b.keeper.url)
	if err != nil {
		return "", err
	}
	u.Path = "/" + database
	return u.String(), nil
}

// startLimit starts a limit, with a database or without.
func (b *bench) startLimit(name, database string) (*process, error) {
	args := []string{"limit", "-folder", b.keeper.dir}
	if database != "" {
		address, err := b.urlOf(database)
		if err != nil {
			return nil, err
		}
		args = append(args, "-database", address)
	}
	p, err := b.start(name, 1, exec.Command(self(), args...))
	if err != nil {
		return nil, err
	}
	p.metrics, p.database = p.addresses["limit"]+"/metrics", database
	return p, nil
}

// beside is the house of a size and the two servers that it is held against: one
// with no database, one with the house's. Each is started at its first use.
func (b *bench) beside(ctx context.Context, size int) (h *house, bare, kept *process, err error) {
	if h, err = b.house(ctx, size); err != nil {
		return nil, nil, nil, err
	}
	if b.bare == nil {
		if b.bare, err = b.startLimit("bare", ""); err != nil {
			return nil, nil, nil, err
		}
	}
	if b.stored[size] == nil {
		kept, err := b.startLimit("stored", h.name)
		if err != nil {
			return nil, nil, nil, err
		}
		b.stored[size] = kept
	}
	return h, b.bare, b.stored[size], nil
}

// await returns at the first 200 of an address.
func (p *process) await(ctx context.Context, address string) error {
	for end := time.Now().Add(time.Minute); ; time.Sleep(time.Millisecond) {
		reply, err := client.Get(address)
		if err == nil {
			reply.Body.Close()
			if reply.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-p.done:
			return fmt.Errorf("%s ended:\n%s", p.name, p.tail())
		case <-ctx.Done():
			return ctx.Err()
		default:
		}
		if time.Now().After(end) {
			return fmt.Errorf("%s is not ready after a minute:\n%s", p.name, p.tail())
		}
	}
}

// stop ends the process in good order.
func (p *process) stop() error {
	_ = p.cmd.Process.Signal(syscall.SIGTERM) // it may have ended
	select {
	case <-p.done:
	case <-time.After(15 * time.Second):
		_ = p.cmd.Process.Kill()
		<-p.done
		return fmt.Errorf("%s did not end when it was told to", p.name)
	}
	p.keeper.release(p.cmd.Process.Pid)
	return nil
}

// mallocs begins the line of /metrics that says it.
const mallocs = "go_memstats_mallocs_total "

// mallocs is how many objects the process has allocated since its start.
func (p *process) mallocs() (float64, error) {
	reply, err := client.Get(p.metrics)
	if err != nil {
		return 0, err
	}
	defer reply.Body.Close()
	for s := bufio.NewScanner(reply.Body); s.Scan(); {
		if value, is := strings.CutPrefix(s.Text(), mallocs); is {
			return strconv.ParseFloat(value, 64)
		}
	}
	return 0, fmt.Errorf("%s has no %s", p.metrics, mallocs)
}

// tail is the end of the log.
func (p *process) tail() string {
	text, _ := os.ReadFile(p.log)
	return string(text[max(0, len(text)-2000):])
}

func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return l.Addr().String(), nil
}
