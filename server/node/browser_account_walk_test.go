package node_test

import (
	"strconv"
	"strings"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"postern/shared/catalog"
)

// setUp fills in the form of the four questions; the last question is one's own.
func setUp(b *tab) {
	b.Helper()
	for slot := range catalog.QuestionSlots - 1 {
		n := strconv.Itoa(slot + 1)
		b.choose("in-q"+n+"ques", catalog.SecurityQuestions[slot][slot])
		b.enter("in-q"+n+"answer", "answer "+n)
	}
	b.choose("in-q4ques", "own")
	b.enter("in-q4ques", "What is the answer?")
	b.enter("in-q4answer", "x")
}

func walkQuestions(b *tab, title string) {
	b.Helper()
	b.goTo("/account/questions", "No security questions yet")
	b.judge("questions-none")
	b.press("Set them up")
	b.waitFor(`document.activeElement.id == "in-q1ques"`)
	setUp(b)
	b.press("Save")
	b.waitText("Use 3 to 127 bytes") // at the answer that is too short, which has the cursor
	b.waitFor(`document.activeElement.id == "in-q4answer"`)
	b.judge("questions-form")
	b.enter("in-q4answer", "answer 4\r") // the Enter key sends it
	b.waitText("The security questions are saved.")
	b.waitText(title)
	b.waitText("What is the answer?")
	b.judge("questions")
}

func walkAddresses(b *tab) {
	b.Helper()
	b.goTo("/account/addresses", "This is you") // saving the questions has listed it
	b.press("Add an address")
	b.waitFor(`document.activeElement.id == "in-ip"`)
	b.enter("in-ip", "everywhere\r")
	b.waitFor(`document.querySelector("dialog[open] [role=alert], dialog[open] .invalid-feedback")`)
	b.judge("address-refused")
	b.enter("in-ip", "192.0.2.0/24")
	b.enter("in-note", "The office\r")
	b.waitText("192.0.2.0/24 is on the list.")
	b.gone()
	b.judge("addresses")
	b.press("Edit the note: 192.0.2.0/24")
	b.waitFor(`document.getElementById("in-note").value == "The office"`)
	b.enter("in-note", "The old office\r")
	b.waitText("The note for 192.0.2.0/24 is saved.")
	b.waitText("The old office")
	b.press("Remove: 192.0.2.0/24")
	b.judge("address-remove")
	b.do(chromedp.KeyEvent("\u001b")) // no
	b.gone()
	b.waitFor(`document.activeElement.getAttribute("aria-label") == "Remove: 192.0.2.0/24"`)
	b.press("Remove: 192.0.2.0/24")
	b.press("Remove")
	b.waitText("192.0.2.0/24 is off the list.")
}

// walkFactor sets up the second factor.
func walkFactor(b *tab) {
	b.Helper()
	b.goTo("/account/second-factor", "No second factor")
	b.judge("factor-none")
	b.press("Set up a second factor")
	b.waitText("1. Add the key to your authenticator app")
	b.waitFor(`document.querySelector(".qr path")`)
	b.judge("factor-setup")
	secret, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](`document.querySelector(".copyable-text").innerText.trim()`))
	if err != nil {
		b.Fatal(err)
	}
	wrong := "000000"
	if codeAt(secret, time.Now()) == wrong {
		wrong = "000001"
	}
	b.enter("in-tfa_token", wrong+"\r")
	b.waitFor(`document.querySelector("form [role=alert], form .invalid-feedback")`)
	b.enter("in-tfa_token", codeAt(secret, time.Now())+"\r")
	b.waitText("The second factor is set.")
	b.waitText("Recovery codes")
	b.judge("factor-codes")
	b.press("Download")
	b.press("I have kept them")
	b.waitText("A second factor is set")
	b.judge("factor-on")
}

func walkTokens(b *tab) {
	b.Helper()
	b.goTo("/account/tokens", "an-old-one-without-an-end")
	b.press("Create a token")
	b.enter("in-name", "not a name\r")
	b.waitText("Use letters, digits") // at the field
	b.judge("token-create")
	b.enter("in-name", "backup\r")
	b.waitText("The token “backup”")
	b.gone()
	b.judge("token-made")
	b.press("I have copied it")
	b.press("Rename: backup")
	b.enter("in-new_name", "nightly\r")
	b.waitText("The token is called “nightly” now.")
	b.press("Revoke: an-old-one-without-an-end")
	b.judge("token-revoke")
	b.press("Revoke")
	b.waitText("is revoked.")
	b.gone()
	b.judge("tokens")
}

