// Styles and icons: of Tabler's style sheet the rules that our screens use, of its
// five thousand icons those that they name.
import * as fs from "node:fs";
import * as path from "node:path";
import { PurgeCSS } from "purgecss";

// Go writes app.Td() where HTML has <td>, so a purge would take every rule for a
// plain element to be unused.
const tags = `html body a abbr address article aside b blockquote br button caption cite code col colgroup dd del
details dfn dialog div dl dt em fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr i iframe img input
ins kbd label legend li main mark menu meter nav ol optgroup option output p picture pre progress q s samp section
select small span strong sub summary sup svg table tbody td textarea tfoot th thead time tr u ul use var`.split(/\s+/);

/** One sheet: Tabler's of that name without what no screen uses, then our own sheets whole. */
export async function makeStyles(web, origin, screens, sheets) {
  const tabler = path.join(web, "node_modules", "@tabler", "core", "dist", "css", origin);
  const content = screens.map((name) => ({ raw: fs.readFileSync(name, "utf8"), extension: path.extname(name).slice(1) }));
  const [purged] = await new PurgeCSS().purge({
    content: [...content, { raw: tags.join(" "), extension: "html" }],
    css: [{ raw: fs.readFileSync(tabler, "utf8") }],
    // Class names stand in Go as whole literals, letters, digits, - and _.
    defaultExtractor: (text) => text.match(/[A-Za-z0-9_-]+/g) ?? [],
    dynamicAttributes: ["data-bs-theme", "data-label", "aria-busy", "aria-current", "aria-expanded", "aria-invalid", "type", "hidden", "disabled", "open", "dir"],
    keyframes: true,
    fontFace: false,
    variables: false,
  });
  return [purged.css, ...sheets.map((name) => fs.readFileSync(name, "utf8"))].join("\n");
}

/** A sprite of the icons named in Go as Icon("name") or Icon: "name". */
export function makeSprite(web, screens) {
  const names = new Set();
  for (const file of screens.filter((name) => name.endsWith(".go"))) {
    for (const [, name] of fs.readFileSync(file, "utf8").matchAll(/\bIcon(?:\(|:\s*)"([a-z0-9-]+)"/g)) names.add(name);
  }
  const symbols = [...names].sort().map((name) => {
    const svg = fs.readFileSync(path.join(web, "node_modules", "@tabler", "icons", "icons", "outline", `${name}.svg`), "utf8");
    const drawing = svg.replace(/<!--[\s\S]*?-->/g, "").replace(/^\s*<svg[\s\S]*?>/, "").replace(/<\/svg>\s*$/, "")
      .replace(/<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*\/>/, "").replace(/\s+/g, " ").trim();
    return `<symbol id="${name}" viewBox="0 0 24 24">${drawing}</symbol>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg"><!-- Tabler Icons, MIT licence, Copyright (c) 2020-2026 Paweł Kuna -->${symbols.join("")}</svg>\n`;
}
