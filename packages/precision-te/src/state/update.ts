// The end of a step: from the amaxes that were collected to the scales of the next one.
import { cat, full, isTensor, noGrad, scope, type Tensor, where } from "@fabric/torch";
import { fp8Max, updateScales_ } from "../functional/index.js";
import type { DelayedScaling } from "../recipes/index.js";
import { recipeError } from "../recipes/recipe.js";
import type { DelayedState, Direction, Scales } from "./delayed-state.js";

/** Reduces a buffer of amaxes to the largest over all processes, in place: one all-reduce with MAX. */
export type AmaxReduction = (amaxes: Tensor) => void;

/** A state and the recipe that it was used under. */
export interface Use {
  readonly state: DelayedState;
  readonly recipe: DelayedScaling;
}

/** Finds the scales of one direction anew; one reduction for all states together. */
export function updateStates(
  uses: Iterable<Use>,
  direction: Direction,
  reduction: AmaxReduction | null,
): void {
  const all = [...uses].filter(({ state }) => state.device !== "meta");
  if (all.length === 0) return;
  noGrad(() =>
    scope(() => {
      for (const { state } of all) state.settle();
      const reduced = reduce(all, direction, reduction);
      for (const group of groups(all)) {
        const recipe = (group[0] as Use).recipe;
        if (isUsual(recipe)) updateTogether(group, recipe, direction, reduced);
        else for (const use of group) updateByFunction(use, direction, reduced.get(use.state));
      }
    }),
  );
}

function updateTogether(
  group: readonly Use[],
  recipe: DelayedScaling,
  direction: Direction,
  reduced: ReadonlyMap<DelayedState, Tensor>,
): void {
  const scales = group.map(({ state }) => state[direction]);
  const amaxes = group.flatMap(({ state }) => reduced.get(state) ?? []);
  updateScales_(
    scales.map(({ amaxHistory }) => amaxHistory),
    scales.map(({ scale }) => scale),
    {
      dtype: dtypeOf(recipe, direction),
      margin: recipe.margin,
      amaxComputeAlgo: recipe.amaxComputeAlgo as "max" | "most_recent",
      reduced: amaxes,
    },
  );
}

/** Every slot rolls, also one that saw zeros only. */
function updateByFunction(
  { state, recipe }: Use,
  direction: Direction,
  reduced: Tensor | undefined,
): void {
  const scales: Scales = state[direction];
  const history = scales.amaxHistory;
  if (reduced !== undefined) history.select(0, 0).copy_(reduced);
  const { amaxComputeAlgo, scalingFactorComputeAlgo, margin } = recipe;
  const { shape } = scales.scale;
  let amax: Tensor;
  if (typeof amaxComputeAlgo === "function")
    amax = checkReturned("amaxComputeAlgo", amaxComputeAlgo(history), shape);
  else amax = amaxComputeAlgo === "max" ? history.amax(0) : history.select(0, 0).clone();
  const largest = fp8Max(dtypeOf(recipe, direction));
  const next =
    scalingFactorComputeAlgo === null
      ? usualScale(amax, scales.scale, largest * 2 ** -margin)
      : checkReturned(
          "scalingFactorComputeAlgo",
          scalingFactorComputeAlgo(amax, scales.scale, largest, recipe),
          shape,
        );
  // Before the history changes, of which it may be a view.
  scales.scale.copy_(next);
  const rolled = history.roll([-1], [0]);
  rolled.select(0, 0).zero_();
  // What was collected becomes the newest closed entry, in the last row. In place: a recorded step finds it there.
  history.copy_(rolled);
}

/** @throws FabricError `FABRIC_CONFIG_RECIPE` unless a function of the recipe returned one number for each slot. */
function checkReturned(field: string, value: unknown, shape: readonly number[]): Tensor {
  if (isTensor(value) && value.ndim === 1 && value.shape[0] === shape[0]) return value;
  const expected = `a function that returns a tensor of [${shape.join(", ")}], a number for each slot,`;
  throw recipeError("DelayedScaling", field, expected, value);
}

function usualScale(amax: Tensor, scale: Tensor, target: number): Tensor {
  const next = full([], target, { dtype: "float32", device: amax.device }).div(amax);
  const finite = next.clamp(0, 3.4028234663852886e38);
  return where(amax.gt(0).logicalAnd(amax.isfinite()), finite, scale);
}

function reduce(
  all: readonly Use[],
  direction: Direction,
  reduction: AmaxReduction | null,
): Map<DelayedState, Tensor> {
  const reduced = new Map<DelayedState, Tensor>();
  const shared = all.filter(({ recipe }) => recipe.reduceAmax);
  if (reduction === null || shared.length === 0) return reduced;
  const rows = shared.map(({ state }) => state[direction].amaxHistory.select(0, 0));
  const buffer = cat(rows);
  reduction(buffer);
  let start = 0;
  shared.forEach(({ state }, i) => {
    const end = start + (rows[i] as Tensor).numel();
    reduced.set(state, buffer.slice(0, start, end).contiguous());
    start = end;
  });
  // A state whose recipe does not reduce keeps its own row, in the same list.
  for (const { state } of all)
    if (!reduced.has(state))
      reduced.set(state, state[direction].amaxHistory.select(0, 0).contiguous());
  return reduced;
}

function groups(all: readonly Use[]): Use[][] {
  const byRecipe = new Map<DelayedScaling, Use[]>();
  for (const use of all) {
    const group = byRecipe.get(use.recipe);
    if (group === undefined) byRecipe.set(use.recipe, [use]);
    else group.push(use);
  }
  return [...byRecipe.values()];
}

function isUsual({ amaxComputeAlgo, scalingFactorComputeAlgo }: DelayedScaling): boolean {
  return typeof amaxComputeAlgo === "string" && scalingFactorComputeAlgo === null;
}

function dtypeOf(recipe: DelayedScaling, direction: Direction) {
  return direction === "forward" ? recipe.forwardDtype : recipe.backwardDtype;
}