func walkMailboxes(b *tab) {
	b.Helper()
	b.goTo("/account/mailboxes", "bob@example.com")
	b.waitText("1 to 15 of 41")
	b.judge("mailboxes")
	b.press("Next page")
	b.waitText("16 to 30 of 41")
	b.waitFor(`location.search == "?page=2"`)
	b.do(chromedp.Evaluate[chromedp.Void](`history.back()`))
	b.waitText("1 to 15 of 41")
	b.enter("list-search", "member4\r")
	b.waitText("member40@example.com")
	b.waitFor(`location.search == "?q=member4"`)
	b.enter("list-search", "nobody\r")
	b.waitText("No mailbox found")
	b.judge("mailboxes-none-found")
	b.goTo("/account/mailboxes?suspended_login=1", "member02@example.com")
	b.press("Let in again: member02@example.com")
	b.waitText("member02@example.com may sign in again.")

	b.goTo("/account/mailboxes", "bob@example.com")
	b.press("Add a mailbox")
	b.waitText("@example.com")
	b.enter("in-email", "zoe")
	b.press("Generate")
	b.waitFor(`document.getElementById("in-password").value.length == 20`)
	b.waitText("of 100: strong enough.")
	b.judge("mailbox-add")
	b.do(chromedp.KeyEvent("\r"))
	b.press("Add a mailbox")
	b.waitText("The mailbox zoe@example.com is there.")
	b.gone()
	b.goTo("/account/mailboxes?sort=-email", "zoe@example.com")
	b.press("Password: zoe@example.com")
	b.enter("in-password", "abc")
	b.waitText("too weak. At least 65 is needed.")
	b.do(chromedp.KeyEvent("\r"))
	b.waitFor(`document.querySelector("dialog[open] [role=alert], dialog[open] .invalid-feedback")`)
	b.judge("mailbox-password-weak")
	b.enter("in-password", "zoe-Correct-Horse-8\r")
	b.waitText("The password of zoe@example.com is changed")
	b.press("Suspend: zoe@example.com")
	b.press("Suspend")
	b.waitText("zoe@example.com is suspended.")
	b.gone()
	b.press("Remove: zoe@example.com")
	b.waitFor(`document.activeElement.id == "dialog-word"`)
	b.press("Remove") // without the name the browser itself says no
	b.enter("dialog-word", "zoe@example.com")
	b.judge("mailbox-remove")
	b.do(chromedp.KeyEvent("\r"))
	b.waitText("zoe@example.com is removed.")
}

func walkSessions(b *tab, p *process) {
	b.Helper()
	webmail := b.opens(func() {
		b.goTo("/account/mailboxes", "bob@example.com")
		b.press("Open Webmail: bob@example.com")
	})
	webmail.waitText("Mailbox owner")
	if _, err := chromedp.Call(b.ctx, page.BringToFront, cdp.Empty{}); err != nil { // else there are no pictures of it
		b.Fatal(err)
	}
	b.goTo("/account/sessions", "This session")
	b.waitText("bob@example.com")
	b.judge("sessions")
	b.do(chromedp.Evaluate[chromedp.Void](`document.querySelector("button[aria-label^='End:']").click()`))
	b.judge("session-end")
	b.press("End")
	b.waitText("The session has ended.")
	b.gone()
	b.press("End all others")
	b.waitFor(`document.querySelector("dialog[open]")`)
	b.press("End all others")
	b.waitText("sessions have ended.")
	b.waitText("This session")
}

func walkHistory(b *tab) {
	b.Helper()
	b.goTo("/account/history", "Signed in")
	b.judge("history")
	b.choose("list-outcome", "refused")
	b.waitText("not allowed")
	b.waitFor(`location.search == "?outcome=refused"`)
	b.judge("history-refused")
	b.choose("list-outcome", "")
	b.waitFor(`location.search == "" && document.querySelector("tbody").innerText.includes("Done")`)
	b.choose("list-action", "sign_in")
	b.waitFor(`location.search == "?action=sign_in"`)
	b.waitFor(`[...document.querySelectorAll("tbody tr")].every((row) => row.innerText.includes("Signed in"))`)
}

// walkSteps signs in where security questions are set up and asked.
func walkSteps(b *tab, p *process) {
	b.Helper()
	// Who has no questions yet sets them up.
	b.comeIn(p, "Webmail", "bob@example.com")
	b.waitText("Set up security questions")
	b.waitFor(`location.pathname == "/login/security_questions_setup"`)
	b.judge("step-setup")
	setUp(b)
	b.press("Save and continue")
	b.waitText("Use 3 to 127 bytes")
	b.judge("step-setup-refused")
	b.enter("in-q4answer", "answer 4\r")
	b.waitText("Mailbox owner")
	b.signOutAnywhere()

	// From an address that is not listed, questions are asked.
	b.signIn("bob@example.com", passwordOf("bob@example.com"))
	b.waitText("Mailbox owner")
	b.goTo("/account/addresses", "This is you")
	b.do(chromedp.Evaluate[chromedp.Void](`document.querySelector("button[aria-label^='Remove:']").click()`))
	b.waitText("at the next sign in you are asked")
	b.press("Remove")
	b.waitText("is off the list.")
	b.signOutAnywhere()
	b.signIn("bob@example.com", passwordOf("bob@example.com"))
	b.waitText("You sign in from an address that is not on your list")
	b.judge("step-questions")
	b.reload() // the step is still open
	b.waitText("You sign in from an address that is not on your list")
	answerAll(b, "wrong")
	b.waitText("Sign in again to be asked anew.")
	b.judge("step-questions-wrong")
	b.signIn("bob@example.com", passwordOf("bob@example.com"))
	b.waitText("Do not ask again at this address")
	answerAll(b, "answer")
	b.waitText("Mailbox owner")
	b.signOutAnywhere()
}

