import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = realpathSync(mkdtempSync(join(tmpdir(), "fabric-plugins-")));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const packages = join(import.meta.dirname, "../../..");

function write(path: string, content: string | object): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
}

/** A plugin package in `folder` that serves `aliases`. */
function plugin(
  folder: string,
  name: string,
  aliases: unknown,
  source?: string,
  api: unknown = 1,
): void {
  write(join(folder, "package.json"), {
    name,
    version: "1.0.0",
    type: "module",
    fabric: { api, precisions: aliases },
    exports: { ".": "./index.js" },
  });
  write(
    join(folder, "index.js"),
    source ??
      `import { Precision } from "@fabric/core";
       globalThis.loadedPlugins = [...(globalThis.loadedPlugins ?? []), ${JSON.stringify(name)}];
       export const createPrecision = (alias, { accelerator, device }) => Object.assign(new (class extends Precision {})(), { precision: alias, where: accelerator + device });`,
  );
}

/** An application with core, and plugins as its dependencies, in npm's flat layout. */
function application(name: string, dependencies: string[]): string {
  const folder = join(root, name);
  write(join(folder, "package.json"), {
    name,
    type: "module",
    dependencies: Object.fromEntries(dependencies.map((d) => [d, "*"])),
  });
  mkdirSync(join(folder, "node_modules/@fabric"), { recursive: true });
  return folder;
}

function link(target: string, path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(target, path, "dir");
}

interface Outcome {
  alias?: string;
  loaded?: string[];
  code?: string;
  message?: string;
}

/** Runs `new Fabric({ precision })` in a process of its own. */
function run(
  precision: string,
  {
    cwd,
    script,
    stdin = false,
    flags = [] as string[],
    preserveSymlinks = false,
    accelerator = '"cpu"',
  }: {
    cwd: string;
    script?: string;
    stdin?: boolean;
    flags?: string[];
    preserveSymlinks?: boolean;
    /** Its source. */
    accelerator?: string;
  },
): Outcome {
  const source = `
    import { createRequire } from "node:module";
    const core = ${stdin ? `createRequire(process.cwd() + "/package.json")("@fabric/core")` : `await import("@fabric/core")`};
    try {
      const fabric = new core.Fabric({ accelerator: ${accelerator}, precision: ${JSON.stringify(precision)} });
      console.log(JSON.stringify({ alias: fabric.precision.precision, loaded: globalThis.loadedPlugins }));
    } catch (error) {
      console.log(JSON.stringify({ code: error.code ?? String(error), message: error.message }));
    }`;
  const args = [...flags, ...(preserveSymlinks ? ["--preserve-symlinks"] : [])];
  if (stdin) args.push("--input-type=module", "-");
  else {
    write(script ?? join(cwd, "main.mjs"), source);
    args.push(script ?? join(cwd, "main.mjs"));
  }
  const { stdout, stderr } = spawnSync(process.execPath, args, {
    cwd,
    encoding: "utf8",
    ...(stdin ? { input: source } : {}),
  });
  const line = stdout.trim().split("\n").at(-1) ?? "";
  if (!line.startsWith("{")) throw new Error(`no outcome: ${stdout}${stderr}`);
  return JSON.parse(line) as Outcome;
}

let flat: string;
beforeAll(() => {
  flat = application("flat", [
    "fabric-precision-fp6",
    "@scope/fabric-precision-fp5",
    "other",
    "broken-manifest",
    "async-plugin",
    "old-api",
    "no-factory",
    "throws",
  ]);
  link(join(packages, "core"), join(flat, "node_modules/@fabric/core"));
  link(join(packages, "torch"), join(flat, "node_modules/@fabric/torch"));
  const modules = join(flat, "node_modules");
  // Plugins find core by the application's own folder, as in an installation.
  plugin(join(modules, "fabric-precision-fp6"), "fabric-precision-fp6", ["fp6", "fp6-wide"]);
  plugin(join(modules, "@scope/fabric-precision-fp5"), "@scope/fabric-precision-fp5", ["fp5"]);
  plugin(join(modules, "not-a-dependency"), "not-a-dependency", ["hidden"]);
  plugin(join(modules, "broken-manifest"), "broken-manifest", "fp4");
  plugin(
    join(modules, "async-plugin"),
    "async-plugin",
    ["late"],
    `await Promise.resolve(); export const createPrecision = () => null;`,
  );
  plugin(join(modules, "old-api"), "old-api", ["ancient"], undefined, 0);
  plugin(join(modules, "no-factory"), "no-factory", ["empty"], "export const x = 1;");
  plugin(join(modules, "throws"), "throws", ["bad"], `throw new Error("at import");`);
  write(join(modules, "other/package.json"), { name: "other", version: "1.0.0" });
});

