// Starts the browser app: sets the colour scheme before the first paint, fetches
// app.wasm while the page is parsed, runs it, and says so when it cannot or stops.
"use strict";
(() => {
  const root = document.documentElement;

  // Tabler reads the colour scheme from this attribute only.
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const paint = () => root.setAttribute("data-bs-theme", dark.matches ? "dark" : "light");
  paint();
  dark.addEventListener("change", paint);

  // What go-app asks of its loader.
  const settings = {
    GOAPP_VERSION: root.dataset.version,
    GOAPP_ROOT_PREFIX: "",
    GOAPP_STATIC_RESOURCES_URL: "",
    GOAPP_INTERNAL_URLS: "[]",
  };
  globalThis.goappGetenv = (name) => settings[name] ?? "";

  // The language's way of times and numbers: that of the reader's own country if that
  // is where one of the browser's languages with this name is spoken.
  globalThis.posternTongue = (tag) => tag.includes("-") ? tag : navigator.languages.find((one) => one.split("-")[0] === tag) ?? tag;

  // The app calls these: when it first has something to show, and when a part of it broke.
  globalThis.posternReady = () => {
    document.getElementById("splash")?.remove();
    takeOver();
  };
  globalThis.posternStopped = (how) => {
    document.getElementById("splash")?.remove(); // what the server drew may stay: its links work
    globalThis.posternTake = undefined; // the form is the browser's again
    stopped = true; // so nothing comes of a button any more
    pressed?.removeAttribute("aria-busy");
    document.getElementById(`stopped-${how}`).hidden = false;
    document.getElementById("stopped").hidden = false;
  };

  // The app's elements, by number. It has them made a tree at a time, from a list of
  // steps: what is drawn is in sight sooner than with a call for each of them.
  const nodes = new Map();
  globalThis.posternNodes = {
    get: (number) => nodes.get(number),
    make(text, ...values) {
      const [first, gone, ...steps] = JSON.parse(text);
      for (const number of gone) nodes.delete(number);
      const open = []; // the elements that are not closed yet, the innermost last
      let last = first, at = 0;
      const next = () => steps[at++];
      while (at < steps.length) {
        const step = next(), inner = open.at(-1);
        switch (step) {
          case "element": {
            const tag = next(), space = next();
            const made = space ? document.createElementNS(space, tag) : document.createElement(tag);
            nodes.set(++last, made);
            open.push(made);
            break;
          }
          case "text": {
            const made = document.createTextNode(next());
            nodes.set(++last, made);
            inner?.appendChild(made);
            break;
          }
          case "attribute": inner.setAttribute(next(), next()); break;
          case "set": case "switch": Reflect.set(inner, next(), next()); break;
          case "listen": inner.addEventListener(next(), values[next()]); break;
          case "there": inner?.appendChild(values[next()]); break;
          case "end": open.pop(); open.at(-1)?.appendChild(inner); break;
        }
      }
    },
  };

  // go-app takes every click on a link. Those that are the browser's own
  // (a new tab, a download, a page that is not the app's) are kept from it.
  document.addEventListener("click", (event) => {
    const own = event.target.closest?.("a[data-native], a[target], a[download]");
    const link = event.target.closest?.("a");
    if (own || (link && (event.shiftKey || event.altKey))) event.stopPropagation();
  });

  // Who typed a name and goes to a provider takes it along, so that of several users
  // with one identity the right one comes in. A name that only stands in the page may
  // come from another site's link or form: it stays here.
  let typed = "";
  document.addEventListener("input", (event) => {
    if (event.isTrusted && event.target.id === "login-user") typed = event.target.value;
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[data-provider]");
    if (!link) return;
    const name = document.getElementById("login-user")?.value;
    const user = name && name === typed ? name.trim() : link.dataset.provider;
    const to = new URL(link.href);
    to.searchParams.delete("user");
    if (user) to.searchParams.set("user", user);
    link.href = to;
  });

  // What the server drew for who is signed in is what the app is going to draw. Once it
  // has, the two change places, and what was done in the one goes on in the other:
  // what is typed and chosen, where the cursor is, how far it is scrolled, and the button
  // pressed last. Whoever has gone on to another address meanwhile meant none of it there.
  let pressed, stopped = false;
  const place = () => location.pathname + location.search;
  const began = place();
  const ticked = (field) => field.type === "checkbox" || field.type === "radio";
  const changed = (field) => ticked(field) ? field.checked !== field.defaultChecked : field.options ? [...field.options].some((one) => one.selected !== one.defaultSelected) : field.value !== field.defaultValue;
  const twin = (element, drawn, app) => {
    const way = [];
    for (let at = element; at !== drawn; at = at.parentElement) way.unshift([...at.parentElement.children].indexOf(at));
    const other = way.reduce((at, n) => at?.children[n], app);
    return other?.localName === element.localName && other.id === element.id ? other : undefined;
  };
  const takeOver = () => {
    const drawn = document.getElementById("drawn");
    if (!drawn) return;
    const here = place() === began;
    const of = (element) => here ? twin(element, drawn.firstElementChild, document.body.firstElementChild) : undefined;
    const fields = [...drawn.querySelectorAll("input, select, textarea")].filter(changed).map((field) => [of(field), field]);
    const opened = [...drawn.querySelectorAll("details[open]")].map(of);
    const at = drawn.contains(document.activeElement) ? document.activeElement : undefined;
    const cursor = at && of(at), from = at?.selectionStart, to = at?.selectionEnd;
    const press = pressed && of(pressed);
    const where = (left, top) => ({ left, top, behavior: "instant" });
    const page = where(scrollX, scrollY);
    const scrolled = [...drawn.querySelectorAll("*")].filter((e) => e.scrollTop || e.scrollLeft).map((e) => [of(e), where(e.scrollLeft, e.scrollTop)]);
    root.removeAttribute("data-drawn"); // the app is in sight
    drawn.remove();
    scrollTo(page);
    for (const [part, to] of scrolled) part?.scrollTo(to);
    cursor?.focus({ preventScroll: true });
    for (const part of opened) part?.setAttribute("open", "");
    const told = fields.filter(([field, from]) => {
      const what = ticked(from) ? "checked" : "value";
      if (!field || field[what] === from[what]) return false;
      field[what] = from[what];
      return true;
    }); // all of them first: a list goes where they lead together
    for (const [field] of told) field.dispatchEvent(new Event("change", { bubbles: true }));
    if (cursor && typeof from === "number") cursor.setSelectionRange(from, to);
    // Not now: the app is waiting for this to end, and a form is the browser's unless the
    // app says at once that it is not.
    setTimeout(() => press?.click());
  };
  const drawnIn = (event) => event.target.closest?.("#drawn");
  const wait = (button, busy) => {
    pressed?.removeAttribute("aria-busy"); // the last one counts
    pressed = button;
    if (busy && !stopped) button?.setAttribute("aria-busy", "true");
  };
  document.addEventListener("click", (event) => {
    const button = drawnIn(event) && event.target.closest("button");
    if (!button || button.type !== "button" && button.form?.hasAttribute("action")) return;
    event.preventDefault(); // before the app hears of it: it may take over within this very event
    const menu = button.matches(".navbar-toggler") && document.querySelector("#drawn #menu");
    wait(button, !menu);
    if (!menu) return;
    const open = menu.classList.toggle("show"); // this much goes without the app
    button.setAttribute("aria-expanded", open);
    if (!open) pressed = undefined;
  }, true);
  // Forms that lead to an address work by themselves; a list's leaves out what is not
  // set, and of an order that is in it twice the one that is chosen counts. What else is
  // sent waits for the app: nobody but the app knows what to do with it.
  document.addEventListener("submit", (event) => {
    if (!drawnIn(event) || event.target.hasAttribute("action")) return;
    event.preventDefault();
    wait(event.submitter, true);
  }, true);
  document.addEventListener("formdata", ({ target, formData }) => {
    if (!target.closest("#drawn") || target.method !== "get") return;
    for (const name of new Set(formData.keys())) {
      const value = formData.getAll(name).at(-1);
      formData.delete(name);
      if (value) formData.set(name, value);
    }
  });
  // The server does not know the reader's country. Times are written as soon as they are
  // there: in sight, they would be wrong, and move what is beside them.
  const ways = { day: { dateStyle: "medium" }, moment: { dateStyle: "medium", timeStyle: "short" }, date: { dateStyle: "medium", timeZone: "UTC" } };
  const writers = {};
  const writeTimes = () => {
    const list = [...document.querySelectorAll("#drawn :is([data-day], [data-moment], [data-date]):not([data-written])")];
    if (!document.getElementById("told")) list.pop(); // what follows is not here yet, so its own end may not be
    for (const time of list) {
      const way = Object.keys(ways).find((one) => one in time.dataset);
      writers[way] ??= new Intl.DateTimeFormat(posternTongue(root.lang), ways[way]);
      time.dataset.written = "";
      time.textContent = writers[way].format(time.dataset[way] * 1000);
    }
  };
  const arriving = new MutationObserver(writeTimes);
  arriving.observe(root, { childList: true, subtree: true });

  // What the app asks first is asked while it is on its way; app/fetch.go takes it.
  const early = (path) => {
    const reply = fetch(path, {
      credentials: "same-origin", cache: path.startsWith("/assets/") ? "default" : "no-store", redirect: "error",
      referrerPolicy: "no-referrer", headers: { Accept: "application/json" },
    });
    reply.catch(() => {}); // the app will ask again
    return reply;
  };
  const wasm = fetch(root.dataset.wasm);
  wasm.catch(() => {}); // told below, once the page is there
  globalThis.posternEarly = {};
  if (!("drawn" in root.dataset)) globalThis.posternEarly["/login/session"] = early("/login/session"); // a drawn page has the answer
  if (root.dataset.texts) globalThis.posternEarly[root.dataset.texts] = early(root.dataset.texts);

  // The login form of a page for strangers works by itself. Once the app runs it
  // takes what is sent: then nothing of the page is loaded anew.
  const entrance = () => {
    const form = document.getElementById("entrance-form");
    if (!form) return;
    form.addEventListener("submit", (event) => {
      if (globalThis.posternTake?.()) event.preventDefault();
    });
    const eye = document.getElementById("entrance-eye");
    eye.addEventListener("click", () => {
      const password = document.getElementById("login-password");
      const shown = password.type === "password";
      password.type = shown ? "text" : "password";
      eye.title = shown ? eye.dataset.hide : eye.dataset.show;
      eye.setAttribute("aria-label", eye.title);
      eye.setAttribute("aria-pressed", shown);
      const use = eye.querySelector("use");
      use.setAttribute("href", use.getAttribute("href").replace(/#.*/, shown ? "#eye-off" : "#eye"));
    });
  };

  document.addEventListener("DOMContentLoaded", async () => {
    document.getElementById("stopped-reload").addEventListener("click", () => location.reload());
    entrance();
    arriving.disconnect();
    writeTimes();
    // The server counts by the reader's days, which only the browser knows.
    const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
    if (zone) document.cookie = `postern_zone=${zone}; path=/; max-age=31536000; samesite=lax${location.protocol === "https:" ? "; secure" : ""}`;
    try {
      const go = new Go();
      const { instance } = await WebAssembly.instantiateStreaming(wasm, go.importObject);
      go.run(instance).catch(console.error).finally(() => globalThis.posternStopped("crashed"));
    } catch (failure) {
      console.error(failure);
      globalThis.posternStopped("failed");
    }
  });
})();
