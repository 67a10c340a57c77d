package database_test

import (
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"postern/server/database"
	"postern/shared/fault"
)

// TestWhatIsNotOurMistake: a server that stops, or has no room on its disk, is told
// as such; a statement that is wrong stays a mistake of ours.
func TestWhatIsNotOurMistake(t *testing.T) {
	for code, want := range map[string]fault.Kind{
		"08006": fault.Unavailable, // the connection broke
		"53100": fault.Unavailable, // the disk is full
		"53300": fault.Unavailable, // too many connections
		"57P01": fault.Unavailable, // the server stops
		"58030": fault.Unavailable, // the disk fails
		"55P03": fault.Unavailable, // somebody else holds the row
		"42601": fault.Internal,    // a syntax error
		"23514": fault.Internal,    // a check that code should have made
	} {
		if got := fault.Of(database.Fault(&pgconn.PgError{Code: code}, nil, nil)).Kind; got != want {
			t.Errorf("%s is told as %s, want %s", code, got, want)
		}
	}
}
