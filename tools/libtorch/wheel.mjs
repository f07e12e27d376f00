// Fetches the pinned torch wheel through pip and unpacks the part that C++ needs. No Python package is installed.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { cacheRoot, placeAtomically, sweepOld } from "./cache.mjs";
import { SetupFailure } from "./failure.mjs";
import { missingPart } from "./inspect.mjs";
import { PINNED_TORCH, parseVersion } from "./version.mjs";

/** PyTorch's own index, one folder a build. */
const PYTORCH_INDEX = "https://download.pytorch.org/whl";
/** The CUDA build that PyTorch publishes for the pinned version. */
const CUDA_FLAVOUR = "cu130";
/** Only C++ is taken from the wheel, so one made for another Python serves as well. */
const PYTHON_TAGS = ["310", "311", "312", "313", "314"];

const UNPACK = fileURLToPath(new URL("unpack.py", import.meta.url));

/**
 * @typedef {{ python: string, env: NodeJS.ProcessEnv, log: (line: string) => void }} FetchOptions
 * @typedef {{ from: string, args: string[], quiet?: boolean }} Attempt
 */

/**
 * Downloads the pinned wheel and puts its `lib`, `include` and `share/cmake` into the cache.
 *
 * @param {FetchOptions} options
 */
export async function fetchLibtorch(options) {
  const { python, env, log } = options;
  const downloads = join(cacheRoot(env), "downloads", `torch-${process.pid}`);
  sweepOld(dirname(downloads));
  mkdirSync(downloads, { recursive: true });
  try {
    const wheel = await downloadWheel(options, downloads);
    const version = wheelVersion(wheel);
    const flavour = parseVersion(version)?.flavour || "default";
    const extra = await downloadRuntime(options, wheel, downloads);
    const target = join(cacheRoot(env), "libtorch", `${PINNED_TORCH}-${flavour}`);
    // The cache did not serve this libtorch, so what stands here is damaged: replaced, not trusted.
    if (missingPart(join(target, "torch")) || !existsSync(join(target, "complete.json"))) {
      rmSync(target, { recursive: true, force: true });
    }
    log(`unpacking ${basename(wheel)}`);
    await placeAtomically(target, async (staging) => {
      for (const file of [wheel, ...extra])
        await mustRun(python, [UNPACK, file, staging], env, log);
      const wheels = [wheel, ...extra].map((file) => basename(file));
      writeFileSync(
        join(staging, "complete.json"),
        `${JSON.stringify({ version, wheels }, null, 2)}\n`,
      );
    });
  } finally {
    rmSync(downloads, { recursive: true, force: true });
  }
}

/**
 * The places to ask for the wheel, in order: wheels that pip's configuration names, its index, PyTorch's own index.
 *
 * @param {NodeJS.ProcessEnv} env
 * @returns {Attempt[]}
 */
export function downloadAttempts(env) {
  const cuda = hasNvidiaDriver(env);
  const linux = (env.FABRIC_PLATFORM ?? process.platform) === "linux";
  const any = `torch==${PINNED_TORCH}`;
  // On Linux the plain version of a public index is the CUDA build: without a driver, ask for the CPU one by name.
  const indexed = linux && !cuda ? `${any}+cpu` : any;
  const local = ["--no-index", any];
  const build = linux && cuda ? CUDA_FLAVOUR : "cpu";
  return [
    { from: "local wheels", args: local },
    ...PYTHON_TAGS.map((tag) => ({
      from: "local wheels",
      args: [...forPython(tag), ...local],
      quiet: true,
    })),
    { from: "pip's index", args: [indexed] },
    { from: "PyTorch's wheel index", args: ["--index-url", `${PYTORCH_INDEX}/${build}`, any] },
    ...(indexed === any ? [] : [{ from: "pip's index, any build", args: [any] }]),
  ];
}

/**
 * Whether an NVIDIA driver is loaded. `FABRIC_NVIDIA=0` or `1` overrides the look.
 *
 * @param {NodeJS.ProcessEnv} env
 */
export function hasNvidiaDriver(env) {
  if (env.FABRIC_NVIDIA === "0" || env.FABRIC_NVIDIA === "1") return env.FABRIC_NVIDIA === "1";
  return existsSync("/proc/driver/nvidia/version") || existsSync("/dev/nvidiactl");
}

/**
 * @param {FetchOptions} options
 * @param {string} folder
 * @returns {Promise<string>}
 */
