// go-app links net/http, crypto/tls and text/template into every browser program,
// for a server side that no browser uses: two of its files lack a build tag. It
// links AES, MD5 and SHA too, for a storage that Postern does not use (what a
// session knows stays in memory) and for random names where a counter will do.
// This makes a copy of the module from Go's module cache without them, and a
// second mod file that names the copy; only the wasm build sees either. In the copy
// all elements are one type. It takes a third off app.wasm. The copy keeps go-app's
// licence (MIT) and is not committed.
import * as fs from "node:fs";
import * as path from "node:path";
import { makeTreesAtOnce } from "./build-nodes.mjs";

const name = "github.com/maxence-charriere/go-app/v9";

// What the browser side still needs of these files: a type that a signature
// names, two questions about an address, and a sealing that refuses.
const rest = `package app

import (
	"errors"
	"strconv"
	"strings"
)

var errNoSealing = errors.New("this build seals nothing in the browser's storage")

func encrypt(string, []byte) ([]byte, error) { return nil, errNoSealing }

func decrypt(string, []byte) ([]byte, error) { return nil, errNoSealing }

// uuid stands in for the package of that name: names that are unique in this page.
var uuid counter

type counter struct{ n int }

func (c *counter) NewString() string {
	c.n++
	return strconv.Itoa(c.n)
}

type Handler struct{}

func isRemoteLocation(path string) bool {
	return strings.HasPrefix(path, "https://") || strings.HasPrefix(path, "http://")
}

func isStaticResourcePath(path string) bool {
	return strings.HasPrefix(path, "/web/") || strings.HasPrefix(path, "web/")
}
`;

// One type for every element, with the methods of all.
const elements = `package app

import "strings"

func newElement(tag string, isSelfClosing bool) *htmlElement {
	return &htmlElement{tag: tag, isSelfClosing: isSelfClosing}
}
`;

/**
 * The elements of go-app's generated file as one type: there each has a type of its
 * own, with the same methods under other names, and what a program uses of them is
 * linked once for each. The tag tells them apart, in the browser as here.
 */
