package database

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"postern/shared/fault"
)

// PostgreSQL's error codes that Postern acts on (Appendix A of its manual).
const (
	uniqueViolation      = "23505"
	foreignKeyViolation  = "23503"
	serializationFailure = "40001"
	deadlockDetected     = "40P01"
	lockNotAvailable     = "55P03"
	queryCanceled        = "57014" // statement_timeout, or a caller who went away
)

// Taken tells whether a row could not be written because one with the same
// unique value exists. Constraint says which value.
func Taken(err error) bool { return code(err) == uniqueViolation }

// Dangling tells whether a row could not be written because one it refers to
// does not exist, or not deleted because others refer to it.
func Dangling(err error) bool { return code(err) == foreignKeyViolation }

// Gone tells whether a query that must find a row found none.
func Gone(err error) bool {
	return errors.Is(err, sql.ErrNoRows) || errors.Is(err, pgx.ErrNoRows)
}

// Retryable tells whether PostgreSQL ended a transaction only because of
// another one, so that the same once more may succeed.
func Retryable(err error) bool {
	c := code(err)
	return c == serializationFailure || c == deadlockDetected
}

// Unanswered tells whether the database could not be asked, or not be waited for.
func Unanswered(err error) bool {
	var said *pgconn.PgError
	if errors.As(err, &said) {
		switch said.Code {
		case lockNotAvailable, queryCanceled:
			return true
		}
		// Class 08: the connection broke; 57P: the server stops or starts; 53 and 58:
		// it lacks room on its disk, memory or connections, or its disk fails.
		for _, class := range []string{"08", "57P", "53", "58"} {
			if strings.HasPrefix(said.Code, class) {
				return true
			}
		}
		return false
	}
	var connect *pgconn.ConnectError
	var network net.Error
	return errors.As(err, &connect) || errors.As(err, &network) ||
		errors.Is(err, context.DeadlineExceeded) || errors.Is(err, driver.ErrBadConn) ||
		errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) || errors.Is(err, net.ErrClosed) || errors.Is(err, errSilence) || errors.Is(err, errBroke) ||
		pgconn.SafeToRetry(err)
}

// Constraint names the constraint that a row violated; "" for other errors.
func Constraint(err error) string {
	var said *pgconn.PgError
	if errors.As(err, &said) {
		return said.ConstraintName
	}
	return ""
}

// Fault turns a query's error into what the caller is told: taken for a unique
// value that exists, gone for a missing row, "does not answer" for a database
// that does not. Either may be nil where it cannot happen. Any other error comes
// back as it is: an internal one, for the log. A fault stays the fault it is.
//
//	return database.Fault(err, fault.New(fault.Exists, "The mailbox exists already."), nil)
func Fault(err error, taken, gone *fault.Fault) error {
	var f *fault.Fault
	switch {
	case err == nil:
		return nil
	case errors.As(err, &f):
		return err
	case taken != nil && Taken(err):
		return taken.Because(err)
	case gone != nil && Gone(err):
		return gone.Because(err)
	case Unanswered(err):
		return NoAnswer().Because(err)
	}
	return err
}

// NoAnswer is what callers are told when the database cannot be reached.
func NoAnswer() *fault.Fault {
	return fault.New(fault.Unavailable, "The database does not answer. Try again in a few seconds.")
}

// Hit makes a statement that changed no row the error of a missing one, so that
// UPDATE and DELETE can be judged like a query:
//
//	err := database.Hit(q.Exec(ctx))
func Hit(result sql.Result, err error) error {
	if err != nil {
		return err
	}
	n, err := result.RowsAffected()
	if err == nil && n == 0 {
		return sql.ErrNoRows
	}
	return err
}

func code(err error) string {
	var said *pgconn.PgError
	if errors.As(err, &said) {
		return said.Code
	}
	return ""
}
