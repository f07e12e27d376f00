// The native parts, for this machine's torch and GPU: the steps of setup without npm, since the archive brings what npm would fetch.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { SetupFailure } from "../../libtorch/failure.mjs";
import { findPython } from "../../libtorch/python.mjs";
import { resolveLibtorch } from "../../libtorch/resolve.mjs";
import { isSupported, SUPPORTED_TEXT } from "../../libtorch/version.mjs";
import { isCudaBuild, kernelsStep } from "../../setup/cuda.mjs";
import { LIBRARIES, libraryStep } from "../../setup/library.mjs";
import { releaseLock, takeLock } from "../../setup/lock.mjs";
import { nativeStep } from "../../setup/native.mjs";
import { say } from "../../setup/progress.mjs";
import { runStep } from "../../setup/step.mjs";

async function build() {
  requireTorch();
  const libtorch = await resolveLibtorch({ log: (line) => say(`libtorch: ${line}`) });
  if (!isCudaBuild(libtorch))
    throw new SetupFailure(
      `torch ${libtorch.version} in ${libtorch.root} is a build without CUDA.`,
      "Name a Python with a CUDA build in FABRIC_PYTHON.",
    );
  say(
    `torch ${libtorch.version}, kernels for ${process.env.FABRIC_CUDA_ARCHITECTURES ?? "every architecture"}`,
  );
  const kernels = kernelsStep(libtorch);
  if (kernels === undefined)
    throw new SetupFailure(
      "The CUDA kernels cannot be built.",
      "Put a new enough nvcc on PATH, or name its toolkit in CUDA_HOME.",
    );
  await takeLock();
  /** @type {Record<string, number>} */
  const seconds = {};
  const steps = [
    nativeStep(libtorch),
    ...LIBRARIES.map((name) => libraryStep(libtorch, name)),
    kernels,
  ];
  for (const step of steps) {
    const startedMs = Date.now();
    await runStep(step);
    seconds[step.name] = Math.round((Date.now() - startedMs) / 1000);
  }
  releaseLock();
  const { OUT } = process.env;
  const result = {
    torch: libtorch.version,
    architectures: process.env.FABRIC_CUDA_ARCHITECTURES,
    seconds,
  };
  if (OUT !== undefined)
    writeFileSync(join(OUT, "build.json"), `${JSON.stringify(result, null, 2)}\n`);
  say("built");
}

/** Without this, the next place to look would be a package index, and there is no network. */
function requireTorch() {
  const torch = findPython(process.env)?.torch;
  if (torch !== undefined && isSupported(torch.version)) return;
  throw new SetupFailure(
    `Python's torch is ${torch?.version ?? "missing"}; supported are ${SUPPORTED_TEXT}.`,
    "Name a Python with a supported torch in FABRIC_PYTHON.",
  );
}

build().catch((error) => {
  if (!(error instanceof SetupFailure)) throw error;
  process.stderr.write(`\n[setup] ${error.message}\n[setup] To do: ${error.remedy}\n`);
  process.exitCode = 1;
});
