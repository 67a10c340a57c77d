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

  // The app calls these: when it first has something to show, and when a part of it broke.
  globalThis.posternReady = () => document.getElementById("splash")?.remove();
  globalThis.posternStopped = (how) => {
    globalThis.posternReady();
    globalThis.posternTake = undefined; // the form is the browser's again
    document.getElementById(`stopped-${how}`).hidden = false;
    document.getElementById("stopped").hidden = false;
  };

  // go-app takes every click on a link. Those that are the browser's own
  // (a new tab, a download, a page that is not the app's) are kept from it.
  document.addEventListener("click", (event) => {
    const own = event.target.closest?.("a[data-native], a[target], a[download]");
    const link = event.target.closest?.("a");
    if (own || (link && (event.shiftKey || event.altKey))) event.stopPropagation();
  });

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
  globalThis.posternEarly = { "/login/session": early("/login/session") };
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
