// Package web is what the browser downloads: it embeds static/, with what
// build.mjs made in static/dist/, and serves it.
//
// It owns the page that every path of the browser app gets (Shell), that page's
// content security policy, and the assets behind it (Assets): compressed when
// they were built, under addresses that hold a hash of their content. It knows
// nothing of the API, of sessions, or of which paths the app has; package httpd
// decides that and calls it. Of Postern it imports the texts, and the locales of shared.
package web

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
)

// static always has the committed sources; static/dist is there once
// "node build.mjs" has run in this folder.
//
//go:embed static
var static embed.FS

// ErrNotBuilt says that the binary was built before the browser app was.
var ErrNotBuilt = errors.New("the browser app is not built: run “make build”, or “npm ci && node build.mjs” in web/")

// manifest is what build.mjs writes to static/dist/manifest.json.
type manifest struct {
	Assets []asset `json:"assets"`
}

// asset is one file that the browser may ask for. dist has it as Name.br and as
// Name.gz; who takes neither gets the gzip unpacked, so that the raw file, five
// times the size, stays out of the binary.
type asset struct {
	Name string `json:"name"` // app.wasm
	Type string `json:"type"` // its media type
	Hash string `json:"hash"` // of its content, 16 hexadecimal digits
	Size int64  `json:"size"` // bytes, uncompressed
}

// path is the asset's address.
func (a asset) path() string { return "/assets/" + a.Hash + "/" + a.Name }

// built reads the manifest; the error is ErrNotBuilt, or says what is wrong with it.
func built() (map[string]asset, error) {
	text, err := static.ReadFile("static/dist/manifest.json")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNotBuilt
	}
	if err != nil {
		return nil, err
	}
	var m manifest
	if err := json.Unmarshal(text, &m); err != nil {
		return nil, fmt.Errorf("reading static/dist/manifest.json: %w", err)
	}
	assets := make(map[string]asset, len(m.Assets))
	for _, a := range m.Assets {
		assets[a.Name] = a
	}
	return assets, nil
}

// Built tells whether the browser app is inside this binary; the error says what to do if not.
func Built() error {
	_, err := built()
	return err
}

// Path is the address of an asset by its name, such as app.css; empty when the
// browser app is not built.
func Path(name string) string {
	assets, err := built()
	if a, has := assets[name]; err == nil && has {
		return a.path()
	}
	return ""
}
