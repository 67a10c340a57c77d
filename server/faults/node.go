package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"time"
)

// The services, as the environment names their ports and as the log does.
const (
	cpanel  = "CPANEL"
	whm     = "WHM"
	webmail = "WEBMAIL"
)

// node is a postern process. Started again it has the same ports.
type node struct {
	name    string
	program string
	dir     string // POSTERN_DATA and the working directory
	env     []string
	ports   map[string]int
	metrics int

	cmd   *exec.Cmd
	stdin io.WriteCloser // of a node with a moved clock: its offsets
	ended chan struct{}

	mu  sync.Mutex
	log []string
	ids map[string]bool // of requests that the log tells of
}

// newNode prepares a node on a database. It is not started yet.
func newNode(name, program, dir, database string, env ...string) (*node, error) {
	n := &node{name: name, program: program, dir: filepath.Join(dir, name), ports: map[string]int{}, ids: map[string]bool{}}
	if err := os.MkdirAll(n.dir, 0o700); err != nil {
		return nil, err
	}
	n.env = append([]string{
		"PATH=" + os.Getenv("PATH"), "POSTERN_DATABASE_URL=" + database, "POSTERN_DATA=" + n.dir, "POSTERN_HOSTNAME=localhost",
		"POSTERN_CPANEL_PLAIN_PORT=off", "POSTERN_WHM_PLAIN_PORT=off", "POSTERN_WEBMAIL_PLAIN_PORT=off",
		"POSTERN_ROOT_PASSWORD=" + rootPassword, "POSTERN_SEAL_KEY=" + sealKey, "POSTERN_LOG=json", "POSTERN_LOG_LEVEL=info",
	}, env...)
	for _, service := range []string{cpanel, whm, webmail} {
		port, err := freePort()
		if err != nil {
			return nil, err
		}
		n.ports[service] = port
		n.env = append(n.env, fmt.Sprintf("POSTERN_%s_PORT=%d", service, port))
	}
	var err error
	if n.metrics, err = freePort(); err != nil {
		return nil, err
	}
	n.env = append(n.env, fmt.Sprintf("POSTERN_METRICS_ADDR=127.0.0.1:%d", n.metrics))
	return n, nil
}

// freePort is a port of the loopback that is free now, below those that the
// system gives to connections, so that none of them takes it meanwhile.
func freePort() (int, error) {
	freePorts.Lock()
	defer freePorts.Unlock()
	for ; freePorts.next < 32000; freePorts.next++ {
		l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", freePorts.next))
		if err == nil {
			freePorts.next++
			return freePorts.next - 1, l.Close()
		}
	}
	return 0, errors.New("no port is free between 21000 and 32000")
}

var freePorts = struct {
	sync.Mutex
	next int
}{next: 21000 + os.Getpid()%5000}

// start starts the process and returns when it is ready.
func (n *node) start(ctx context.Context) error {
	n.cmd = exec.Command(n.program, "serve")
	n.cmd.Dir, n.cmd.Env = n.dir, n.env
	n.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	out, err := n.cmd.StdoutPipe()
	if err != nil {
		return err
	}
	n.cmd.Stderr = n.cmd.Stdout
	if n.stdin, err = n.cmd.StdinPipe(); err != nil {
		return err
	}
	if err := n.cmd.Start(); err != nil {
		return err
	}
	ready := make(chan struct{})
	n.ended = make(chan struct{})
	go n.read(out, ready, n.ended)
	select {
	case <-ready:
		return nil
	case <-n.ended:
		return fmt.Errorf("node %s ended before it was ready: %s", n.name, n.lastLines(5))
	case <-ctx.Done():
	case <-time.After(30 * time.Second):
	}
	n.kill()
	return fmt.Errorf("node %s is not ready: %s", n.name, n.lastLines(5))
}

var requestID = regexp.MustCompile(`"request":"([0-9a-f]{16})"`)

func (n *node) read(out io.Reader, ready, ended chan struct{}) {
	defer close(ended)
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		line := lines.Text()
		n.mu.Lock()
		n.log = append(n.log, line)
		for _, m := range requestID.FindAllStringSubmatch(line, -1) {
			n.ids[m[1]] = true
		}
		n.mu.Unlock()
		if strings.HasPrefix(line, "  Webmail") {
			close(ready)
		}
	}
	_ = n.cmd.Wait() // how it ended is told by who ended it
}

// kill ends the process with SIGKILL and waits for its end.
func (n *node) kill() {
	if n.running() {
		_ = n.cmd.Process.Signal(syscall.SIGKILL)
		<-n.ended
	}
}

// running tells whether the process lives.
func (n *node) running() bool {
	if n.ended == nil {
		return false
	}
	select {
	case <-n.ended:
		return false
	default:
		return true
	}
}

// knows tells whether the log tells of a request.
func (n *node) knows(id string) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.ids[id]
}

// said lists the lines of the log that hold a text.
func (n *node) said(text string) (found []string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, line := range n.log {
		if strings.Contains(line, text) {
			found = append(found, line)
		}
	}
	return found
}

func (n *node) lastLines(count int) string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return strings.Join(n.log[max(0, len(n.log)-count):], " | ")
}

// memory is the process's resident memory in MiB.
func (n *node) memory() int {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/statm", n.cmd.Process.Pid))
	var size, resident int
	_, _ = fmt.Sscan(string(text), &size, &resident)
	return resident * os.Getpagesize() >> 20
}
