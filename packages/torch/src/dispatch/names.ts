// snake_case to camelCase and back.

/** `layer_norm` -> `layerNorm`, `add_` -> `add_`, `_fused_adam_` -> `_fusedAdam_`. */
export function camelCase(name: string): string {
  return name.replace(
    /([a-zA-Z0-9])_+([a-zA-Z0-9])/g,
    (_, before: string, after: string) => before + after.toUpperCase(),
  );
}
