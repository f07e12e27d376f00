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

/** Names of the weights of products, in any of the layers. */
const WEIGHTS = [
  "weight",
  "query_weight",
  "key_weight",
  "value_weight",
  "fc1_weight",
  "fc2_weight",
];

/** Checkpoints of plain layers have no scales: that is no missing key. A layer whose weights come from one starts afresh, others stay as they are. */
export function forgiveMissing(
  module: nn.Module,
  gemms: number,
  source: ReadonlyMap<string, Tensor>,
  prefix: string,
  report: nn.LoadReport,
): void {
  const at = report.missing.indexOf(`${prefix}_extra_state`);
  if (at < 0) return;
  report.missing.splice(at, 1);
  if (!WEIGHTS.some((name) => source.has(prefix + name))) return;
  report.pending.push(() => {
    metaOf(module, gemms).state = null;
  });
}
