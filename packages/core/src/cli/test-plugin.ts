// `fabric test-plugin PATH`: holds a plugin package to the rules of conformance, alias by alias.

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, realpathSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { constants } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";

import { PRECISION_API } from "../brand.js";
import { loadPlugin } from "../plugins/load.js";
import type { PluginManifest } from "../plugins/manifest.js";
import type { Precision, PrecisionEnvironment } from "../precision.js";
import { FabricError, isFabricError } from "../torch.js";
import { checkCommands } from "./check-commands.js";

const HELP = `Usage: fabric test-plugin PATH [--alias NAME] [--device cpu|cuda] [--json]

Checks the plugin package in the folder PATH against every rule of @fabric/precision-testkit, once for each alias of its manifest, and that each command
of its manifest can be loaded.

  --alias NAME   only this alias
  --device NAME  where the rules run: cpu (default) or cuda
  --json         a report for programs

Tolerances and rules to leave out stand in the plugin's package.json:
  "fabric": { "conformance": { "fp6": { "tolerance": { "forward": 0.1, "gradient": 0.2 }, "skip": { "resume": "why" } } } }

Exit codes: 0 every rule holds, 1 a rule is broken or the plugin cannot be loaded, 2 wrong usage.
`;

/** Set in the process that does the work: the collector at hand, a crash inside libtorch contained. */
const WORKER = "FABRIC_TEST_PLUGIN_WORKER";
const KIT = "@fabric/precision-testkit";

interface Options {
  readonly path: string;
  readonly alias: string | undefined;
  readonly device: "cpu" | "cuda";
  readonly json: boolean;
}

interface RuleResult {
  readonly id: string;
  readonly title: string;
  readonly status: "passed" | "failed" | "skipped";
  readonly detail: string;
}

/** The part of the kit that is used here; core depends on no package of rules. */
interface Kit {
  runConformance(subject: {
    create(environment: PrecisionEnvironment): Precision;
    alias: string;
    device: string;
  }): Promise<{ results: readonly RuleResult[] }>;
}

interface PackageJson {
  readonly name?: unknown;
  readonly version?: unknown;
  readonly exports?: unknown;
  readonly dependencies?: Readonly<Record<string, unknown>>;
  readonly fabric?: {
    readonly api?: unknown;
    readonly precisions?: unknown;
    readonly commands?: unknown;
    readonly conformance?: Readonly<Record<string, object>>;
  };
}

/** Runs the command; prints, and returns the exit code. `ownCommands` are names that no plugin can have. @internal */
export async function testPlugin(
  args: readonly string[],
  ownCommands: readonly string[],
): Promise<number> {
  if (args.includes("--help") || args.includes("-h")) {
    process.stdout.write(HELP);
    return 0;
  }
  const options = parse(args);
  if (typeof options === "string") {
    process.stderr.write(`fabric test-plugin: ${options}\nSee: fabric test-plugin --help\n`);
    return 2;
  }
  if (process.env[WORKER] === undefined) return runWorker(options);
  try {
    return await report(options, ownCommands);
  } catch (error) {
    if (!isFabricError(error)) throw error;
    process.stderr.write(`[fabric] ${error.code}: ${error.message}\n`);
    return 1;
  }
}

/** The options, or what is wrong with them. */
function parse(args: readonly string[]): Options | string {
  let parsed: ReturnType<typeof parseStrictly>;
  try {
    parsed = parseStrictly(args);
  } catch (error) {
    return (error as Error).message;
  }
  const { values, positionals } = parsed;
  const [path, ...more] = positionals;
  if (path === undefined || more.length > 0)
    return `expected one folder, that of the plugin's package.json, but received ${positionals.length}`;
  const { device = "cpu" } = values;
  if (device !== "cpu" && device !== "cuda")
    return `expected \`--device\` to be cpu or cuda but received "${device}"`;
  const folder = resolve(path);
  if (!existsSync(folder) || !statSync(folder).isDirectory()) return `"${path}" is no folder`;
  if (!existsSync(join(folder, "package.json"))) return `"${path}" has no package.json`;
  return { path: folder, alias: values.alias, device, json: values.json ?? false };
}

