// Finds and reads the reference vectors, which lie outside the repository: results recorded from PyTorch, in index.json and safetensors files.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { safetensors, type Tensor } from "../../src/index.js";

/** One recorded case. */
export interface ReferenceCase<Args, Values> {
  id: string;
  group: string;
  args: Args;
  values: Values;
  tensors?: Record<string, { file: string; name: string }>;
}

/** Folder of the vectors: `FABRIC_REFERENCE`, or `../shared/reference` beside the repository. */
export const REFERENCE: string =
  process.env["FABRIC_REFERENCE"] ??
  fileURLToPath(new URL("../../../../../shared/reference", import.meta.url));

/** Why tests on the vectors are skipped; undefined when they can run. */
export const NO_REFERENCE: string | undefined = existsSync(join(REFERENCE, "index.json"))
  ? undefined
  : `no reference vectors in ${REFERENCE}; set FABRIC_REFERENCE`;

/** The cases of a group; none when the vectors are absent. */
export function referenceCases<Args, Values>(group: string): ReferenceCase<Args, Values>[] {
  if (NO_REFERENCE !== undefined) return [];
  const index = JSON.parse(readFileSync(join(REFERENCE, "index.json"), "utf8")) as {
    cases: ReferenceCase<Args, Values>[];
  };
  return index.cases.filter((c) => c.group === group);
}

/** A tensor of a case. */
export function referenceTensor(from: ReferenceCase<unknown, unknown>, key: string): Tensor {
  const place = from.tensors?.[key];
  if (place === undefined) throw new Error(`${from.id} has no tensor ${key}`);
  const file = safetensors.open(join(REFERENCE, place.file));
  return file.get(place.name);
}
