// Commands that plugin packages bring: found by manifest, loaded when they are run.

import { cpSync, existsSync, mkdirSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";

import { afterAll, describe, expect, it } from "vitest";

import { fabric, type Outcome, Scripts } from "./fabric.js";

const scripts = new Scripts();
afterAll(() => scripts.remove());
const core = realpathSync(join(import.meta.dirname, "../.."));

/** Says that it was loaded, and repeats its options. */
const MODULE = `
import { writeFileSync } from "node:fs";
import { parseCommand, table, UsageError } from "@fabric/core/cli";
writeFileSync(new URL("./loaded", import.meta.url), "");
const options = [
  { name: "pattern", value: "P", repeatable: true, summary: "what it is about" },
  { name: "once", value: "N", summary: "at most once" },
];
export const command = {
  name: "shout", summary: "say it loudly", usage: "WORD [options]", options,
  async run(args) {
    const parsed = parseCommand(options, args);
    if (parsed.positionals.length === 0) throw new UsageError("a word is needed.");
    if (parsed.positionals[0] === "boom") throw new Error("it broke");
    process.stdout.write(table(["word", "n"], [[parsed.positionals[0].toUpperCase(), String(parsed.values("pattern").length)]], [1]));
    return 3;
  },
};`;

interface Package {
  manifest: object;
  files?: Record<string, string>;
}

/** An application whose dependencies are these packages. */
function application(name: string, packages: Record<string, Package>): string {
  const manifest = scripts.write(
    `${name}/package.json`,
    JSON.stringify({
      name,
      type: "module",
      dependencies: Object.fromEntries(Object.keys(packages).map((key) => [key, "*"])),
    }),
  );
  const folder = dirname(manifest);
  for (const [key, { manifest: fields, files = {} }] of Object.entries(packages)) {
    const at = `${name}/node_modules/${key}`;
    scripts.write(
      `${at}/package.json`,
      JSON.stringify({ name: key, version: "1.0.0", type: "module", ...fields }),
    );
    for (const [file, text] of Object.entries(files)) scripts.write(`${at}/${file}`, text);
  }
  mkdirSync(join(folder, "node_modules/@fabric"), { recursive: true });
  symlinkSync(core, join(folder, "node_modules/@fabric/core"), "dir");
  return folder;
}

function shouter(fields: object = {}, api: unknown = 1): Package {
  const shout = { summary: "say it loudly", module: "./dist/shout.js", ...fields };
  return {
    manifest: { fabric: { api, precisions: [], commands: { shout } } },
    files: { "dist/shout.js": MODULE },
  };
}

function isLoaded(folder: string, name = "loud"): boolean {
  const mark = join(folder, "node_modules", name, "dist/loaded");
  const loaded = existsSync(mark);
  rmSync(mark, { force: true });
  return loaded;
}

describe("the command of an installed package", () => {
  const cwd = application("app", { loud: shouter() });
  const run = (...args: string[]): Outcome => fabric(args, { cwd });

  it("runs, reads its options by core's public parser, and sets the exit code", () => {
    const { status, stdout } = run("shout", "hey", "--pattern=a", "--pattern", "b");
    expect(stdout).toBe("word  n\n----  -\nHEY   2\n");
    expect(status).toBe(3);
    expect(isLoaded(cwd)).toBe(true);
  });

  it("is listed by help and by every completion script, and none of its code runs for that", () => {
    expect(run("help").stdout).toMatch(/^ {2}shout {2,}say it loudly \(loud\)$/m);
    expect(run("--help").stdout).toBe(run("help").stdout);
    expect(run("completion", "bash").stdout).toMatch(/compgen -W "[^"]*\bshout\b/);
    expect(run("completion", "zsh").stdout).toContain("'shout:say it loudly (loud)'");
    expect(run("completion", "fish").stdout).toContain("-a shout -d 'say it loudly (loud)'");
    expect(run("shuot")).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("Did you mean `shout`?"),
    });
    expect(run("doctor", "--quick", "--json").status).toBe(0);
    expect(isLoaded(cwd)).toBe(false);
  });

  it("prints its own help", () => {
    const { status, stdout } = run("shout", "--help");
    expect(status).toBe(0);
    expect(stdout).toMatch(/^Usage: fabric shout WORD \[options\]\n\nSay it loudly\.\n/);
    expect(stdout).toContain("--pattern P");
    expect(run("help", "shout").stdout).toBe(stdout);
  });

  it("turns a UsageError into exit code 2 and another error into 1", () => {
    expect(run("shout")).toMatchObject({
      status: 2,
      stderr: "fabric shout: a word is needed.\nSee: fabric help shout\n",
    });
    expect(run("shout", "x", "--patern=a")).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("Did you mean `--pattern`?"),
    });
    expect(run("shout", "x", "--once=1", "--once=2").stderr).toContain("--once was given twice");
    expect(run("shout", "boom")).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("it broke"),
    });
  });
});

