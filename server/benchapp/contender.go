package main

import "github.com/chromedp/cdproto/network"

// contender is a server with the two pages that are measured.
type contender struct {
	name   string
	login  string // the address where a stranger signs in; it leads to the list
	list   string // the address of the list of accounts, for those who are signed in
	cookie *network.SetCookieParams

	user, password string
	// charge is a condition in JavaScript: the app runs, which a page that is drawn by a
	// server does not need; empty: ready says it.
	charge string
}

// What a page must offer to be of use, the same for both contenders: fields that
// are in sight with nothing before them, take the focus, and are not locked; in a
// list the first page of rows besides.
const (
	usable = `const free = (e) => {
		if (!e || e.disabled || e.readOnly || !e.checkVisibility()) return false;
		const box = e.getBoundingClientRect();
		if (!e.contains(document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2))) return false;
		if (document.activeElement !== e) e.focus();
		return document.activeElement === e;
	};`
	loginReady = usable + `
	const password = document.querySelector("input[type=password]");
	return free(password) && free([...password.form.querySelectorAll("input")].find((e) => e.type !== "hidden"))`
	listReady = usable + `
	const rows = [...document.querySelectorAll("tbody tr")].filter((row) => /client\d+\.example/.test(row.innerText));
	return rows.length >= 15 && free(document.querySelector("main input[type=search], main input[type=text]"))`
)
