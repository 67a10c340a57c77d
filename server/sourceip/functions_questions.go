package sourceip

import (
	"context"
	"strings"

	"postern/server/dispatch"
	"postern/shared/catalog"
	"postern/shared/fault"
	"postern/shared/function"
	"postern/shared/scalar"
)

// prepared is what savesecquestions makes before its transaction: hashes, or why not.
type prepared struct {
	kept   Kept
	refuse *fault.Fault
}

func (r *Room) prepareSave(ctx context.Context, c dispatch.Call, in catalog.SaveSecQuestionsRequest) (p prepared, err error) {
	if err := r.themself(ctx, c, in.Account); err != nil {
		return p, err
	}
	p.kept, err = r.Hash(ctx, [catalog.QuestionSlots]QA{
		{in.Q1Ques, in.Q1Answer}, {in.Q2Ques, in.Q2Answer}, {in.Q3Ques, in.Q3Answer}, {in.Q4Ques, in.Q4Answer},
	})
	if fault.Is(err, fault.Invalid) {
		p.refuse, err = fault.Of(err), nil
	}
	return p, err
}

// save writes what was prepared. cPanel: status 0 and a reason in the row when
// the questions or answers are not taken.
func (r *Room) save(ctx context.Context, c dispatch.Call, in catalog.SaveSecQuestionsRequest, p prepared) ([]catalog.SaveSecQuestionsOutcome, error) {
	// Asked again where it is written: what was prepared may have been read from a
	// replica, and hashes take their time.
	if err := r.themself(ctx, c, in.Account); err != nil {
		return nil, err
	}
	if p.refuse != nil {
		return []catalog.SaveSecQuestionsOutcome{{Reason: p.refuse.Message}}, nil
	}
	if err := r.Keep(ctx, c.DB, c.ID, p.kept, c.Address, c.Now); err != nil {
		return nil, err
	}
	return []catalog.SaveSecQuestionsOutcome{{Status: 1}}, nil
}

func (r *Room) load(ctx context.Context, c dispatch.Call, in catalog.LoadSecQuestionsRequest) ([]catalog.SecQuestion, error) {
	if err := r.themself(ctx, c, in.Account); err != nil {
		return nil, err
	}
	rows, err := questions(ctx, c.DB, c.ID)
	if err != nil {
		return nil, err
	}
	var saved [catalog.QuestionSlots]string
	for _, row := range rows {
		saved[row.Slot-1] = row.Question
	}
	out := []catalog.SecQuestion{}
	for _, asked := range in.Slots() {
		question := saved[asked.Slot-1]
		out = append(out, catalog.SecQuestion{
			QuestionNum: asked.Slot, Question: question, Answer: asked.Answer,
			Options: options(asked.Slot, strings.TrimSpace(asked.Text), question),
		})
	}
	return out, nil
}

// options are the presets of a slot, one of them selected: the one that the call
// names by its text, or else the one that is saved.
func options(slot int, named, saved string) []catalog.SecQuestionOption {
	selected, mark := -1, "selected"
	presets := catalog.SecurityQuestions[slot-1]
	for _, text := range []string{saved, named} {
		for i, preset := range presets {
			if preset == text {
				selected = i
			}
		}
	}
	out := make([]catalog.SecQuestionOption, len(presets))
	for i, preset := range presets {
		out[i] = catalog.SecQuestionOption{QuestionNum: i + 1, Question: preset}
		if i == selected {
			out[i].SelectedTxt = &mark
		}
	}
	return out
}

// reset removes questions. cPanel: status is empty when it is done, else it says
// why not. The addresses stay on their list.
func (r *Room) reset(ctx context.Context, c dispatch.Call, in catalog.AccountRequest) ([]catalog.ResetSecQuestionsOutcome, error) {
	if err := whole(ctx, c); err != nil {
		return nil, err
	}
	if err := r.verified(ctx, c); err != nil {
		return nil, err
	}
	login, err := subject(ctx, c, in.Account)
	if fault.Is(err, fault.Unknown) {
		why := fault.Of(err).Message
		return []catalog.ResetSecQuestionsOutcome{{Status: why, Reason: why}}, nil
	}
	if err != nil {
		return nil, err
	}
	return []catalog.ResetSecQuestionsOutcome{{}}, deleteQuestions(ctx, c.DB, login)
}

func (r *Room) getAccount(ctx context.Context, c dispatch.Call, _ function.Nothing) ([]catalog.SecAccount, error) {
	rows, err := questions(ctx, c.DB, c.ID)
	if err != nil {
		return nil, err
	}
	listed, err := addresses(ctx, c.DB, c.ID)
	return []catalog.SecAccount{{
		Account: c.Name, QuestionsSet: scalar.Bit(len(rows) == catalog.QuestionSlots), AddressesUsed: len(listed),
	}}, err
}

func (r *Room) samples(context.Context, dispatch.Call, function.Nothing) ([]catalog.SampleQuestion, error) {
	out := []catalog.SampleQuestion{}
	for slot, presets := range catalog.SecurityQuestions {
		for i, text := range presets {
			out = append(out, catalog.SampleQuestion{Slot: slot + 1, QuestionNum: i + 1, Question: text})
		}
	}
	return out, nil
}
