// Recorded vectors of quantisation and FP8, which lie outside the repository: in `../shared/reference` beside it, or in FABRIC_REFERENCE.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { safetensors, type Tensor } from "@fabric/torch";
import { testDevice } from "./device.js";

const FOLDER =
  process.env["FABRIC_REFERENCE"] ??
  fileURLToPath(new URL("../../../shared/reference", import.meta.url));

/** Whether the vectors are there. */
export const hasReference: boolean = existsSync(join(FOLDER, "index.json"));
if (!hasReference)
  console.warn(`skipped: no reference vectors in ${FOLDER}; set FABRIC_REFERENCE to their folder`);

/** One recorded case. */
export interface ReferenceCase {
  readonly id: string;
  readonly op: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly values: Readonly<Record<string, unknown>>;
  /** Read when asked for, on the device of the run. */
  readonly tensors: Record<string, Tensor>;
}

interface IndexEntry {
  id: string;
  group: string;
  op: string;
  args: Record<string, unknown>;
  values?: Record<string, unknown>;
  tensors?: Record<string, { file: string; name: string }>;
}

/** The cases of a group whose operation begins with `op`; none when the vectors are absent. */
export function casesOf(group: string, op = ""): ReferenceCase[] {
  if (!hasReference) return [];
  const index = JSON.parse(readFileSync(join(FOLDER, "index.json"), "utf8")) as {
    cases: IndexEntry[];
  };
  return index.cases
    .filter((entry) => entry.group === group && entry.op.startsWith(op))
    .map(({ id, op: operation, args, values = {}, tensors = {} }) => ({
      id,
      op: operation,
      args,
      values,
      tensors: lazily(tensors),
    }));
}

function lazily(places: Record<string, { file: string; name: string }>): Record<string, Tensor> {
  const record = {};
  for (const [key, { file, name }] of Object.entries(places))
    Object.defineProperty(record, key, {
      enumerable: true,
      get: () => safetensors.open(join(FOLDER, file)).get(name).to(testDevice),
    });
  return record;
}
