package catalog

import (
	"strconv"
	"strings"

	"postern/shared/fault"
	"postern/shared/function"
	"postern/shared/scalar"
)

// SaveSecQuestions is SourceIPCheck::savesecquestions. On WHM it is how root and
// resellers save their own.
var SaveSecQuestions = function.Define[SaveSecQuestionsRequest, []SaveSecQuestionsOutcome](function.Spec{
	Names:   []function.Name{function.API2("SourceIPCheck", "savesecquestions"), function.WHM("postern_save_security_questions")},
	Callers: function.Everybody,
	Effect:  function.Writes,
	Doc: "Saves the caller’s four security questions and their answers, in place of those before, and lists the address " +
		"that the call comes from. Only the user may do it, signed in or with the password: no API token, no command line, " +
		"and nobody who acts for the user. Answers are compared without regard to case and spaces, and are never shown.",
})

// SaveSecQuestionsRequest is the question of SourceIPCheck::savesecquestions.
type SaveSecQuestionsRequest struct {
	Account  string `form:"account,required" max:"320" doc:"The caller’s own name." example:"example"`
	Q1Ques   string `form:"q1ques,required" doc:"The first question: a preset, or one’s own; 3 to 127 bytes." example:"Which city were you born in?"`
	Q1Answer string `form:"q1answer,required,secret" doc:"Its answer; 3 to 127 bytes." example:"Snowball2"`
	Q2Ques   string `form:"q2ques,required" doc:"The second question."`
	Q2Answer string `form:"q2answer,required,secret" doc:"Its answer."`
	Q3Ques   string `form:"q3ques,required" doc:"The third question."`
	Q3Answer string `form:"q3answer,required,secret" doc:"Its answer."`
	Q4Ques   string `form:"q4ques,required" doc:"The fourth question."`
	Q4Answer string `form:"q4answer,required,secret" doc:"Its answer."`
}

// SaveSecQuestionsOutcome is the row of SourceIPCheck::savesecquestions.
type SaveSecQuestionsOutcome struct {
	Status int    `json:"status" doc:"1 when they are saved, 0 when not."`
	Reason string `json:"reason,omitempty" doc:"Why they are not saved; absent when they are."`
}

// LoadSecQuestions is SourceIPCheck::loadsecquestions.
var LoadSecQuestions = function.Define[LoadSecQuestionsRequest, []SecQuestion](function.Spec{
	Names:   []function.Name{function.API2("SourceIPCheck", "loadsecquestions")},
	Callers: function.Everybody,
	Doc: "Gives the caller’s security questions of the slots asked for, with the presets to choose from. " +
		"Only the user may do it, signed in or with the password. A saved answer is never shown: answer is what was sent.",
})

// LoadSecQuestionsRequest asks for slots: each qN that is there, whatever its
// value, asks for slot N. cPanel’s samples send the question’s text as the
// value; one sends a parameter q whose value begins with the slot.
type LoadSecQuestionsRequest struct {
	Account  string  `form:"account,required" max:"320" doc:"The caller’s own name." example:"example"`
	Q        string  `form:"q" pattern:"q?[1-4](:.*)?" allowed:"use q1, q2, q3 or q4" doc:"A slot to load, as an older sample writes it." example:"q1"`
	Q1       *string `form:"q1" doc:"Load slot 1. A preset’s text marks that option as the selected one." example:"1"`
	Q2       *string `form:"q2" doc:"Load slot 2."`
	Q3       *string `form:"q3" doc:"Load slot 3."`
	Q4       *string `form:"q4" doc:"Load slot 4."`
	Q1Answer *string `form:"q1answer,secret" doc:"Comes back as the answer of slot 1."`
	Q2Answer *string `form:"q2answer,secret" doc:"Comes back as the answer of slot 2."`
	Q3Answer *string `form:"q3answer,secret" doc:"Comes back as the answer of slot 3."`
	Q4Answer *string `form:"q4answer,secret" doc:"Comes back as the answer of slot 4."`
}

// AskedSlot is a slot that loadsecquestions is asked for.
type AskedSlot struct {
	Slot   int
	Text   string  // the value of qN
	Answer *string // the value of qNanswer
}

