// The error for a call that fits no overload: what was given, what is accepted.
import { FabricError } from "../errors.js";
import { describeValue } from "../translate.js";
import { camelCase } from "./names.js";
import type { Overload, Param } from "./overload.js";

/** How the overload is called from TypeScript. */
export function signature(label: string, overload: Overload): string {
  const shown = (param: Param): string =>
    `${param.name}${param.hasDefault || param.optional ? "?" : ""}: ${param.rule.accepts}${param.optional ? " | null" : ""}`;
  const positional = overload.params.filter((p) => !p.kwargOnly).map(shown);
  const options = overload.params.filter((p) => p.kwargOnly).map(shown);
  return `${camelCase(label)}(${[...positional, ...(options.length > 0 ? [`{ ${options.join(", ")} }`] : [])].join(", ")})`;
}

/** Why the closest overload does not take the arguments. */
function reason(
  overload: Overload,
  positional: readonly unknown[],
  options: Readonly<Record<string, unknown>>,
): string {
  const { params, index } = overload;
  if (positional.length > overload.positional)
    return `${positional.length} positional arguments were given, at most ${overload.positional} are taken`;
  for (const name of Object.keys(options)) {
    const at = index.get(name);
    if (at === undefined) return `there is no option \`${name}\``;
    if (at < positional.length) return `\`${name}\` was given twice, by position and by name`;
  }
  for (const [i, param] of params.entries()) {
    const value = i < positional.length ? positional[i] : options[param.name];
    if (value === undefined || value === null) {
      if (value === null && !param.optional) return `\`${param.name}\` must not be null`;
      if (
        value === undefined &&
        !param.hasDefault &&
        !(param.optional && (param.kwargOnly || i < positional.length))
      )
        return `\`${param.name}\` is missing`;
      continue;
    }
    if (!param.rule.fits(value, param.size))
      return `expected ${param.rule.accepts} for \`${param.name}\` but received ${describeValue(value)}`;
  }
  return "the arguments do not fit";
}

/** How far an overload gets with the arguments: the error speaks of the one that gets farthest. */
function progress(
  overload: Overload,
  positional: readonly unknown[],
  options: Readonly<Record<string, unknown>>,
): number {
  let score = 0;
  overload.params.forEach((param, i) => {
    const value = i < positional.length ? positional[i] : options[param.name];
    if (value != null && param.rule.fits(value, param.size)) score += 2;
    else if (value != null) score -= 1;
    else if (!param.hasDefault && !param.optional) score -= 1;
  });
  for (const name of Object.keys(options)) if (!overload.index.has(name)) score -= 2;
  return score - Math.max(0, positional.length - overload.positional) * 2;
}

/** @returns FabricError `FABRIC_TENSOR_ARGUMENT`, or `FABRIC_UNSUPPORTED_OPERATOR` when libtorch has no such operator. */
export function noMatch(
  label: string,
  overloads: readonly Overload[],
  positional: readonly unknown[],
  options: Readonly<Record<string, unknown>>,
): FabricError {
  if (overloads.length === 0) {
    return new FabricError(
      "FABRIC_UNSUPPORTED_OPERATOR",
      `the loaded libtorch has no operator \`${label}\`; check its name, or load the library that brings it with torch.loadLibrary(path).`,
    );
  }
  const shown = overloads.some((o) => !o.isOut)
    ? overloads.filter((o) => !o.isOut || "out" in options)
    : overloads;
  const best = [...shown].sort(
    (a, b) => progress(b, positional, options) - progress(a, positional, options),
  )[0] as Overload;
  const given = [
    ...positional.map(describeValue),
    ...(Object.keys(options).length > 0
      ? [
          `{ ${Object.entries(options)
            .map(([k, v]) => `${k}: ${describeValue(v)}`)
            .join(", ")} }`,
        ]
      : []),
  ];
  return new FabricError(
    "FABRIC_TENSOR_ARGUMENT",
    `${label}(${given.join(", ")}): ${reason(best, positional, options)}.\nAccepted:\n${shown.map((o) => `  ${signature(label, o)}`).join("\n")}`,
  );
}
