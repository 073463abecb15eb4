// Compiles the tests (test/*.test.ts and src/**/*.test.ts) and runs them with node's own runner. Arguments are passed to it.
import { build } from "esbuild";
import { spawnSync } from "node:child_process";
import { readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(fileURLToPath(import.meta.url));
const entryPoints = ["src", "test"].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((name) => name.endsWith(".test.ts")),
);
rmSync(join(root, ".test"), { recursive: true, force: true });
await build({
  absWorkingDir: root,
  entryPoints,
  outdir: ".test",
  outbase: ".",
  outExtension: { ".js": ".mjs" },
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node20",
  sourcemap: "inline",
  logLevel: "warning",
});
const files = entryPoints.map((name) => join(".test", name.replace(/\.ts$/, ".mjs")));
const { status } = spawnSync(process.execPath, ["--enable-source-maps", "--test", ...process.argv.slice(2), ...files], { cwd: root, stdio: "inherit" });
process.exit(status ?? 1);
