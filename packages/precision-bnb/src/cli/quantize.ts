// `fabric quantize`: a checkpoint of any size into 4-bit or int8 weights.
import {
  type Command,
  type Completion,
  JSON_OPTION,
  type OptionSpec,
  type Parsed,
  Progress,
  parseCommand,
  printJson,
  UsageError,
} from "@fabric/core/cli";
import { BLOCKSIZES_4BIT } from "../functional/arguments.js";
import { QUANTIZE_MODES, type QuantizeMode } from "../quantize/modes.js";
import {
  type QuantizeCheckpointOptions,
  type QuantizeProgress,
  quantizeCheckpoint,
} from "../quantize/quantize-checkpoint.js";
import { summaryText } from "../quantize/summary.js";

const DTYPES = ["float16", "bfloat16", "float32"] as const;
const words = (values: readonly (string | number)[]): Completion => ({
  kind: "words",
  words: () => values.map(String),
});

const OPTIONS: readonly OptionSpec[] = [
  {
    name: "mode",
    value: "MODE",
    summary: `${QUANTIZE_MODES.join(", ")}; default nf4-dq`,
    complete: words(QUANTIZE_MODES),
  },
  {
    name: "ignore",
    value: "PATTERN",
    repeatable: true,
    summary: "keep these layers: the beginning of a name, or a pattern with * and **; repeatable",
  },
  {
    name: "only",
    value: "PATTERN",
    repeatable: true,
    summary: "quantise no other layers than these; repeatable",
  },
  {
    name: "blocksize",
    value: "N",
    summary: `elements that share a scale, ${BLOCKSIZES_4BIT[0]} to ${BLOCKSIZES_4BIT.at(-1)}; default 64; not for int8`,
    complete: words(BLOCKSIZES_4BIT),
  },
  {
    name: "dtype",
    value: "DTYPE",
    summary:
      "of what stays float and of dequantised weights: float16, bfloat16, float32; default: as it is",
    complete: words(DTYPES),
  },
  {
    name: "max-shard-size",
    value: "SIZE",
    summary: "of an output file, such as 5GB or 500MB; default 5GB",
  },
  { name: "force", summary: "start over in a folder that another run wrote" },
  { name: "no-html", summary: "write no page with the picture of the errors" },
  JSON_OPTION,
];

/** What core runs for `fabric quantize`. */
export const command: Command = {
  name: "quantize",
  summary: "quantise a checkpoint to 4-bit or int8 weights",
  usage: "IN OUT [options]",
  options: OPTIONS,
  complete: { kind: "files" },
  details: [
    "IN is a .safetensors file, a folder with model.safetensors or its index, or the index. OUT is a new or empty folder, in the layout that bitsandbytes and transformers load.",
    "The weights of linear layers are quantised, without those that by their names belong to embeddings, positions or norms. Memory holds a piece of one tensor. The same command goes on after a kill.",
  ],
  examples: [
    ["fabric quantize llama llama-nf4 --ignore lm_head", "NF4 with quantised scales"],
    ["fabric quantize model.safetensors out --mode int8", "LLM.int8() weights"],
    ["fabric quantize llama out --mode nf4 --only '**.mlp.*'", "the feed-forward layers only"],
  ],
  exitCodes: [
    ["0", "done"],
    ["1", "failed: no checkpoint, quantised already, OUT holds something else, NaN in a weight"],
    ["2", "wrong usage"],
    ["130", "stopped by Ctrl-C; the same command goes on"],
  ],
  async run(args) {
    const parsed = parseCommand(OPTIONS, args);
    const [input, output] = inAndOut(parsed);
    const options = readOptions(parsed);
    const stop = new AbortController();
    // The second signal ends it at once.
    process.once("SIGINT", () => stop.abort());
    try {
      const report = await withProgress((onProgress) =>
        quantizeCheckpoint(input, output, { ...options, onProgress, signal: stop.signal }),
      );
      if (parsed.flag("json")) printJson(report);
      else process.stdout.write(summaryText(report));
      return 0;
    } catch (error) {
      if (!stop.signal.aborted) throw error;
      process.stderr.write("fabric quantize: stopped; the same command goes on from here.\n");
      return 130;
    }
  },
};

async function withProgress<T>(
  work: (onProgress: (progress: QuantizeProgress) => void) => Promise<T>,
): Promise<T> {
  let bar: Progress | null = null;
  try {
    return await work(({ bytes, before, total, name }) => {
      bar ??= new Progress({ total, done: before });
      bar.add(bytes, name);
    });
  } finally {
    (bar as Progress | null)?.end();
  }
}

function inAndOut({ positionals, rest }: Parsed): [input: string, output: string] {
  const [input, output, more] = positionals;
  if (input === undefined || output === undefined)
    throw new UsageError("IN and OUT are needed: fabric quantize IN OUT.");
  if (more === undefined && rest === null) return [input, output];
  throw new UsageError(`IN and OUT are enough, but \`${more ?? rest?.[0] ?? "--"}\` follows.`);
}

function readOptions(parsed: Parsed): QuantizeCheckpointOptions {
  const mode = oneOf(parsed, "mode", QUANTIZE_MODES);
  const blocksize = oneOf(parsed, "blocksize", BLOCKSIZES_4BIT.map(String));
  const dtype = oneOf(parsed, "dtype", DTYPES);
  const size = parsed.value("max-shard-size");
  if (mode === "int8" && blocksize !== undefined)
    throw new UsageError("--blocksize is for 4-bit modes; int8 has one scale for each row.");
  return {
    ...(mode === undefined ? {} : { mode: mode as QuantizeMode }),
    ...(blocksize === undefined ? {} : { blocksize: Number(blocksize) }),
    ...(dtype === undefined ? {} : { dtype: dtype as (typeof DTYPES)[number] }),
    ...(size === undefined ? {} : { maxShardBytes: bytesOf(size) }),
    ignore: parsed.values("ignore"),
    only: parsed.values("only"),
    force: parsed.flag("force"),
    html: !parsed.flag("no-html"),
  };
}

function oneOf(parsed: Parsed, name: string, known: readonly string[]): string | undefined {
  const value = parsed.value(name);
  if (value === undefined || known.includes(value)) return value;
  throw new UsageError(`--${name} \`${value}\` is not known. Expected one of ${known.join(", ")}.`);
}

const UNITS: Readonly<Record<string, number>> = {
  "": 1,
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  KIB: 2 ** 10,
  MIB: 2 ** 20,
  GIB: 2 ** 30,
};

/** `5GB`, `500MB`, `1.5GiB` or a number of bytes. */
function bytesOf(size: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(size);
  const unit = UNITS[match?.[2]?.toUpperCase() ?? ""];
  const bytes = Math.floor(Number(match?.[1]) * (unit ?? Number.NaN));
  if (Number.isSafeInteger(bytes) && bytes > 0) return bytes;
  throw new UsageError(
    `--max-shard-size \`${size}\` is no size. Expected 5GB, 500MB or a number of bytes.`,
  );
}
