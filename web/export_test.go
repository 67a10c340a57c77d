package web

// Teach gives the app a language for a test.
func (f *Front) Teach(code, path, overlay string) error {
	if f.err != nil {
		return f.err
	}
	return f.languages.add(code, path, []byte(overlay))
}
