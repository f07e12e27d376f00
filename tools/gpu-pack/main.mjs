// `npm run pack:gpu -- --out FILE.tar.xz`: what a bare GPU machine needs to build, test and time this checkout, in one archive. That machine
// needs CUDA, CMake, a C++ compiler and a Python with torch; neither Node, nor npm packages, nor a network.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { SetupFailure } from "../libtorch/failure.mjs";
import { compress, LIMIT_BYTES, requireSmall } from "./archive.mjs";
import { stage } from "./stage.mjs";

async function main() {
  const { values } = parseArgs({ options: { out: { type: "string" } } });
  if (values.out === undefined || !values.out.endsWith(".tar.xz"))
    throw new SetupFailure(
      `--out is ${values.out === undefined ? "missing" : `"${values.out}"`}.`,
      "Name the archive: --out fabric-gpu.tar.xz",
    );
  const out = resolve(values.out);
  const folder = mkdtempSync(join(tmpdir(), "fabric-gpu-"));
  try {
    stage(folder);
    const bytes = compress(folder, out);
    requireSmall(folder, bytes, LIMIT_BYTES);
    process.stdout.write(`${out}: ${(bytes / 1e6).toFixed(1)} MB\n`);
  } catch (error) {
    rmSync(out, { force: true });
    throw error;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

main().catch((error) => {
  if (!(error instanceof SetupFailure)) throw error;
  process.stderr.write(`[gpu-pack] ${error.message}\n[gpu-pack] To do: ${error.remedy}\n`);
  process.exitCode = 1;
});
