// Overloads of one operator to TypeScript call signatures.
import { camelCase, camelCaseAll, identifier } from "./names.mjs";
import { argumentType, returnType } from "./types.mjs";

/** @typedef {import("./types.mjs").SchemaInfo} SchemaInfo */
/** @typedef {{ name: string, type: string, required: boolean }} Option */
/** @typedef {{ params: { name: string, type: string }[], options: Option[], returns: string, schema: string }} Signature */

/**
 * Every way to call an operator, in order of schema: for each overload the required arguments, then each
 * longer prefix of those with a default, the rest of them in one options object. Overloads that differ in
 * the type of a single argument become one signature with a union.
 *
 * @param {SchemaInfo[]} overloads - of one name; out-variants only add an `out` option.
 * @param {{ method?: boolean }} [how] - `method` drops a leading `self`.
 * @returns {Signature[]}
 */
export function signaturesOf(overloads, { method = false } = {}) {
  const outs = overloads.filter((s) => s.args.some((arg) => arg.isOut));
  /** @type {Signature[]} */
  const found = [];
  for (const overload of overloads) {
    if (outs.includes(overload) || !isSupported(overload)) continue;
    if (method && !isMethod(overload)) continue;
    for (const signature of expand(overload, outType(overload, outs), method))
      add(found, signature);
  }
  return found;
}

/** Whether an overload is callable on a tensor: its first argument is the tensor `self`. */
export function isMethod(overload) {
  const first = overload.args[0];
  return first !== undefined && first.name === "self" && first.type === "Tensor";
}

/** Whether every argument and result of an overload can cross to and from JavaScript. */
export function isSupported(overload) {
  return (
    returnType(overload.returns) !== null &&
    overload.args.every((arg) => argumentType(overload.name, arg) !== null)
  );
}

/** The schema as libtorch prints it, without its namespace. */
export function schemaText(overload) {
  return (overload.text ?? `${overload.name}.${overload.overload}`).replace(/^aten::/, "");
}

function outType(overload, outs) {
  const key = inputKey(overload);
  const out = outs.find((candidate) => inputKey(candidate) === key);
  const written = out?.args.filter((arg) => arg.isOut) ?? [];
  if (written.length === 0 || written.some((arg) => arg.type !== "Tensor")) return null;
  if (written.length === 1) return "Tensor";
  return `readonly [${written.map(() => "Tensor").join(", ")}]`;
}

function inputKey(overload) {
  return overload.args
    .filter((arg) => !arg.isOut)
    .map((arg) => `${arg.type} ${arg.name}`)
    .join(", ");
}

function expand(overload, out, method) {
  const returns = returnType(overload.returns);
  const typed = overload.args.map((arg) => ({ ...arg, ts: argumentType(overload.name, arg) }));
  camelCaseAll(
    `arguments of ${overload.name}`,
    typed.map((arg) => arg.name),
  );
  const inPlace = method && overload.args[0].alias?.endsWith("!") && returns === "Tensor";
  const args = method ? typed.slice(1) : typed;
  const positional = args.filter((arg) => !arg.kwargOnly);
  const keyword = args.filter((arg) => arg.kwargOnly);
  let required = positional.length;
  while (required > 0 && positional[required - 1].hasDefault) required -= 1;
  const names = new Set(args.map((arg) => arg.name));
  const signatures = [];
  for (let given = required; given <= positional.length; given++) {
    signatures.push({
      params: positional
        .slice(0, given)
        .map((arg) => ({ name: parameterName(arg.name, names), type: arg.ts })),
      options: [
        ...[...positional.slice(given), ...keyword].map((arg) => ({
          name: camelCase(arg.name),
          type: arg.ts,
          required: !arg.hasDefault,
        })),
        ...(out === null ? [] : [{ name: "out", type: out, required: false }]),
      ],
      returns: inPlace ? "this" : returns,
      schema: schemaText(overload),
    });
  }
  return signatures;
}

// PyTorch's manual calls the first tensor of a function `input`.
function parameterName(name, names) {
  return name === "self" && !names.has("input") ? "input" : identifier(camelCase(name));
}

function add(found, signature) {
  for (const other of found) {
    if (merge(other, signature)) return;
  }
  found.push(signature);
}

/** Widens `into` so that it covers `from` too; false when they differ in more than one argument's type. */
function merge(into, from) {
  if (into.returns !== from.returns || into.params.length !== from.params.length) return false;
  const a = withoutOut(into.options);
  const b = withoutOut(from.options);
  if (a.length !== b.length) return false;
  const left = [...into.params, ...a];
  const right = [...from.params, ...b];
  const differing = [];
  for (let i = 0; i < left.length; i++) {
    if (left[i].name !== right[i].name || left[i].required !== right[i].required) return false;
    if (left[i].type !== right[i].type) differing.push(i);
  }
  if (differing.length > 1) return false;
  for (const i of differing) left[i].type = union(left[i].type, right[i].type);
  if (a.length === into.options.length && b.length < from.options.length)
    into.options.push(from.options.at(-1));
  return true;
}

function withoutOut(options) {
  return options.filter((option) => option.name !== "out");
}

function union(left, right) {
  const members = [...new Set([...membersOf(left), ...membersOf(right)])];
  const open = members.includes("string") ? members.filter((m) => !m.startsWith('"')) : members;
  return [...open.filter((m) => m !== "null"), ...open.filter((m) => m === "null")].join(" | ");
}

// Splits at the top level only: `readonly (Tensor | null)[] | null` has two members.
function membersOf(type) {
  return type.split(/ \| (?![^(]*\))/);
}
