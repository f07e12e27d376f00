// Writes packages/torch/src/generated from the schemas of the loaded libtorch; --check only compares.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { emitAll } from "./emit.mjs";

const OUTPUT = fileURLToPath(new URL("../../packages/torch/src/generated/", import.meta.url));
const NATIVE = new URL("../../packages/torch/dist/native.js", import.meta.url);

const { values } = parseArgs({
  options: { check: { type: "boolean", default: false }, schemas: { type: "string" } },
});

const files = emitAll(await readSchemas(values.schemas));
if (values.check) {
  check(files);
} else {
  mkdirSync(OUTPUT, { recursive: true });
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(OUTPUT + name, text);
    console.log(`${name}: ${text.split("\n").length - 1} lines`);
  }
}

/** The schemas in a JSON file, or those of the addon that @fabric/torch loads. */
async function readSchemas(file) {
  if (file !== undefined) return JSON.parse(readFileSync(file, "utf8"));
  const { native } = await import(NATIVE.href);
  return JSON.parse(native().schemas());
}

function check(expected) {
  const stale = Object.entries(expected).filter(
    ([name, text]) => readOrEmpty(OUTPUT + name) !== text,
  );
  if (stale.length === 0) {
    console.log("generated files match the schemas of the loaded libtorch");
    return;
  }
  for (const [name, text] of stale)
    console.error(`${name} is stale: ${firstDifference(readOrEmpty(OUTPUT + name), text)}`);
  console.error("Run: node tools/gen/generate.mjs");
  process.exitCode = 1;
}

function readOrEmpty(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

function firstDifference(actual, expected) {
  const a = actual.split("\n");
  const b = expected.split("\n");
  const line = b.findIndex((text, i) => text !== a[i]);
  return `line ${line + 1} is\n  ${a[line] ?? "(missing)"}\nand should be\n  ${b[line] ?? "(missing)"}`;
}