async function downloadWheel({ python, env, log }, folder) {
  /** @type {string[]} */
  const tried = [];
  for (const { from, args, quiet } of downloadAttempts(env)) {
    if (!quiet) log(`asking ${from} for torch ${PINNED_TORCH}`);
    const result = await run(python, pipDownload(folder, ["--no-deps", ...args]), env, log);
    const wheel = readdirSync(folder).find((name) => /^torch-.*\.whl$/.test(name));
    if (result.status === 0 && wheel !== undefined) return join(folder, wheel);
    const last = result.output
      .trim()
      .split("\n")
      .filter((line) => line.startsWith("ERROR"))
      .at(-1);
    if (!quiet) tried.push(`  ${from}: ${last ?? `pip ended with ${result.status}`}`);
    if (/No module named pip/.test(result.output)) {
      throw new SetupFailure(
        `${python} has no pip.`,
        "Install it (Debian: apt-get install python3-pip), then run this again.",
      );
    }
  }
  throw new SetupFailure(
    `torch==${PINNED_TORCH} could not be downloaded.\n${tried.join("\n")}`,
    "Check the network and pip's configuration (pip config list), or point FABRIC_LIBTORCH at an unpacked libtorch.",
  );
}

/**
 * The NVIDIA runtime wheels that a CUDA build links; none for a CPU build.
 *
 * @param {FetchOptions} options
 * @param {string} wheel
 * @param {string} folder
 * @returns {Promise<string[]>}
 */
async function downloadRuntime({ python, env, log }, wheel, folder) {
  const listed = await mustRun(python, [UNPACK, "--requirements", wheel], env);
  const needed = listed.split("\n").filter((line) => /^(nvidia-|cuda-toolkit)/.test(line));
  if (needed.length === 0) return [];
  log(`asking for ${needed.length} NVIDIA runtime packages`);
  const runtime = join(folder, "nvidia");
  mkdirSync(runtime, { recursive: true });
  const index = ["--extra-index-url", `${PYTORCH_INDEX}/${CUDA_FLAVOUR}`];
  await mustRun(python, pipDownload(runtime, [...index, ...needed]), env, log);
  return readdirSync(runtime)
    .filter((name) => /^nvidia_.*\.whl$/.test(name))
    .map((name) => join(runtime, name));
}

/** @param {string} tag @returns {string[]} */
function forPython(tag) {
  const platforms = ["manylinux_2_28_x86_64", "manylinux_2_28_aarch64", "macosx_11_0_arm64"];
  const machine =
    process.platform === "darwin" ? platforms[2] : platforms[process.arch === "arm64" ? 1 : 0];
  return [
    "--python-version",
    tag,
    "--implementation",
    "cp",
    "--abi",
    `cp${tag}`,
    "--platform",
    `${machine}`,
  ];
}

/** @param {string} folder @param {string[]} args @returns {string[]} */
function pipDownload(folder, args) {
  return [
    "-m",
    "pip",
    "download",
    "--only-binary=:all:",
    "--disable-pip-version-check",
    "--no-input",
    "--progress-bar=off",
    "-d",
    folder,
    ...args,
  ];
}

/** @param {string} wheel */
function wheelVersion(wheel) {
  return decodeURIComponent(basename(wheel).split("-")[1] ?? PINNED_TORCH);
}

/**
 * @param {string} command
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @param {(line: string) => void} [log]
 * @returns {Promise<{ status: number | null, output: string }>}
 */
function run(command, args, env, log) {
  return new Promise((done) => {
    const child = spawn(command, args, { env, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    const take = (/** @type {Buffer} */ chunk) => {
      output += chunk;
      const line = String(chunk).trim().split("\n").at(-1);
      if (line && /^(Downloading|Processing|Looking in links|unpacked)/.test(line))
        log?.(line.slice(0, 100));
    };
    child.stdout.on("data", take);
    child.stderr.on("data", take);
    child.on("error", (error) => done({ status: 127, output: `ERROR: ${error.message}` }));
    child.on("close", (status) => done({ status, output }));
  });
}

/**
 * @param {string} command
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @param {(line: string) => void} [log]
 */
async function mustRun(command, args, env, log) {
  const { status, output } = await run(command, args, env, log);
  if (status === 0) return output;
  const tail = output.trim().split("\n").slice(-6).join("\n");
  throw new SetupFailure(
    `${basename(command)} ${args.slice(0, 4).join(" ")} ... ended with ${status}:\n${tail}`,
    "If the disk is full, make room; else run the same command again: nothing half-made was kept.",
  );
}
