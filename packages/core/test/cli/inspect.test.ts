// `fabric inspect` and `fabric consolidate`.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import {
  Fabric,
  finishShards,
  newShardSave,
  optim,
  safetensors,
  type Tensor,
  torch,
  writeShard,
} from "@fabric/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Net } from "../helpers.js";
import { fabric, Scripts } from "./fabric.js";

const scripts = new Scripts();
const at = (name: string): string => join(scripts.folder, name);
afterAll(() => scripts.remove());

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
