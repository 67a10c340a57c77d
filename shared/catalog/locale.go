package catalog

import (
	"strings"

	"postern/shared/function"
)

// Locale is a language that users may choose. Postern speaks English itself;
// the choice is kept for the applications behind the sign in.
type Locale struct {
	Locale    string `json:"locale" doc:"The locale’s code."`
	Name      string `json:"name" doc:"Its name in English."`
	LocalName string `json:"local_name" doc:"Its name in its own language."`
	Direction string `json:"direction" doc:"ltr or rtl: which way its text runs."`
}

// Locales are the ones there are, by code.
var Locales = []Locale{
	{"ar", "Arabic", "العربية", "rtl"},
	{"cs", "Czech", "čeština", "ltr"},
	{"da", "Danish", "dansk", "ltr"},
	{"de", "German", "Deutsch", "ltr"},
	{"el", "Greek", "Ελληνικά", "ltr"},
	{"en", "English", "English", "ltr"},
	{"es", "Spanish", "español", "ltr"},
	{"fa", "Persian", "فارسی", "rtl"},
	{"fi", "Finnish", "suomi", "ltr"},
	{"fr", "French", "français", "ltr"},
	{"he", "Hebrew", "עברית", "rtl"},
	{"hu", "Hungarian", "magyar", "ltr"},
	{"id", "Indonesian", "Indonesia", "ltr"},
	{"it", "Italian", "italiano", "ltr"},
	{"ja", "Japanese", "日本語", "ltr"},
	{"ko", "Korean", "한국어", "ltr"},
	{"nb", "Norwegian Bokmål", "norsk bokmål", "ltr"},
	{"nl", "Dutch", "Nederlands", "ltr"},
	{"pl", "Polish", "polski", "ltr"},
	{"pt", "Portuguese", "português", "ltr"},
	{"pt_br", "Brazilian Portuguese", "português (Brasil)", "ltr"},
	{"ro", "Romanian", "română", "ltr"},
	{"ru", "Russian", "русский", "ltr"},
	{"sv", "Swedish", "svenska", "ltr"},
	{"th", "Thai", "ไทย", "ltr"},
	{"tr", "Turkish", "Türkçe", "ltr"},
	{"uk", "Ukrainian", "українська", "ltr"},
	{"vi", "Vietnamese", "Tiếng Việt", "ltr"},
	{"zh", "Chinese", "中文", "ltr"},
	{"zh_tw", "Traditional Chinese", "繁體中文", "ltr"},
}

// DefaultLocale is what users have who chose nothing.
const DefaultLocale = "en"

// FindLocale is the locale of a code, or of an English name, which is how old
// clients wrote it (“english”). Case does not matter, nor whether a code has - or _.
func FindLocale(text string) (Locale, bool) {
	code := strings.ReplaceAll(text, "-", "_")
	for _, l := range Locales {
		if strings.EqualFold(l.Locale, code) || strings.EqualFold(l.Name, text) {
			return l, true
		}
	}
	return Locale{}, false
}

// ListLocales is Locale::list_locales.
var ListLocales = function.Define[struct{}, []Locale](function.Spec{
	Names:   []function.Name{function.UAPI("Locale", "list_locales")},
	Callers: function.Everybody,
	Doc:     "Lists the locales that users may choose.",
})

// GetLocaleAttributes is Locale::get_attributes.
var GetLocaleAttributes = function.Define[struct{}, LocaleAttributes](function.Spec{
	Names:   []function.Name{function.UAPI("Locale", "get_attributes")},
	Callers: function.Everybody,
	Doc:     "Tells the caller’s locale: its code, name, direction and encoding.",
})

// LocaleAttributes describes the caller's locale.
type LocaleAttributes struct {
	Locale    string `json:"locale" doc:"The locale’s code."`
	Name      string `json:"name" doc:"Its name in English."`
	Direction string `json:"direction" doc:"ltr or rtl: which way its text runs."`
	Encoding  string `json:"encoding" doc:"The character set: always utf-8."`
}
