// `fabric inspect` and `fabric consolidate`.
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

import {
  Fabric,
  finishShards,
  newShardSave,
  optim,
  Precision,
  safetensors,
  type Tensor,
  torch,
  writeShard,
} from "@fabric/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Net } from "../helpers.js";
import { fabric, type Outcome, Scripts } from "./fabric.js";

const scripts = new Scripts();
const at = (name: string): string => join(scripts.folder, name);
afterAll(() => scripts.remove());

/** Has state, as a scaler does. */
class Scaled extends Precision {
  readonly precision = "scaled";
  override stateDict(): Record<string, unknown> {
    return { scale: 65536 };
  }
}

beforeAll(async () => {
  const owner = new Fabric({ accelerator: "cpu" });
  const net = new Net();
  const [model, optimizer] = owner.setup(net, new optim.SGD(net.parameters(), { lr: 0.1 }));
  const state = { model, optimizer, step: 12, note: "a\u001b[31mred", big: 2n ** 60n };
  await owner.save(at("ckpt"), state);
  await owner.save(at("one.safetensors"), { model, half: torch.ones([3], { dtype: "bfloat16" }) });
  safetensors.save(at("foreign.safetensors"), net.stateDict());
  const save = newShardSave();
  const weight = net.fc1.weight.detach();
  const indexes = [0, 1].map((rank) =>
    writeShard(at("sharded"), save, rank, {
      "model.weight": {
        tensor: weight.narrow(0, 4 * rank, 4),
        shape: [8, 4],
        offsets: [4 * rank, 0],
      },
    }),
  );
  const placeholder = torch.empty([8, 4], { device: "meta" });
  finishShards(
    at("sharded"),
    indexes,
    { model: { weight: placeholder }, step: 3 },
    {
      precision: "bf16-true",
    },
  );
});

