// The state of a loss scaler and the rule by which it goes on.

import { FabricError } from "@fabric/torch";

/** What a GradScaler saves, under PyTorch's keys. */
export interface ScalerState {
  readonly scale: number;
  readonly growth_factor: number;
  readonly backoff_factor: number;
  readonly growth_interval: number;
  readonly _growth_tracker: number;
}

/**
 * The state after one generation of steps. An overflow multiplies the scale by the backoff factor; `growth_interval`
 * generations without one in a row multiply it by the growth factor, unless the product is not finite.
 *
 * The scale is kept in float32, as libtorch's own update keeps it.
 */
export function nextState(state: ScalerState, overflow: boolean): ScalerState {
  if (overflow)
    return { ...state, scale: Math.fround(state.scale * state.backoff_factor), _growth_tracker: 0 };
  const successful = state._growth_tracker + 1;
  if (successful < state.growth_interval) return { ...state, _growth_tracker: successful };
  const grown = Math.fround(state.scale * state.growth_factor);
  return { ...state, scale: Number.isFinite(grown) ? grown : state.scale, _growth_tracker: 0 };
}

/** Reads a saved state. @throws FabricError `FABRIC_CHECKPOINT_SCALER` */
export function checkScalerState(saved: Record<string, unknown>): ScalerState {
  const positive = (key: keyof ScalerState): number => {
    const value = saved[key];
    if (typeof value === "number" && Number.isFinite(value) && value > 0) return value;
    throw stateError(key, "a positive number", value);
  };
  const count = (key: keyof ScalerState, least: number): number => {
    const value = saved[key];
    if (typeof value === "number" && Number.isInteger(value) && value >= least) return value;
    throw stateError(key, `an integer >= ${least}`, value);
  };
  return {
    scale: positive("scale"),
    growth_factor: positive("growth_factor"),
    backoff_factor: positive("backoff_factor"),
    growth_interval: count("growth_interval", 1),
    _growth_tracker: count("_growth_tracker", 0),
  };
}

function stateError(key: string, expected: string, value: unknown): FabricError {
  const received = value === undefined ? "nothing" : (JSON.stringify(value) ?? String(value));
  return new FabricError(
    "FABRIC_CHECKPOINT_SCALER",
    `the saved state of the loss scaler has ${received} as \`${key}\` where ${expected} is expected. Load the checkpoint without the precision's state to start with a new scale.`,
  );
}
