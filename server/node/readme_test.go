package node_test

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"postern/server/testkit"
)

// mainJob is the block of the README that shows Postern's main job with curl.
var mainJob = regexp.MustCompile("(?ms)^```sh main-job\n(.*?)^```$")

// TestREADMEsMainJobWorksAsPrinted runs that block, as a reader would, at a
// running Postern. It ends with the status of a session's second use.
func TestREADMEsMainJobWorksAsPrinted(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := mainJob.FindAllSubmatch(readme, -1)
	if len(blocks) != 1 {
		t.Fatalf("README.md has %d blocks that begin with ```sh main-job", len(blocks))
	}
	script := string(blocks[0][1])
	for _, other := range []string{"jq", "python", "node "} { // readers need not have them
		if strings.Contains(script, other) {
			t.Errorf("the block uses %s", other)
		}
	}
	p := start(t, testkit.URL(t))
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	bash := exec.CommandContext(ctx, "bash", "-c", script)
	bash.Dir = t.TempDir()
	bash.Env = append(p.environment(), "PATH="+os.Getenv("PATH"), "HOME="+bash.Dir)
	var out, complaints bytes.Buffer
	bash.Stdout, bash.Stderr = &out, &complaints
	if err := bash.Run(); err != nil {
		t.Fatalf("%v\n%s\n%s\n%s", err, &out, &complaints, p.output)
	}
	lines := strings.Split(strings.TrimRight(out.String(), "\n"), "\n")
	if last := lines[len(lines)-1]; last != "401" {
		t.Errorf("the last line is %q, not 401:\n%s\n%s", last, &out, &complaints)
	}
}
