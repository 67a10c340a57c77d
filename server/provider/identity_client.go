package provider

import (
	"bytes"
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"postern/server/dispatch"
	"postern/shared/catalog"
	"postern/shared/fault"
	"postern/shared/function"
	"postern/shared/scalar"
)

// service is a provider and a service's client there.
func (r *Room) service(ctx context.Context, c dispatch.Call, in catalog.AuthnService) (*identityProvider, *identityClient, error) {
	p, err := findProvider(ctx, c.DB, in.ProviderID)
	if err != nil {
		return nil, nil, err
	}
	own, err := clientOf(ctx, c.DB, p.ID, in.Service)
	return p, own, err
}

// hidden shows that a secret is kept.
func (c *identityClient) hidden() string {
	if c.ClientSecret == nil {
		return ""
	}
	return catalog.HiddenSecret
}

func (r *Room) getClient(ctx context.Context, c dispatch.Call, in catalog.AuthnService) (out catalog.AuthnClientAnswer, err error) {
	p, own, err := r.service(ctx, c, in)
	if err != nil {
		return out, err
	}
	out.Client = catalog.AuthnClient{ClientID: own.ClientID, ClientSecret: own.hidden()}
	for _, s := range services {
		out.Client.RedirectURIs = append(out.Client.RedirectURIs, r.callback(s, p.Name))
	}
	return out, nil
}

func (r *Room) getFields(ctx context.Context, c dispatch.Call, in catalog.AuthnService) (out catalog.AuthnFieldsAnswer, err error) {
	_, own, err := r.service(ctx, c, in)
	if err != nil {
		return out, err
	}
	value := func(text string) *string {
		if text == "" {
			return nil
		}
		return &text
	}
	out.Fields = []catalog.AuthnField{
		{Description: "The client’s name, as the provider gave it out.", DisplayOrder: 0, FieldID: "client_id", Label: "Client ID", Value: value(own.ClientID)},
		{Description: "The client’s secret, as the provider gave it out.", DisplayOrder: 1, FieldID: "client_secret", Label: "Client secret", Value: value(own.hidden())},
	}
	return out, nil
}

func (r *Room) setClient(ctx context.Context, c dispatch.Call, in catalog.SetAuthnClientRequest) (none function.Nothing, err error) {
	var given struct {
		ClientID     *string   `json:"client_id"`
		ClientSecret *string   `json:"client_secret"`
		RedirectURIs *[]string `json:"redirect_uris"` // as read before: not for the caller to set
	}
	if err := object(in.Configurations, &given); err != nil {
		return none, fault.Bad("configurations", "use a JSON object with the texts client_id and client_secret, and nothing else")
	}
	p, err := lockProvider(ctx, c.DB, in.ProviderID)
	if err != nil {
		return none, err
	}
	own, err := clientOf(ctx, c.DB, p.ID, in.Service)
	if err != nil {
		return none, err
	}
	if own.ID == 0 {
		if own.ID, err = nextID(ctx, c.DB, "identity_clients"); err != nil {
			return none, err
		}
	}
	if given.ClientID != nil {
		own.ClientID = *given.ClientID
	}
	if len(own.ClientID) > 500 || !speakable(own.ClientID) {
		return none, fault.Bad("configurations", "client_id must be there: at most 500 visible ASCII characters")
	}
	if s := given.ClientSecret; s != nil && *s != catalog.HiddenSecret {
		if len(*s) > 1000 || *s != "" && !speakable(*s) {
			return none, fault.Bad("configurations", "client_secret may have at most 1000 visible ASCII characters")
		}
		own.ClientSecret = r.seal(*s, clientSecret(own.ID))
	}
	return none, keepClient(ctx, c.DB, own)
}

// object reads one JSON object and nothing besides.
func object(text string, into any) error {
	d := json.NewDecoder(strings.NewReader(text))
	d.DisallowUnknownFields()
	if !bytes.HasPrefix(bytes.TrimSpace([]byte(text)), []byte("{")) {
		return io.ErrUnexpectedEOF
	}
	if err := d.Decode(into); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return io.ErrUnexpectedEOF
	}
	return nil
}

// face is how a provider's button looks: as set, and as by default where nothing is.
func face(p *identityProvider, own *identityClient) (f catalog.ButtonFace) {
	if own != nil {
		f = own.Face
	}
	f.DisplayName = cmp.Or(f.DisplayName, p.DisplayName)
	f.Label = cmp.Or(f.Label, catalog.ButtonLabel(f.DisplayName))
	f.Color, f.TextColor = cmp.Or(f.Color, "2f4b7c"), cmp.Or(f.TextColor, "ffffff")
	return f
}

