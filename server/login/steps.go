package login

import (
	"cmp"
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"

	"postern/server/account"
	"postern/server/bruteforce"
	"postern/server/policy"
	"postern/server/session"
	"postern/server/sourceip"
	"postern/shared/catalog"
	"postern/shared/fault"
	"postern/shared/scalar"
)

// The steps that can stand open. With _required behind them they are the
// messages of login_only.
const (
	Questions = "security_questions"
	SetUp     = "security_questions_setup"
	Code      = "tfa"
)

// patience is how long a step stays open.
const patience = 10 * time.Minute

// codeTries is how many codes one password buys.
const codeTries = 5

// Open is a step that waits for an answer.
type Open struct {
	Step      string
	Questions []sourceip.Question // of the step Questions
	Remember  bool                // whether the address is listed unless the user says otherwise
	Name      string              // who signs in, as typed
	Expires   time.Time
	Cookie    string // opens the step; known only when it was just made
}

// ask opens the questions of a login; who is nobody when no answer will be right.
func (r *Room) ask(ctx context.Context, p policy.Policy, of int64, who account.Login, a Attempt, now time.Time) (Outcome, error) {
	questions, err := r.Addresses.Draw(ctx, r.DB, a.Name, of, p.Questions, now)
	if err != nil {
		return Outcome{}, err
	}
	s := &signIn{Step: Questions, Questions: questions}
	return r.open(ctx, p, who, a, s, now)
}

func (r *Room) setUp(ctx context.Context, who account.Login, a Attempt, now time.Time) (Outcome, error) {
	return r.open(ctx, policy.Policy{}, who, a, &signIn{Step: SetUp}, now)
}

// secondFactor asks for a code if the login has one set up, and lets in who needs none.
func (r *Room) secondFactor(ctx context.Context, p policy.Policy, who account.Login, a Attempt, now time.Time) (Outcome, error) {
	required, err := r.SecondStep.Required(ctx, r.DB, who.ID)
	if err != nil {
		return Outcome{}, err
	}
	if !required {
		return r.enter(ctx, p, who, a, now)
	}
	if a.Code == "" {
		return r.open(ctx, p, who, a, &signIn{Step: Code, Verified: true}, now)
	}
	if err := r.checkCode(ctx, who, a, now); err != nil {
		return Outcome{}, err
	}
	a.coded = true
	return r.enter(ctx, p, who, a, now)
}

// checkCode looks at the code of the attempt, whose try is for it too.
func (r *Room) checkCode(ctx context.Context, who account.Login, a Attempt, now time.Time) error {
	err := r.SecondStep.Check(ctx, r.DB, who.ID, a.Code, now)
	switch {
	case fault.Is(err, fault.Stranger):
		return r.failed(ctx, who, a, Code, now)
	case fault.Is(err, fault.Locked): // the code was not looked at: no failure of whose it is
		return cmp.Or(r.record(ctx, r.DB, who, a, Code, fault.Locked, now), err)
	}
	return err
}

// open keeps the sign in at its step and makes the cookie that goes on with it.
func (r *Room) open(ctx context.Context, p policy.Policy, who account.Login, a Attempt, s *signIn, now time.Time) (Outcome, error) {
	name, secret, hash, err := session.Secret(r.Random)
	if err != nil {
		return Outcome{}, err
	}
	s.Name, s.SecretHash = name, hash
	if who.ID != 0 {
		s.LoginID = &who.ID
	}
	if a.link != 0 {
		s.LinkID = &a.link
	}
	s.TypedName, s.Service, s.Address, s.UserAgent = a.Name, string(a.Service), a.Address.String(), session.Printable(a.UserAgent, 300)
	s.Locale, s.GotoURI, s.CreatedAt, s.ExpiresAt = a.Locale, session.Printable(a.GotoURI, 2000), now, now.Add(patience)
	if s.Questions == nil {
		s.Questions = []sourceip.Question{}
	}
	if err := insertSignIn(ctx, r.DB, s); err != nil {
		return Outcome{}, err
	}
	o := s.shown(p)
	o.Cookie = name + "." + secret
	return Outcome{Open: o}, nil
}

