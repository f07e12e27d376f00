// `_extra_state` of the layers' state dicts.
import type { nn, Tensor } from "@fabric/torch";
import { decodeState, encodeState } from "../state/index.js";
import { metaOf } from "./fp8-meta.js";

/** What a layer saves beside its parameters. */
export function extraStateOf(module: nn.Module, gemms: number): Tensor {
  const { state, recipe } = metaOf(module, gemms);
  return encodeState(state, recipe);
}

/** Takes it back. */
export function setExtraStateOf(module: nn.Module, gemms: number, bytes: Tensor): void {
  metaOf(module, gemms).state = decodeState(bytes, gemms, module.constructor.name);
}

/** Checkpoints of plain layers have no scales: that is no missing key. The layer then starts afresh. */
export function forgiveMissing(
  module: nn.Module,
  gemms: number,
  prefix: string,
  report: nn.LoadReport,
): void {
  const at = report.missing.indexOf(`${prefix}_extra_state`);
  if (at < 0) return;
  report.missing.splice(at, 1);
  report.pending.push(() => {
    metaOf(module, gemms).state = null;
  });
}
