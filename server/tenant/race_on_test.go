//go:build race

package tenant_test

// sessions are fewer where each step is watched for races.
const sessions = 200
