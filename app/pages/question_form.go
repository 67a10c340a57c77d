package pages

import (
	"net/url"
	"slices"
	"strconv"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"postern/app/components"
	"postern/app/texts"
	"postern/shared/catalog"
)

// ownQuestion is the choice that stands for a question of one's own.
const ownQuestion = "own"

// questionForm is the fields in which security questions are set up, a pair for
// each slot: at the sign in and on the screen of their own.
type questionForm struct {
	chosen [catalog.QuestionSlots]string // a preset, ownQuestion, or nothing yet
}

// ques and answer are the parameters of a slot, counted from 0.
func ques(slot int) string   { return "q" + strconv.Itoa(slot+1) + "ques" }
func answer(slot int) string { return "q" + strconv.Itoa(slot+1) + "answer" }

// UI draws the pairs; a failure that names a field is said at it.
func (q *questionForm) UI(err error) app.UI {
	slots := make([]int, catalog.QuestionSlots)
	return app.Div().Body(app.Range(slots).Slice(func(i int) app.UI { return q.pair(i, err) }))
}

func (q *questionForm) pair(slot int, err error) app.UI {
	words := texts.Now().Steps
	blame := func(name string) string {
		if components.Blamed(err) == name {
			return components.Blame(err)
		}
		return ""
	}
	choice := components.Field{
		ID: inputs + ques(slot), Type: "select", Label: texts.Fill(words.Question, "n", texts.Number(slot+1)),
		Choices: append([]string{""}, catalog.SecurityQuestions[slot][:]...), Value: q.chosen[slot], Error: blame(ques(slot)),
		Change: func(ctx app.Context, _ app.Event) {
			defer components.Guard()
			q.chosen[slot] = ctx.JSSrc().Get("value").String()
		},
	}
	choice.Words = append([]string{words.Choose}, texts.Now().AskAll(choice.Choices[1:])...)
	choice.Choices, choice.Words = append(choice.Choices, ownQuestion), append(choice.Words, words.Own)
	own := components.Field{ID: inputs + ques(slot), Name: ques(slot), Label: words.OwnLabel, Error: choice.Error, AutoComplete: "off"}
	if q.chosen[slot] == ownQuestion {
		choice.ID, choice.Error = inputs+"choice"+strconv.Itoa(slot+1), ""
	}
	reply := components.Field{
		ID: inputs + answer(slot), Name: answer(slot), Label: words.Answer, AutoComplete: "off", Error: blame(answer(slot)),
	}
	return app.FieldSet().Class("form-fieldset").Body(
		app.Legend().Class("visually-hidden").Text(choice.Label),
		choice.UI(),
		components.Slot(app.If(q.chosen[slot] == ownQuestion, own.UI())),
		reply.UI(),
	)
}

// take chooses the questions that are saved already.
func (q *questionForm) take(saved []catalog.SecQuestion) {
	for _, s := range saved {
		slot := s.QuestionNum - 1
		if slot >= 0 && slot < len(q.chosen) && slices.Contains(catalog.SecurityQuestions[slot][:], s.Question) {
			q.chosen[slot] = s.Question
		}
	}
}

// values are what was chosen and typed, as the parameters qNques and qNanswer.
func (q *questionForm) values() url.Values {
	v := url.Values{}
	for slot, text := range q.chosen {
		if text == ownQuestion {
			text = components.Typed(inputs + ques(slot))
		}
		v.Set(ques(slot), text)
		v.Set(answer(slot), components.Typed(inputs+answer(slot)))
	}
	return v
}
