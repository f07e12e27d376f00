// Output dtypes under autocast on the CPU, for 50 operators and four input dtypes, as torch 2.13.0 gives them.
import { readFileSync } from "node:fs";
import * as torch from "@fabric/torch";
import { type DType, functional as F, isFabricError, type Tensor } from "@fabric/torch";
import { describe, expect, it } from "vitest";
import { MixedPrecision } from "../src/index.js";

interface Table {
  cases: [{ values: Record<string, Record<string, string>> }];
}

const FIXTURE = new URL("./fixtures/autocast-cpu.json", import.meta.url);
const { values: TABLES } = (JSON.parse(readFileSync(FIXTURE, "utf8")) as Table).cases[0];

type Operation = (make: (shape: number[]) => Tensor) => Tensor;

const bf16 = (shape: number[]): Tensor => torch.rand(shape).bfloat16();
const f32 = (shape: number[]): Tensor => torch.rand(shape);
const targets = (): Tensor => torch.tensor([0n, 1n, 2n, 1n]);

/** `x(shape)` makes a tensor of the input dtype with values in [0, 1). */
const OPERATIONS: Readonly<Record<string, Operation>> = {
  matmul: (x) => torch.matmul(x([4, 4]), x([4, 4])),
  mm: (x) => torch.mm(x([4, 4]), x([4, 4])),
  bmm: (x) => torch.bmm(x([2, 4, 4]), x([2, 4, 4])),
  addmm: (x) => torch.addmm(x([4, 4]), x([4, 4]), x([4, 4])),
  linear: (x) => F.linear(x([4, 4]), x([3, 4])),
  linear_bias: (x) => F.linear(x([4, 4]), x([3, 4]), x([3])),
  conv1d: (x) => F.conv1d(x([1, 2, 8]), x([3, 2, 3])),
  conv2d: (x) => F.conv2d(x([1, 2, 8, 8]), x([3, 2, 3, 3])),
  sdpa: (x) => F.scaledDotProductAttention(x([1, 2, 4, 4]), x([1, 2, 4, 4]), x([1, 2, 4, 4])),
  einsum: (x) => torch.einsum("ij,jk->ik", [x([4, 4]), x([4, 4])]),
  add: (x) => torch.add(x([4, 4]), x([4, 4])),
  add_bf16_f32: () => torch.add(bf16([4, 4]), f32([4, 4])),
  mul: (x) => torch.mul(x([4, 4]), x([4, 4])),
  scalar_mul: (x) => torch.mul(x([4, 4]), 2),
  pow: (x) => torch.pow(x([4, 4]), 2),
  sqrt: (x) => torch.sqrt(x([4, 4])),
  exp: (x) => torch.exp(x([4, 4])),
  log: (x) => torch.log(x([4, 4]).add(1)),
  sigmoid: (x) => torch.sigmoid(x([4, 4])),
  tanh: (x) => torch.tanh(x([4, 4])),
  relu: (x) => torch.relu(x([4, 4])),
  gelu: (x) => F.gelu(x([4, 4])),
  silu: (x) => F.silu(x([4, 4])),
  softmax: (x) => torch.softmax(x([4, 4]), -1),
  log_softmax: (x) => torch.logSoftmax(x([4, 4]), -1),
  sum: (x) => torch.sum(x([4, 4])),
  mean: (x) => torch.mean(x([4, 4])),
  prod: (x) => torch.prod(x([4, 4])),
  cumsum: (x) => torch.cumsum(x([4, 4]), 0),
  norm: (x) => torch.norm(x([4, 4])),
  layer_norm: (x) => F.layerNorm(x([4, 4]), [4]),
  layer_norm_affine_f32: (x) => F.layerNorm(x([4, 4]), [4], f32([4]), f32([4])),
  group_norm: (x) => F.groupNorm(x([2, 4, 4]), 2),
  batch_norm: (x) => F.batchNorm(x([4, 4]), null, null, null, null, true),
  rms_norm: (x) => F.rmsNorm(x([4, 4]), [4]),
  mse_loss: (x) => F.mseLoss(x([4, 4]), x([4, 4])),
  l1_loss: (x) => F.l1Loss(x([4, 4]), x([4, 4])),
  cross_entropy: (x) => F.crossEntropy(x([4, 4]), targets()),
  bce: (x) => F.binaryCrossEntropy(torch.sigmoid(x([4, 4])), x([4, 4])),
  cosine_similarity: (x) => F.cosineSimilarity(x([4, 4]), x([4, 4])),
  avg_pool2d: (x) => F.avgPool2d(x([1, 2, 8, 8]), 2),
  max_pool2d: (x) => F.maxPool2d(x([1, 2, 8, 8]), 2) as Tensor,
  cat_same: (x) => torch.cat([x([2, 4]), x([2, 4])]),
  cat_bf16_f32: () => torch.cat([bf16([2, 4]), f32([2, 4])]),
  where_bf16_f32: () =>
    torch.where(torch.ones([4, 4], { dtype: "bool" }), bf16([4, 4]), f32([4, 4])),
  embedding: (x) => F.embedding(targets(), x([4, 4])),
  dropout: (x) => F.dropout(x([4, 4]), 0.5, true),
  transpose: (x) => x([4, 4]).transpose(0, 1),
  clamp: (x) => torch.clamp(x([4, 4]), 0, 1),
  inplace_addmm: (x) => x([4, 4]).addmm_(x([4, 4]), x([4, 4])),
};

/** The output's dtype, or the word with which the table says that the operator refuses. */
function outcome(operation: Operation, dtype: DType): string {
  try {
    return operation((shape) => torch.rand(shape).to(dtype)).dtype;
  } catch (error) {
    if (isFabricError(error)) return "error:RuntimeError";
    throw error;
  }
}

describe.each(Object.entries(TABLES))("%s", (name, expected) => {
  const [, compute, input] = /^autocast_(\w+?)__input_(\w+)$/.exec(name) as unknown as [
    string,
    DType,
    DType,
  ];
  const precision = compute === "float16" ? "16-mixed" : "bf16-mixed";

  it(`gives the recorded dtype for each of ${Object.keys(expected).length} operators`, () => {
    const mixed = new MixedPrecision({ precision, device: "cpu" });
    torch.manualSeed(0);
    const got: Record<string, string> = {};
    for (const operator of Object.keys(expected)) {
      const operation = OPERATIONS[operator];
      if (operation === undefined)
        throw new Error(
          `the table's operator ${operator} is not among those that this test can run`,
        );
      using _guard = mixed.forwardContext();
      got[operator] = outcome(operation, input);
    }
    expect(got).toEqual(expected);
  });
});