func (r *Room) getFaces(ctx context.Context, c dispatch.Call, in catalog.AuthnProviderID) (out catalog.AuthnFaces, err error) {
	p, err := findProvider(ctx, c.DB, in.ProviderID)
	if err != nil {
		return out, err
	}
	clients, err := selectClients(ctx, c.DB, p.ID)
	for _, s := range services {
		out.Configurations = append(out.Configurations, catalog.AuthnFace{
			ButtonFace: face(p, clients[p.ID][s]), Link: Link + p.Name, ProviderName: p.Name, Service: s,
		})
	}
	return out, err
}

func (r *Room) setFace(ctx context.Context, c dispatch.Call, in catalog.SetAuthnFaceRequest) (none function.Nothing, err error) {
	p, err := lockProvider(ctx, c.DB, in.ProviderID)
	if err != nil {
		return none, err
	}
	own, err := clientOf(ctx, c.DB, p.ID, in.Service)
	if err != nil {
		return none, err
	}
	if own.ID == 0 {
		if own.ID, err = nextID(ctx, c.DB, "identity_clients"); err != nil {
			return none, err
		}
	}
	// What the object leaves out stays.
	if err := object(in.Configurations, &own.Face); err != nil {
		return none, fault.Bad("configurations", "use a JSON object with any of the texts color, textcolor, display_name, label, icon, icon_type and documentation_url, and nothing else")
	}
	if err := looks(own.Face); err != nil {
		return none, err
	}
	return none, keepClient(ctx, c.DB, own)
}

var (
	rgb       = regexp.MustCompile(`^[0-9A-Fa-f]{6}$`)
	iconTypes = []string{"image/svg+xml", "image/png", "image/jpeg", "image/gif", "image/webp", "image/x-icon"}
)

// looks holds what pages show to what they can show. Colours end up in styles,
// the icon in the source of an image, in which no script runs.
func looks(f catalog.ButtonFace) error {
	bad := func(allowed string) error { return fault.Bad("configurations", allowed) }
	for name, colour := range map[string]string{"color": f.Color, "textcolor": f.TextColor} {
		if colour != "" && !rgb.MatchString(colour) {
			return bad(name + " must be six hexadecimal digits, such as dd4b39")
		}
	}
	for _, text := range []string{f.DisplayName, f.Label} {
		if len(text) > 100 || strings.IndexFunc(text, func(c rune) bool {
			return c < ' ' || c == 0x7f || c >= 0x202a && c <= 0x202e || c >= 0x2066 && c <= 0x2069
		}) >= 0 {
			return bad("display_name and label may have 100 bytes and no control characters")
		}
	}
	if u, err := url.Parse(f.DocumentationURL); f.DocumentationURL != "" && (err != nil || len(f.DocumentationURL) > 500 || u.Scheme != "https" && u.Scheme != "http" || u.Host == "") {
		return bad("documentation_url must be an http or https URL of at most 500 bytes")
	}
	if _, err := base64.StdEncoding.DecodeString(f.Icon); err != nil || len(f.Icon) > 48<<10 {
		return bad("icon must be an image in Base64, of at most 48 KiB")
	}
	if f.IconType != "" && !slices.Contains(iconTypes, f.IconType) || f.Icon != "" && f.IconType == "" {
		return bad("icon_type must be one of " + strings.Join(iconTypes, ", ") + ", and be there when icon is")
	}
	return nil
}

// Buttons are the providers that are on for a service, as its sign-in page shows them.
func (r *Room) Buttons(ctx context.Context, service scalar.Service) ([]catalog.AuthnModule, error) {
	return r.buttons(ctx, dispatch.Call{DB: r.DB}, service)
}

func (r *Room) buttons(ctx context.Context, c dispatch.Call, service scalar.Service) ([]catalog.AuthnModule, error) {
	out := []catalog.AuthnModule{}
	clients, err := selectClients(ctx, c.DB, 0)
	if err != nil || len(clients) == 0 {
		return out, err
	}
	all, err := selectProviders(ctx, c.DB)
	for _, p := range all {
		if own := clients[p.ID][service]; own != nil && own.Enabled {
			out = append(out, catalog.AuthnModule{ButtonFace: face(&p, own), Link: r.link(service, p.Name), ProviderName: p.Name})
		}
	}
	return out, err
}

// accountService is the one whose providers are an account's: Webmail's there, else
// cPanel's, also when WHM or a command line calls for it.
func accountService(c dispatch.Call) scalar.Service {
	if c.Service == scalar.Webmail {
		return c.Service
	}
	return scalar.CPanel
}

func (r *Room) modules(ctx context.Context, c dispatch.Call, _ function.Nothing) ([]catalog.AuthnModule, error) {
	return r.buttons(ctx, c, accountService(c))
}

func (r *Room) hasModules(ctx context.Context, c dispatch.Call, _ function.Nothing) (scalar.Bit, error) {
	all, err := r.buttons(ctx, c, accountService(c))
	return len(all) > 0, err
}