func (s *signIn) shown(p policy.Policy) *Open {
	return &Open{Step: s.Step, Questions: s.Questions, Remember: bool(p.RememberByDefault), Name: s.TypedName, Expires: s.ExpiresAt}
}

// Pending is the open step of a cookie, from the address where its password was given.
func (r *Room) Pending(ctx context.Context, cookie string, service scalar.Service, from netip.Addr, now time.Time) (*Open, error) {
	s, err := r.pending(ctx, cookie, service, from, now)
	if err != nil {
		return nil, err
	}
	if _, err := r.vouched(ctx, s); err != nil {
		return nil, err
	}
	p, err := policy.Load(ctx, r.DB)
	return s.shown(p), err
}

// vouched is the provider by whose word a sign in began; empty when a password did.
// A fault tells the one who stands at the step that this way in is shut by now.
func (r *Room) vouched(ctx context.Context, s *signIn) (string, error) {
	if s.LinkID == nil {
		return "", nil
	}
	var login int64
	if s.LoginID != nil {
		login = *s.LoginID
	}
	return r.Outside.Still(ctx, r.DB, *s.LinkID, login, scalar.Service(s.Service))
}

func (r *Room) pending(ctx context.Context, cookie string, service scalar.Service, from netip.Addr, now time.Time) (*signIn, error) {
	name, secret, _ := strings.Cut(cookie, ".")
	if len(cookie) > 100 || name == "" {
		return nil, fault.Denied()
	}
	s, err := findSignIn(ctx, r.DB, name, now)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256([]byte(secret))
	if subtle.ConstantTimeCompare(sum[:], s.SecretHash) != 1 || s.Service != string(service) || s.Address != from.String() {
		return nil, fault.Denied()
	}
	return s, nil
}

// Answer goes on with an open step. The fields: qNanswer for the questions and
// remember (1 or 0); qNques and qNanswer for N from 1 to 4 to set them up;
// tfa_token for the second factor.
func (r *Room) Answer(ctx context.Context, cookie string, service scalar.Service, from netip.Addr, fields url.Values, now time.Time) (Outcome, error) {
	origin := bruteforce.Origin(from)
	if err := r.Door.Enter(ctx, origin); err != nil {
		return Outcome{}, err
	}
	defer r.Door.Leave(origin)
	s, err := r.pending(ctx, cookie, service, from, now)
	if err != nil {
		return Outcome{}, err
	}
	a := Attempt{Service: service, Name: s.TypedName, Address: from, UserAgent: s.UserAgent, Locale: s.Locale, GotoURI: s.GotoURI, Code: fields.Get("tfa_token")}
	if err := r.byProvider(ctx, s, &a); err != nil {
		return Outcome{}, err
	}
	if s.Step == SetUp { // where nothing is guessed
		err = r.Brute.Check(ctx, r.DB, a.Name, from, now)
	} else if a.try, err = r.Brute.Begin(ctx, r.DB, a.guess(), now); err == nil {
		defer a.try.Close(ctx, s.Step, now)
	}
	if err != nil {
		return Outcome{}, err
	}
	p, err := policy.Load(ctx, r.DB)
	if err != nil {
		return Outcome{}, err
	}
	who, err := r.subject(ctx, s)
	if err != nil {
		return Outcome{}, err
	}
	switch s.Step {
	case Questions:
		return r.answerQuestions(ctx, p, s, who, a, fields, now)
	case SetUp:
		return r.answerSetUp(ctx, p, s, who, a, fields, now)
	}
	return r.answerCode(ctx, p, s, who, a, now)
}

// byProvider carries on what a sign in is by that a login provider's word began, and
// ends it if that is worth nothing any more.
func (r *Room) byProvider(ctx context.Context, s *signIn, a *Attempt) (err error) {
	if s.LinkID == nil {
		return nil
	}
	a.link = *s.LinkID
	a.provider, err = r.vouched(ctx, s)
	if fault.Is(err, fault.Invalid) {
		if err := consume(ctx, r.DB, s.Name); err != nil {
			return err
		}
	}
	return err
}

