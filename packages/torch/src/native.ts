// Finds and loads the addon; the only file that touches a .node file.
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import type { Binding } from "./binding.js";
import { FabricError } from "./errors.js";

/** Where the addon came from; `fabric doctor` shows it. */
export interface NativeOrigin {
  /** `platform-package`, `workspace`, `cache` or `FABRIC_ADDON`. */
  source: string;
  addon: string;
  /** The libtorch version that the addon was built for. */
  torchVersion: string;
  /** Libraries of operators that were built with it, by name; {@link loadPackagedLibrary} loads them. */
  libraries: Readonly<Record<string, string>>;
}

const require = createRequire(import.meta.url);
const packageRoot = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const PLATFORM_PACKAGE = `@fabric/torch-${process.platform}-${process.arch}`;
/** Supported libtorch minors, of major version 2. */
const MINORS = { first: 11, last: 14 } as const;

let loaded: { binding: Binding; origin: NativeOrigin } | undefined;

type AddonFile = Omit<NativeOrigin, "source">;

function readAddonFile(path: string): AddonFile | undefined {
  if (!existsSync(path)) return undefined;
  try {
    const parsed = JSON.parse(readFileSync(path, "utf8")) as Partial<AddonFile>;
    if (typeof parsed.addon === "string" && typeof parsed.torchVersion === "string")
      return {
        addon: parsed.addon,
        torchVersion: parsed.torchVersion,
        libraries: parsed.libraries ?? {},
      };
  } catch {
    // An unreadable manifest is treated as absent; the error below says what to run.
  }
  return undefined;
}

function platformPackage(): NativeOrigin | undefined {
  let manifest: string;
  try {
    manifest = require.resolve(`${PLATFORM_PACKAGE}/package.json`);
  } catch {
    return undefined;
  }
  const { fabric } = JSON.parse(readFileSync(manifest, "utf8")) as { fabric?: Partial<AddonFile> };
  if (typeof fabric?.addon !== "string" || typeof fabric.torchVersion !== "string")
    return undefined;
  return {
    source: "platform-package",
    addon: join(dirname(manifest), fabric.addon),
    torchVersion: fabric.torchVersion,
    libraries: Object.fromEntries(
      Object.entries(fabric.libraries ?? {}).map(([name, path]) => [
        name,
        join(dirname(manifest), path),
      ]),
    ),
  };
}

function cacheRoot(): string {
  if (process.env["FABRIC_CACHE"]) return process.env["FABRIC_CACHE"];
  return join(process.env["XDG_CACHE_HOME"] || join(process.env["HOME"] ?? "", ".cache"), "fabric");
}

function candidates(): NativeOrigin[] {
  const found: NativeOrigin[] = [];
  const forced = process.env["FABRIC_ADDON"];
  if (forced)
    found.push({ source: "FABRIC_ADDON", addon: forced, torchVersion: "unknown", libraries: {} });
  const packaged = platformPackage();
  if (packaged) found.push(packaged);
  const libtorch = process.env["FABRIC_LIBTORCH"];
  const places: [string, string | undefined][] = [
    ["FABRIC_LIBTORCH", libtorch ? join(libtorch, "fabric-addon.json") : undefined],
    ["workspace", join(packageRoot, "native", "addon.json")],
    ["cache", join(cacheRoot(), "addon.json")],
  ];
  for (const [source, path] of places) {
    const file = path === undefined ? undefined : readAddonFile(path);
    if (file) found.push({ source, ...file });
  }
  return found;
}

/** Refuses an addon whose libtorch is of another minor, which moves the ABI, or out of the supported range. */
function checkVersion(version: string, config: string, addon: string): void {
  const running = /TORCH_VERSION=(\d+\.\d+)/.exec(config)?.[1];
  if (running !== undefined && !version.startsWith(`${running}.`)) {
    throw new FabricError(
      "FABRIC_UNSUPPORTED_LIBTORCH",
      `the addon \`${addon}\` was built for libtorch ${version}, but libtorch ${running} was loaded with it. An addon serves one minor version: build it again against the one you use (npm run setup).`,
    );
  }
  const match = /^(\d+)\.(\d+)/.exec(version);
  const minor = Number(match?.[2]);
  if (match?.[1] === "2" && minor >= MINORS.first && minor <= MINORS.last) return;
  throw new FabricError(
    "FABRIC_UNSUPPORTED_LIBTORCH",
    `the addon \`${addon}\` was built for libtorch ${version}; @fabric/torch supports 2.${MINORS.first} to 2.${MINORS.last}. Build it again against a supported libtorch: npm run setup.`,
  );
}

/** Two copies would have two handle tables and two operator caches over one libtorch. */
function claimProcess(): void {
  const key = Symbol.for("@fabric/torch");
  const registry = globalThis as unknown as Record<symbol, string | undefined>;
  const other = registry[key];
  if (other !== undefined && other !== packageRoot) {
    throw new FabricError(
      "FABRIC_CONFIG_TWO_COPIES",
      `two copies of @fabric/torch are loaded in one process: \`${other}\` and \`${packageRoot}\`. Keep one: let plugins name it as a peer dependency, and run your package manager's dedupe.`,
    );
  }
  registry[key] = packageRoot;
}

/** Read by the addon as it loads. */
function checkEnvironment(): void {
  const half = process.env["FABRIC_HALF_CPU"];
  if (half === undefined || half === "native" || half === "float32") return;
  throw new FabricError(
    "FABRIC_CONFIG_ENVIRONMENT",
    `the environment variable FABRIC_HALF_CPU is ${JSON.stringify(half)}; expected "native" (libtorch's own 16-bit CPU kernels) or "float32" (ours). Unset it to let the hardware decide.`,
  );
}

function load(): { binding: Binding; origin: NativeOrigin } {
  claimProcess();
  checkEnvironment();
  const tried: string[] = [];
  for (const origin of candidates()) {
    try {
      const binding = require(resolve(origin.addon)) as Binding;
      const { builtFor, config } = binding.info();
      checkVersion(builtFor, config, origin.addon);
      return { binding, origin: { ...origin, torchVersion: builtFor } };
    } catch (error) {
      if (error instanceof FabricError) throw error;
      tried.push(
        `  ${origin.source}: ${origin.addon}: ${error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error)}`,
      );
    }
  }
  throw new FabricError(
    "FABRIC_MISSING_NATIVE",
    [
      `the native part of @fabric/torch could not be loaded on ${process.platform}-${process.arch}, Node ${process.version}.`,
      ...(tried.length > 0
        ? ["Tried:", ...tried]
        : [
            `Nothing found: neither the package ${PLATFORM_PACKAGE}, nor FABRIC_LIBTORCH, nor a built addon in the cache.`,
          ]),
      `Install the platform package (pnpm add ${PLATFORM_PACKAGE}), or build the addon in a checkout of the repository: npm run setup.`,
    ].join("\n"),
  );
}

/** The addon, loaded on first use. @throws FabricError `FABRIC_MISSING_NATIVE`, `FABRIC_UNSUPPORTED_LIBTORCH`, `FABRIC_CONFIG_TWO_COPIES`, `FABRIC_CONFIG_ENVIRONMENT`. */
export function native(): Binding {
  loaded ??= load();
  return loaded.binding;
}

/** Where the addon in use came from. */
export function nativeOrigin(): NativeOrigin {
  native();
  return (loaded as { origin: NativeOrigin }).origin;
}
