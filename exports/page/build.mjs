// Builds scripts, style sheets and dist/licenses.txt. Same input and versions, same bytes.
import { build } from "esbuild";
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

// what is built: PATH/NAME.ts → dist/NAME.js, PATH/NAME.css → dist/NAME.css
const ENTRIES = ["src/query/query.ts", "src/query/query.css", "src/explorer.ts", "src/explorer.css", "src/site/site.ts", "src/site/site.css"];

const root = dirname(fileURLToPath(import.meta.url));
const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: ENTRIES,
  entryNames: "[name]",
  outdir: "dist",
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2022",
  charset: "utf8",
  legalComments: "none",
  metafile: true,
  logLevel: "warning",
});
mkdirSync(join(root, "dist"), { recursive: true });
for (const name of ENTRIES.map((entry) => basename(entry).replace(/\.ts$/, ".js"))) {
  const text = readFileSync(join(root, "dist", name), "utf8");
  // both stand between tags of the page
  if (/<\/(script|style)|<!--/i.test(text)) throw new Error(`dist/${name}: a text that cannot stand in a page`);
}

// the packages whose files are in the bundle, each with the license that it carries
const packages = new Set();
for (const input of Object.keys(metafile.inputs)) {
  const found = /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input);
  if (found) packages.add(found[1]);
}
const parts = ["Packages in the scripts and style sheets of the pages, beside paperkg's own code (Apache-2.0):\n"];
for (const name of [...packages].sort()) {
  const folder = join(root, "node_modules", name);
  const about = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((entry) => /^(licen[cs]e|copying)/i.test(entry));
  if (!file) throw new Error(`${name}: no license file; a bundle has to carry it`);
  parts.push(`\n${"=".repeat(80)}\n${name} ${about.version} (${about.license})\n\n${readFileSync(join(folder, file), "utf8").trim()}\n`);
}
if (packages.size === 0) parts.push("\nnone\n");
writeFileSync(join(root, "dist", "licenses.txt"), parts.join(""));
