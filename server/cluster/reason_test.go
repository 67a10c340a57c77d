package cluster_test

import (
	"testing"

	"postern/server/cluster"
)

// TestTheReasonOfAFailure: a server that gives up says why before it says goodbye.
func TestTheReasonOfAFailure(t *testing.T) {
	for out, want := range map[string]string{
		"LOG:  starting\nFATAL:  could not open shared memory segment\nLOG:  database system is shut down\n\n": "FATAL:  could not open shared memory segment",
		"LOG:  starting\nLOG:  ready\n": "LOG:  ready",
		"initdb: error: no room\n":      "initdb: error: no room",
		"":                              "",
	} {
		if got := cluster.Reason(out); got != want {
			t.Errorf("%q: %q", out, got)
		}
	}
}
