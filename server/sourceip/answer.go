package sourceip

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"postern/shared/catalog"
	"postern/shared/fault"
	"postern/shared/form"
)

// QA is a question with its answer as the user wrote them.
type QA struct{ Question, Answer string }

// Kept is four questions ready to be written: checked, trimmed, answers hashed.
type Kept [catalog.QuestionSlots]struct{ question, hash string }

// Hash checks four questions and hashes their answers. It takes four hashes'
// time and no transaction should be open meanwhile. The error names the
// parameter of savesecquestions.
func (r *Room) Hash(ctx context.Context, all [catalog.QuestionSlots]QA) (kept Kept, err error) {
	for i := range all {
		qa := &all[i]
		qa.Question, qa.Answer = strings.TrimSpace(qa.Question), strings.TrimSpace(qa.Answer)
		if err := checkText(fmt.Sprintf("q%dques", i+1), qa.Question); err != nil {
			return kept, err
		}
		if err := checkText(fmt.Sprintf("q%danswer", i+1), qa.Answer); err != nil {
			return kept, err
		}
	}
	for i, qa := range all {
		kept[i].question = qa.Question
		if kept[i].hash, err = r.Hasher.Hash(ctx, digest(qa.Answer)); err != nil {
			return kept, err
		}
	}
	return kept, nil
}

// checkText holds a trimmed question or answer to its length. cPanel: greater
// than 2 bytes and less than 128.
func checkText(parameter, text string) error {
	if len(text) < catalog.QuestionMin || len(text) > catalog.QuestionMax {
		return fault.Bad(parameter, catalog.TextLength.With("least", strconv.Itoa(catalog.QuestionMin), "most", strconv.Itoa(catalog.QuestionMax)))
	}
	if !utf8.ValidString(text) {
		return fault.Bad(parameter, "use UTF-8")
	}
	if strings.IndexFunc(text, unicode.IsControl) >= 0 {
		return form.NoBreaks(parameter)
	}
	if strings.IndexFunc(canonical(text), visible) < 0 {
		return fault.Bad(parameter, catalog.TextInvisible.Text)
	}
	return nil
}

func visible(r rune) bool { return unicode.IsGraphic(r) && !unicode.IsSpace(r) }

// canonical is an answer without what people do not remember: Unicode's
// compatible forms, letters' case, how many spaces and of which kind.
func canonical(answer string) string {
	answer = norm.NFKC.String(answer)
	answer = norm.NFKC.String(cases.Fold().String(answer)) // folding may leave what is not normal
	return strings.Join(strings.Fields(answer), " ")
}

// digest is what of an answer is hashed: of one length, since the normal form of
// 127 bytes may be longer than a password may be.
func digest(answer string) string {
	sum := sha256.Sum256([]byte(canonical(answer)))
	return hex.EncodeToString(sum[:])
}
