// Where an experiment's files go: `rootDir/name/version_N`.

import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { FabricError } from "../torch.js";

/** Options that every logger to files takes. */
export interface FileLoggerOptions {
  /** Folder that holds experiments; default `"runs"`, made when something is written. */
  rootDir?: string | undefined;
  /** Name of the experiment, a folder under `rootDir`; default `"fabric"`. */
  name?: string | undefined;
  /** A number gives the folder `version_N`, a text is the folder's name as it is; default the next number that is free. */
  version?: number | string | undefined;
}

/** The folder of one experiment's version. @internal */
export class ExperimentFolder {
  readonly rootDir: string;
  readonly name: string;
  readonly version: number | string;

  /** @throws FabricError `FABRIC_CONFIG_LOGGER` for a name or a version that is no folder's name. */
  constructor(owner: string, { rootDir = "runs", name = "fabric", version }: FileLoggerOptions) {
    for (const [option, value] of Object.entries({ rootDir, name })) {
      if (typeof value !== "string" || value === "") throw invalid(owner, option, value);
    }
    if (version !== undefined && !isVersion(version)) throw invalid(owner, "version", version);
    this.rootDir = rootDir;
    this.name = name;
    this.version = version ?? nextVersion(join(rootDir, name));
  }

  /** `rootDir/name/version_N`, or `rootDir/name/version` for a text. */
  get path(): string {
    const folder = typeof this.version === "number" ? `version_${this.version}` : this.version;
    return join(this.rootDir, this.name, folder);
  }

  /** A file in the folder, which is made if need be. */
  file(name: string): string {
    mkdirSync(this.path, { recursive: true });
    return join(this.path, name);
  }
}

function isVersion(version: unknown): boolean {
  if (typeof version === "number") return Number.isSafeInteger(version) && version >= 0;
  return typeof version === "string" && version !== "" && !/[/\\]|^\.\.?$/.test(version);
}

function nextVersion(folder: string): number {
  if (!existsSync(folder)) return 0;
  const numbers = readdirSync(folder).map((entry) =>
    Number(/^version_(\d+)$/.exec(entry)?.[1] ?? -1),
  );
  return Math.max(-1, ...numbers) + 1;
}

function invalid(owner: string, option: string, value: unknown): FabricError {
  return new FabricError(
    "FABRIC_CONFIG_LOGGER",
    `${owner}: cannot use \`${option}: ${JSON.stringify(value) ?? typeof value}\`. Expected ${option === "version" ? "an integer >= 0, or the name of one folder" : "a text that is not empty"}.`,
  );
}
