package databaseapp

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"text/template"
)

//go:embed front
var front embed.FS

// Folder is where Install writes, in POSTERN_DATA.
const Folder = "database-app"

const (
	frontFile = "index.php"
	poolFile  = "php-fpm.conf"
)

// Install writes the front file and a configuration of PHP for it. PHP runs as
// somebody else and reads both: they hold no secret.
func (r *Room) Install() error {
	if err := os.MkdirAll(r.Data, 0o755); err != nil {
		return err
	}
	if err := os.Chmod(r.Data, 0o755); err != nil { // whatever the umask
		return err
	}
	page, err := front.ReadFile("front/" + frontFile)
	if err != nil {
		return err
	}
	pool, err := r.pool()
	if err != nil {
		return err
	}
	return errors.Join(replace(filepath.Join(r.Data, frontFile), page), replace(filepath.Join(r.Data, poolFile), pool))
}

func (r *Room) pool() ([]byte, error) {
	if strings.ContainsAny(r.FastCGI+r.Data, "'\"\\\n\r\x00$`{}[]=;") {
		return nil, fmt.Errorf("%q or %q cannot stand in a configuration of PHP's: use plain paths", r.FastCGI, r.Data)
	}
	t, err := template.ParseFS(front, "front/"+poolFile)
	if err != nil {
		return nil, err
	}
	program := "php-fpm"
	if found, _ := filepath.Glob("/usr/sbin/php-fpm[0-9]*"); len(found) > 0 { // the pattern is well formed
		program = found[len(found)-1]
	}
	var text bytes.Buffer
	err = t.Execute(&text, map[string]string{"Program": program, "Folder": r.Data, "FastCGI": r.FastCGI, "Private": r.private()})
	return text.Bytes(), err
}

// private is the folder that PHP's own user can write and nobody else: it makes its
// socket there. Empty if PHP is reached by TCP.
func (r *Room) private() string {
	if !filepath.IsAbs(r.FastCGI) {
		return ""
	}
	return filepath.Dir(r.FastCGI)
}

// replace writes a file whole or not at all.
func replace(path string, text []byte) error {
	if old, err := os.ReadFile(path); err == nil && bytes.Equal(old, text) {
		return nil
	}
	if err := os.WriteFile(path+".new", text, 0o644); err != nil {
		return err
	}
	if err := os.Chmod(path+".new", 0o644); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}
