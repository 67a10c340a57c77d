package web

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestAProgramWithoutLines: what build-lines.mjs empties is not missed by the
// runtime, and a traceback still names the functions.
func TestAProgramWithoutLines(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	run := func(env []string, name string, args ...string) string {
		cmd := exec.Command(name, args...)
		cmd.Env = append(os.Environ(), env...)
		out, _ := cmd.CombinedOutput() // the program stops with a panic; what it says is looked at
		return string(out)
	}
	program := filepath.Join(dir, "trace.wasm")
	if out := run([]string{"GOOS=js", "GOARCH=wasm"}, "go", "build", "-trimpath", "-ldflags=-s -w", "-gcflags=all=-l", "-gcflags=runtime=", "-o", program, "./testdata/trace"); out != "" {
		t.Fatal(out)
	}
	if out := run(nil, "node", "--input-type=module", "-e", `import { dropLines } from "./build-lines.mjs"; import * as fs from "node:fs";
		fs.writeFileSync(process.argv[1], dropLines(fs.readFileSync(process.argv[1])));`, program); out != "" {
		t.Fatal(out)
	}
	root := strings.TrimSpace(run(nil, "go", "env", "GOROOT"))
	out := run(nil, "node", "--stack-size=8000", filepath.Join(root, "lib", "wasm", "wasm_exec_node.js"), program)
	for _, want := range []string{"4000 main.main 0\n", "panic: at the bottom", "main.pair[...].dig(", "main.main()"} {
		if !strings.Contains(out, want) {
			t.Errorf("it does not say %q:\n%s", want, out)
		}
	}
	if strings.Contains(out, ".go:") {
		t.Errorf("there are lines:\n%s", out)
	}
}
