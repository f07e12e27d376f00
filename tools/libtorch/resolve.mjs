// Finds a libtorch for this machine, in the order that the documentation promises.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { cacheRoot } from "./cache.mjs";
import { SetupFailure } from "./failure.mjs";
import { headerVersion, missingPart } from "./inspect.mjs";
import { findPython } from "./python.mjs";
import { isSupported, PINNED_TORCH, SUPPORTED_TEXT } from "./version.mjs";
import { fetchLibtorch } from "./wheel.mjs";

/** @typedef {import("./inspect.mjs").Libtorch} Libtorch */

/**
 * Resolves a libtorch: `FABRIC_LIBTORCH`, then an importable Python `torch`, then the cache, then the pinned wheel.
 *
 * @param {{ env?: NodeJS.ProcessEnv, log?: (line: string) => void }} [options]
 * @returns {Promise<Libtorch>}
 */
export async function resolveLibtorch({ env = process.env, log = () => {} } = {}) {
  const named = env.FABRIC_LIBTORCH;
  if (named) return fromFolder(resolve(named));
  const python = findPython(env);
  const found = python?.torch;
  if (found) {
    const missing = missingPart(found.root);
    if (isSupported(found.version) && missing === undefined) {
      return { ...found, source: "python" };
    }
    const reason = missing ? `lacks ${missing}` : `is outside ${SUPPORTED_TEXT}`;
    log(`Python's torch ${found.version} ${reason}: not used`);
  }
  const cached = fromCache(env);
  if (cached) return cached;
  if (!python) {
    throw new SetupFailure(
      "No Python 3 with pip was found, and it is needed to download libtorch.",
      "Install it (Debian: apt-get install python3 python3-pip), or point FABRIC_LIBTORCH at an unpacked libtorch.",
    );
  }
  await fetchLibtorch({ python: python.command, env, log });
  const fetched = fromCache(env);
  if (!fetched)
    throw new SetupFailure(
      "The unpacked libtorch is not in the cache.",
      "Run the same command again.",
    );
  return fetched;
}

/**
 * @param {string} root
 * @returns {Libtorch}
 */
function fromFolder(root) {
  const missing = missingPart(root);
  if (missing !== undefined) {
    throw new SetupFailure(
      `FABRIC_LIBTORCH is "${root}", but ${missing} is missing there.`,
      "Point it at a folder with lib/ and include/, such as an unpacked libtorch archive or Python's site-packages/torch, or unset it.",
    );
  }
  const version = headerVersion(root);
  if (version === undefined || !isSupported(version)) {
    throw new SetupFailure(
      `FABRIC_LIBTORCH is "${root}", which holds libtorch ${version ?? "of an unknown version"}; supported are ${SUPPORTED_TEXT}.`,
      "Point it at a supported libtorch, or unset it.",
    );
  }
  return { root, version, source: "FABRIC_LIBTORCH" };
}

/**
 * The pinned libtorch as an earlier run left it in the cache. `complete.json` is written last, so a folder with it is whole.
 *
 * @param {NodeJS.ProcessEnv} env
 * @returns {Libtorch | undefined}
 */
export function fromCache(env) {
  const folder = join(cacheRoot(env), "libtorch");
  if (!existsSync(folder)) return undefined;
  const names = readdirSync(folder).filter((name) => name.startsWith(`${PINNED_TORCH}-`));
  for (const name of names.sort().reverse()) {
    const mark = join(folder, name, "complete.json");
    const root = join(folder, name, "torch");
    if (!existsSync(mark) || missingPart(root) !== undefined) continue;
    const { version } = JSON.parse(readFileSync(mark, "utf8"));
    return { root, version, source: "cache" };
  }
  return undefined;
}
