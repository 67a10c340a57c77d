package account

import (
	"context"

	"postern/server/dispatch"
	"postern/shared/catalog"
	"postern/shared/function"
)

// registerServer answers what is the same for everybody: the server's name and
// version, what may be called, the locales.
func (r *Room) registerServer(m *dispatch.Mux) {
	dispatch.Handle(m, catalog.Version, func(context.Context, dispatch.Call, struct{}) (catalog.VersionAnswer, error) {
		return catalog.VersionAnswer{Version: r.Version}, nil
	})
	dispatch.Handle(m, catalog.GetHostname, func(context.Context, dispatch.Call, struct{}) (catalog.HostnameAnswer, error) {
		return catalog.HostnameAnswer{Hostname: r.Hostname}, nil
	})
	dispatch.Handle(m, catalog.AppList, func(_ context.Context, c dispatch.Call, _ struct{}) (catalog.AppListAnswer, error) {
		return catalog.AppListAnswer{App: m.Available(c.Caller, function.OnWHM)}, nil
	})
	dispatch.Handle(m, catalog.ListLocales, func(context.Context, dispatch.Call, struct{}) ([]catalog.Locale, error) {
		return catalog.Locales, nil
	})
	dispatch.Handle(m, catalog.GetLocaleAttributes, func(_ context.Context, c dispatch.Call, _ struct{}) (catalog.LocaleAttributes, error) {
		l, found := catalog.FindLocale(c.Locale)
		if !found {
			l, _ = catalog.FindLocale(catalog.DefaultLocale)
		}
		return catalog.LocaleAttributes{Locale: l.Locale, Name: l.Name, Direction: l.Direction, Encoding: "utf-8"}, nil
	})
}