const parseStrictly = (args: readonly string[]) =>
  parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      alias: { type: "string" },
      device: { type: "string" },
      json: { type: "boolean" },
    },
  });

/** Runs the command in a process of its own, with the copy of core that the plugin uses. */
function runWorker({ path, alias, device, json }: Options): number {
  const args = [
    path,
    ...(alias === undefined ? [] : ["--alias", alias]),
    ...["--device", device],
    ...(json ? ["--json"] : []),
  ];
  const { status, signal, error } = spawnSync(
    process.execPath,
    [...process.execArgv, "--expose-gc", mainOf(path), "test-plugin", ...args],
    { stdio: "inherit", env: { ...process.env, [WORKER]: "1" } },
  );
  if (error !== undefined) throw error;
  if (signal !== null) {
    process.stderr.write(
      `fabric test-plugin: the tests were ended by ${signal}, before the report. A crash inside libtorch ends them so.\n`,
    );
    return 128 + constants.signals[signal];
  }
  return status ?? 1;
}

/** The command line's entry in the copy of core that the plugin sees, or here if it sees none. */
function mainOf(folder: string): string {
  const own = join(dirname(fileURLToPath(import.meta.url)), "main.js");
  const manifest = find(folder, "@fabric/core/package.json");
  const main = manifest === null ? null : join(dirname(manifest), "dist", "cli", "main.js");
  return main !== null && existsSync(join(dirname(main), "test-plugin.js")) ? main : own;
}

function find(folder: string, specifier: string): string | null {
  try {
    return realpathSync(createRequire(join(folder, "package.json")).resolve(specifier));
  } catch {
    return null;
  }
}

async function report(
  { path, alias: only, device, json }: Options,
  ownCommands: readonly string[],
): Promise<number> {
  const manifest = readManifest(join(path, "package.json"));
  const plugin = describe(path, manifest);
  if (only !== undefined && !plugin.precisions.includes(only)) {
    throw new FabricError(
      "FABRIC_CONFIG_PRECISION",
      `The package "${plugin.name}" lists no alias "${only}" in "fabric.precisions"; it lists ${quoted(plugin.precisions)}.`,
    );
  }
  const aliases = only === undefined ? plugin.precisions : [only];
  // A package that brings commands only needs no rules of precisions.
  const kit = aliases.length === 0 ? null : await loadKit(path);
  const results = [
    ...checkManifest(path, plugin, manifest),
    ...(await commandRules(plugin, manifest.fabric?.commands, ownCommands)),
  ];
  const sections = [{ alias: "package.json", results }];
  for (const alias of kit === null ? [] : aliases) {
    const broken = loadProblem(plugin, alias, device);
    const load = rule("load", "loads synchronously, and makes the plugin", broken);
    if (broken !== null) {
      sections.push({ alias, results: [load] });
      continue;
    }
    const { results } = await (kit as Kit).runConformance({
      ...manifest.fabric?.conformance?.[alias],
      create: (environment) => loadPlugin(plugin, alias, environment),
      alias,
      device,
    });
    sections.push({ alias, results: [load, ...results] });
  }
  const all = sections.flatMap(({ results }) => results);
  const count = (status: RuleResult["status"]): number =>
    all.filter((result) => result.status === status).length;
  const counts = {
    passed: count("passed"),
    failed: count("failed"),
    skipped: count("skipped"),
  };
  if (json) {
    const { name, version } = plugin;
    process.stdout.write(`${JSON.stringify({ name, version, sections, ...counts }, null, 2)}\n`);
  } else {
    for (const { alias, results } of sections) process.stdout.write(`${tableOf(alias, results)}\n`);
    const { passed, failed, skipped } = counts;
    process.stdout.write(`${passed} passed, ${failed} failed, ${skipped} skipped\n`);
  }
  return counts.failed === 0 ? 0 : 1;
}

function readManifest(file: string): PackageJson {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as PackageJson;
  } catch (error) {
    throw new FabricError(
      "FABRIC_CONFIG_MANIFEST",
      `${file} cannot be read as JSON: ${(error as Error).message}.`,
      { cause: error },
    );
  }
}

