// Writes a page with the drawing alone into a folder: node test/harness.mjs FOLDER
import { build } from "esbuild";
import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = process.argv[2];
if (!folder) throw new Error("give a folder: node test/harness.mjs FOLDER");
const root = dirname(dirname(fileURLToPath(import.meta.url)));
await build({ absWorkingDir: root, entryPoints: ["test/harness.ts"], outfile: join(folder, "drawing.js"), bundle: true, format: "iife", target: "es2022", charset: "utf8", logLevel: "warning" });
writeFileSync(join(folder, "drawing.html"), '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Drawing</title><body><script src="drawing.js"></script></body></html>\n');
