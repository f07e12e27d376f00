// Runs the kernels of this package beside their CPU twins: on a GPU where there is one, else the same sources compiled for the CPU.
import * as torch from "@fabric/torch";
import { describe } from "vitest";

// Inputs are made on the CPU and moved by the calls, whatever FABRIC_TEST_DEVICE says: else both sides would run the same kernels.
torch.setDefaultDevice("cpu");

/** The kernels under test. */
export interface Twin {
  /** `"emulated"` proves indices, rounding and barriers; only `"cuda"` proves the compiled kernels. */
  where: "cuda" | "emulated";
  /**
   * Calls operator `fabric::name` on CUDA with CPU tensors: they are moved there, results and what was written in place move back.
   */
  call(name: string, ...args: unknown[]): unknown;
}

/** The results of an operator as tensors, by its CPU kernel. */
export function onCpu(name: string, ...args: unknown[]): unknown {
  return operatorOf("fabric", name)(...args);
}

/** A suite that needs the kernels; without CUDA's headers or a GPU it is skipped, and its title says so. */
export function describeKernels(title: string, body: (twin: Twin) => void): void {
  const twin = findTwin();
  if (twin === undefined)
    describe.skip(`${title} (skipped: no GPU, and no CUDA headers to emulate one)`, () => {});
  else describe(`${title} (${twin.where})`, () => body(twin));
}

function findTwin(): Twin | undefined {
  torch.loadPackagedLibrary("fabric_bnb");
  torch.loadPackagedLibrary("fabric_te");
  if (torch.cuda.isAvailable()) {
    torch.loadPackagedLibrary("fabric_cuda");
    return { where: "cuda", call: onCuda };
  }
  try {
    torch.loadPackagedLibrary("fabric_cuda_emulated");
  } catch (error) {
    if (error instanceof torch.FabricError && error.code === "FABRIC_MISSING_LIBRARY")
      return undefined;
    throw error;
  }
  return {
    where: "emulated",
    call: (name, ...args) => operatorOf("fabric_emulated", name)(...args),
  };
}

function operatorOf(namespace: string, name: string): (...args: unknown[]) => unknown {
  return torch.ops[namespace]?.[name] as unknown as (...args: unknown[]) => unknown;
}

/** Operators that wait for the device by their schema, which a recording cannot hold. */
const WAITING = new Set(["int8_vectorwise_quant", "int8_double_quant", "fp8_mm"]);

/**
 * On a stream of its own that still works when the operator is called: a kernel on another stream would read arguments that are not there yet.
 * With FABRIC_KERNELS_CAPTURED=1 the call is recorded into a CUDA graph and replayed once.
 */
function onCuda(name: string, ...args: unknown[]): unknown {
  return torch.cuda.stream(new torch.cuda.Stream(), () => {
    const square = torch.ones([2048, 2048], { device: "cuda" });
    for (let i = 0; i < 4; i++) square.matmul(square);
    const pairs: [torch.Tensor, torch.Tensor][] = [];
    const moved = mapTensors(args, (tensor) => {
      const there = alike(tensor, "cuda");
      pairs.push([tensor, there]);
      return there;
    }) as unknown[];
    const isCaptured = process.env["FABRIC_KERNELS_CAPTURED"] === "1" && !WAITING.has(name);
    const there = isCaptured ? captured(name, moved) : operatorOf("fabric", name)(...moved);
    const results = mapTensors(there, (tensor) => tensor.to("cpu"));
    torch.noGrad(() => {
      for (const [here, there] of pairs) here.copy_(there);
    });
    return results;
  });
}

function captured(name: string, args: readonly unknown[]): unknown {
  const operator = operatorOf("fabric", name);
  // What libtorch makes at first use is made outside of the recording; on copies, since operators write in place.
  operator(...(mapTensors([...args], (tensor) => alike(tensor, "cuda")) as unknown[]));
  const graph = new torch.cuda.CUDAGraph();
  const results = torch.cuda.graph(graph, () => operator(...args));
  graph.replay();
  return results;
}

/** A copy with the same strides, which are part of what is tested. */
function alike(tensor: torch.Tensor, device: torch.Device): torch.Tensor {
  const copy = torch.emptyStrided(tensor.shape, tensor.stride(), { dtype: tensor.dtype, device });
  torch.noGrad(() => copy.copy_(tensor));
  return copy;
}

function mapTensors(value: unknown, change: (tensor: torch.Tensor) => torch.Tensor): unknown {
  if (value instanceof torch.Tensor) return change(value);
  if (Array.isArray(value)) return value.map((item) => mapTensors(item, change));
  // Keyword arguments.
  if (
    value !== null &&
    typeof value === "object" &&
    Object.getPrototypeOf(value) === Object.prototype
  )
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, mapTensors(v, change)]));
  return value;
}