describe("clashes", () => {
  it("core wins, and says so", () => {
    const cwd = application("own", {
      loud: {
        manifest: {
          fabric: {
            api: 1,
            commands: {
              help: shouter().manifest,
              run: { summary: "mine", module: "./dist/shout.js" },
            },
          },
        },
      },
    });
    const { stdout, stderr } = fabric(["help"], { cwd });
    expect(stdout).not.toContain("mine");
    expect(stdout).toMatch(/^ {2}run {2,}run a script/m);
    expect(stderr).toContain('The command `run` of the package "loud"');
  });

  it("two packages with one command are an error that names both, also in the help", () => {
    const cwd = application("two", { loud: shouter(), louder: shouter() });
    const { status, stderr } = fabric(["shout", "x"], { cwd });
    expect(status).toBe(1);
    expect(stderr).toContain("FABRIC_CONFIG_COMMAND");
    expect(stderr).toMatch(/"loud" \(.*loud\) and "louder" \(.*louder\)/);
    expect(fabric(["help"], { cwd }).stdout).toContain(
      'claimed by "loud" and "louder": remove one',
    );
    expect([isLoaded(cwd), isLoaded(cwd, "louder")]).toEqual([false, false]);
  });
});

describe("a manifest", () => {
  const bad: [string, unknown, string][] = [
    ["list", ["shout"], "it must be an object"],
    ["name", { "Shout!": { summary: "s", module: "./a.js" } }, "small letters"],
    ["entry", { shout: "./a.js" }, "it must be an object"],
    ["summary", { shout: { module: "./a.js" } }, '"summary" must be one line'],
    ["lines", { shout: { summary: "a\nb", module: "./a.js" } }, '"summary" must be one line'],
    [
      "escape",
      { shout: { summary: "a\u001b[2J", module: "./a.js" } },
      '"summary" must be one line',
    ],
    ["none", { shout: { summary: "s" } }, '"module" must be a path inside the package'],
    ["up", { shout: { summary: "s", module: "./dist/../../x.js" } }, "inside the package"],
    ["bare", { shout: { summary: "s", module: "dist/x.js" } }, "inside the package"],
    ["back", { shout: { summary: "s", module: ".\\x.js" } }, "inside the package"],
    ["url", { shout: { summary: "s", module: "file:///x.js" } }, "inside the package"],
  ];
  it.each(bad)(
    "with a bad %s is refused with a warning that names the field",
    (name, commands, message) => {
      const cwd = application(`bad-${name}`, {
        loud: { manifest: { fabric: { api: 1, commands } } },
      });
      const { status, stdout, stderr } = fabric(["help"], { cwd });
      expect(status).toBe(0);
      expect(stdout).not.toContain("shout");
      expect(stderr).toContain('The package "loud": "fabric.commands');
      expect(stderr).toContain(message);
    },
  );

  it("keeps its good commands and its precisions when another command is bad", () => {
    const good = shouter();
    const { fabric: section } = good.manifest as { fabric: { commands: object } };
    const cwd = application("half", {
      loud: {
        ...good,
        manifest: {
          fabric: {
            ...section,
            precisions: ["loud-true"],
            commands: { ...section.commands, x: 1 },
          },
        },
      },
    });
    expect(fabric(["shout", "x"], { cwd }).status).toBe(3);
    expect(fabric(["completion", "--list", "precisions"], { cwd }).stdout).toContain("loud-true");
  });
});

describe("a module", () => {
  const failing = (name: string, pack: Package): Outcome =>
    fabric(["shout", "x"], { cwd: application(name, { loud: pack }) });

  it("that is missing, exports no command, or one of another name, is an error with its reason", () => {
    expect(failing("gone", shouter({ module: "./dist/gone.js" })).stderr).toContain(
      'FABRIC_MISSING_PLUGIN: The module ./dist/gone.js of the package "loud"',
    );
    const empty = { ...shouter(), files: { "dist/shout.js": "export const other = 1;" } };
    expect(failing("empty", empty).stderr).toContain("exports no `command` of that name");
    const named = MODULE.replace('name: "shout"', 'name: "cry"');
    expect(failing("named", { ...shouter(), files: { "dist/shout.js": named } })).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("FABRIC_CONFIG_PLUGIN"),
    });
  });

  it("of another version of the interface is not loaded", () => {
    const cwd = application("api", { loud: shouter({}, 99) });
    expect(fabric(["shout", "x"], { cwd }).stderr).toContain("FABRIC_UNSUPPORTED_PLUGIN_API");
    expect(isLoaded(cwd)).toBe(false);
  });

  it("behind a link that leads out of the package is not loaded", () => {
    const cwd = application("link", { loud: { ...shouter(), files: {} } });
    const outside = scripts.write("outside/shout.js", MODULE);
    mkdirSync(join(cwd, "node_modules/loud/dist"), { recursive: true });
    symlinkSync(outside, join(cwd, "node_modules/loud/dist/shout.js"));
    const { status, stderr } = fabric(["shout", "x"], { cwd });
    expect([status, existsSync(join(dirname(outside), "loaded"))]).toEqual([1, false]);
    expect(stderr).toContain("lies outside the package");
  });
});

describe("fabric quantize", () => {
  it("without its package prints the install command", () => {
    const cwd = application("bare", {});
    // A copy, since this one sees the workspace's packages.
    const copy = join(cwd, "node_modules/@fabric/core");
    rmSync(copy);
    for (const part of ["dist", "bin", "package.json"])
      cpSync(join(core, part), join(copy, part), { recursive: true });
    symlinkSync(join(core, "../torch"), join(cwd, "node_modules/@fabric/torch"), "dir");
    for (const args of [
      ["quantize", "in", "out"],
      ["quantize", "--help"],
      ["help", "quantize"],
    ]) {
      const { status, stdout, stderr } = fabric(args, { cwd });
      expect([status, stdout]).toEqual([1, ""]);
      expect(stderr).toContain("FABRIC_MISSING_COMMAND");
      expect(stderr).toContain("pnpm add @fabric/precision-bnb");
    }
  });
});