describe("an alias of an installed package", () => {
  it("is found in npm's layout, and only its package is loaded", () => {
    expect(run("fp6", { cwd: flat })).toEqual({ alias: "fp6", loaded: ["fabric-precision-fp6"] });
    expect(run("fp5", { cwd: flat })).toEqual({
      alias: "fp5",
      loaded: ["@scope/fabric-precision-fp5"],
    });
  });

  it("is found from any working directory, through the script's project", () => {
    expect(run("fp6-wide", { cwd: tmpdir(), script: join(flat, "src/deep/main.mjs") }).alias).toBe(
      "fp6-wide",
    );
  });

  it("is found from the working directory when there is no script", () => {
    expect(run("fp6", { cwd: flat, stdin: true }).alias).toBe("fp6");
  });

  it("is found in pnpm's layout, where packages are links into a store", () => {
    const app = application("pnpm", ["fabric-precision-fp6"]);
    const store = join(app, "node_modules/.pnpm/fabric-precision-fp6@1.0.0/node_modules");
    plugin(join(store, "fabric-precision-fp6"), "fabric-precision-fp6", ["fp6"]);
    link(join(packages, "core"), join(store, "@fabric/core"));
    link(join(packages, "core"), join(app, "node_modules/@fabric/core"));
    link(join(store, "fabric-precision-fp6"), join(app, "node_modules/fabric-precision-fp6"));
    expect(run("fp6", { cwd: app }).alias).toBe("fp6");
  });

  it("is found among the dependencies hoisted above a workspace package", () => {
    const above = join(root, "mono");
    write(join(above, "package.json"), { name: "mono", private: true });
    const app = join(above, "apps/train");
    write(join(app, "package.json"), {
      name: "train",
      type: "module",
      devDependencies: { "fabric-precision-fp6": "*" },
    });
    // A package.json that only sets the module type is no project.
    write(join(app, "src/package.json"), { type: "module" });
    plugin(join(above, "node_modules/fabric-precision-fp6"), "fabric-precision-fp6", ["fp6"]);
    link(join(packages, "core"), join(above, "node_modules/@fabric/core"));
    expect(run("fp6", { cwd: tmpdir(), script: join(app, "src/main.mjs") }).alias).toBe("fp6");
  });

  it("is not found if its package is installed but no dependency of the application", () => {
    expect(run("hidden", { cwd: flat }).code).toBe("FABRIC_CONFIG_PRECISION");
  });
});

