package identity

import (
	"context"
	"strings"

	"postern/shared/catalog"
)

// Provider is somebody else with whom people may sign in.
type Provider struct {
	catalog.ButtonFace
	Link string `json:"link"` // where it leads, on this service
}

// Providers asks for those of this service. It is no failure that there are
// none, and the login page works without them.
func (d *Desk) Providers(ctx context.Context) []Provider {
	r, err := d.fetch(ctx, Request{Method: "GET", Path: "/login/providers"})
	var answer struct{ Providers []Provider }
	if err != nil || r.Status != 200 || decode(r, &answer) != nil {
		return nil
	}
	var list []Provider
	for _, p := range answer.Providers {
		if strings.HasPrefix(p.Link, "/openid_connect/") { // nowhere else
			list = append(list, p)
		}
	}
	return list
}
