package tenant

// For tests alone.
var (
	Do       = do
	Verifier = verifier
)

// Make is what makes a session's user, without the row that it should have: what
// a crash at the wrong moment leaves.
var Make = makeSessionUser

// MarkOf is the mark of a session's user.
func MarkOf(installation, account string) mark { return mark{installation, isSession, account} }
