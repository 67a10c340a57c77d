package main

import (
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"postern/server/node"
	"postern/server/webmail"
	"postern/shared/catalog"
	"postern/shared/fault"
	"postern/shared/function"
)

const webmailConfigHelpText = `postern webmail-config: print ready configuration for this Postern.

  postern webmail-config dovecot     Dovecot 2.3: passwords from Postern's database,
                                     tokens by introspection
  postern webmail-config roundcube   Roundcube 1.6 and PHP, mounted by Postern

POSTERN_SSO_ADDR, and for Roundcube POSTERN_WEBMAIL_FASTCGI, must be set as for
serve. The first time, the program is made known as a client of single sign on,
and its secret stands in what is printed. It is kept nowhere: print it again with
a new one by -new-secret. Each file comes after a line with its name; -write puts
them into the folder instead.

`

// webmailConfig prints the configuration of one of the two programs.
func webmailConfig(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("webmail-config", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	s := webmail.Setup{DovecotClient: "dovecot", RoundcubeClient: "roundcube", Workers: 2 * runtime.NumCPU()}
	flags.StringVar(&s.Folder, "folder", "/var/lib/postern-webmail", "where all of it lives")
	flags.IntVar(&s.IMAPPort, "imap-port", 10143, "IMAP's port on the loopback")
	flags.StringVar(&s.SMTP, "smtp", "127.0.0.1:25", "the server that takes mail to be sent")
	name := flags.String("user", "", "the account that the programs run as; empty: chosen")
	fresh := flags.Bool("new-secret", false, "give the program a new secret")
	write := flags.Bool("write", false, "write the files into the folder")
	if len(args) == 0 || strings.HasPrefix(args[0], "-") {
		fmt.Print(webmailConfigHelpText)
		flags.SetOutput(os.Stdout)
		flags.PrintDefaults()
		return nil
	}
	if err := flags.Parse(args[1:]); err != nil || flags.NArg() > 0 {
		return errors.New("webmail-config takes dovecot or roundcube and flags: `postern webmail-config --help` lists them")
	}
	which := args[0]
	if which != "dovecot" && which != "roundcube" {
		return fmt.Errorf("webmail-config knows dovecot and roundcube, and not %q", which)
	}
	p, err := open(ctx)
	if err != nil {
		return err
	}
	defer p.close()
	if _, err := p.migrate(ctx); err != nil {
		return err
	}
	if err := p.complete(&s, *name); err != nil {
		return err
	}
	n, err := p.node()
	if err != nil {
		return err
	}
	s.Issuer = n.Issuer()
	files, err := p.configure(ctx, n, &s, which, *fresh)
	if err != nil {
		return err
	}
	if *write {
		return s.Write(files)
	}
	for _, f := range files {
		fmt.Printf("==> %s\n%s\n", filepath.Join(s.Folder, f.Name), f.Text)
	}
	return nil
}

// complete fills in what the environment says.
func (p *process) complete(s *webmail.Setup, name string) error {
	if p.config.SSO == "off" {
		return errors.New("POSTERN_SSO_ADDR is off: set it, for serve too, to an address such as 127.0.0.1:2094")
	}
	s.Internal, s.FastCGI = p.config.SSO, p.config.FastCGI
	if s.FastCGI == "off" {
		s.FastCGI = filepath.Join(s.Folder, "php/fpm.sock")
	}
	s.Database = p.config.DatabaseURL.Reveal()
	if p.cluster != nil {
		s.Database = p.cluster.URL()
	}
	if name != "" {
		return s.RunAsUser(name)
	}
	return s.RunAs()
}

// configure makes the files, with a secret of the program's if it gets one now.
func (p *process) configure(ctx context.Context, n *node.Node, s *webmail.Setup, which string, fresh bool) ([]webmail.File, error) {
	const unknown = "THE-SECRET-THAT-WAS-PRINTED-ONCE"
	args := url.Values{"name": {which}}
	if which == "dovecot" {
		if err := n.Webmail().LetDovecotRead(ctx); err != nil {
			return nil, err
		}
		args.Set("introspects", "1")
	} else {
		args.Set("authentication", "client_secret_post")
		args.Set("reads_mail", "1")
		args.Set("redirect_uri", "/3rdparty/roundcube/index.php/login/oauth")
	}
	secret, made, err := clientSecret(ctx, n, args, fresh)
	if err != nil {
		return nil, err
	}
	s.DovecotSecret, s.RoundcubeSecret, s.DesKey = unknown, unknown, "THE-KEY-OF-24-CHARACTERS"
	if secret != "" {
		s.DovecotSecret, s.RoundcubeSecret = secret, secret
	}
	if made {
		s.DesKey = rand.Text()[:24]
	}
	if which == "dovecot" {
		return s.Dovecot()
	}
	fmt.Fprintln(os.Stderr, "Make one-time sessions land in it with:\n  postern whmapi1 postern_create_webmail_application name=roundcube title=Roundcube "+
		"path=/3rdparty/roundcube 'start=/?_task=login&_action=oauth' default=1")
	return s.Roundcube()
}

// clientSecret makes the client, or gives it a new secret if that is wanted; it is
// empty for one that keeps its own.
func clientSecret(ctx context.Context, n *node.Node, args url.Values, fresh bool) (secret string, made bool, err error) {
	root, err := n.As(ctx, "root")
	if err != nil {
		return "", false, err
	}
	reply, err := n.Mux.Call(ctx, root, function.WHM("postern_create_sso_client"), args, function.Shape{})
	if err == nil {
		return reply.Out.(catalog.CreatedSSOClient).Secret, true, nil
	}
	if !fault.Is(err, fault.Exists) || !fresh {
		if fault.Is(err, fault.Exists) {
			err = nil
		}
		return "", false, err
	}
	reply, err = n.Mux.Call(ctx, root, function.WHM("postern_update_sso_client"), url.Values{"name": args["name"], "new_secret": {"1"}}, function.Shape{})
	if err != nil {
		return "", false, err
	}
	return *reply.Out.(catalog.UpdatedSSOClient).Secret, false, nil
}
