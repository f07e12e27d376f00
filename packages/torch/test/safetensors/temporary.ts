import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";

/** A directory that goes when the tests of the file have run. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "fabric-safetensors-"));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** A file with the header and data given, whatever they are. */
export function writeRaw(
  path: string,
  header: string | Uint8Array,
  data = 0,
  length?: bigint,
): string {
  const json = typeof header === "string" ? Buffer.from(header) : header;
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64LE(length ?? BigInt(json.length));
  writeFileSync(path, Buffer.concat([prefix, json, Buffer.alloc(data, 1)]));
  return path;
}
