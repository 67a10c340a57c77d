package webmail

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"text/template"

	"github.com/jackc/pgx/v5"

	"postern/server/cluster"
)

// Setup is what the configuration of a mail server and a mail application beside
// this Postern is made of.
type Setup struct {
	Folder      string // where all of it lives; a whole path
	User, Group string // as whom they run
	UID, GID    int

	Issuer   string // Webmail's own address
	Internal string // host:port of POSTERN_SSO_ADDR
	Database string // Postern's database as a URL; the role is the one for Dovecot
	IMAPPort int
	FastCGI  string // socket of the application's program
	SMTP     string // host:port of the server that takes mail

	DovecotClient, DovecotSecret     string
	RoundcubeClient, RoundcubeSecret string
	RoundcubeDatabase                string // Roundcube's own, as its db_dsnw; empty: a file in Folder
	DesKey                           string // 24 letters and digits, kept
	Workers                          int    // processes that check passwords at once
}

//go:embed templates
var templates embed.FS

// File is a file of a configuration.
type File struct{ Name, Text string }

// The files of each program, by their places in Folder.
var (
	dovecotFiles   = [][2]string{{"dovecot.conf", "dovecot.conf"}, {"dovecot-dict-auth.conf", "dovecot-dict-auth.conf"}, {"dovecot-dict-sql.conf", "dovecot-dict-sql.conf"}, {"dovecot-oauth2.conf", "dovecot-oauth2.conf"}}
	roundcubeFiles = [][2]string{{"config.inc.php", "roundcube/config/config.inc.php"}, {"php-fpm.conf", "php-fpm.conf"}}
	folders        = []string{"log", "mail", "php", "dovecot", "roundcube", "roundcube/config", "roundcube/temp"}
)

// Dovecot is the configuration of Dovecot.
func (s Setup) Dovecot() ([]File, error) { return s.render(dovecotFiles) }

// Roundcube is the configuration of Roundcube and of PHP for it.
func (s Setup) Roundcube() ([]File, error) { return s.render(roundcubeFiles) }

func (s Setup) render(which [][2]string) ([]File, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	all, err := template.ParseFS(templates, "templates/*")
	if err != nil {
		return nil, err
	}
	files := make([]File, len(which))
	for i, f := range which {
		var text strings.Builder
		if err := all.ExecuteTemplate(&text, f[0], s); err != nil {
			return nil, err
		}
		files[i] = File{f[1], text.String()}
	}
	return files, nil
}

// check refuses what would mean something else in one of the files.
func (s *Setup) check() error {
	if !filepath.IsAbs(s.Folder) {
		return fmt.Errorf("the folder must be a whole path, not %q", s.Folder)
	}
	if s.RoundcubeDatabase == "" {
		s.RoundcubeDatabase = "sqlite:///" + s.Folder + "/roundcube/roundcube.db?mode=0600"
	}
	for _, text := range []string{s.Folder, s.User, s.Group, s.Issuer, s.Internal, s.FastCGI, s.SMTP, s.DovecotClient, s.DovecotSecret,
		s.RoundcubeClient, s.RoundcubeSecret, s.RoundcubeDatabase, s.DesKey} {
		if strings.ContainsAny(text, "'\"\\\n\r\x00$`{} ") {
			return fmt.Errorf("%q cannot stand in a configuration file: use a text without quotes, spaces, braces and dollar signs", text)
		}
	}
	return nil
}

// RunAs chooses the account that the programs run as: where the database is reached
// over a Unix socket that of the database server, since its socket may admit no
// other; else, or without root's power to choose, whoever asks.
func (s *Setup) RunAs() error {
	config, err := pgx.ParseConfig(s.Database)
	if err != nil {
		return errors.New("the database's address cannot be read") // its text may repeat a password
	}
	uid := os.Geteuid()
	if info, err := os.Stat(config.Host); err == nil && uid == 0 {
		if st, is := info.Sys().(*syscall.Stat_t); is {
			uid = int(st.Uid)
		}
	}
	if uid == 0 {
		return errors.New("Dovecot and PHP must not run as root here: name an account for them")
	}
	who, err := user.LookupId(strconv.Itoa(uid))
	if err != nil {
		return err
	}
	return s.runAs(who)
}

// RunAsUser makes the programs run as the account of that name.
func (s *Setup) RunAsUser(name string) error {
	who, err := user.Lookup(name)
	if err != nil {
		return err
	}
	return s.runAs(who)
}

func (s *Setup) runAs(who *user.User) (err error) {
	group, err := user.LookupGroupId(who.Gid)
	if err != nil {
		return err
	}
	s.User, s.Group = who.Username, group.Name
	if s.UID, err = strconv.Atoi(who.Uid); err != nil {
		return err
	}
	s.GID, err = strconv.Atoi(who.Gid)
	return err
}

// PublicHost is Webmail's host and port, as a Host header has it.
func (s Setup) PublicHost() string { return strings.TrimPrefix(s.Issuer, "https://") }

// PublicName is Webmail's host.
func (s Setup) PublicName() string {
	u, err := url.Parse(s.Issuer)
	if err != nil {
		return s.PublicHost()
	}
	return u.Hostname()
}

// Connect is the database as libpq's words.
func (s Setup) Connect() (string, error) {
	c, err := pgx.ParseConfig(s.Database)
	if err != nil {
		return "", errors.New("the database's address cannot be read") // its text may repeat a password
	}
	words := fmt.Sprintf("host=%s port=%d dbname=%s user=%s", c.Host, c.Port, c.Database, cluster.DovecotRole)
	if !strings.HasPrefix(c.Host, "/") {
		words += " password=PASSWORD-OF-THE-ROLE"
	}
	return words, nil
}

// Write puts files and folders in place, for the account that the programs run as.
// Secrets are in them: nobody else reads them.
func (s Setup) Write(files []File) error {
	give := func(path string) error {
		if os.Geteuid() != 0 {
			return nil
		}
		return os.Lchown(path, s.UID, s.GID)
	}
	for _, name := range append([]string{""}, folders...) {
		path := filepath.Join(s.Folder, name)
		if err := os.MkdirAll(path, 0o700); err != nil {
			return err
		}
		if err := give(path); err != nil {
			return err
		}
	}
	for _, f := range files {
		path := filepath.Join(s.Folder, f.Name)
		if err := os.WriteFile(path, []byte(f.Text), fs.FileMode(0o600)); err != nil {
			return err
		}
		if err := give(path); err != nil {
			return err
		}
	}
	return nil
}
