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

  const wasm = fetch(root.dataset.wasm);
  wasm.catch(() => {}); // told below, once the page is there

  document.addEventListener("DOMContentLoaded", async () => {
    document.getElementById("stopped-reload").addEventListener("click", () => location.reload());
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