/** Why the package cannot be loaded or makes no plugin; null if it does. */
function loadProblem(plugin: PluginManifest, alias: string, device: string): string | null {
  try {
    loadPlugin(plugin, alias, {
      accelerator: device,
      device: device === "cuda" ? "cuda:0" : "cpu",
    });
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function tableOf(alias: string, results: readonly RuleResult[]): string {
  const rows = results.map(({ id, title, status, detail }) => [
    id,
    status,
    (detail === "" ? title : detail).replaceAll("\n", " "),
  ]);
  const width = Math.max(...rows.map(([id = ""]) => id.length));
  const line = ([id = "", status = "", detail = ""]: readonly string[]): string =>
    `${id.padEnd(width)}  ${status.padEnd(7)}  ${detail}\n`;
  return `${alias}\n${[["rule", "result", "detail"], ...rows].map(line).join("")}`;
}

/** The manifest as core's search would read it; loaded through the package's own `exports`, as an application would. */
function describe(path: string, manifest: PackageJson): PluginManifest {
  const { name, version, fabric } = manifest;
  const { precisions = [], commands } = fabric ?? {};
  if (
    typeof name !== "string" ||
    !Array.isArray(precisions) ||
    (precisions.length === 0 && commands === undefined) ||
    !precisions.every((alias) => typeof alias === "string" && alias !== "")
  ) {
    throw new FabricError(
      "FABRIC_CONFIG_MANIFEST",
      `${join(path, "package.json")} describes no plugin: it needs a "name" and "fabric": { "api": ${PRECISION_API}, "precisions": ["your-alias"] }, or "commands" in it.`,
    );
  }
  return {
    name,
    version: typeof version === "string" ? version : "0.0.0",
    api: fabric?.api,
    precisions,
    commands: [],
    folder: path,
    project: join(path, "package.json"),
    base: "working directory",
  };
}

function rule(id: string, title: string, problem: string | null): RuleResult {
  return { id, title, status: problem === null ? "passed" : "failed", detail: problem ?? "" };
}

async function commandRules(
  plugin: PluginManifest,
  declared: unknown,
  ownCommands: readonly string[],
): Promise<RuleResult[]> {
  const checks = await checkCommands(plugin, declared, ownCommands);
  return checks.map(({ name, problem }) =>
    rule(`command:${name}`, "loads, and exports the command of this name", problem),
  );
}

function checkManifest(path: string, plugin: PluginManifest, manifest: PackageJson): RuleResult[] {
  const own = manifest.dependencies ?? {};
  return [
    rule(
      "manifest-api",
      "declares the version of the plugin interface",
      plugin.api === PRECISION_API
        ? null
        : `"fabric.api" is ${JSON.stringify(plugin.api) ?? "absent"}; this @fabric/core speaks ${PRECISION_API}`,
    ),
    rule(
      "manifest-exports",
      "exports itself and ./package.json, so that Fabric finds it",
      find(path, `${plugin.name}/package.json`) !== null && find(path, plugin.name) !== null
        ? null
        : '"exports" must hold "." with a "default" condition and "./package.json": "./package.json", and the file must be there: build the package first',
    ),
    rule(
      "manifest-peers",
      "has core and torch as peers, so that one copy serves everybody",
      "@fabric/core" in own || "@fabric/torch" in own
        ? 'move @fabric/core and @fabric/torch from "dependencies" to "peerDependencies"'
        : null,
    ),
  ];
}

/** The kit that the plugin's folder sees, or the one that the working directory sees. */
async function loadKit(path: string): Promise<Kit> {
  const entry = `${KIT}/conformance`;
  const file = find(path, entry) ?? find(process.cwd(), entry);
  if (file === null) {
    throw new FabricError(
      "FABRIC_MISSING_TESTKIT",
      `fabric test-plugin needs the package ${KIT}, which is installed neither for ${path} nor for ${process.cwd()}.\n` +
        `Install it for the plugin: pnpm add -D ${KIT} (or: npm install --save-dev ${KIT})`,
    );
  }
  return (await import(pathToFileURL(file).href)) as Kit;
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(", ");
}