// Slots are the slots asked for, in their order.
func (r *LoadSecQuestionsRequest) Slots() (asked []AskedSlot) {
	texts := [QuestionSlots]*string{r.Q1, r.Q2, r.Q3, r.Q4}
	answers := [QuestionSlots]*string{r.Q1Answer, r.Q2Answer, r.Q3Answer, r.Q4Answer}
	older, text, _ := strings.Cut(r.Q, ":")
	text = strings.TrimSpace(text)
	for i := range texts {
		if slot := strconv.Itoa(i + 1); texts[i] == nil && strings.TrimPrefix(older, "q") == slot {
			texts[i] = &text
		}
		if texts[i] != nil {
			asked = append(asked, AskedSlot{Slot: i + 1, Text: *texts[i], Answer: answers[i]})
		}
	}
	return asked
}

// Check wants at least one slot.
func (r *LoadSecQuestionsRequest) Check() error {
	if len(r.Slots()) == 0 {
		return fault.Missing("q1")
	}
	return nil
}

// SecQuestion is a row of SourceIPCheck::loadsecquestions.
type SecQuestion struct {
	QuestionNum int                 `json:"questionnum" doc:"The slot, 1 to 4."`
	Question    string              `json:"question" doc:"The saved question; empty when there is none."`
	Answer      *string             `json:"answer" doc:"What was sent as the slot’s answer; null when nothing was."`
	Options     []SecQuestionOption `json:"options" doc:"The seven presets of the slot."`
}

// SecQuestionOption is a preset that a slot offers.
type SecQuestionOption struct {
	QuestionNum int     `json:"questionnum" doc:"The preset’s number, 1 to 7."`
	Question    string  `json:"question" doc:"Its text."`
	SelectedTxt *string `json:"selectedtxt" doc:"“selected” for the preset that the call names, or else for the one that is saved; null for the others."`
}

// ResetSecQuestions is SourceIPCheck::resetsecquestions.
var ResetSecQuestions = function.Define[AccountRequest, []ResetSecQuestionsOutcome](function.Spec{
	Names:   []function.Name{function.API2("SourceIPCheck", "resetsecquestions"), function.WHM("postern_reset_security_questions")},
	Callers: function.Everybody,
	Effect:  function.Writes,
	Doc: "Removes the security questions of the caller or of a mailbox of the account. At the next sign in the user is " +
		"asked to set them up again. Root and resellers may do it for their accounts over WHM’s bridge.",
})

// ResetSecQuestionsOutcome is the row of SourceIPCheck::resetsecquestions.
type ResetSecQuestionsOutcome struct {
	Status string `json:"status" doc:"Empty when they are removed, else why not."`
	Reason string `json:"reason,omitempty" doc:"Why they are not removed; absent when they are."`
}

// GetSecAccount is SourceIPCheck::getaccount.
var GetSecAccount = function.Define[function.Nothing, []SecAccount](function.Spec{
	Names:   []function.Name{function.API2("SourceIPCheck", "getaccount")},
	Callers: function.Everybody,
	Doc:     "Tells whose security questions and addresses the caller’s are: what to send as account.",
})

// SecAccount is the row of SourceIPCheck::getaccount, whose members no document prints.
type SecAccount struct {
	Account       string     `json:"account" doc:"The name that the caller signs in with."`
	QuestionsSet  scalar.Bit `json:"questions_set" doc:"1 when all four questions are saved."`
	AddressesUsed int        `json:"addresses" doc:"How many addresses and networks are listed."`
}

// SampleQuestions is SourceIPCheck::samplequestions.
var SampleQuestions = function.Define[function.Nothing, []SampleQuestion](function.Spec{
	Names:   []function.Name{function.API2("SourceIPCheck", "samplequestions")},
	Callers: function.Everybody,
	Doc:     "Lists the preset security questions: seven for each of the four slots.",
})

// SampleQuestion is a row of SourceIPCheck::samplequestions, whose members no document prints.
type SampleQuestion struct {
	Slot        int    `json:"slot" doc:"The slot, 1 to 4."`
	QuestionNum int    `json:"questionnum" doc:"The preset’s number in its slot, 1 to 7."`
	Question    string `json:"question" doc:"Its text."`
}
