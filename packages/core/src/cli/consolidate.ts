// `fabric consolidate`: a sharded checkpoint as one.

import { existsSync, statSync } from "node:fs";
import { basename, resolve } from "node:path";

import { isSharded } from "../checkpoint/read.js";
import { consolidate } from "../checkpoint/shards/consolidate.js";
import { SHARDS_MANIFEST } from "../checkpoint/shards/format.js";
import type { Command, OptionSpec } from "./command.js";
import { oneArgument, parseCommand } from "./parse.js";
import { plainText } from "./plain-text.js";

const OPTIONS: readonly OptionSpec[] = [
  {
    name: "output-file",
    value: "PATH",
    summary: "where it goes; default: FOLDER.consolidated",
    complete: { kind: "files" },
  },
];

/** `fabric consolidate`. @internal */
export const consolidateCommand: Command = {
  name: "consolidate",
  summary: "join a sharded checkpoint into one",
  usage: "FOLDER [--output-file PATH]",
  options: OPTIONS,
  complete: { kind: "files" },
  details: [
    "Tensors are put together one at a time, so that the largest of them is all the memory it takes. A path that ends in .safetensors becomes one file, any other a folder.",
  ],
  examples: [
    ["fabric consolidate ckpt", "writes ckpt.consolidated"],
    ["fabric consolidate ckpt --output-file model.safetensors", "one file"],
  ],
  exitCodes: [
    ["0", "done"],
    ["1", "no sharded checkpoint there, damaged, or the output exists"],
    ["2", "wrong usage"],
  ],
  async run(args) {
    const parsed = parseCommand(OPTIONS, args);
    const folder = oneArgument(parsed, "folder", "fabric consolidate FOLDER");
    const output = parsed.value("output-file") ?? defaultOutput(folder);
    const problem = problemWith(folder, output);
    if (problem !== null) {
      process.stderr.write(`fabric consolidate: ${plainText(problem)}\n`);
      return 1;
    }
    consolidate(folder, output);
    process.stdout.write(`${plainText(output)}\n`);
    return 0;
  },
};

/** `ckpt/` and `.` have the folder's name too. */
function defaultOutput(folder: string): string {
  const bare = folder.replace(/[\\/]+$/, "");
  const hasName = bare !== "" && ![".", ".."].includes(basename(bare));
  return `${hasName ? bare : resolve(folder)}.consolidated`;
}

function problemWith(folder: string, output: string): string | null {
  const target = resolve(folder);
  if (!existsSync(target)) return `there is no folder \`${folder}\`. Check the path.`;
  if (!statSync(target).isDirectory())
    return `\`${folder}\` is no folder. Pass the folder that holds ${SHARDS_MANIFEST}.`;
  if (!isSharded(target))
    return `\`${folder}\` is no sharded checkpoint of Fabric: it has no ${SHARDS_MANIFEST}. One that was saved by one process needs no consolidating.`;
  if (existsSync(resolve(output)))
    return `\`${output}\` exists already. Remove it, or choose another place with --output-file.`;
  return null;
}
