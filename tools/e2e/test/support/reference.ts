// The reference set: runs and tables recorded with PyTorch and Lightning. A part of it is committed as fixtures.
import { existsSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { safetensors, type Tensor } from "@fabric/torch";

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = resolve(HERE, "../../../..");

/** One recorded case. */
export interface ReferenceCase {
  readonly id: string;
  readonly group: string;
  readonly op: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly values?: Readonly<Record<string, unknown>>;
  readonly tensors?: Readonly<Record<string, { file: string; name: string }>>;
}

/** Folder of the whole set, or null where it is absent. */
export function referenceFolder(): string | null {
  const folder = process.env.FABRIC_REFERENCE ?? resolve(ROOT, "../shared/reference");
  return existsSync(resolve(folder, "index.json")) ? folder : null;
}

/** Added to the title of tests that need the whole set and cannot find it. */
export const ABSENT = "(skipped: set FABRIC_REFERENCE to the folder of the reference set)";

/** Path of a committed part of the set. */
export function fixture(name: string): string {
  return resolve(HERE, "../fixtures", name);
}

/** Cases of an index file. */
export function readCases(indexPath: string): ReferenceCase[] {
  return (JSON.parse(readFileSync(indexPath, "utf8")) as { cases: ReferenceCase[] }).cases;
}

const files = new Map<string, Record<string, Tensor>>();

/** A tensor of a case; `folder` holds the case's files. */
export function tensorOf(folder: string, { id, tensors }: ReferenceCase, key: string): Tensor {
  const place = tensors?.[key];
  if (place === undefined) throw new Error(`the case ${id} has no tensor ${key}`);
  const path = resolve(folder, place.file);
  const content = files.get(path) ?? safetensors.load(path);
  files.set(path, content);
  const found = content[place.name];
  if (found === undefined) throw new Error(`${path} has no tensor ${place.name}`);
  return found;
}
