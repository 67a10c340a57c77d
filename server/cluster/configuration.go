package cluster

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// ours are the settings of every cluster. An operator changes them with
// ALTER SYSTEM, which PostgreSQL keeps in the data directory.
var ours = map[string]string{
	"cluster_name":            "postern",
	"unix_socket_permissions": "0600",
	"max_connections":         "100",
	"timezone":                "UTC",
	"log_timezone":            "UTC",
	"log_line_prefix":         "%m [%p] ",
	"log_min_messages":        "warning",
	"jit":                     "off", // every query is short
	// A failed statement's text and details hold what was to be stored: they
	// stay out of the log.
	"log_statement":                     "none",
	"log_min_error_statement":           "panic",
	"log_min_duration_statement":        "-1",
	"log_error_verbosity":               "terse",
	"log_parameter_max_length_on_error": "0",
}

// forTests trade every safety against a crash for speed.
var forTests = map[string]string{
	"fsync":              "off",
	"synchronous_commit": "off",
	"full_page_writes":   "off",
	"max_connections":    "400",
	"max_wal_senders":    "0",
	"wal_level":          "minimal",
	"autovacuum":         "off",
}

// writeConfiguration writes the three files that PostgreSQL reads at its start
// and tells whether any of them changed.
func (c *Cluster) writeConfiguration() (bool, error) {
	settings := maps.Clone(ours)
	if c.throwaway {
		maps.Copy(settings, forTests)
	}
	maps.Copy(settings, c.settings)
	settings["unix_socket_directories"] = c.socket
	settings["port"] = strconv.Itoa(c.port)
	settings["listen_addresses"] = c.listen
	settings["hba_file"] = filepath.Join(c.base, "pg_hba.conf")
	settings["ident_file"] = filepath.Join(c.base, "pg_ident.conf")

	const head = "# Written by Postern at each start: changes here are lost.\n"
	conf := new(strings.Builder)
	conf.WriteString(head + "# Use ALTER SYSTEM for settings of your own.\n")
	for _, name := range slices.Sorted(maps.Keys(settings)) {
		fmt.Fprintf(conf, "%s = '%s'\n", name, quoted.Replace(settings[name]))
	}
	me, err := user.Current()
	if err != nil {
		return false, failed("The user who runs Postern has no name on this machine: %w", err)
	}
	ident := new(strings.Builder)
	ident.WriteString(head)
	for _, role := range []string{Role, TenantRole, DovecotRole, Superuser} {
		fmt.Fprintf(ident, "postern %q %s\n", me.Username, role)
		if me.Username != c.server.name {
			fmt.Fprintf(ident, "postern %q %s\n", c.server.name, role)
		}
	}
	changed := false
	for name, text := range map[string]string{
		"postgresql.conf": conf.String(),
		"pg_hba.conf":     head + c.admission(),
		"pg_ident.conf":   ident.String(),
	} {
		wrote, err := replace(filepath.Join(c.dir, name), text)
		if err != nil {
			return false, failed("The database's configuration cannot be written: %w", err)
		}
		changed = changed || wrote
	}
	return changed, nil
}

// admission is pg_hba.conf: who is admitted where and how they prove who they
// are. The first line that fits decides.
func (c *Cluster) admission() string {
	lines := []string{
		"local all " + Role + "," + TenantRole + "," + Superuser + " peer map=postern",
		"local " + Database + ",postgres,template1 +" + TenantGroup + " reject",
		"local all +" + TenantGroup + " scram-sha-256",
		"local all all peer map=postern",
	}
	if c.listen != "" {
		lines = append(lines,
			"host all "+Role+","+TenantRole+","+Superuser+" all reject",
			"host "+Database+",postgres,template1 all all reject",
			"host all +"+TenantGroup+" samehost scram-sha-256")
	}
	return strings.Join(lines, "\n") + "\n"
}

// quoted writes a value between the single quotes of postgresql.conf.
var quoted = strings.NewReplacer("'", "''", `\`, `\\`, "\n", " ")

// replace writes a file whole or not at all. The server's user must read it:
// the directory keeps everybody else out, and it holds no secret.
func replace(path, text string) (changed bool, err error) {
	if old, err := os.ReadFile(path); err == nil && bytes.Equal(old, []byte(text)) {
		return false, nil
	}
	if err := os.WriteFile(path+".new", []byte(text), 0o644); err != nil {
		return false, err
	}
	if err := os.Chmod(path+".new", 0o644); err != nil { // whatever the umask
		return false, err
	}
	return true, os.Rename(path+".new", path)
}
