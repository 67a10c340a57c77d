package httpd

import "context"

type tokenKey struct{}

// WithToken remembers the security token that a request's path began with,
// /cpsess and ten digits, after the prefix was taken off.
func WithToken(ctx context.Context, token string) context.Context {
	return context.WithValue(ctx, tokenKey{}, token)
}

// TokenOf is the security token that the request's path began with; empty if
// there was none.
func TokenOf(ctx context.Context) string {
	token, _ := ctx.Value(tokenKey{}).(string)
	return token
}
