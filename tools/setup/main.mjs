// `npm run setup`: everything between a fresh checkout and running code. Plain JavaScript without a dependency, since it
// runs before anything is installed.
//   --only install|libtorch|native|cuda|build   stop after that step; cuda compiles the CUDA kernels too, and those for tests
//   --then TASK [arguments]                 run a task afterwards
import { SetupFailure } from "../libtorch/failure.mjs";
import { resolveLibtorch } from "../libtorch/resolve.mjs";
import { buildStep } from "./build.mjs";
import { emulatedStep, isCudaBuild, kernelsStep } from "./cuda.mjs";
import { installStep } from "./install.mjs";
import { LIBRARIES, libraryStep } from "./library.mjs";
import { releaseLock, takeLock } from "./lock.mjs";
import { nativeStep } from "./native.mjs";
import { say, startProgress } from "./progress.mjs";
import { runStep } from "./step.mjs";
import { runTask } from "./then.mjs";

/**
 * @param {string | undefined} last
 * @param {string | undefined} task what runs afterwards
 */
async function setup(last, task) {
  requireNode();
  await takeLock();
  await runStep(installStep());
  if (last === "install") return;
  const libtorch = await findLibtorch();
  if (last === "libtorch") return say(`libtorch ${libtorch.version} in ${libtorch.root}`);
  await runStep(nativeStep(libtorch));
  for (const library of LIBRARIES) await runStep(libraryStep(libtorch, library));
  if (last === "native") return;
  const isForTests = task?.startsWith("test") === true;
  const cuda = [
    ...(isForTests || last === "cuda" || task === "pack" || isCudaBuild(libtorch)
      ? [kernelsStep(libtorch, isForTests && !isCudaBuild(libtorch))]
      : []),
    ...(isForTests || last === "cuda" ? [emulatedStep(libtorch)] : []),
  ];
  for (const step of cuda) if (step !== undefined) await runStep(step);
  if (last === "cuda") return;
  await runStep(buildStep());
}

async function findLibtorch() {
  const progress = startProgress("libtorch");
  let shown = false;
  try {
    return await resolveLibtorch({
      log: (line) => {
        if (!shown) say(`libtorch: looking for one for this machine`);
        shown = true;
        progress.update(line);
      },
    });
  } finally {
    progress.stop();
  }
}

function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  throw new SetupFailure(
    `This is Node ${process.versions.node}; 20.19 or newer is needed.`,
    "Install a newer Node, then run this again.",
  );
}

async function main() {
  const args = process.argv.slice(2);
  const only = args[0] === "--only" ? args[1] : undefined;
  await setup(only, args[0] === "--then" ? args[1] : undefined);
  releaseLock();
  if (args[0] === "--then" && args[1] !== undefined)
    process.exitCode = await runTask(args[1], args.slice(2));
  else if (only === undefined) say("ready");
}

main().catch((error) => {
  if (!(error instanceof SetupFailure)) throw error;
  process.stderr.write(`\n[setup] ${error.message}\n[setup] To do: ${error.remedy}\n`);
  process.exitCode = 1;
});
