package webmailtest

import (
	"bufio"
	"encoding/base64"
	"fmt"
	"net"
	"net/textproto"
	"path/filepath"
	"strings"
	"time"
)

// Deliver hands a message to the mail server as a mail transfer agent does (LMTP).
func (c *Chain) Deliver(to, from, subject, text string) error {
	conn, err := net.Dial("unix", filepath.Join(c.Folder, "dovecot/lmtp"))
	if err != nil {
		return err
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
	t := textproto.NewConn(conn)
	message := fmt.Sprintf("From: <%s>\r\nTo: <%s>\r\nSubject: %s\r\nDate: %s\r\nMessage-ID: <%d@postern.example>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n%s\r\n.",
		from, to, subject, time.Now().Format(time.RFC1123Z), time.Now().UnixNano(), text)
	for _, step := range []struct {
		say  string
		code int
	}{
		{"", 220}, {"LHLO localhost", 250}, {"MAIL FROM:<" + from + ">", 250}, {"RCPT TO:<" + to + ">", 250}, {"DATA", 354}, {message, 250}, {"QUIT", 221},
	} {
		if step.say != "" {
			if err := t.PrintfLine("%s", step.say); err != nil {
				return err
			}
		}
		if _, _, err := t.ReadResponse(step.code); err != nil {
			return fmt.Errorf("LMTP: %w", err)
		}
	}
	return nil
}

// IMAP is a connection to the mail server.
type IMAP struct {
	net.Conn
	r *bufio.Reader
	n int
}

// DialIMAP connects.
func (c *Chain) DialIMAP() (*IMAP, error) {
	conn, err := net.Dial("tcp", c.IMAP())
	if err != nil {
		return nil, err
	}
	i := &IMAP{Conn: conn, r: bufio.NewReader(conn)}
	_ = conn.SetDeadline(time.Now().Add(time.Minute))
	_, err = i.r.ReadString('\n')
	return i, err
}

// Do sends one command and returns all that came back; ok tells whether it was done.
func (i *IMAP) Do(command string) (answer string, ok bool, err error) {
	i.n++
	tag := fmt.Sprintf("a%d", i.n)
	if _, err := fmt.Fprintf(i, "%s %s\r\n", tag, command); err != nil {
		return "", false, err
	}
	for {
		line, err := i.r.ReadString('\n')
		answer += line
		if err != nil {
			return answer, false, err
		}
		if strings.HasPrefix(line, "+") { // an error is told in a challenge, which wants an empty answer
			if _, err := fmt.Fprint(i, "\r\n"); err != nil {
				return answer, false, err
			}
		}
		if rest, is := strings.CutPrefix(line, tag+" "); is {
			return answer, strings.HasPrefix(rest, "OK"), nil
		}
	}
}

// Password signs in with a password.
func (i *IMAP) Password(name, password string) (string, bool, error) {
	quote := strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace
	return i.Do(`LOGIN "` + quote(name) + `" "` + quote(password) + `"`)
}

// Token signs in with an access token (XOAUTH2).
func (i *IMAP) Token(name, token string) (string, bool, error) {
	return i.Do("AUTHENTICATE XOAUTH2 " + base64.StdEncoding.EncodeToString([]byte("user="+name+"\x01auth=Bearer "+token+"\x01\x01")))
}
