// Builds what the browser downloads into static/dist/: app.wasm, the toolchain's
// wasm_exec.js, one style sheet with only the rules in use, the icons in use as one
// sprite, each packed as .br and .gz, and manifest.json, which web.go reads.
// A step whose inputs have not changed since the last run is skipped.
//
//   node build.mjs           everything
//   node build.mjs --fresh   everything, even if nothing changed
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import * as zlib from "node:zlib";
import { leanModFile } from "./build-lean.mjs";
import { dropLines } from "./build-lines.mjs";
import { makeSprite, makeStyles } from "./build-styles.mjs";

const web = path.dirname(fileURLToPath(import.meta.url));
const root = path.dirname(web);
const work = path.join(web, "build"); // what is kept between runs and not served
const dist = path.join(web, "static", "dist");
const sources = path.join(web, "static");
const go = (...args) => execFileSync("go", args, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] }).trim();

const types = {
  ".wasm": "application/wasm",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".json": "application/json",
};

/** Files below a folder whose name ends as given, in a stable order. */
function filesIn(folder, ...ends) {
  return fs.readdirSync(folder, { recursive: true })
    .map((name) => path.join(folder, name))
    .filter((name) => ends.some((end) => name.endsWith(end)) && !name.endsWith("_test.go"))
    .sort();
}

/** The hash of some files' names and content, and of some texts. */
function hashOf(files, ...texts) {
  const hash = createHash("sha256");
  for (const name of files) hash.update(`${path.relative(root, name)}\0`).update(fs.readFileSync(name)).update("\0");
  for (const text of texts) hash.update(text).update("\0");
  return hash.digest("hex");
}

const stampFile = path.join(work, "stamps.json");
const stamps = !process.argv.includes("--fresh") && fs.existsSync(stampFile) ? JSON.parse(fs.readFileSync(stampFile)) : {};

/** Runs a step if its inputs changed or a file it makes is missing. */
async function step(name, inputs, outputs, run) {
  if (stamps[name] === inputs && outputs.every((file) => fs.existsSync(path.join(dist, file)))) return;
  const begin = Date.now();
  await run();
  stamps[name] = inputs;
  fs.writeFileSync(stampFile, JSON.stringify(stamps, null, 1));
  console.log(`web: ${name} (${((Date.now() - begin) / 1000).toFixed(1)} s)`);
}

const brotli = promisify(zlib.brotliCompress);
const gzip = promisify(zlib.gzip);

/** Writes a file's packed forms to dist; the raw one stays in the work folder. */
async function pack(name, content) {
  const [br, gz] = await Promise.all([
    brotli(content, {
      params: {
        [zlib.constants.BROTLI_PARAM_QUALITY]: 11,
        [zlib.constants.BROTLI_PARAM_LGWIN]: 24,
        [zlib.constants.BROTLI_PARAM_SIZE_HINT]: content.length,
      },
    }),
    gzip(content, { level: 9 }),
  ]);
  fs.writeFileSync(path.join(dist, `${name}.br`), br);
  fs.writeFileSync(path.join(dist, `${name}.gz`), gz);
  fs.writeFileSync(path.join(work, name), content);
}

/** Both packed forms of a file. */
const packed = (name) => [`${name}.br`, `${name}.gz`];

fs.mkdirSync(work, { recursive: true });
fs.mkdirSync(dist, { recursive: true });

const toolchain = go("version");
const here = ["build.mjs", "build-lean.mjs", "build-lines.mjs", "build-nodes.mjs", "build-styles.mjs", "package-lock.json"].map((f) => path.join(web, f));
const goFiles = [...filesIn(path.join(root, "app"), ".go"), ...filesIn(path.join(root, "shared"), ".go")];

await step("app.wasm", hashOf([...goFiles, ...here, path.join(root, "go.mod"), path.join(root, "go.sum")], toolchain), packed("app.wasm"), async () => {
  const out = path.join(work, "built.wasm");
  // -l: what is drawn is not in a hurry, and inlining makes the download larger. Not
  // so in the runtime, which is, and where a generic function of one line is
  // called once for each of the catalog's declarations.
  const inlining = ["all=-l", "runtime=", "internal/runtime/...=", "internal/abi=", "postern/shared/function=", "postern/shared/catalog="];
  execFileSync("go", ["build", `-modfile=${leanModFile(root, work, go)}`, "-trimpath", "-buildvcs=false", "-ldflags=-s -w", ...inlining.map((flags) => `-gcflags=${flags}`), "-o", out, "./app"],
    { cwd: root, stdio: "inherit", env: { ...process.env, GOOS: "js", GOARCH: "wasm" } });
  await pack("app.wasm", dropLines(fs.readFileSync(out)));
  fs.rmSync(out);
});

await step("wasm_exec.js", toolchain, packed("wasm_exec.js"), async () => {
  // go-app embeds a copy of its own, which does not fit this toolchain.
  await pack("wasm_exec.js", fs.readFileSync(path.join(go("env", "GOROOT"), "lib", "wasm", "wasm_exec.js")));
});

const screens = [...filesIn(path.join(root, "app"), ".go"), path.join(sources, "index.html"), path.join(sources, "loader.js")];
const sheets = ["contrast.css", "app.css"].map((f) => path.join(sources, f));

// The same rules twice: for languages that run from right to left, mirrored.
for (const [name, origin] of [["app.css", "tabler.min.css"], ["app.rtl.css", "tabler.rtl.min.css"]]) {
  await step(name, hashOf([...screens, ...sheets, ...here]), packed(name), async () => {
    await pack(name, Buffer.from(await makeStyles(web, origin, screens, sheets)));
  });
}

await step("icons.svg", hashOf([...screens, ...here]), packed("icons.svg"), async () => {
  await pack("icons.svg", Buffer.from(makeSprite(web, screens)));
});

for (const name of ["loader.js", "mark.svg"]) {
  const source = path.join(sources, name);
  await step(name, hashOf([source, ...here]), packed(name), () => pack(name, fs.readFileSync(source)));
}

// The languages besides English, which the app has inside.
const texts = path.join(sources, "texts");
const languages = fs.readdirSync(texts).filter((name) => name.endsWith(".json")).sort();
for (const name of languages) {
  const source = path.join(texts, name);
  await step(name, hashOf([source, ...here]), packed(name), () => pack(name, Buffer.from(JSON.stringify(JSON.parse(fs.readFileSync(source, "utf8"))))));
}

const assets = ["app.css", "app.rtl.css", "app.wasm", "icons.svg", "loader.js", "mark.svg", "wasm_exec.js", ...languages].map((name) => {
  const content = fs.readFileSync(path.join(work, name));
  return {
    name,
    type: types[path.extname(name)],
    hash: createHash("sha256").update(content).digest("hex").slice(0, 16),
    size: content.length,
  };
});
fs.writeFileSync(path.join(dist, "manifest.json"), JSON.stringify({ assets }, null, 1));
