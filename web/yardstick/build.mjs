// Builds the yardstick into dist/ of the folder that it runs in, with a .br beside
// each file: packed as hard as Postern's own files are.
import * as fs from "node:fs";
import * as path from "node:path";
import * as zlib from "node:zlib";
import { build } from "vite";

await build({ logLevel: "error" });
for (const name of fs.readdirSync("dist", { recursive: true })) {
  const file = path.join("dist", name);
  if (!fs.statSync(file).isFile()) continue;
  const content = fs.readFileSync(file);
  fs.writeFileSync(`${file}.br`, zlib.brotliCompressSync(content, {
    params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 11, [zlib.constants.BROTLI_PARAM_LGWIN]: 24, [zlib.constants.BROTLI_PARAM_SIZE_HINT]: content.length },
  }));
}
