package components

import (
	"net/url"

	"postern/app/place"
)

// Place is where in a list the reader is.
type Place = place.Place

// ReadPlace reads it from an address's query: see place.Read.
func ReadPlace(query url.Values, filters ...string) Place { return place.Read(query, filters...) }
