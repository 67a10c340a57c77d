package bruteforce

import (
	"context"

	"postern/server/dispatch"
	"postern/shared/catalog"
	"postern/shared/fault"
	"postern/shared/function"
	"postern/shared/scalar"
)

// Register gives the room's answers to the mux.
func (r *Room) Register(m *dispatch.Mux) {
	dispatch.Handle(m, catalog.CPHulkStatus, r.status)
	dispatch.Handle(m, catalog.EnableCPHulk, r.enable)
	dispatch.Handle(m, catalog.DisableCPHulk, r.disable)
	dispatch.Handle(m, catalog.LoadCPHulkConfig, r.loadConfig)
	dispatch.Handle(m, catalog.SaveCPHulkConfig, r.saveConfig)
	dispatch.Handle(m, catalog.SetCPHulkConfigKey, r.setKey)
	dispatch.Handle(m, catalog.CreateCPHulkRecord, r.create)
	dispatch.Handle(m, catalog.BatchCreateCPHulkRecords, r.batchCreate)
	dispatch.Handle(m, catalog.DeleteCPHulkRecord, r.delete)
	dispatch.Handle(m, catalog.ReadCPHulkRecords, r.read)
	dispatch.Handle(m, catalog.KnownCountries, r.countries)
	dispatch.Handle(m, catalog.FailedLogins, r.failedLogins)
	dispatch.Handle(m, catalog.UserBrutes, r.userBrutes)
	dispatch.Handle(m, catalog.Brutes, r.brutes)
	dispatch.Handle(m, catalog.ExcessiveBrutes, r.excessiveBrutes)
	dispatch.Handle(m, catalog.FlushLoginHistory, r.flush)
	dispatch.Handle(m, catalog.FlushLoginHistoryForIPs, r.flushForIPs)
	dispatch.Handle(m, catalog.Unlock, r.unlock)
	dispatch.Handle(m, catalog.FailedSignIns, r.failedSignIns)
}

func (r *Room) status(ctx context.Context, c dispatch.Call, _ function.Nothing) (catalog.CPHulkStatusAnswer, error) {
	s, err := load(ctx, c.DB)
	return catalog.CPHulkStatusAnswer{Enabled: s.Enabled, Service: "cPHulk"}, err
}

func (r *Room) enable(ctx context.Context, c dispatch.Call, _ function.Nothing) (function.Nothing, error) {
	return turn(ctx, c, true)
}

func (r *Room) disable(ctx context.Context, c dispatch.Call, _ function.Nothing) (function.Nothing, error) {
	return turn(ctx, c, false)
}

func turn(ctx context.Context, c dispatch.Call, on scalar.Bit) (out function.Nothing, err error) {
	_, err = change(ctx, c.DB, c.Now, func(s *Settings) error {
		s.Enabled = on
		return nil
	})
	return out, err
}

func (r *Room) loadConfig(ctx context.Context, c dispatch.Call, _ function.Nothing) (catalog.CPHulkConfigAnswer, error) {
	s, err := load(ctx, c.DB)
	return catalog.CPHulkConfigAnswer{Config: s.CPHulkConfig}, err
}

func (r *Room) saveConfig(ctx context.Context, c dispatch.Call, in catalog.SaveCPHulkConfigRequest) (catalog.CPHulkConfigSaved, error) {
	s, err := change(ctx, c.DB, c.Now, func(s *Settings) error {
		if !s.Enabled && !in.Skip {
			return off()
		}
		return s.save(in)
	})
	return catalog.CPHulkConfigSaved{Config: s.CPHulkConfig, Warning: s.idle()}, err
}

// setKey has no check that the protection is on: is_enabled is one of its keys.
func (r *Room) setKey(ctx context.Context, c dispatch.Call, in catalog.SetCPHulkConfigKeyRequest) (catalog.CPHulkConfigSaved, error) {
	s, err := change(ctx, c.DB, c.Now, func(s *Settings) error { return s.set(in.Key, in.Value) })
	return catalog.CPHulkConfigSaved{Config: s.CPHulkConfig, Warning: s.idle()}, err
}

// off is cPanel's sentence for a call while the protection is off.
func off() error { return fault.New(fault.Invalid, "cPHulk is disabled on the server.") }

// mustBeOn refuses while the protection is off, unless the caller says not to mind.
func mustBeOn(ctx context.Context, c dispatch.Call, skip catalog.SkipEnabledCheck) error {
	if skip.Skip {
		return nil
	}
	s, err := load(ctx, c.DB)
	if err == nil && !bool(s.Enabled) {
		err = off()
	}
	return err
}

func (r *Room) countries(context.Context, dispatch.Call, function.Nothing) (catalog.KnownCountriesAnswer, error) {
	return catalog.KnownCountriesAnswer{Countries: []catalog.KnownCountry{}}, nil
}
