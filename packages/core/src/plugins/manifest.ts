// Finds the plugins that the application depends on, by reading manifests only: no code of theirs runs.

import { existsSync, readFileSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, isAbsolute, join, sep } from "node:path";
import { fileURLToPath } from "node:url";

import { warnOnce } from "../messages.js";
import { type CommandEntry, readCommands } from "./manifest-commands.js";

/** A plugin package that some project of the application depends on. */
export interface PluginManifest {
  /** Package name. */
  readonly name: string;
  readonly version: string;
  /** Version of the plugin interface that it was written for. */
  readonly api: unknown;
  /** Aliases that it serves. */
  readonly precisions: readonly string[];
  /** Commands that it brings. */
  readonly commands: readonly CommandEntry[];
  /** Folder of the package. */
  readonly folder: string;
  /** The package.json of the project that depends on it; what it is loaded from. */
  readonly project: string;
  /** How the project was found. */
  readonly base: SearchBase;
}

/** Where a search starts. */
export type SearchBase = "core" | "main script" | "working directory";

/** A project whose dependencies are looked through. */
export interface SearchProject {
  readonly base: SearchBase;
  /** Path of its package.json, or null if none was found upwards. */
  readonly manifest: string | null;
}

interface PackageJson {
  name?: unknown;
  version?: unknown;
  fabric?: { api?: unknown; precisions?: unknown; commands?: unknown } | undefined;
  [section: string]: unknown;
}

const SECTIONS = [
  "dependencies",
  "devDependencies",
  "optionalDependencies",
  "peerDependencies",
] as const;

/**
 * The projects of this process, in order: the one that contains core, that of the entry script, that of the working directory.
 * `script` stands in for the entry script where another process will run it.
 */
export function searchProjects(script: string | undefined = process.argv[1]): SearchProject[] {
  // The script is "-" when the program comes from standard input.
  return [
    { base: "core", manifest: nearestProject(folderAroundCore()) },
    {
      base: "main script",
      manifest:
        script === undefined || !isAbsolute(script)
          ? null
          : nearestProject(dirname(realPath(script))),
    },
    { base: "working directory", manifest: nearestProject(process.cwd()) },
  ];
}

/** Every plugin that one of the projects depends on; a package found twice counts once, from the first place. */
export function installedPlugins(
  projects: readonly SearchProject[] = searchProjects(),
): PluginManifest[] {
  const found = new Map<string, PluginManifest>();
  const looked = new Set<string>();
  for (const { base, manifest } of projects) {
    if (manifest === null || looked.has(manifest)) continue;
    looked.add(manifest);
    for (const name of dependenciesOf(manifest)) {
      if (found.has(name)) continue;
      const plugin = readPlugin(name, manifest, base);
      if (plugin !== null) found.set(name, plugin);
    }
  }
  return [...found.values()];
}

function readPlugin(name: string, project: string, base: SearchBase): PluginManifest | null {
  const path = findManifest(name, project);
  const manifest = path === null ? null : readJson(path);
  const fabric = manifest?.fabric;
  if (
    path === null ||
    manifest === null ||
    typeof fabric !== "object" ||
    fabric === null ||
    !("precisions" in fabric || "commands" in fabric)
  )
    return null;
  const { precisions = [] } = fabric;
  if (
    !Array.isArray(precisions) ||
    !precisions.every((alias) => typeof alias === "string" && alias !== "")
  ) {
    warnOnce(
      "FABRIC_CONFIG_MANIFEST",
      `The package "${name}" is ignored: "fabric.precisions" in ${path} must be an array of strings. Tell its author.`,
    );
    return null;
  }
  return {
    name,
    version: typeof manifest.version === "string" ? manifest.version : "0.0.0",
    api: fabric.api,
    precisions,
    commands: readCommands(name, path, fabric.commands),
    folder: dirname(path),
    project,
    base,
  };
}

/** Path of a dependency's package.json: by folders first (npm, pnpm, yarn with node_modules), then by asking the resolver (yarn's Plug'n'Play). */
function findManifest(name: string, project: string): string | null {
  for (let folder = dirname(project); ; folder = dirname(folder)) {
    const candidate = join(folder, "node_modules", name, "package.json");
    if (existsSync(candidate)) return candidate;
    if (folder === dirname(folder)) break;
  }
  if (process.versions["pnp"] === undefined) return null;
  try {
    return createRequire(project).resolve(`${name}/package.json`);
  } catch {
    return null;
  }
}

function dependenciesOf(project: string): string[] {
  const manifest = readJson(project) ?? {};
  const names = new Set<string>();
  for (const section of SECTIONS) {
    const entries = manifest[section];
    if (typeof entries === "object" && entries !== null)
      for (const name of Object.keys(entries)) names.add(name);
  }
  return [...names];
}

/** The folder that holds this copy of core: above node_modules when installed, above the package itself in a workspace. */
function folderAroundCore(): string {
  const here = dirname(fileURLToPath(import.meta.url));
  const marker = `${sep}node_modules${sep}`;
  const at = here.indexOf(marker);
  if (at >= 0) return here.slice(0, at);
  const own = nearestProject(here);
  return own === null ? here : dirname(dirname(own));
}

/** The nearest package.json upwards that describes a package; one that only sets the module type does not count. */
function nearestProject(start: string): string | null {
  for (let folder = start; ; folder = dirname(folder)) {
    const candidate = join(folder, "package.json");
    if (existsSync(candidate)) {
      const manifest = readJson(candidate);
      if (
        manifest !== null &&
        (manifest.name !== undefined || SECTIONS.some((section) => section in manifest))
      )
        return candidate;
    }
    if (folder === dirname(folder)) return null;
  }
}

function readJson(path: string): PackageJson | null {
  try {
    const value: unknown = JSON.parse(readFileSync(path, "utf8"));
    return typeof value === "object" && value !== null ? (value as PackageJson) : null;
  } catch {
    return null;
  }
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
