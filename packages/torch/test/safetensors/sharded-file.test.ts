import {
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";
import { temporaryDirectory } from "./temporary.js";

const { safetensors } = torch;
const root = temporaryDirectory();
let count = 0;
const INDEX = "model.safetensors.index.json";

type Shards = Record<string, Record<string, torch.Tensor>>;
const A = "model-00001-of-00002.safetensors";
const B = "model-00002-of-00002.safetensors";

/** A folder of files and an index of all of their tensors, or another index. */
function write(shards: Shards = twoShards(), index?: unknown): string {
  const folder = join(root, String(count++));
  mkdirSync(folder);
  const map: Record<string, string> = {};
  for (const [file, record] of Object.entries(shards)) {
    safetensors.save(join(folder, file), record, { format: "pt", file });
    for (const key of Object.keys(record)) map[key] = file;
  }
  const text = typeof index === "string" ? index : JSON.stringify(index ?? { weight_map: map });
  writeFileSync(join(folder, INDEX), text);
  return folder;
}

function twoShards(): Shards {
  return {
    [A]: { "fc1.weight": torch.tensor([[1, 2]]), flags: torch.tensor([true, false]) },
    [B]: { "fc2.weight": torch.tensor([3, 4, 5]).bfloat16() },
  };
}

function refused(path: string, code: string, ...parts: (string | RegExp)[]): void {
  const open = (): unknown => safetensors.openSharded(path);
  expect(open).toThrowError(expect.objectContaining({ code }));
  for (const part of parts) expect(open).toThrow(part);
}

describe("a checkpoint of several files", () => {
  it("gives keys, places and tensors, by its folder and by its index", () => {
    const folder = write();
    for (const path of [folder, join(folder, INDEX)]) {
      using checkpoint = safetensors.openSharded(path);
      expect(checkpoint.keys()).toEqual(["fc1.weight", "flags", "fc2.weight"]);
      expect(checkpoint.has("flags")).toBe(true);
      expect(checkpoint.has("fc3.weight")).toBe(false);
      expect(checkpoint.shards.map(({ name }) => name)).toEqual([A, B]);
      expect(checkpoint.folder).toBe(folder);
      expect(checkpoint.metadata).toEqual({ format: "pt", file: A });
      expect(checkpoint.info("fc2.weight")).toMatchObject({
        dtype: "bfloat16",
        shape: [3],
        nbytes: 6,
        shard: { name: B, path: join(folder, B) },
      });
      expect(checkpoint.get("fc1.weight").toArray()).toEqual([[1, 2]]);
      expect(checkpoint.get("fc2.weight").toArray()).toEqual([3, 4, 5]);
      expect(checkpoint.get("flags").toArray()).toEqual([true, false]);
    }
  });

  it("may be one file, named or in its folder, and links to files elsewhere", () => {
    const folder = write();
    using one = safetensors.openSharded(join(folder, B));
    expect([one.keys(), one.folder]).toEqual([["fc2.weight"], null]);
    const other = join(root, String(count++));
    mkdirSync(other);
    symlinkSync(join(folder, A), join(other, "model.safetensors"));
    using linked = safetensors.openSharded(other);
    expect(linked.get("fc1.weight").toArray()).toEqual([[1, 2]]);
    expect([safetensors.isSharded(other), safetensors.isSharded(folder)]).toEqual([true, true]);
    expect([safetensors.isSharded(root), safetensors.isSharded(join(folder, A))]).toEqual([
      false,
      false,
    ]);
  });

  it("gives tensors that outlive it, and none after it was closed", () => {
    const folder = write();
    const checkpoint = safetensors.openSharded(folder);
    const weight = checkpoint.get("fc2.weight");
    checkpoint.close();
    expect(weight.sum().item()).toBe(12);
    expect(() => checkpoint.get("fc2.weight")).toThrowError(
      expect.objectContaining({ code: "FABRIC_USAGE_CLOSED" }),
    );
    const get = (): unknown => safetensors.openSharded(folder).get("fc3.weight");
    expect(get).toThrowError(expect.objectContaining({ code: "FABRIC_CHECKPOINT_KEY" }));
    expect(get).toThrow(/has no entry "fc3\.weight"; it has 3: "fc1\.weight"/);
  });

  it("frees the pages of a tensor with the tensor", () => {
    const folder = write({ [A]: { big: torch.ones([2 ** 23], { dtype: "uint8" }) } });
    using checkpoint = safetensors.openSharded(folder);
    const isMapped = (): boolean => readFileSync("/proc/self/maps", "utf8").includes(folder);
    torch.scope(() => {
      expect(checkpoint.get("big").amin().item()).toBe(1);
      expect(isMapped()).toBe(true);
    });
    expect(isMapped()).toBe(false);
    checkpoint.get("big").dispose();
    expect(isMapped()).toBe(false);
  });

  it("notices a file that was written to, cut short or removed after it was opened", () => {
    const code = "FABRIC_CHECKPOINT_FILE";
    const folder = write();
    const checkpoint = safetensors.openSharded(folder);
    truncateSync(join(folder, B), 10);
    const get = (): unknown => checkpoint.get("fc2.weight");
    expect(get).toThrowError(expect.objectContaining({ code }));
    expect(get).toThrow(new RegExp(`${B}. was written to after it was opened`));
    rmSync(join(folder, B));
    expect(get).toThrowError(expect.objectContaining({ code }));
    expect(checkpoint.get("fc1.weight").toArray()).toEqual([[1, 2]]);
  });
});

describe("what openSharded refuses, before any tensor is read", () => {
  const code = "FABRIC_CHECKPOINT_INDEX";

  it("a missing file, by name", () => {
    const folder = write();
    rmSync(join(folder, B));
    refused(folder, code, `the file \`${B}\` is missing`);
  });

  it("a missing tensor, with the file that should have it", () => {
    const map = { "fc1.weight": A, "fc3.weight": B };
    refused(write(twoShards(), { weight_map: map }), code, `\`${B}\` has no tensor \`fc3.weight\``);
  });

  it("a tensor in two files, or in another than the one listed", () => {
    const twice = twoShards();
    (twice[B] as Record<string, torch.Tensor>)["fc1.weight"] = torch.zeros([2]);
    refused(write(twice), code, /"fc1\.weight" is in `.*00001.*`, but listed under `.*00002/);
    const map = { "fc1.weight": A, "fc2.weight": B };
    refused(write(twice, { weight_map: map }), code, /"fc1\.weight" is in two files, `.*00001/);
    const text = `{"weight_map": {"fc2.weight": "${B}", "fc2.weight": "${B}"}}`;
    refused(write(twoShards(), text), code, /not valid JSON: .*fc2\.weight/);
  });

  it.each(["../x.safetensors", "/tmp/x.safetensors", "sub/x.safetensors", "..", "x.bin", ""])(
    "the file name %j, which is not one beside the index",
    (name) => {
      renameSync(join(write(), A), join(root, "x.safetensors"));
      const folder = write(twoShards(), { weight_map: { "fc1.weight": name } });
      refused(folder, code, /no \.safetensors file beside it/);
    },
  );

  it("an index that is none", () => {
    refused(write({}, "{"), code, /not valid JSON/);
    refused(write({}, "[]"), code, /no object "weight_map"/);
    refused(write({}, { weight_map: [] }), code, /no object "weight_map"/);
    refused(write({}, { weight_map: {} }), code, /is empty/);
    refused(write({}, { weight_map: { x: 5 } }), code, /the file of "x" is 5/);
  });

  it("a damaged file, and a path without a checkpoint", () => {
    const folder = write();
    truncateSync(join(folder, B), 40);
    refused(folder, "FABRIC_CHECKPOINT_CORRUPT", B);
    refused(join(root, "none"), "FABRIC_CHECKPOINT_FILE", /there is nothing/);
    const empty = join(root, String(count++));
    mkdirSync(empty);
    refused(empty, "FABRIC_CHECKPOINT_FILE", /neither model\.safetensors nor/);
    writeFileSync(join(empty, "x.bin"), "");
    refused(join(empty, "x.bin"), "FABRIC_CHECKPOINT_FILE", /converted to safetensors/);
    refused("", "FABRIC_CHECKPOINT_ARGUMENT");
  });

  it("nothing of tensors that the index leaves out: they are not there", () => {
    using checkpoint = safetensors.openSharded(
      write(twoShards(), { weight_map: { "fc1.weight": A } }),
    );
    expect(checkpoint.keys()).toEqual(["fc1.weight"]);
  });
});
