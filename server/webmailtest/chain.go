// Package webmailtest runs Dovecot and Roundcube, or Adminer, beside a Postern: in
// temporary folders, on the loopback, without a file of the distribution's touched
// and without its services.
//
// It owns the processes and their ends. What is in their configuration is package
// webmail's, or databaseapp's. The tests of the whole house use it, and the program
// webmail, which `make webmail` and `make database-app` run; the server never does.
package webmailtest

import (
	"context"
	"crypto/rand"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"postern/server/webmail"
)

// The programs and files of Debian's packages.
const (
	dovecotProgram = "/usr/sbin/dovecot"
	roundcubeFiles = "/var/lib/roundcube/public_html"
	roundcubeRest  = "/etc/roundcube" // defaults.inc.php and mimetypes.php
)

// Packages are what Debian calls what is needed here.
const Packages = "dovecot-imapd dovecot-lmtpd dovecot-pgsql php-fpm php-curl php-xml roundcube-core roundcube-sqlite3"

// Missing tells what is not on this machine; nil when all is there.
func Missing() error {
	for _, file := range []string{dovecotProgram, "/usr/lib/dovecot/lmtp", "/usr/lib/dovecot/modules/dict/libdriver_pgsql.so", roundcubeFiles + "/index.php", roundcubeRest + "/defaults.inc.php"} {
		if _, err := os.Stat(file); err != nil {
			return fmt.Errorf("the webmail chain needs %s: apt-get install --no-install-recommends %s", file, Packages)
		}
	}
	if _, err := fpm(); err != nil {
		return err
	}
	return nil
}

// fpm is PHP's FastCGI program, of whatever version there is.
func fpm() (string, error) {
	found, _ := filepath.Glob("/usr/sbin/php-fpm[0-9]*") // the pattern is well formed
	if len(found) == 0 {
		return "", fmt.Errorf("the webmail chain needs /usr/sbin/php-fpm: apt-get install --no-install-recommends %s", Packages)
	}
	return found[len(found)-1], nil
}

// Chain is a mail server and a mail application, running or about to.
type Chain struct {
	webmail.Setup
	processes []*exec.Cmd
}

// Plan chooses a new folder, ports and the account to run as: that of the
// PostgreSQL server, whose Unix socket admits no other, or else whoever asks.
func Plan(database string) (*Chain, error) {
	if err := Missing(); err != nil {
		return nil, err
	}
	c := &Chain{Setup: webmail.Setup{Database: database}}
	if err := c.RunAs(); err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp("/tmp", "postern-webmail-") // short: sockets' names are bounded
	if err != nil {
		return nil, err
	}
	imap, err := FreePort()
	if err != nil {
		return nil, err
	}
	sso, err := FreePort()
	if err != nil {
		return nil, err
	}
	c.Folder, c.IMAPPort, c.Internal = folder, imap, "127.0.0.1:"+strconv.Itoa(sso)
	c.FastCGI, c.SMTP, c.Workers = filepath.Join(folder, "php/fpm.sock"), "127.0.0.1:25", 2
	c.DovecotClient, c.RoundcubeClient, c.DesKey = "dovecot", "roundcube", rand.Text()[:24]
	return c, nil
}

// FreePort is a port of the loopback that nobody listens on.
func FreePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// Environment is what Postern must be started with.
func (c *Chain) Environment() []string {
	return []string{"POSTERN_SSO_ADDR=" + c.Internal, "POSTERN_WEBMAIL_FASTCGI=" + c.FastCGI, "POSTERN_WEBMAIL_FILES=" + roundcubeFiles}
}

// Start writes the configuration and starts the programs; it returns when both answer.
func (c *Chain) Start(ctx context.Context) error {
	dovecot, err := c.Dovecot()
	if err != nil {
		return err
	}
	roundcube, err := c.Roundcube()
	if err != nil {
		return err
	}
	if err := c.Write(append(dovecot, roundcube...)); err != nil {
		return err
	}
	for _, name := range []string{"defaults.inc.php", "mimetypes.php"} {
		if err := os.Symlink(filepath.Join(roundcubeRest, name), filepath.Join(c.Folder, "roundcube/config", name)); err != nil {
			return err
		}
	}
	if err := c.StartDovecot(ctx); err != nil {
		return err
	}
	program, err := fpm()
	if err != nil {
		return err
	}
	if err := c.run(program, "-F", "-y", filepath.Join(c.Folder, "php-fpm.conf")); err != nil {
		return err
	}
	return c.wait(ctx, "unix", c.FastCGI)
}

// StartDovecot starts the mail server alone, on what Start wrote.
func (c *Chain) StartDovecot(ctx context.Context) error {
	// A socket of an earlier run would make sign ins wait for seconds.
	if err := os.RemoveAll(filepath.Join(c.Folder, "dovecot/run")); err != nil {
		return err
	}
	if err := c.run(dovecotProgram, "-F", "-c", filepath.Join(c.Folder, "dovecot.conf")); err != nil {
		return err
	}
	if err := c.wait(ctx, "unix", filepath.Join(c.Folder, "dovecot/lmtp")); err != nil {
		return err
	}
	return c.wait(ctx, "tcp", c.IMAP())
}

// IMAP is where the mail server answers.
func (c *Chain) IMAP() string { return "127.0.0.1:" + strconv.Itoa(c.IMAPPort) }

func (c *Chain) run(program string, args ...string) error {
	cmd := exec.Command(program, args...)
	cmd.Dir = c.Folder
	cmd.Env = []string{"PATH=/usr/sbin:/usr/bin:/bin", "LC_ALL=C.UTF-8", "TZ=UTC"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if os.Geteuid() == 0 {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(c.UID), Gid: uint32(c.GID), Groups: []uint32{uint32(c.GID)}}
	}
	log, err := os.OpenFile(filepath.Join(c.Folder, "log", filepath.Base(program)+".out"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		return err
	}
	c.processes = append(c.processes, cmd)
	return nil
}

// wait waits until somebody answers.
func (c *Chain) wait(ctx context.Context, network, address string) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	for {
		conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
		if err == nil {
			return conn.Close()
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s does not answer: %w\n%s", address, err, c.Logs())
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// Logs are the ends of all logs, for a failure to tell.
func (c *Chain) Logs() string {
	var all strings.Builder
	files, _ := filepath.Glob(filepath.Join(c.Folder, "log", "*")) // the pattern is well formed
	for _, name := range files {
		text, _ := os.ReadFile(name)
		fmt.Fprintf(&all, "--- %s\n%s\n", name, text[max(0, len(text)-4000):])
	}
	return all.String()
}

// Stop ends the programs, with all that they started, and removes the folder.
func (c *Chain) Stop() {
	for _, cmd := range c.processes {
		_ = cmd.Process.Signal(syscall.SIGTERM) // it may have ended
	}
	for _, cmd := range c.processes {
		ended := make(chan struct{})
		go func() {
			_ = cmd.Wait() // told to stop: how it says so is no matter
			close(ended)
		}()
		select {
		case <-ended:
		case <-time.After(5 * time.Second):
		}
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // what is left of its session's group
		<-ended
	}
	c.processes = nil
	_ = os.RemoveAll(c.Folder)
}