describe("fabric inspect", () => {
  it("shows entries, sizes, precision and generators of a folder", () => {
    const { status, stdout, stderr } = fabric(["inspect", at("ckpt")]);
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("one folder, version 1");
    expect(stdout).toContain("precision: 32-true");
    expect(stdout).toContain("random generators: cpu");
    expect(stdout).toMatch(/^model +4 +58 +232 B/m);
    expect(stdout).toMatch(/^step .* 12$/m);
    expect(stdout).toContain("1152921504606846976n");
  });

  it("escapes what could move the terminal's cursor", () => {
    const { stdout } = fabric(["inspect", at("ckpt")], { env: { FORCE_COLOR: "1" } });
    expect(stdout).not.toContain("\u001b[31m");
    expect(stdout).toContain("[31mred");
  });

  it("lets nothing from a checkpoint speak to the terminal: table, JSON and errors", async () => {
    const names = { "a\u001b[31m": torch.ones([2]), "b\u009b31m": "c\u007f\u202e", "d\ne": 1 };
    await new Fabric({ accelerator: "cpu" }).save(at("rude"), names);
    const data = readdirSync(at("rude")).find((name) => name.endsWith(".safetensors")) as string;
    const bytes = readFileSync(join(at("rude"), data));
    bytes[bytes.length - 1] = (bytes[bytes.length - 1] as number) ^ 1;
    writeFileSync(join(at("rude"), data), bytes);
    const outputs = [["--tensors"], ["--json"], ["--verify"]].map((options) =>
      fabric(["inspect", at("rude"), ...options]),
    );
    expect(outputs.map(({ status }) => status)).toEqual([0, 0, 1]);
    for (const { stdout, stderr } of outputs)
      expect((stdout + stderr).replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
    const [table, json, error] = outputs as [Outcome, Outcome, Outcome];
    expect(table.stdout).toMatch(/^d\\x0ae .* 1$/m);
    expect(error.stderr).toContain("`a\\x1b[31m`");
    const keys = (JSON.parse(json.stdout) as { entries: { key: string }[] }).entries;
    expect(keys.map(({ key }) => key)).toEqual(Object.keys(names));
  });

  it("shows a name and a value of any length on one line", async () => {
    const long = { ["n".repeat(5000)]: "v".repeat(5000), array: new Float64Array(1e5) };
    await new Fabric({ accelerator: "cpu" }).save(at("long"), long);
    const { stdout } = fabric(["inspect", at("long")]);
    for (const line of stdout.split("\n")) expect(line.length).toBeLessThan(250);
    expect(stdout).toContain("Float64Array(100000)");
  });

  it("lists every tensor on request", () => {
    const { stdout } = fabric(["inspect", at("one.safetensors"), "--tensors"]);
    expect(stdout).toContain("one file");
    expect(stdout).toMatch(/^model\.fc1\.weight +float32 +\[8, 4\] +128 B/m);
    expect(stdout).toMatch(/^half +bfloat16 +\[3\] +6 B/m);
    expect(stdout).toContain("bfloat16 6 B");
  });

  it("prints JSON", () => {
    const data = JSON.parse(fabric(["inspect", at("sharded"), "--json"]).stdout) as Record<
      string,
      unknown
    >;
    expect(data).toMatchObject({
      kind: "sharded",
      version: 1,
      shards: 2,
      tensors: [{ name: "model.weight", dtype: "float32", shape: [8, 4], bytes: 128 }],
      bytesByDtype: { float32: 128 },
    });
    expect((data["entries"] as { key: string }[]).map(({ key }) => key)).toEqual(["model", "step"]);
  });

  it("prints as JSON what JSON lacks, and the state of the precision", async () => {
    const values = {
      big: 5n,
      nan: Number.NaN,
      none: undefined,
      map: new Map([["k", 1n]]),
      set: new Set([2]),
      list: [-0],
      array: new Float32Array(7),
      date: new Date(12),
      $: { $: "x" },
    };
    const scaled = new Fabric({ accelerator: "cpu", plugins: new Scaled() });
    await scaled.save(at("values"), values);
    const data = JSON.parse(fabric(["inspect", at("values"), "--json"]).stdout) as {
      entries: { key: string; value: unknown }[];
      precision: object;
      precisionState: object;
    };
    expect(Object.fromEntries(data.entries.map(({ key, value }) => [key, value]))).toEqual({
      big: { $: "bigint", value: "5" },
      nan: { $: "number", value: "NaN" },
      none: { $: "undefined" },
      map: { $: "map", value: [["k", { $: "bigint", value: "1" }]] },
      set: { $: "set", value: [2] },
      list: [{ $: "number", value: "-0" }],
      array: { $: "array", type: "Float32Array", length: 7 },
      date: { $: "date", value: 12 },
      $: { $: "object", value: [["$", "x"]] },
    });
    expect(data.precision).toMatchObject({ name: "scaled" });
    expect(data.precisionState).toMatchObject({ tensors: 0, value: { scale: 65536 } });
    const { stdout } = fabric(["inspect", at("values")]);
    expect(stdout).toMatch(/^state of the precision: .*scale: 65536/m);
    expect(stdout).toMatch(/^nan .* NaN$/m);
  });

  it("finds a missing file or tensor without reading tensors", async () => {
    const copy = (from: string, to: string): string => {
      cpSync(at(from), at(to), { recursive: true });
      return at(to);
    };
    const sharded = copy("sharded", "sharded-missing");
    const shard = readdirSync(sharded).find((name) => name.startsWith("shard-1")) as string;
    rmSync(join(sharded, shard));
    const folder = copy("ckpt", "ckpt-missing");
    const data = readdirSync(folder).find((name) => name.endsWith(".safetensors")) as string;
    safetensors.save(join(folder, data), { "model.fc1.weight": torch.ones([8, 4]) });
    for (const [path, file] of [
      [sharded, shard],
      [folder, data],
    ] as const) {
      const { status, stdout, stderr } = fabric(["inspect", path]);
      expect([status, stdout]).toEqual([1, ""]);
      expect(stderr).toMatch(/FABRIC_CHECKPOINT_(FILE|CORRUPT)/);
      expect(stderr).toContain(file);
    }
  });

  it("names the precision of a sharded checkpoint", () => {
    expect(fabric(["inspect", at("sharded")]).stdout).toContain("precision: bf16-true");
  });

  it("does not take a file of torch.save for a damaged one", () => {
    writeFileSync(at("model.pt"), Buffer.from([0x50, 0x4b, 3, 4, 0, 0, 0, 0, 0, 0]));
    const { status, stderr } = fabric(["inspect", at("model.pt")]);
    expect(status).toBe(1);
    expect(stderr).toMatch(/FABRIC_CHECKPOINT_FORMAT.*torch\.save/);
  });

  it("reads safetensors files of other programs", () => {
    const { status, stdout } = fabric(["inspect", at("foreign.safetensors")]);
    expect(status).toBe(0);
    expect(stdout).toContain("of another program");
    expect(stdout).toMatch(/^fc1\.weight +1 +32/m);
  });

  it("verifies, and names what is damaged", () => {
    for (const name of ["ckpt", "one.safetensors", "sharded"])
      expect(fabric(["inspect", at(name), "--verify"]).stdout).toContain("Every checksum matches");
    const file = readdirSync(at("ckpt")).find((name) => name.endsWith(".safetensors")) as string;
    const foreign = fabric(["inspect", at("foreign.safetensors"), "--verify"]);
    expect([foreign.status, foreign.stdout]).toEqual([0, expect.stringContaining("no checksums")]);
    expect(JSON.parse(fabric(["inspect", at("ckpt"), "--verify", "--json"]).stdout)).toMatchObject({
      verified: true,
    });
    mkdirSync(at("spoilt"));
    const bytes = readFileSync(join(at("ckpt"), file));
    bytes[bytes.length - 1] = (bytes[bytes.length - 1] as number) ^ 1;
    writeFileSync(join(at("spoilt"), file), bytes);
    writeFileSync(
      join(at("spoilt"), "checkpoint.json"),
      readFileSync(join(at("ckpt"), "checkpoint.json")),
    );
    expect(fabric(["inspect", at("spoilt")]).status).toBe(0);
    const { status, stderr } = fabric(["inspect", at("spoilt"), "--verify"]);
    expect(status).toBe(1);
    expect(stderr).toMatch(/FABRIC_CHECKPOINT_CORRUPT: .*`(model|optimizer)\./);
  });

  it.each([
    [["inspect"], 2, /a checkpoint is needed/],
    [["inspect", "a", "b"], 2, /one checkpoint/],
    [["inspect", "a", "--tensor"], 2, /Did you mean `--tensors`/],
    [["inspect", "nothing"], 1, /FABRIC_CHECKPOINT_NOT_FOUND/],
    [["inspect", "."], 1, /FABRIC_CHECKPOINT_FORMAT/],
  ])("%j exits with %i", (args, code, message) => {
    const { status, stderr, stdout } = fabric(args as string[], { cwd: scripts.folder });
    expect([status, stdout]).toEqual([code, ""]);
    expect(stderr).toMatch(message as RegExp);
  });

  it("has help", () => {
    const { status, stdout } = fabric(["inspect", "--help"]);
    expect(status).toBe(0);
    expect(stdout).toContain("--verify");
  });
});

describe("fabric consolidate", () => {
  it("writes FOLDER.consolidated, which fabric.load reads", async () => {
    const { status, stdout, stderr } = fabric(["consolidate", `${at("sharded")}/`]);
    expect([status, stdout, stderr]).toEqual([0, `${at("sharded")}.consolidated\n`, ""]);
    const { model, step } = (await new Fabric({ accelerator: "cpu" }).load(
      `${at("sharded")}.consolidated`,
    )) as { model: { weight: Tensor }; step: number };
    expect([model.weight.shape, step]).toEqual([[8, 4], 3]);
  });

  it("names the output after the folder, also from within", () => {
    cpSync(at("sharded"), at("within"), { recursive: true });
    const { status, stdout } = fabric(["consolidate", "."], { cwd: at("within") });
    expect([status, stdout]).toEqual([0, `${at("within")}.consolidated\n`]);
    expect(existsSync(`${at("within")}.consolidated`)).toBe(true);
  });

  it("can be tried again after it met damage", () => {
    cpSync(at("sharded"), at("mended"), { recursive: true });
    const shard = readdirSync(at("mended")).find((name) => name.startsWith("shard-1")) as string;
    const sound = readFileSync(join(at("mended"), shard));
    writeFileSync(join(at("mended"), shard), sound.subarray(0, sound.length - 1));
    const failed = fabric(["consolidate", at("mended")]);
    expect([failed.status, failed.stdout]).toEqual([1, ""]);
    expect(failed.stderr).toContain(shard);
    writeFileSync(join(at("mended"), shard), sound);
    expect(fabric(["consolidate", at("mended")]).status).toBe(0);
  });

  it.each(["--output-file", "--output_file"])("takes %s", (option) => {
    const output = at(`${option}.safetensors`);
    expect(fabric(["consolidate", at("sharded"), option, output]).status).toBe(0);
    expect(existsSync(output)).toBe(true);
  });

  it.each([
    [["consolidate"], 2, /a folder is needed/],
    [["consolidate", "nothing"], 1, /there is no folder/],
    [["consolidate", "one.safetensors"], 1, /is no folder/],
    [["consolidate", "ckpt"], 1, /no sharded checkpoint.*shards\.json/],
    [["consolidate", "sharded", "--output-file", "ckpt"], 1, /exists already/],
  ])("%j exits with %i", (args, code, message) => {
    const { status, stderr, stdout } = fabric(args as string[], { cwd: scripts.folder });
    expect([status, stdout]).toEqual([code, ""]);
    expect(stderr).toMatch(message as RegExp);
  });
});
