// Builds the browser code into the Python package. Run by `make web` and by the package's build hook; needs Node alone.
import { build } from "esbuild";
import { copyFile, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "../src/truceline/web/static/built");
const from = (file) => join(here, "node_modules/maplibre-gl/dist", file);

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
const made = await build({
  entryPoints: [join(here, "src/workbench.js")],
  outdir: out,
  bundle: true,
  format: "esm",
  splitting: true,
  chunkNames: "screen-[hash]",
  minify: true,
  target: ["es2022"],
  legalComments: "none",
  metafile: true,
  logLevel: "warning",
});
await build({ entryPoints: [join(here, "src/map.css")], outdir: out, minify: true, logLevel: "warning" });
await copyFile(from("maplibre-gl.css"), join(out, "maplibre-gl.css"));
const worker = (await readFile(from("maplibre-gl-worker.mjs"), "utf8")).replace(/\n?\/\/# sourceMappingURL=.*\s*$/, "\n");
await writeFile(join(out, "maplibre-gl-worker.mjs"), worker);
await writeFile(join(out, "LICENCES.txt"), await licences(Object.keys(made.metafile.inputs)));

/** The words of every licence under which something bundled was given, by package. */
async function licences(inputs) {
  const bundled = inputs.map((i) => i.match(/node_modules\/((?:@[^/]+\/)?[^/]+)/)?.[1]).filter(Boolean);
  const lock = JSON.parse(await readFile(join(here, "package-lock.json"), "utf8"));
  // MapLibre's own files already hold its dependencies, so that the list of what was installed is the honest one.
  const whole = Object.entries(lock.packages).filter(([path, p]) => path && !p.dev).map(([path]) => path.replace(/^.*node_modules\//, ""));
  const parts = [];
  for (const name of [...new Set([...bundled, ...whole])].sort()) {
    const folder = join(here, "node_modules", name);
    const about = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
    const file = (await readdir(folder)).find((f) => /^(licen[cs]e|copying)/i.test(f));
    const words = file ? await readFile(join(folder, file), "utf8") : `Licence: ${about.license}\n`;
    parts.push(`${about.name} ${about.version} (${about.license})\n\n${words.trim()}\n`);
  }
  return parts.join(`\n${"-".repeat(80)}\n\n`);
}
