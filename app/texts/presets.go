package texts

import (
	"fmt"

	"postern/shared/catalog"
)

func presetKey(slot, i int) string { return fmt.Sprintf("%d.%d", slot+1, i+1) }

// Ask is a security question for people: a preset in their language, one of
// somebody's own as it was written.
func (t *Texts) Ask(question string) string {
	for slot, presets := range catalog.SecurityQuestions {
		for i, preset := range presets {
			if preset == question {
				return t.Presets[presetKey(slot, i)]
			}
		}
	}
	return question
}

// AskAll is Ask for several.
func (t *Texts) AskAll(questions []string) []string {
	words := make([]string, len(questions))
	for i, q := range questions {
		words[i] = t.Ask(q)
	}
	return words
}
