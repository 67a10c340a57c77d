//go:build !race

package tenant_test

// sessions is how many TestThousandSessions makes.
const sessions = 1000
