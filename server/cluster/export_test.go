package cluster

// LookOnlyIn makes the search for PostgreSQL's programs use one folder.
func LookOnlyIn(dir string) (restore func()) {
	before := whereDistributionsPut
	whereDistributionsPut = []string{dir}
	return func() { whereDistributionsPut = before }
}

// Reason is the line that says why a program failed.
func Reason(out string) string { return reason([]byte(out)) }
