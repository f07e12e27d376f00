// The three files of packages/torch/src/generated, as text.
import { camelCase, camelCaseAll, HANDWRITTEN, identifier, isReserved } from "./names.mjs";
import { isMethod, isSupported, schemaText, signaturesOf } from "./signatures.mjs";

/** @typedef {import("./types.mjs").SchemaInfo} SchemaInfo */

const HEADER =
  "// Written by tools/gen from the operator schemas of libtorch. Do not edit: run `node tools/gen/generate.mjs`.\n";

const TYPE_IMPORTS = [
  ["Device", "../device.js"],
  ["DType", "../dtype.js"],
  ["Layout", "../dtype.js"],
  ["MemoryFormat", "../dtype.js"],
  ["Generator", "../random.js"],
  ["Scalar", "../tensor.js"],
  ["Tensor", "../tensor.js"],
];

const NAMESPACES = { linalg: "linalg_", fft: "fft_", special: "special_" };

/**
 * The generated front of a list of schemas.
 *
 * @param {SchemaInfo[]} schemas
 * @returns {Record<string, string>} file name to content.
 * @throws Error when two operators share a name after camelCasing.
 */
export function emitAll(schemas) {
  const operators = publicOperators(schemas);
  return {
    "functions.ts": emitFunctions(operators),
    "methods.ts": emitMethods(operators),
    "namespaces.ts": emitNamespaces(operators),
  };
}

/** Overloads by bare name of what users see: `aten::` without a leading underscore, sorted. */
function publicOperators(schemas) {
  const byName = new Map();
  for (const schema of schemas) {
    if (!/^aten::[^_]/.test(schema.name)) continue;
    const name = schema.name.slice("aten::".length);
    if (!byName.has(name)) byName.set(name, []);
    byName.get(name).push(schema);
  }
  camelCaseAll("operators", byName.keys());
  const sorted = [...byName.keys()].sort(compare);
  return new Map(sorted.map((name) => [name, byName.get(name).sort(byOverload)]));
}

// Tensor overloads first: the first signature is what an editor shows.
function byOverload(a, b) {
  return rank(a) - rank(b) || compare(a.overload, b.overload);
}

function rank(schema) {
  if (schema.overload === "" || schema.overload === "Tensor") return 0;
  return schema.overload.startsWith("Tensor") ? 1 : 2;
}

function compare(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}

function emitFunctions(operators) {
  const body = [];
  for (const [name, overloads] of operators) {
    const signatures = signaturesOf(overloads);
    if (signatures.length === 0) continue;
    const camel = camelCase(name);
    const local = identifier(camel);
    body.push(
      doc(documented(overloads), ""),
      `${isReserved(camel) ? "" : "export "}const ${local}: {\n`,
      ...signatures.map((signature) => `  ${call("", signature)}`),
      `} = op(${JSON.stringify(name)});\n`,
      isReserved(camel) ? `export { ${local} as ${camel} };\n\n` : "\n",
    );
  }
  const text = body.join("");
  return `${HEADER}import { op } from "../dispatch/op.js";\n${imports(text)}\n${text.trimEnd()}\n`;
}

function emitMethods(operators) {
  const body = [];
  const names = [];
  for (const [name, overloads] of operators) {
    const camel = camelCase(name);
    if (HANDWRITTEN.has(camel)) continue;
    const signatures = signaturesOf(overloads, { method: true });
    if (signatures.length === 0) continue;
    names.push(`  [${JSON.stringify(camel)}, ${JSON.stringify(name)}],\n`);
    body.push(doc(documented(overloads.filter(isMethod)), "  "));
    for (const signature of signatures) body.push(`  ${call(camel, signature)}`);
  }
  const text = body.join("");
  return (
    `${HEADER}${imports(text)}\n` +
    "/** The operators of the loaded libtorch whose first argument is `self`, as methods; merged into class Tensor. */\n" +
    `export interface TensorMethods {\n${text}}\n\n` +
    "/** Method name and operator of each member of {@link TensorMethods}. */\n" +
    `export const METHOD_NAMES: readonly (readonly [method: string, operator: string])[] = [\n${names.join("")}];\n`
  );
}

function emitNamespaces(operators) {
  const parts = [];
  for (const [namespace, prefix] of Object.entries(NAMESPACES)) {
    const members = [...operators]
      .filter(([name, overloads]) => name.startsWith(prefix) && signaturesOf(overloads).length > 0)
      .map(([name]) => [camelCase(name.slice(prefix.length)), camelCase(name)]);
    camelCaseAll(
      namespace,
      members.map(([short]) => short),
    );
    parts.push(
      `/** The operators \`${prefix}*\` under their short names. */\n` +
        `export const ${namespace}: {\n` +
        members.map(([short, full]) => `  readonly ${short}: typeof fn.${full};\n`).join("") +
        "} = {\n" +
        members.map(([short, full]) => `  ${short}: fn.${full},\n`).join("") +
        "};\n",
    );
  }
  return `${HEADER}import * as fn from "./functions.js";\n\n${parts.join("\n")}`;
}

/** The schemas an editor shows: not the out-variants, which only add an option. */
function documented(overloads) {
  return overloads
    .filter((s) => isSupported(s) && !s.args.some((arg) => arg.isOut))
    .map(schemaText);
}

function doc(lines, indent) {
  const safe = lines.map((line) => `\`${line.replaceAll("*/", "*\\/")}\``);
  if (safe.length === 1) return `${indent}/** ${safe[0]} */\n`;
  return `${indent}/**\n${safe.map((line) => `${indent} * - ${line}\n`).join("")}${indent} */\n`;
}

function call(name, { params, options, returns }) {
  const parts = params.map((param) => `${param.name}: ${param.type}`);
  if (options.length > 0) parts.push(optionsParameter(options));
  return `${name}(${parts.join(", ")}): ${returns};\n`;
}

function optionsParameter(options) {
  const required = options.some((option) => option.required);
  const fields = options.map((option) =>
    option.required
      ? `${option.name}: ${option.type}`
      : `${option.name}?: ${option.type} | undefined`,
  );
  return `options${required ? "" : "?"}: { ${fields.join("; ")} }`;
}

function imports(text) {
  const byFile = new Map();
  for (const [type, file] of TYPE_IMPORTS) {
    if (!new RegExp(`\\b${type}\\b`).test(text.replace(/\/\*\*.*?\*\//gs, ""))) continue;
    byFile.set(file, [...(byFile.get(file) ?? []), type]);
  }
  return [...byFile]
    .map(([file, types]) => `import type { ${types.join(", ")} } from "${file}";\n`)
    .join("");
}
