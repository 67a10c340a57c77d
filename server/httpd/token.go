package httpd

import (
	"context"
	"strings"
)

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

// cutToken takes the security token off a path, cpsess and digits, which is how
// clients know it. The rest begins with a slash. Without a token it is the path.
func cutToken(path string) (token, rest string) {
	after, is := strings.CutPrefix(path, "/cpsess")
	if !is {
		return "", path
	}
	rest = strings.TrimLeft(after, "0123456789")
	if len(rest) == len(after) || rest != "" && rest[0] != '/' {
		return "", path
	}
	token = path[1 : len(path)-len(rest)]
	if rest == "" {
		rest = "/"
	}
	return token, rest
}
