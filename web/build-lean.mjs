// go-app links net/http, crypto/tls and text/template into every browser program,
// for a server side that no browser uses: two of its files lack a build tag. This
// makes a copy of the module from Go's module cache with the two tags set, and a
// second mod file that names the copy; only the wasm build sees either. It takes a
// quarter off app.wasm. The copy keeps go-app's licence (MIT) and is not committed.
import * as fs from "node:fs";
import * as path from "node:path";

const name = "github.com/maxence-charriere/go-app/v9";

// What the browser side still needs of the two files: a type that a signature
// names, and two questions about an address.
const rest = `package app

import "strings"

type Handler struct{}

func isRemoteLocation(path string) bool {
	return strings.HasPrefix(path, "https://") || strings.HasPrefix(path, "http://")
}

func isStaticResourcePath(path string) bool {
	return strings.HasPrefix(path, "/web/") || strings.HasPrefix(path, "web/")
}
`;

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
  for (const file of ["http.go", "resource.go"]) {
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