// walkCode signs in where a code is asked: of those who have a second factor.
func walkCode(b *tab, p *process, secret string) {
	b.Helper()
	b.visit(p.addresses["cPanel"] + "/account/tokens")
	b.waitText("Sign in to cPanel")
	b.signIn("anna", passwordOf("anna"))
	b.waitText("Set up security questions")
	setUp(b)
	b.enter("in-q4answer", "answer 4\r")
	b.waitText("Open the authenticator app") // one step after the other
	b.waitFor(`location.pathname == "/login/tfa"`)
	b.judge("step-code")
	b.enter("in-tfa_token", "12345\r")
	b.waitText("The code is not right")
	b.judge("step-code-wrong")
	// The code of the present half minute may have been used at the set-up.
	b.enter("in-tfa_token", codeAt(secret, time.Now().Add(30*time.Second))+"\r")
	b.waitText("nightly")
	b.waitFor(`location.pathname == "/account/tokens"`)
	b.signOutAnywhere()
}

// answerAll answers the questions that are asked, each with the word and its number.
func answerAll(b *tab, word string) {
	b.Helper()
	ids, err := chromedp.Run(b.ctx, chromedp.Evaluate[[]string](`[...document.querySelectorAll("input[id$=answer]")].map((e) => e.id)`))
	if err != nil || len(ids) == 0 {
		b.Fatalf("no questions: %v", err)
	}
	for _, id := range ids {
		b.enter(id, word+" "+strings.Trim(id, "in-qaswer"))
	}
	b.do(chromedp.KeyEvent("\r"))
}

// walkMailbox is a mailbox's owner at Webmail.
func walkMailbox(b *tab, p *process) {
	b.Helper()
	b.comeIn(p, "Webmail", "bob@example.com")
	b.waitText("Mailbox owner")
	b.waitText("Security questions are set.")
	b.judge("mailbox-home")
	for path, text := range map[string]string{
		"/account/questions": "What is the answer?", "/account/addresses": "This is you", "/account/second-factor": "No second factor",
		"/account/sessions": "This session", "/account/history": "Signed in",
	} {
		b.goTo(path, text)
		b.judge("mailbox" + strings.ReplaceAll(path, "/account/", "-"))
	}
	b.goTo("/account/password", "A new password ends your sessions everywhere but here")
	change := func(old, again, said string) {
		b.Helper()
		b.enter("in-old_password", old)
		b.enter("in-new_password", "bob-Correct-Horse-8")
		b.enter("in-again", again+"\r")
		b.waitText(said)
	}
	change(passwordOf("bob@example.com"), "bob-Correct-Horse-9", "The two passwords differ.")
	b.judge("mailbox-password")
	change("not-the-password", "bob-Correct-Horse-8", "t is not your present password")
	change(passwordOf("bob@example.com"), "bob-Correct-Horse-8", "The password is changed.")
	b.waitFor(`!document.body.innerText.includes("of 100")`) // of what is in the field no more
	b.goTo("/account/sessions", "This session")
	b.signOutAnywhere()
	b.visit(p.addresses["Webmail"] + "/")
	b.waitText("Sign in to Webmail")
	b.signIn("bob@example.com", "bob-Correct-Horse-8")
	b.waitText("Mailbox owner")
}

// walkRoot is root at WHM, where the policies hold too.
func walkRoot(b *tab, p *process) {
	b.Helper()
	b.visit(p.addresses["WHM"] + "/account/second-factor")
	b.waitText("Sign in to WHM")
	b.signIn("root", passwordOf("root"))
	b.waitText("Set up security questions")
	setUp(b)
	b.enter("in-q4answer", "answer 4\r")
	b.waitText("No second factor")
	b.press("Set up a second factor")
	b.waitText("1. Add the key to your authenticator app")
	secret, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](`document.querySelector(".copyable-text").innerText.trim()`))
	if err != nil {
		b.Fatal(err)
	}
	b.enter("in-tfa_token", codeAt(secret, time.Now())+"\r")
	b.waitText("The second factor is set.")
	b.press("I have kept them")
	b.press("Remove")
	b.waitFor(`document.querySelector("dialog[open]")`)
	b.press("Remove")
	b.waitText("The second factor is removed.")
	b.goTo("/account/addresses", "This is you")
}
