// What the compiler must accept, and refuse, of code that uses FP8. Never run.

import {
  DelayedScaling,
  type Fp8LayerState,
  Fp8Weight,
  fp8Autocast,
  fp8State,
  fp8StateDict,
  LayerNormMLP,
  Linear,
  quantizedModelInit,
  quantizeWeights_,
  type RecipeLike,
  TransformerEnginePrecision,
  TransformerLayer,
} from "@fabric/precision-te";
import type { nn, Tensor } from "@fabric/torch";

export function use(x: Tensor): void {
  const layer: nn.Linear = new Linear(16, 16, { bias: false, strictShapes: true });
  const y: Tensor = fp8Autocast({ recipe: { amaxHistoryLen: 16 } }, () => layer.forward(x));
  using _guard: Disposable = fp8Autocast();
  const scale: Tensor | undefined = new Linear(1, 1).fp8State?.forward.scale;
  const recipes: RecipeLike[] = [
    {},
    { kind: "delayed", margin: 1 },
    { kind: "current", powerOfTwoScales: true },
    { kind: "block" },
    { kind: "mxfp8" },
    new DelayedScaling({ amaxComputeAlgo: (history) => history.amax(0) }),
  ];
  // @ts-expect-error a field of another kind of recipe
  recipes.push({ kind: "current", margin: 1 });
  // @ts-expect-error no such format
  new DelayedScaling({ fp8Format: "E5M2" });
  // @ts-expect-error the dtype of weights must be named
  new TransformerEnginePrecision({});
  new TransformerEnginePrecision({ weightsDtype: "bfloat16", recipe: { fp8Format: "HYBRID" } });
  // @ts-expect-error no such activation
  new LayerNormMLP(16, 64, { activation: "tanh" });
  const out: Tensor = new TransformerLayer(32, 64, 4).forward(x, { isFirstMicrobatch: true });
  const states: Fp8LayerState[] = fp8State(layer);
  const amax: number | undefined = states[0]?.slots.gradOutput.amaxHistory.at(-1);
  // @ts-expect-error outputs are not cast
  void states[0]?.slots.output;
  const held: LayerNormMLP = quantizedModelInit(
    { recipe: { kind: "current" }, preserveHighPrecisionInitVal: true },
    () => new LayerNormMLP(16, 64),
  );
  using _region: Disposable = quantizedModelInit();
  // @ts-expect-error no such option
  quantizedModelInit({ preserve: true });
  const bytes: Record<string, Tensor> = fp8StateDict(quantizeWeights_(held));
  const first: Tensor | null =
    held.fc1Weight instanceof Fp8Weight ? held.fc1Weight.getHighPrecisionInitVal() : null;
  void [y, scale, out, amax, bytes, first];
}
