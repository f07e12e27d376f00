// `fabric inspect`: what is in a checkpoint.

import {
  type CheckpointDescription,
  describeCheckpoint,
  type StoredEntry,
  verifyCheckpoint,
} from "../checkpoint/describe.js";
import { type Command, JSON_OPTION, type OptionSpec } from "./command.js";
import { oneArgument, parseCommand } from "./parse.js";
import { byteText, plainText } from "./plain-text.js";
import { printJson } from "./print.js";
import { jsonValue, nameText, valueText } from "./stored-value.js";
import { styled } from "./style.js";
import { table } from "./table.js";

const OPTIONS: readonly OptionSpec[] = [
  { name: "tensors", summary: "list every tensor" },
  { name: "verify", summary: "read everything and compare the checksums" },
  JSON_OPTION,
];

/** `fabric inspect`. @internal */
export const inspectCommand: Command = {
  name: "inspect",
  summary: "what is in a checkpoint",
  usage: "CHECKPOINT [options]",
  options: OPTIONS,
  complete: { kind: "files" },
  details: [
    "Reads the description and the headers, no tensor: a folder or a file of fabric.save, a sharded folder, or a safetensors file of another program.",
  ],
  examples: [
    ["fabric inspect ckpt", "its entries, sizes and precision"],
    ["fabric inspect ckpt --tensors", "with every tensor"],
    ["fabric inspect ckpt --verify", "whether it is whole"],
  ],
  exitCodes: [
    ["0", "done"],
    ["1", "not found, damaged, or no checkpoint"],
    ["2", "wrong usage"],
  ],
  async run(args) {
    const parsed = parseCommand(OPTIONS, args);
    const path = oneArgument(parsed, "checkpoint", "fabric inspect CHECKPOINT");
    const description = describeCheckpoint(path);
    const verified = parsed.flag("verify") ? verifyCheckpoint(description) : null;
    if (parsed.flag("json")) printJson(reportJson(description, verified));
    else process.stdout.write(report(description, parsed.flag("tensors"), verified));
    return 0;
  },
};

/** `verified` is null without `--verify`, false in a file that has no checksums. */
function reportJson(found: CheckpointDescription, verified: boolean | null): object {
  const { precisionState, entries, ...rest } = found;
  const json = (stored: StoredEntry): StoredEntry =>
    stored.tensors === 0 ? { ...stored, value: jsonValue(stored.value) } : stored;
  return {
    ...rest,
    precisionState: precisionState === null ? null : json(precisionState),
    entries: entries.map(json),
    ...(verified === null ? {} : { verified }),
  };
}

function report(found: CheckpointDescription, isLong: boolean, verified: boolean | null): string {
  const { entries, tensors, bytesByDtype } = found;
  const total = tensors.reduce((sum, { bytes }) => sum + bytes, 0);
  const dtypes = Object.entries(bytesByDtype).map(
    ([dtype, bytes]) => `${dtype} ${byteText(bytes)}`,
  );
  const lines = [
    `${styled("bold", plainText(found.path))}: ${kindText(found)}`,
    ...precisionLines(found),
    `${tensors.length} tensors, ${byteText(total)}${dtypes.length > 0 ? `: ${dtypes.join(", ")}` : ""}`,
    ...verifiedLines(verified),
    "",
  ];
  const text = [lines.join("\n"), "\n"];
  if (entries.length > 0)
    text.push(
      table(
        ["entry", "tensors", "elements", "size", "value"],
        entries.map((entry) => [
          nameText(entry.key),
          entry.tensors === 0 ? "" : String(entry.tensors),
          entry.tensors === 0 ? "" : String(entry.elements),
          entry.tensors === 0 ? "" : byteText(entry.bytes),
          entry.tensors === 0 ? valueText(entry.value) : "",
        ]),
      ),
    );
  if (isLong && tensors.length > 0)
    text.push(
      "\n",
      table(
        ["tensor", "dtype", "shape", "size"],
        tensors.map(({ name, dtype, shape, bytes }) => [
          nameText(name),
          dtype,
          `[${shape.join(", ")}]`,
          byteText(bytes),
        ]),
      ),
    );
  return text.join("");
}

function kindText({ kind, version, shards }: CheckpointDescription): string {
  if (kind === "safetensors") return "a safetensors file of another program";
  const what = kind === "sharded" ? `sharded over ${shards} files` : `one ${kind}`;
  return `a checkpoint of Fabric, ${what}, version ${version} of the format`;
}

function precisionLines({
  precision,
  precisionState: own,
  generators,
}: CheckpointDescription): string[] {
  if (precision === null) return [];
  const { name, plain, convertedFrom } = precision;
  const form = plain ? "" : ", weights in a form of its own";
  const history = convertedFrom.length > 0 ? `, converted from ${convertedFrom.join(", ")}` : "";
  const state =
    own === null
      ? []
      : [
          own.tensors === 0
            ? valueText(own.value)
            : `${own.tensors} tensors, ${byteText(own.bytes)}`,
        ];
  return [
    `precision: ${plainText(`${name ?? "not told"}${form}${history}`)}`,
    ...state.map((text) => `state of the precision: ${text}`),
    ...(generators.length > 0 ? [`random generators: ${plainText(generators.join(", "))}`] : []),
  ];
}

function verifiedLines(verified: boolean | null): string[] {
  if (verified === null) return [];
  return [
    verified
      ? "Every checksum matches."
      : "The file has no checksums; its header and its length agree.",
  ];
}