describe("an alias that cannot be served", () => {
  it("gives the exact install command for one of ours", () => {
    // Outside the workspace, so that core does not find the workspace's own plugins.
    const outcome = run("transformer-engine", { cwd: isolated() });
    expect(outcome.code).toBe("FABRIC_MISSING_PRECISION");
    expect(outcome.message).toContain("pnpm add @fabric/precision-te");
    expect(run("bf16-mixed", { cwd: isolated() }).message).toContain(
      "npm install @fabric/precision-mixed",
    );
    // A stand-in for a GPU makes "auto" choose what is not installed.
    const accelerator =
      '{ name: "cuda", isAvailable: () => true, deviceCount: () => 1, capability: () => [9, 0] }';
    const auto = run("auto", { cwd: isolated(), accelerator });
    expect(auto.code).toBe("FABRIC_MISSING_PRECISION");
    expect(auto.message).toMatch(
      /^`precision: "auto"` chose "bf16-mixed"\. .*\n.*pnpm add @fabric\/precision-mixed/,
    );
    expect(run("nf4", { cwd: isolated() }).message).toContain("pnpm add @fabric/precision-bnb");
  });

  it("lists what is installed, and the nearest, for an unknown one", () => {
    const { code, message } = run("fp66", { cwd: flat });
    expect(code).toBe("FABRIC_CONFIG_PRECISION");
    expect(message).toContain('Did you mean "fp6"');
    expect(message).toContain('"fp5" (@scope/fabric-precision-fp5)');
    expect(message).toContain(join(flat, "package.json"));
  });

  it("fails when two packages claim it, naming both", () => {
    const app = application("twice", ["one-fp6", "two-fp6"]);
    link(join(packages, "core"), join(app, "node_modules/@fabric/core"));
    plugin(join(app, "node_modules/one-fp6"), "one-fp6", ["fp6"]);
    plugin(join(app, "node_modules/two-fp6"), "two-fp6", ["fp6"]);
    const { code, message } = run("fp6", { cwd: app });
    expect(code).toBe("FABRIC_CONFIG_PRECISION");
    expect(message).toContain('"one-fp6"');
    expect(message).toContain('"two-fp6"');
  });

  it("explains a top-level await", () => {
    const { code, message } = run("late", { cwd: flat });
    expect(code).toBe("FABRIC_UNSUPPORTED_PLUGIN_ASYNC");
    expect(message).toContain("top-level await");
  });

  it("refuses another version of the interface, a package without a factory, and one that fails", () => {
    expect(run("ancient", { cwd: flat }).code).toBe("FABRIC_UNSUPPORTED_PLUGIN_API");
    expect(run("empty", { cwd: flat }).code).toBe("FABRIC_CONFIG_PLUGIN");
    const { code, message } = run("bad", { cwd: flat });
    expect(code).toBe("FABRIC_MISSING_PLUGIN");
    expect(message).toContain("at import");
  });

  it("says how to let Node load ES modules with require", () => {
    expect(run("fp6", { cwd: flat, flags: ["--no-experimental-require-module"] }).code).toBe(
      "FABRIC_UNSUPPORTED_REQUIRE_ESM",
    );
  });
});

describe("two copies of core in one process", () => {
  it("understand each other's plugins and share registrations", () => {
    const app = isolated();
    const script = join(app, "two.mjs");
    write(
      script,
      `import * as own from "@fabric/core";
       import * as other from ${JSON.stringify(join(packages, "core/dist/index.js"))};
       class Foreign extends other.Precision { precision = "foreign"; convertInput(x) { return x; } }
       const byObject = new own.Fabric({ accelerator: "cpu", plugins: [new Foreign()] });
       other.registerPrecision("shared", () => new Foreign());
       const byName = new own.Fabric({ accelerator: "cpu", precision: "shared" });
       const wrapped = other.isWrapped(byName.setup(new own.nn.Linear(1, 1)));
       console.log(JSON.stringify([own.Precision === other.Precision, byObject.precision.precision, byName.precision.precision, wrapped]));`,
    );
    const { stdout, stderr } = spawnSync(process.execPath, [script], {
      cwd: app,
      encoding: "utf8",
    });
    expect(stdout.trim() || stderr).toBe('[false,"foreign","foreign",true]');
  });
});

/** An application with copies of core and torch of its own, as installed from a registry: nothing of the workspace is above them. */
function isolated(): string {
  const app = join(root, "isolated");
  try {
    realpathSync(app);
  } catch {
    application("isolated", []);
    copyPackage("core", app);
    link(join(packages, "torch"), join(app, "node_modules/@fabric/torch"));
  }
  return app;
}

function copyPackage(name: string, app: string): void {
  const target = join(app, "node_modules/@fabric", name);
  mkdirSync(target, { recursive: true });
  const result = spawnSync("cp", [
    "-r",
    join(packages, name, "dist"),
    join(packages, name, "package.json"),
    target,
  ]);
  if (result.status !== 0) throw new Error("cannot copy the package");
}