// subject is who signs in; nobody when no answer is right, or none is any more.
func (r *Room) subject(ctx context.Context, s *signIn) (account.Login, error) {
	if s.LoginID == nil {
		return account.Login{}, nil
	}
	who, err := account.Find(ctx, r.DB, s.TypedName)
	if fault.Is(err, fault.Unknown) {
		return account.Login{}, nil
	}
	if err != nil || who.ID != *s.LoginID || who.Suspended() {
		return account.Login{}, err
	}
	return who, nil
}

// answerQuestions looks at one answer: right or wrong, the sign in that asked is over.
func (r *Room) answerQuestions(ctx context.Context, p policy.Policy, s *signIn, who account.Login, a Attempt, fields url.Values, now time.Time) (Outcome, error) {
	if err := consume(ctx, r.DB, s.Name); err != nil {
		return Outcome{}, err
	}
	answers := map[int]string{}
	for _, q := range s.Questions {
		answers[q.Slot] = fields.Get("q" + strconv.Itoa(q.Slot) + "answer")
	}
	within, cancel := a.try.Within(ctx)
	defer cancel()
	right, err := r.Addresses.Answer(within, r.DB, who.ID, answers)
	if err != nil {
		return Outcome{}, err
	}
	if !right || who.ID == 0 {
		return Outcome{}, r.failed(ctx, who, a, Questions, now)
	}
	remember := fields.Get("remember")
	if remember == "1" || remember == "" && bool(p.RememberByDefault) {
		if err := r.Addresses.Trust(ctx, r.DB, who.ID, a.Address, "Answered the security questions", now); err != nil {
			return Outcome{}, err
		}
	}
	if err := r.record(ctx, r.DB, who, a, Questions, "", now); err != nil {
		return Outcome{}, err
	}
	return r.secondFactor(ctx, p, who, a, now)
}

// answerSetUp keeps four questions. What is not allowed leaves the step open, so
// that it can be mended.
func (r *Room) answerSetUp(ctx context.Context, p policy.Policy, s *signIn, who account.Login, a Attempt, fields url.Values, now time.Time) (Outcome, error) {
	if who.ID == 0 {
		return Outcome{}, fault.Denied()
	}
	var all [catalog.QuestionSlots]sourceip.QA
	for i := range all {
		n := "q" + strconv.Itoa(i+1)
		all[i] = sourceip.QA{Question: fields.Get(n + "ques"), Answer: fields.Get(n + "answer")}
	}
	kept, err := r.Addresses.Hash(ctx, all)
	if err != nil {
		return Outcome{}, err
	}
	if err := consume(ctx, r.DB, s.Name); err != nil {
		return Outcome{}, err
	}
	if err := r.Addresses.KeepFirst(ctx, r.DB, who.ID, kept, a.Address, now); err != nil {
		return Outcome{}, err
	}
	if err := r.record(ctx, r.DB, who, a, SetUp, "", now); err != nil {
		return Outcome{}, err
	}
	return r.secondFactor(ctx, p, who, a, now)
}

func (r *Room) answerCode(ctx context.Context, p policy.Policy, s *signIn, who account.Login, a Attempt, now time.Time) (Outcome, error) {
	if who.ID == 0 {
		return Outcome{}, fault.Denied()
	}
	if err := countTry(ctx, r.DB, s.Name, codeTries); err != nil {
		return Outcome{}, err
	}
	if err := r.checkCode(ctx, who, a, now); err != nil {
		return Outcome{}, err
	}
	if err := consume(ctx, r.DB, s.Name); err != nil {
		return Outcome{}, err
	}
	if err := r.record(ctx, r.DB, who, a, Code, "", now); err != nil {
		return Outcome{}, err
	}
	a.coded = true
	return r.enter(ctx, p, who, a, now)
}
