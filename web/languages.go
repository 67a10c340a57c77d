package web

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/text/language"

	"postern/app/texts"
	"postern/shared/catalog"
)

// languages are those that the app speaks: English, and one for each file of
// static/texts. Their names and directions are those of the locales' list.
type languages struct {
	all     []spoken // English first
	matcher language.Matcher
}

// spoken is one of them.
type spoken struct {
	code      string // a locale's: de, pt_br
	name      string // in the language itself
	direction string // ltr or rtl
	path      string // of its texts; empty: English
	words     *texts.Texts
}

// tag is the code as HTML and Intl write it.
func (l spoken) tag() string { return strings.ReplaceAll(l.code, "_", "-") }

// sheet is the style sheet for the language's direction.
func (l spoken) sheet() string {
	if l.direction == "rtl" {
		return "app.rtl.css"
	}
	return "app.css"
}

// readLanguages finds the texts among the assets.
func readLanguages(assets map[string]asset) (*languages, error) {
	ls := &languages{}
	if err := ls.add(catalog.DefaultLocale, "", []byte("{}")); err != nil {
		return nil, err
	}
	var names []string
	for name := range assets {
		if strings.HasSuffix(name, ".json") {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		overlay, err := static.ReadFile("static/texts/" + name)
		if err == nil {
			err = ls.add(strings.TrimSuffix(name, ".json"), assets[name].path(), overlay)
		}
		if err != nil {
			return nil, err
		}
	}
	return ls, nil
}

// add teaches a language; what its texts lack stays English.
func (ls *languages) add(code, path string, overlay []byte) error {
	locale, known := catalog.FindLocale(code)
	if !known || locale.Locale != code {
		return fmt.Errorf("static/texts/%s.json: %s is not the code of a locale", code, code)
	}
	words, err := texts.Over(overlay)
	if err != nil {
		return fmt.Errorf("static/texts/%s.json: %w", code, err)
	}
	ls.all = append(ls.all, spoken{code, locale.LocalName, locale.Direction, path, words})
	var tags []language.Tag
	for _, l := range ls.all {
		tag, err := language.Parse(l.tag())
		if err != nil {
			return err
		}
		tags = append(tags, tag)
	}
	ls.matcher = language.NewMatcher(tags)
	return nil
}

// longestAccepted is how long an Accept-Language may be: some eighty languages.
const longestAccepted = 1000

// pick is the language of a locale's code; if there is none, the one that the
// browser likes best.
func (ls *languages) pick(locale string, accepted []string) spoken {
	if l, found := ls.find(locale); found {
		return l
	}
	// A header that makes no sense is one that asks for nothing, and so is one that
	// no browser sends: to compare thousands of languages takes long.
	header := strings.Join(accepted, ",")
	if len(header) > longestAccepted {
		return ls.all[0]
	}
	wanted, _, err := language.ParseAcceptLanguage(header)
	if err != nil || len(wanted) == 0 {
		return ls.all[0]
	}
	if _, at, sure := ls.matcher.Match(wanted...); sure >= language.Low {
		return ls.all[at]
	}
	return ls.all[0]
}

// find is the language of a locale's code: of pt_br that of pt if there is no other.
func (ls *languages) find(locale string) (spoken, bool) {
	code := strings.ToLower(strings.ReplaceAll(locale, "-", "_"))
	base, _, _ := strings.Cut(code, "_")
	for _, wanted := range []string{code, base} {
		for _, l := range ls.all {
			if l.code == wanted {
				return l, true
			}
		}
	}
	return spoken{}, false
}

// list names the languages and the addresses of their texts for the app:
// “en,ltr, de,ltr,/assets/…/de.json”.
func (ls *languages) list() string {
	var list []string
	for _, l := range ls.all {
		list = append(list, l.tag()+","+l.direction+","+l.path)
	}
	return strings.Join(list, " ")
}
