import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Fabric, safetensors, torch } from "@fabric/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Net, rejected } from "../helpers.js";
import { loadDamaged } from "./mutations.js";

const fabric = new Fabric({ accelerator: "cpu" });
let folder: string;
let whole: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "fabric-damage-"));
  whole = join(folder, "whole");
  await fabric.save(whole, { net: new Net(), epoch: 3, big: 5n });
  await fabric.save(join(folder, "whole.safetensors"), { net: new Net(), epoch: 3 });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A copy of the folder checkpoint, and the path of its data file. */
function copy(name: string): { path: string; data: string; manifest: string } {
  const path = join(folder, name);
  cpSync(whole, path, { recursive: true });
  const data = readdirSync(path).find((file) => file.endsWith(".safetensors")) ?? "";
  return { path, data: join(path, data), manifest: join(path, "checkpoint.json") };
}

describe("loading", () => {
  it("says that nothing is there, or that it is no checkpoint", async () => {
    await rejected("FABRIC_CHECKPOINT_NOT_FOUND", fabric.load(join(folder, "nothing")));
    await rejected("FABRIC_CHECKPOINT_FORMAT", fabric.load(folder));
  });

  it("refuses PyTorch's pickles without reading them, and says how to convert", async () => {
    const zip = join(folder, "model.pt");
    writeFileSync(zip, Buffer.from([0x50, 0x4b, 3, 4, 0, 0, 0, 0, 0, 0]));
    expect((await rejected("FABRIC_CHECKPOINT_FORMAT", fabric.load(zip))).message).toContain(
      "save_file",
    );
    writeFileSync(zip, Buffer.from([0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20]));
    await rejected("FABRIC_CHECKPOINT_FORMAT", fabric.load(zip));
  });

  it("reads safetensors files of other programs as one state dict", async () => {
    const path = join(folder, "foreign.safetensors");
    const net = new Net();
    safetensors.save(path, net.stateDict(), { format: "pt" });
    const other = new Net();
    await fabric.loadRaw(path, other);
    expect(torch.equal(net.fc1.weight, other.fc1.weight)).toBe(true);
    expect(Object.keys(await fabric.load(path))).toHaveLength(4);
  });

  it("refuses a missing or a truncated data file, naming it", async () => {
    const missing = copy("missing");
    rmSync(missing.data);
    expect((await rejected("FABRIC_CHECKPOINT_FILE", fabric.load(missing.path))).message).toContain(
      ".safetensors",
    );
    const cut = copy("cut");
    truncateSync(cut.data, readFileSync(cut.data).length - 1);
    await rejected("FABRIC_CHECKPOINT_CORRUPT", fabric.load(cut.path));
  });

  it("refuses a file of its own whose description lost its name, instead of taking it for another program's", async () => {
    const path = join(folder, "renamed.safetensors");
    const text = readFileSync(join(folder, "whole.safetensors"), "latin1");
    expect(text).toContain('"fabric":');
    writeFileSync(path, text.replace('"fabric":', '"fabrik":'), "latin1");
    await rejected("FABRIC_CHECKPOINT_CORRUPT", fabric.load(path));
  });

  it("names the tensor whose bytes changed", async () => {
    const flipped = copy("flipped");
    const bytes = readFileSync(flipped.data);
    bytes[bytes.length - 3] = (bytes[bytes.length - 3] ?? 0) ^ 1;
    writeFileSync(flipped.data, bytes);
    const net = new Net();
    const before = net.fc1.weight.detach().clone();
    expect(
      (await rejected("FABRIC_CHECKPOINT_CORRUPT", fabric.load(flipped.path, { net }))).message,
    ).toContain("`net.");
    expect(torch.equal(before, net.fc1.weight)).toBe(true);
  });

  it("names the tensor whose header calls its bytes another dtype, or another shape", async () => {
    for (const [from, to] of [
      ['"dtype":"F32"', '"dtype":"I32"'],
      ['"shape":[8,4]', '"shape":[4,8]'],
    ] as const) {
      const changed = copy(`changed${to.length}${to.charCodeAt(10)}`);
      const text = readFileSync(changed.data, "latin1");
      expect(text).toContain(from);
      writeFileSync(changed.data, text.replace(from, to), "latin1");
      const error = await rejected("FABRIC_CHECKPOINT_CORRUPT", fabric.load(changed.path));
      expect(error.message).toMatch(/`net\.fc\d\.(weight|bias)`/);
    }
  });

  it("refuses a newer version of the format, and a manifest that points elsewhere", async () => {
    const { crc32 } = await import("node:zlib");
    const rewrite = (path: string, change: (body: string) => string): void => {
      const text = readFileSync(path, "utf8");
      const body = change(text.slice(text.indexOf('"checkpoint":') + 13, text.lastIndexOf("}")));
      writeFileSync(
        path,
        `{"crc32":"${crc32(body).toString(16).padStart(8, "0")}","checkpoint":${body}}`,
      );
    };
    const newer = copy("newer");
    rewrite(newer.manifest, (body) => body.replace('"version":1', '"version":9'));
    await rejected("FABRIC_CHECKPOINT_VERSION", fabric.load(newer.path));
    const outside = copy("outside");
    rewrite(outside.manifest, (body) =>
      body.replace(/"file":"[^"]*"/, '"file":"../../secret.safetensors"'),
    );
    await rejected("FABRIC_CHECKPOINT_CORRUPT", fabric.load(outside.path));
    const odd = copy("odd");
    rewrite(odd.manifest, (body) =>
      body.replace('{"$":"bigint","value":"5"}', '{"$":"program","value":"5"}'),
    );
    await rejected("FABRIC_CHECKPOINT_CORRUPT", fabric.load(odd.path));
  });

  it("refuses 2,000 damaged files with a code of its own, and never crashes", async () => {
    const { accepted } = await loadDamaged(fabric, folder, 2000);
    expect(accepted).toBeLessThan(60);
  });
});
