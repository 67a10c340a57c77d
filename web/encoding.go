package web

import (
	"strconv"
	"strings"
)

// The content codings that assets are served in, the best first.
const (
	brotli   = "br"
	gzipped  = "gzip"
	identity = "identity"
)

// negotiate picks the coding for a request's Accept-Encoding headers, by RFC
// 9110 section 12.5.3: the highest weight wins and, among equals, the smallest
// file. No header at all means identity here, as such clients are the simple
// ones. It is not acceptable only if the client rules out even identity.
func negotiate(headers []string) (coding string, acceptable bool) {
	weights := weigh(strings.Join(headers, ","))
	best, weight := "", 0.0
	for _, c := range []string{brotli, gzipped} {
		if w := weights.of(c, 0); w > weight {
			best, weight = c, w
		}
	}
	plain := weights.of(identity, 0)
	if best != "" && weight >= plain {
		return best, true
	}
	if weights.of(identity, 1) > 0 {
		return identity, true
	}
	return best, best != ""
}

// weighted is what an Accept-Encoding header says of each coding.
type weighted map[string]float64

// of is the weight of a coding, or the given one if the header is silent about it.
func (w weighted) of(coding string, silent float64) float64 {
	if v, said := w[coding]; said {
		return v
	}
	if v, said := w["*"]; said {
		return v
	}
	return silent
}

func weigh(header string) weighted {
	w := weighted{}
	for _, item := range strings.Split(header, ",") {
		coding, params, _ := strings.Cut(item, ";")
		coding = strings.ToLower(strings.TrimSpace(coding))
		if coding == "" {
			continue
		}
		if coding == "x-gzip" { // the old name, RFC 9110 section 8.4.1.3
			coding = gzipped
		}
		w[coding] = weight(params)
	}
	return w
}

// weight reads "q=0.5"; what cannot be read counts as refused.
func weight(params string) float64 {
	name, value, given := strings.Cut(strings.TrimSpace(params), "=")
	if !given || !strings.EqualFold(strings.TrimSpace(name), "q") {
		return 1
	}
	q, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	if err != nil || !(q >= 0 && q <= 1) {
		return 0
	}
	return q
}