function oneElement(text, file) {
  const lines = [elements];
  for (const [, name, tag, closes] of text.matchAll(/^func \w+\((?:tag string)?\) HTML(\w+) \{\n\te := &html\1\{\n\t\thtmlElement: htmlElement\{\n\t\t\ttag: +(.*),\n\t\t\tisSelfClosing: (.*),\n/gm)) {
    lines.push(`type HTML${name} = *htmlElement\n`);
    lines.push(`func ${name}(${tag === "tag" ? "tag string" : ""}) *htmlElement { return newElement(${tag}, ${closes}) }\n`);
  }
  const methods = new Map();
  for (const [, , name, takes, body] of text.matchAll(/^func \(e \*html(\w+)\) (\w+)\((.*)\) HTML\1 \{\n((?:\t.*\n|\n)*)\}/gm)) {
    const same = methods.get(name);
    if (same === undefined) methods.set(name, { takes, body });
    // A text area's text is its value; it comes late in the alphabet.
    else if (same.takes !== takes || (same.body !== body && !/"value"/.test(body))) throw new Error(`${file} of go-app has several ${name} now: look at build-lean.mjs`);
    else if (same.body !== body) same.value = body;
  }
  const types = lines.filter((line) => line.startsWith("type ")).length;
  if (types === 0 || types !== text.match(/^type HTML\w+ interface/gm).length) throw new Error(`${file} of go-app is written otherwise now: look at build-lean.mjs`);
  for (const [name, { takes, body, value }] of methods) {
    const first = value ? `\tif e.tag == "textarea" {\n${value}\t}\n` : "";
    lines.push(`func (e *htmlElement) ${name}(${takes}) *htmlElement {\n${first}${body}}\n`);
  }
  return lines.join("\n");
}

/** Makes the copy and the mod file in the work folder; gives the mod file's path. */
export function leanModFile(root, work, go) {
  go("mod", "download", name);
  const origin = go("list", "-m", "-f", "{{.Dir}}", name);
  const copy = path.join(work, "go-app");
  fs.rmSync(copy, { recursive: true, force: true });
  fs.mkdirSync(path.join(copy, "pkg"), { recursive: true });
  for (const part of ["go.mod", "LICENSE"]) fs.copyFileSync(path.join(origin, part), path.join(copy, part));
  for (const part of ["app", "errors"]) {
    const to = path.join(copy, "pkg", part);
    fs.mkdirSync(to);
    for (const file of fs.readdirSync(path.join(origin, "pkg", part))) {
      if (file.endsWith(".go") && !file.endsWith("_test.go")) {
        // Written anew, not copied: the cache's files are read-only.
        fs.writeFileSync(path.join(to, file), fs.readFileSync(path.join(origin, "pkg", part, file)));
      }
    }
  }
  const change = (file, ...pairs) => {
    const at = path.join(copy, "pkg", "app", file);
    let text = fs.readFileSync(at, "utf8");
    for (const [from, to] of pairs) {
      if (from instanceof RegExp ? !from.test(text) : !text.includes(from)) throw new Error(`${file} of go-app has no ${from} now: look at the build's build-*.mjs`);
      text = text.replace(from, to);
    }
    fs.writeFileSync(at, text);
  };
  // One of Postern's routes is a pattern, "^/": a regular expression engine for it
  // would be a twelfth of the program.
  change("route.go", ['	"regexp"', '	"strings"'], ["*regexp.Regexp", "string"],
    ["regexp.MustCompile(pattern)", 'strings.TrimPrefix(pattern, "^")'], ["rwr.regexp.MatchString(path)", "strings.HasPrefix(path, rwr.regexp)"]);
  change("context.go", ['	"github.com/google/uuid"\n', ""]);
  change("state.go", ['	"github.com/google/uuid"\n', ""]);
  // A select of three is a large function that browsers would compile anew for it.
  change("engine.go", ["			select {\n			case <-ctx.Done():", "			select {\n			case d := <-e.dispatches:\n				if currentFrameDuration != frameDuration {\n					currentFrameDuration = frameDuration\n					frames.Reset(currentFrameDuration)\n				}\n				e.handleDispatch(d)\n				continue\n			default:\n			}\n\n			select {\n			case <-ctx.Done():"]);
  const generated = path.join(copy, "pkg", "app", "html_gen.go");
  fs.writeFileSync(generated, oneElement(fs.readFileSync(generated, "utf8"), "html_gen.go"));
  change("app.go", ["*htmlBody {", "*htmlElement {"], ["&htmlBody{\n\t\thtmlElement: htmlElement{", "&htmlElement{"], ["\t\t},\n\t}\n\tbody.", "\t}\n\tbody."],
    ["&htmlDiv{\n\t\thtmlElement: htmlElement{", "&htmlElement{"], ["\t\t},\n\t}\n\tcontent.", "\t}\n\tcontent."]);
  change("engine.go", ["e.Body.(*htmlBody)", "e.Body"], ["e.Body.(*htmlBody)", "e.Body"]);
  makeTreesAtOnce(change, (file, text) => fs.writeFileSync(path.join(copy, "pkg", "app", file), text));
  for (const file of ["http.go", "resource.go", "crypto.go"]) {
    const at = path.join(copy, "pkg", "app", file);
    const text = fs.readFileSync(at, "utf8");
    if (text.includes("//go:build")) throw new Error(`${file} of go-app has a build tag now: look at build-lean.mjs`);
    fs.writeFileSync(at, `//go:build !wasm\n\n${text}`);
  }
  fs.writeFileSync(path.join(copy, "pkg", "app", "rest_wasm.go"), rest);

  const mod = path.join(work, "lean.mod");
  fs.copyFileSync(path.join(root, "go.mod"), mod);
  fs.copyFileSync(path.join(root, "go.sum"), path.join(work, "lean.sum"));
  // Relative paths: absolute ones would end up in the program.
  go("mod", "edit", `-replace=${name}=./${path.relative(root, copy)}`, mod);
  return path.relative(root, mod);
}
