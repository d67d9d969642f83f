// Bundles the browser code into portal/web/static/build with hashed names and a manifest that portal/web/assets.py reads.
import { mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const outdir = join(here, "..", "static", "build");

const manifestPlugin = {
  name: "manifest",
  setup(build) {
    build.onEnd(async (result) => {
      if (!result.metafile) return;
      const manifest = {};
      for (const [file, facts] of Object.entries(result.metafile.outputs)) {
        if (!facts.entryPoint) continue;
        const entry = basename(facts.entryPoint, extname(facts.entryPoint));
        manifest[entry + extname(file)] = basename(file);
      }
      // A running server reads the manifest at any moment: it changes in one step, and older files go afterwards.
      const fresh = join(outdir, "manifest.json.new");
      await writeFile(fresh, JSON.stringify(manifest, null, 2) + "\n");
      await rename(fresh, join(outdir, "manifest.json"));
      const kept = new Set(Object.keys(result.metafile.outputs).map((file) => basename(file)).concat("manifest.json"));
      for (const name of await readdir(outdir)) {
        if (!kept.has(name)) await rm(join(outdir, name), { recursive: true, force: true });
      }
    });
  },
};

const options = {
  absWorkingDir: here,
  entryPoints: ["js/app.js", "js/theme.js", "css/app.css"],
  outdir,
  bundle: true,
  format: "esm",
  splitting: true,
  minify: true,
  sourcemap: "linked",
  target: ["es2022"],
  entryNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  legalComments: "linked",
  metafile: true,
  logLevel: "warning",
  plugins: [manifestPlugin],
};

await mkdir(outdir, { recursive: true });
if (process.argv.includes("--watch")) {
  const context = await esbuild.context(options);
  await context.watch();
} else {
  await esbuild.build(options);
}
