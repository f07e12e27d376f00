// Schemas for tests, written as libtorch prints them.
import type { ArgInfo, RetInfo, SchemaInfo } from "../types.mjs";

/** Parses one schema line into what the addon lists; default values hold no commas here. */
export function overload(text: string): SchemaInfo {
  const match = /^(?:(\w+)::)?(\w+)(?:\.(\w+))?\((.*)\) -> (.+)$/.exec(text);
  if (match === null) throw new Error(`not a schema: ${text}`);
  const [, namespace = "aten", name = "", overloadName = "", args = "", returns = ""] = match;
  let kwargOnly = false;
  const parsed: ArgInfo[] = [];
  for (const part of args === "" ? [] : args.split(", ")) {
    if (part === "*") kwargOnly = true;
    else parsed.push(argument(part, kwargOnly));
  }
  const results = returns === "()" ? [] : returns.replace(/^\((.*)\)$/, "$1").split(", ");
  return {
    name: `${namespace}::${name}`,
    overload: overloadName,
    args: parsed,
    returns: results.map(result),
    text: `${namespace}::${text.replace(/^\w+::/, "")}`,
  };
}

function argument(text: string, kwargOnly: boolean): ArgInfo {
  const [declaration = "", value] = text.split("=");
  const [typed = "", name = ""] = declaration.split(" ");
  const { type, alias, size } = parseType(typed);
  const isOut = kwargOnly && (alias?.endsWith("!") ?? false);
  const info = { name, type, size, hasDefault: value !== undefined, kwargOnly, isOut, alias };
  return value === undefined ? info : { ...info, default: value };
}

function result(text: string): RetInfo {
  const [typed = "", name = null] = text.split(" ");
  const { type, alias } = parseType(typed);
  return { type, alias, name };
}

function parseType(text: string): { type: string; alias: string | null; size: number | null } {
  const alias = /\((.*?)\)/.exec(text)?.[1] ?? null;
  const size = /\[(\d+)\]/.exec(text)?.[1];
  const type = text.replace(/\(.*?\)/, "").replace(/\[\d+\]/, "[]");
  return { type, alias, size: size === undefined ? null : Number(size) };
}
