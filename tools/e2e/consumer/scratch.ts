/** A folder outside the workspace, with no compiler and no Python on its PATH, in which packed tarballs are installed. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ROOT } from "../../setup/paths.mjs";
import { pnpmScript } from "../../setup/pnpm.mjs";

/** Package name to the path of its tarball. */
export type Tarballs = Readonly<Record<string, string>>;
export type Layout = "npm" | "pnpm";

const HERE = dirname(fileURLToPath(import.meta.url));
const TSC = join(ROOT, "node_modules/typescript/bin/tsc");

/** What a consumer's project needs beside its packages. */
export class Scratch {
  readonly app: string;
  readonly #env: NodeJS.ProcessEnv;

  constructor(root: string, layout: Layout) {
    this.app = join(root, `app-${layout}`);
    const bin = join(root, `bin-${layout}`);
    for (const folder of [this.app, bin]) mkdirSync(folder, { recursive: true });
    symlinkSync(process.execPath, join(bin, "node"));
    symlinkSync(realpathSync(join(dirname(process.execPath), "npm")), join(bin, "npm"));
    const home = join(root, `home-${layout}`);
    mkdirSync(home, { recursive: true });
    this.#env = { PATH: bin, HOME: home, XDG_CACHE_HOME: join(home, "cache"), CI: "true" };
  }

  /** Runs a program with nothing but Node and npm on PATH and returns what it printed. */
  run(command: string, args: readonly string[]): string {
    try {
      return execFileSync(command, args, {
        cwd: this.app,
        env: this.#env,
        encoding: "utf8",
        stdio: ["ignore", "pipe", "pipe"],
      });
    } catch (error) {
      const { stdout, stderr } = error as { stdout: string; stderr: string };
      throw new Error(`${command} ${args.join(" ")} failed:\n${stdout}\n${stderr}`, {
        cause: error,
      });
    }
  }

  /** Whether a program would be found on PATH. */
  has(program: string): boolean {
    const script =
      "process.exit(require('child_process').spawnSync(process.argv[1]).error ? 1 : 0)";
    try {
      this.run("node", ["-e", script, program]);
      return true;
    } catch {
      return false;
    }
  }

  /** Writes the program and installs the tarballs, from the files alone: every registry is out of reach. */
  async install(layout: Layout, tarballs: Tarballs): Promise<void> {
    const files = Object.fromEntries(
      Object.entries(tarballs).map(([name, path]) => [name, `file:${path}`]),
    );
    cpSync(join(HERE, "app"), join(this.app, "src"), { recursive: true });
    // The platform package is not named: @fabric/torch brings it, once a registry has it. Here its place is the override.
    writeJson(join(this.app, "package.json"), {
      name: "consumer",
      version: "1.0.0",
      private: true,
      type: "module",
      dependencies: files,
      overrides: layout === "npm" ? undefined : files,
    });
    writeJson(join(this.app, "tsconfig.json"), {
      compilerOptions: {
        target: "ES2022",
        lib: ["ES2022", "ESNext.Disposable"],
        module: "NodeNext",
        strict: true,
        exactOptionalPropertyTypes: true,
        noUncheckedIndexedAccess: true,
        rootDir: "src",
        outDir: "out",
        types: ["node"],
        typeRoots: [join(ROOT, "node_modules/@types")],
      },
      include: ["src"],
    });
    if (layout === "npm") {
      this.run("npm", ["install", "--offline", "--no-audit", "--no-fund"]);
    } else {
      const overrides = Object.entries(files).map(([name, file]) => `  "${name}": "${file}"`);
      writeFileSync(join(this.app, "pnpm-workspace.yaml"), `overrides:\n${overrides.join("\n")}\n`);
      this.run("node", [await pnpmScript(), "install", "--offline", "--no-frozen-lockfile"]);
    }
  }

  /** Type-checks the program as its author would, declaration files of the packages included, and emits it. */
  compile(): void {
    this.run("node", [TSC, "-p", "."]);
  }
}

/** Compiles and packs the third party's plugin; it sees only what `@fabric/core` publishes. */
export function packPlugin(root: string): string {
  const folder = join(root, "plugin");
  cpSync(join(HERE, "plugin"), folder, { recursive: true });
  writeJson(join(folder, "tsconfig.json"), {
    compilerOptions: {
      target: "ES2022",
      lib: ["ES2022", "ESNext.Disposable"],
      module: "NodeNext",
      strict: true,
      declaration: true,
      outDir: "dist",
      types: ["node"],
      typeRoots: [join(ROOT, "node_modules/@types")],
      paths: { "@fabric/core": [join(ROOT, "packages/core/dist/index.d.ts")] },
    },
    files: ["index.ts"],
  });
  execFileSync(process.execPath, [TSC, "-p", folder], { stdio: "pipe" });
  execFileSync("npm", ["pack", "--ignore-scripts", "--pack-destination", root], {
    cwd: folder,
    stdio: "pipe",
  });
  return join(root, "fabric-precision-rounded-1.0.0.tgz");
}

function writeJson(path: string, value: unknown): void {
  writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`);
}
