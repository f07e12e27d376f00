// Every rule of the connector, one row each, with its number in the specification: what is given, and what comes of it, or the code of
// the error. All of them are thrown by the constructor, except where a row reads something later.
//
// Aliases are served by stand-ins, so that the rows do not depend on what is installed; device families are stand-ins where this machine
// lacks them.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Accelerator,
  type CheckpointIO,
  type ClusterEnvironment,
  DDPStrategy,
  Fabric,
  type FabricOptions,
  FSDPStrategy,
  kubeflowEnvironment,
  Precision,
  registerPrecision,
  registerStrategy,
  SingleDeviceStrategy,
  torch,
} from "@fabric/core";
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { standardError, thrown, warnings, withEnvironment } from "../helpers.js";

const ALIASES = [
  "16-mixed",
  "bf16-mixed",
  "16-true",
  "bf16-true",
  "64-true",
  "transformer-engine",
  "transformer-engine-float16",
];

class Plain extends Precision {
  readonly precision: string;
  constructor(precision = "plain") {
    super();
    this.precision = precision;
  }
}

const family = (name: string, count = 1, capability?: readonly [number, number]): Accelerator => ({
  name,
  isAvailable: () => count > 0,
  deviceCount: () => count,
  ...(capability === undefined ? {} : { capability: () => capability }),
});
const cuda = (...capability: [number, number]): Accelerator => family("cuda", 1, capability);

const rank: ClusterEnvironment = {
  name: "own",
  worldSize: () => 1,
  globalRank: () => 0,
  localRank: () => 0,
  nodeRank: () => 0,
  mainAddress: "mine",
  mainPort: 1,
};
const checkpointIO: CheckpointIO = { save: () => {}, load: () => ({}) };

type Variables = Record<string, string | undefined>;

interface Row {
  /** Section of the specification, and the rule. */
  readonly rule: string;
  readonly options?: () => FabricOptions;
  readonly variables?: Variables;
  /** Code of the error that the constructor throws. */
  readonly code?: string;
  /** In the error's message. */
  readonly says?: RegExp;
  /** What the Fabric has. */
  readonly gives?: {
    precision?: string;
    device?: string;
    accelerator?: string;
    strategy?: string;
    cluster?: [
      name: string | undefined,
      worldSize: number,
      globalRank: number,
      localRank: number,
      nodeRank: number,
      address: string,
      port: number,
    ];
  };
  /** A process warning, as `CODE: message`. */
  readonly warns?: RegExp;
  /** A line on standard error. */
  readonly tells?: RegExp;
  /** What throws `code` once the constructor has returned; without it the constructor does. */
  readonly later?: (fabric: Fabric) => unknown;
}

/** A strategy that knows its processes without a cluster environment. */
class Counting extends SingleDeviceStrategy {
  override get worldSize(): number {
    return 3;
  }
}
const carrying = (): SingleDeviceStrategy =>
  new SingleDeviceStrategy({ accelerator: family("cuda"), device: "cuda:0" });

const cpu =
  (options: FabricOptions = {}) =>
  (): FabricOptions => ({
    accelerator: "cpu",
    ...options,
  });
const on =
  (accelerator: Accelerator, options: FabricOptions = {}) =>
  (): FabricOptions => ({
    accelerator,
    ...options,
  });

const folder = mkdtempSync(join(tmpdir(), "fabric-rules-"));
const rankFile = join(folder, "ranks");
const domainRankFile = join(folder, "domain-ranks");
const otherRankFile = join(folder, "other-ranks");
const srunFolder = join(folder, "bin");

const PRECISION_VALUES: Row[] = [
  ...(
    [
      [undefined, "32-true"],
      [32, "32-true"],
      ["32", "32-true"],
      ["32-true", "32-true"],
      [64, "64-true"],
      ["64", "64-true"],
      ["64-true", "64-true"],
      ["bf16-mixed", "bf16-mixed"],
      ["16-true", "16-true"],
      ["bf16-true", "bf16-true"],
      ["transformer-engine", "transformer-engine"],
      ["transformer-engine-float16", "transformer-engine-float16"],
    ] as const
  ).map(
    ([precision, expected]): Row => ({
      rule: `4.1 ${JSON.stringify(precision) ?? "absent"} is ${expected}`,
      options: cpu({ precision }),
      gives: { precision: expected },
    }),
  ),
  {
    rule: "4.1 16 is legacy for 16-mixed",
    options: on(cuda(9, 0), { precision: 16 }),
    gives: { precision: "16-mixed" },
    warns: /FABRIC_CONFIG_LEGACY_PRECISION: .*16.*"16-mixed"/,
  },
  {
    rule: '4.1 "16" is legacy for 16-mixed',
    options: on(cuda(9, 0), { precision: "16" }),
    gives: { precision: "16-mixed" },
    warns: /FABRIC_CONFIG_LEGACY_PRECISION: .*"16".*"16-mixed"/,
  },
  {
    rule: '4.1 "bf16" is legacy for bf16-mixed',
    options: cpu({ precision: "bf16" }),
    gives: { precision: "bf16-mixed" },
    warns: /FABRIC_CONFIG_LEGACY_PRECISION: .*"bf16".*"bf16-mixed"/,
  },
  ...[16, "16", "16-mixed"].map(
    (precision): Row => ({
      rule: `4.1 ${JSON.stringify(precision)} on a CPU`,
      options: cpu({ precision }),
      gives: { precision: "bf16-mixed" },
      warns: /FABRIC_CONFIG_CPU_HALF/,
    }),
  ),
  ...["BF16-mixed", "fp16", "", " 32", " 32-true", "16-Mixed", "Auto"].map(
    (precision): Row => ({
      rule: `4.1 ${JSON.stringify(precision)} is refused: exact, case matters`,
      options: cpu({ precision }),
      code: "FABRIC_CONFIG_PRECISION",
      says: /"bf16-mixed"/,
    }),
  ),
  ...[true, 8, {}].map(
    (precision): Row => ({
      rule: `4.1 ${JSON.stringify(precision)} is refused`,
      options: cpu({ precision: precision as never }),
      code: "FABRIC_CONFIG_PRECISION",
      says: /"auto", "32-true", "16-mixed", "bf16-mixed"/,
    }),
  ),
  {
    rule: "4.1 the nearest alias is suggested",
    options: cpu({ precision: "bf16-mixd" }),
    code: "FABRIC_CONFIG_PRECISION",
    says: /Did you mean "bf16-mixed"/,
  },
];

const PLUGINS: Row[] = [
  {
    rule: "4.2 another type in plugins",
    options: cpu({ plugins: ["fp6" as never] }),
    code: "FABRIC_CONFIG_PLUGINS",
    says: /precision: "fp6"/,
  },
  {
    rule: "4.2 a class in place of an instance",
    options: cpu({ plugins: [Plain as never] }),
    code: "FABRIC_CONFIG_PLUGINS",
    says: /instance/,
  },
  {
    rule: "4.2 a cluster environment that lacks members",
    options: cpu({
      plugins: [{ worldSize: () => 1, globalRank: () => 0, localRank: () => 0 } as never],
    }),
    code: "FABRIC_CONFIG_PLUGINS",
    says: /lacks nodeRank\(\), mainAddress, mainPort/,
  },
  {
    rule: "4.2 a plugin of another version of the interface",
    options: cpu({
      plugins: [Object.defineProperty(new Plain(), Symbol.for("@fabric/precision"), { value: 2 })],
    }),
    code: "FABRIC_UNSUPPORTED_PLUGIN_API",
  },
  {
    rule: "4.2 two checkpoint IOs",
    options: cpu({ plugins: [checkpointIO, checkpointIO] }),
    code: "FABRIC_CONFIG_PLUGINS",
    says: /CheckpointIO/,
  },
  {
    rule: "4.2 two of one type, named",
    options: cpu({ plugins: [new Plain(), new Plain()] }),
    code: "FABRIC_CONFIG_PLUGINS",
    says: /Precision/,
  },
  {
    rule: "4.2 two cluster environments",
    options: cpu({ plugins: [rank, rank] }),
    code: "FABRIC_CONFIG_PLUGINS",
    says: /ClusterEnvironment/,
  },
  {
    rule: "4.2 a Precision and any precision",
    options: cpu({ plugins: [new Plain()], precision: "32-true" }),
    code: "FABRIC_CONFIG_CONFLICT",
  },
  {
    rule: "4.2 a Precision and one from the environment",
    options: cpu({ plugins: [new Plain()] }),
    variables: { FABRIC_PRECISION: "32-true" },
    code: "FABRIC_CONFIG_CONFLICT",
  },
  {
    rule: "4.2 a Precision and auto",
    options: cpu({ plugins: [new Plain()], precision: "auto" }),
    code: "FABRIC_CONFIG_CONFLICT",
  },
  {
    rule: "4.2 one plugin without a list",
    options: cpu({ plugins: new Plain("alone") }),
    gives: { precision: "alone" },
  },
  {
    rule: "4.2 one of each type",
    options: cpu({ plugins: [rank, checkpointIO, new Plain("own")] }),
    gives: { precision: "own", cluster: ["own", 1, 0, 0, 0, "mine", 1] },
  },
  {
    rule: "4.2 an empty list is fine",
    options: cpu({ plugins: [], precision: "bf16-true" }),
    gives: { precision: "bf16-true" },
  },
  {
    rule: "4.2 an instance is used as it is",
    options: cpu({ plugins: [new Plain("own")] }),
    gives: { precision: "own" },
  },
  {
    rule: "4.2 a Strategy that has a precision, and another",
    options: () => ({
      strategy: new SingleDeviceStrategy({ device: "cpu", precision: new Plain() }),
      precision: "bf16-true",
    }),
    code: "FABRIC_CONFIG_CONFLICT",
    says: /precision/,
  },
  {
    rule: "4.2 a Strategy that has a precision, and a plugin",
    options: () => ({
      strategy: new SingleDeviceStrategy({ device: "cpu", precision: new Plain() }),
      plugins: [new Plain()],
    }),
    code: "FABRIC_CONFIG_CONFLICT",
  },
  {
    rule: "4.2 a Strategy that has an accelerator, and another",
    options: () => ({
      strategy: new SingleDeviceStrategy({ accelerator: family("cuda"), device: "cuda:0" }),
      accelerator: "cpu",
    }),
    code: "FABRIC_CONFIG_CONFLICT",
    says: /accelerator/,
  },
  {
    rule: "4.2 ... one from the environment too",
    options: () => ({
      strategy: new SingleDeviceStrategy({ accelerator: family("cuda"), device: "cuda:0" }),
    }),
    variables: { FABRIC_ACCELERATOR: "cpu" },
    code: "FABRIC_CONFIG_CONFLICT",
    says: /accelerator/,
  },
  {
    rule: "4.2 a Strategy that has a checkpoint IO, and another",
    options: () => ({
      strategy: new SingleDeviceStrategy({ device: "cpu", checkpointIO }),
      plugins: [checkpointIO],
    }),
    code: "FABRIC_CONFIG_CONFLICT",
    says: /checkpointIO/,
  },
  {
    rule: "4.2 a Strategy that has a cluster environment, and another",
    options: () => ({
      strategy: new SingleDeviceStrategy({ device: "cpu", clusterEnvironment: rank }),
      plugins: [rank],
    }),
    code: "FABRIC_CONFIG_CONFLICT",
    says: /clusterEnvironment/,
  },
  {
    rule: "4.2 what only the Strategy has is used",
    options: () => ({
      strategy: new SingleDeviceStrategy({
        accelerator: family("npu"),
        device: "npu:0" as never,
        precision: new Plain("carried"),
        clusterEnvironment: rank,
      }),
    }),
    variables: { SLURM_NTASKS: "4" },
    gives: {
      precision: "carried",
      accelerator: "npu",
      device: "npu:0",
      cluster: ["own", 1, 0, 0, 0, "mine", 1],
    },
  },
  ...(
    [
      ["cpu", "cuda:0"],
      ["gpu", "cpu"],
      [family("cuda"), "cpu"],
    ] as const
  ).map(
    ([accelerator, device]): Row => ({
      rule: `4.2 a Strategy on ${device} and the accelerator ${JSON.stringify(accelerator)}`,
      options: () => ({ strategy: new SingleDeviceStrategy({ device }), accelerator }),
      code: "FABRIC_CONFIG_CONFLICT",
      says: /device/,
    }),
  ),
  {
    rule: "4.2 a Strategy's device against its own accelerator",
    options: () => ({
      strategy: new SingleDeviceStrategy({ device: "cpu", accelerator: family("cuda") }),
    }),
    code: "FABRIC_CONFIG_CONFLICT",
    says: /device/,
  },
  {
    rule: "4.2 a Strategy's device decides about the accelerator",
    options: () => ({ strategy: new SingleDeviceStrategy({ device: "cpu" }) }),
    gives: { accelerator: "cpu", device: "cpu" },
  },
  {
    rule: "4.2 a plugin's validate() is asked, and may refuse",
    options: () => ({
      accelerator: "cpu",
      plugins: [
        new (class extends Plain {
          override validate({ accelerator }: { accelerator: string }): void {
            throw new RangeError(`not on ${accelerator}`);
          }
        })(),
      ],
    }),
    says: /not on cpu/,
  },
  {
    rule: "4.2 one plugin object in two Fabrics",
    options: () => {
      const shared = new Plain("shared");
      new Fabric({ accelerator: "cpu", plugins: [shared] });
      return { accelerator: "cpu", plugins: [shared] };
    },
    gives: { precision: "shared" },
    warns: /FABRIC_USAGE_SHARED_PRECISION/,
  },
];

const BY_DEVICE: Row[] = [
  {
    rule: "4.3 16-mixed on a CPU means bf16-mixed, with a warning",
    options: cpu({ precision: "16-mixed" }),
    gives: { precision: "bf16-mixed" },
    warns: /FABRIC_CONFIG_CPU_HALF: .*"bf16-mixed"/,
  },
  {
    rule: "4.3 ... decided on the device, not on how it was named",
    options: on(family("cpu"), { precision: "16-mixed" }),
    gives: { precision: "bf16-mixed" },
    warns: /FABRIC_CONFIG_CPU_HALF/,
  },
  {
    rule: "4.3 16-mixed on a TPU means bf16-mixed",
    options: on(family("tpu"), { precision: "16-mixed" }),
    gives: { precision: "bf16-mixed" },
    warns: /FABRIC_CONFIG_CPU_HALF: .*TPU/,
  },
  {
    rule: "4.3 ... nor on whose device it is",
    options: () => ({
      strategy: new SingleDeviceStrategy({ device: "cpu" }),
      precision: "16-mixed",
    }),
    gives: { precision: "bf16-mixed" },
    warns: /FABRIC_CONFIG_CPU_HALF/,
  },
  {
    rule: "4.3 16-mixed on a GPU stays",
    options: on(cuda(7, 5), { precision: "16-mixed" }),
    gives: { precision: "16-mixed" },
    tells: /16-bit automatic mixed precision/,
  },
  {
    rule: "4.3 an explicit plugin is honoured on a CPU",
    options: cpu({ plugins: [new Plain("16-mixed")] }),
    gives: { precision: "16-mixed" },
  },
  {
    rule: "4.3 bf16 on a GPU without units for it: a warning",
    options: on(cuda(7, 5), { precision: "bf16-mixed" }),
    gives: { precision: "bf16-mixed" },
    warns: /FABRIC_PRECISION_EMULATED: .*"bf16-mixed".*16-mixed/,
  },
  {
    rule: "4.3 ... bf16-true too",
    options: on(cuda(6, 1), { precision: "bf16-true" }),
    gives: { precision: "bf16-true" },
    warns: /FABRIC_PRECISION_EMULATED/,
  },
  {
    rule: "4.3 ... and from a plugin object",
    options: on(cuda(7, 5), { plugins: [new Plain("bf16-mixed")] }),
    gives: { precision: "bf16-mixed" },
    warns: /FABRIC_PRECISION_EMULATED/,
  },
  ...[cuda(8, 0), family("cuda"), family("cpu")].map(
    (accelerator): Row => ({
      rule: `4.3 bf16 on ${accelerator.name}, capability ${accelerator.capability?.("cuda:0") ?? "unknown"}: no warning`,
      options: on(accelerator, { precision: "bf16-mixed" }),
      gives: { precision: "bf16-mixed" },
      tells: /bfloat16 automatic mixed precision/,
    }),
  ),
  {
    rule: "4.3 float64 on mps",
    options: on(family("mps"), { precision: "64-true" }),
    code: "FABRIC_UNSUPPORTED_PRECISION",
    says: /mps, which has no float64/,
  },
  {
    rule: "4.3 ... from a plugin object too",
    options: on(family("mps"), { plugins: [new Plain("64-true")] }),
    code: "FABRIC_UNSUPPORTED_PRECISION",
  },
  {
    rule: "auto: 32-true on a CPU",
    options: cpu({ precision: "auto" }),
    gives: { precision: "32-true" },
    tells: /"auto" is "32-true" here: on a CPU bfloat16 changes results and is often slower/,
  },
  {
    rule: "auto: bf16-mixed from compute capability 8.0 on",
    options: on(cuda(8, 0), { precision: "auto" }),
    gives: { precision: "bf16-mixed" },
    tells: /"auto" is "bf16-mixed" here: cuda:0 has compute capability 8\.0/,
  },
  {
    rule: "auto: 16-mixed from 7.0 on",
    options: on(cuda(7, 0), { precision: "auto" }),
    gives: { precision: "16-mixed" },
    tells: /"auto" is "16-mixed".*7\.0/,
  },
  {
    rule: "auto: 32-true below",
    options: on(cuda(6, 1), { precision: "auto" }),
    gives: { precision: "32-true" },
    tells: /"auto" is "32-true".*6\.1/,
  },
  ...["mps", "tpu", "npu"].map(
    (name): Row => ({
      rule: `auto: 32-true on ${name}`,
      options: on(family(name), { precision: "auto" }),
      gives: { precision: "32-true" },
      tells: new RegExp(`"auto" is "32-true" here: on ${name} half precision may change results`),
    }),
  ),
  {
    rule: "auto: 32-true where the capability is not known",
    options: on(family("cuda"), { precision: "auto" }),
    gives: { precision: "32-true" },
    tells: /"auto" is "32-true".*not known/,
  },
  {
    rule: "auto: 16-mixed up to 7.5, and no warning of emulation",
    options: on(cuda(7, 5), { precision: "auto" }),
    gives: { precision: "16-mixed" },
    tells: /"auto" is "16-mixed".*7\.5/,
  },
  {
    rule: "auto: by the device of a Strategy",
    options: () => ({
      strategy: new SingleDeviceStrategy({ accelerator: cuda(9, 0), device: "cuda:0" }),
      precision: "auto",
    }),
    gives: { precision: "bf16-mixed" },
    tells: /"auto" is "bf16-mixed" here: cuda:0/,
  },
  {
    rule: "auto: in silence on other ranks",
    options: on(cuda(9, 0), { precision: "auto" }),
    variables: { RANK: "1" },
    gives: { precision: "bf16-mixed" },
    tells: /^$/,
  },
  {
    rule: "auto: from a variable",
    options: on(cuda(9, 0)),
    variables: { FABRIC_PRECISION: "auto" },
    gives: { precision: "bf16-mixed" },
    tells: /FABRIC_PRECISION=auto.*\n.*"auto" is "bf16-mixed"/,
  },
];

const DEVICES: Row[] = [
  { rule: "4.4 cpu by name", options: cpu(), gives: { accelerator: "cpu", device: "cpu" } },
  ...["CPU", "xpu", "", null, 3, {}].map(
    (accelerator): Row => ({
      rule: `4.4 unknown accelerator ${JSON.stringify(accelerator)}`,
      options: () => ({ accelerator: accelerator as never }),
      code: "FABRIC_CONFIG_ACCELERATOR",
      says: /"cpu"/,
    }),
  ),
  {
    rule: "4.4 named but unavailable: those that are available",
    options: () => ({ accelerator: "tpu" }),
    code: "FABRIC_MISSING_ACCELERATOR",
    says: /Available: .*"cpu"/,
  },
  ...["cuda", "gpu"]
    .filter((name) => !torch.cuda.isAvailable() && !(name === "gpu" && torch.buildInfo().mps))
    .map(
      (accelerator): Row => ({
        rule: `4.4 ${accelerator} on a machine without one`,
        options: () => ({ accelerator: accelerator as "cuda" }),
        code: "FABRIC_MISSING_ACCELERATOR",
        says: /Available: .*"cpu"/,
      }),
    ),
  {
    rule: "4.4 auto is the first that is available",
    options: () => ({ accelerator: "auto" }),
    gives: {
      accelerator: torch.buildInfo().mps ? "mps" : torch.cuda.isAvailable() ? "cuda" : "cpu",
    },
  },
  ...[0, "0", []].map(
    (devices): Row => ({
      rule: `4.4 devices ${JSON.stringify(devices)}: at least one`,
      options: cpu({ devices: devices as never }),
      code: "FABRIC_CONFIG_DEVICES",
    }),
  ),
  ...[-1, "-1", [0], "0,1", "0,", 1.5, "two", -2].map(
    (devices): Row => ({
      rule: `4.4 devices ${JSON.stringify(devices)} on a CPU`,
      options: cpu({ devices: devices as never }),
      code: "FABRIC_CONFIG_DEVICES",
    }),
  ),
  ...[1, "1", "auto"].map(
    (devices): Row => ({
      rule: `4.4 devices ${JSON.stringify(devices)} on a CPU is one process`,
      options: cpu({ devices: devices as never }),
      gives: { device: "cpu" },
    }),
  ),
  ...(
    [
      [1, "cuda:0"],
      ["1", "cuda:0"],
      [[3], "cuda:3"],
      ["3,", "cuda:3"],
      ["auto", "cuda:0"],
    ] as const
  ).map(
    ([devices, device]): Row => ({
      rule: `4.4 devices ${JSON.stringify(devices)} of four GPUs is ${device}`,
      options: on(family("cuda", 4), { devices: devices as never }),
      gives: { device, accelerator: "cuda" },
    }),
  ),
  {
    rule: "4.4 a repeated index",
    options: on(family("cuda", 4), { devices: [1, 1] }),
    code: "FABRIC_CONFIG_DEVICES",
    says: /repeated/,
  },
  {
    rule: "4.4 an index beyond what there is",
    options: on(family("cuda", 4), { devices: [7] }),
    code: "FABRIC_MISSING_DEVICE",
    says: /7/,
  },
  {
    rule: "4.4 more devices than there are",
    options: on(family("cuda", 1), { devices: 2 }),
    code: "FABRIC_MISSING_DEVICE",
  },
  {
    rule: "4.4 mps has one device",
    options: on(family("mps"), { devices: 2 }),
    code: "FABRIC_CONFIG_DEVICES",
  },
  ...[1, -1, [0], "auto"].map(
    (devices): Row => ({
      rule: `4.4 devices ${JSON.stringify(devices)} on mps`,
      options: on(family("mps"), { devices: devices as never }),
      gives: { device: "mps", accelerator: "mps" },
    }),
  ),
  ...[0, -1, 1.5, "one"].map(
    (numNodes): Row => ({
      rule: `4.4 numNodes ${JSON.stringify(numNodes)}`,
      options: cpu({ numNodes: numNodes as never }),
      code: "FABRIC_CONFIG_NUM_NODES",
    }),
  ),
  {
    rule: "4.4 several devices mean ddp",
    options: on(family("cuda", 4), { devices: -1 }),
    gives: { strategy: "ddp", device: "cuda:0" },
  },
  {
    rule: "4.4 several processes mean ddp",
    options: cpu({ devices: 2 }),
    gives: { strategy: "ddp", device: "cpu" },
  },
  ...["single_device", new SingleDeviceStrategy()].map(
    (strategy): Row => ({
      rule: `4.4 several devices for ${typeof strategy === "string" ? strategy : "a SingleDeviceStrategy"}`,
      options: cpu({ devices: 2, strategy }),
      code: "FABRIC_CONFIG_CONFLICT",
      says: /drives one device.*fabric run --devices 2/,
    }),
  ),
  ...[family("mps"), "mps" as const].map(
    (accelerator): Row => ({
      rule: `4.4 mps, ${typeof accelerator === "string" ? "by name" : "as an object"}, with a DDP-family name`,
      options: () => ({ accelerator, strategy: "ddp_rules" }),
      code: "FABRIC_UNSUPPORTED_STRATEGY",
      says: /ddp_rules.*mps/,
    }),
  ),
  {
    rule: "4.4 several machines mean ddp",
    options: cpu({ numNodes: 2 }),
    gives: { strategy: "ddp" },
  },
];

const STRATEGIES: Row[] = [
  ...["ddp", "DDP", "ddp_find_unused_parameters_true"].map(
    (strategy): Row => ({
      rule: `4.5 ${strategy}`,
      options: cpu({ strategy, devices: 2 }),
      gives: { strategy: "ddp" },
      tells: /^$/,
    }),
  ),
  {
    rule: "4.5 ddp_spawn is ddp, which is told",
    options: cpu({ strategy: "ddp_spawn" }),
    gives: { strategy: "ddp" },
    tells: /"ddp_spawn"` is "ddp"/,
  },
  {
    rule: "4.5 a DDPStrategy takes the devices",
    options: on(family("cuda", 4), { devices: [2, 3], strategy: new DDPStrategy() }),
    gives: { strategy: "ddp", device: "cuda:2" },
  },
  {
    rule: "4.4 dp on the CPU is ddp",
    options: cpu({ strategy: "dp" }),
    gives: { strategy: "ddp" },
    warns: /FABRIC_CONFIG_DP_ON_CPU/,
  },
  {
    rule: "4.5 dp elsewhere",
    options: on(family("cuda", 4), { strategy: "dp" }),
    code: "FABRIC_UNSUPPORTED_STRATEGY",
    says: /Use "ddp"/,
  },
  ...[{ timeoutMs: 0 }, { timeoutMs: 1.5 }, { processGroupBackend: "mpi" }, { staticGraph: 1 }].map(
    (options): Row => ({
      rule: `4.5 a DDPStrategy with ${JSON.stringify(options)}`,
      options: () => ({ strategy: new DDPStrategy(options as never) }),
      code: "FABRIC_CONFIG_STRATEGY_OPTION",
    }),
  ),
  ...[
    { timeoutMs: 0 },
    { reshardAfterForward: 1 },
    { stateDictType: "half" },
    { bucketCapMb: 25 },
  ].map(
    (options): Row => ({
      rule: `4.5 an FSDPStrategy with ${JSON.stringify(options)}`,
      options: () => ({ strategy: new FSDPStrategy(options as never) }),
      code: "FABRIC_CONFIG_STRATEGY_OPTION",
    }),
  ),
  ...[{ autoWrapPolicy: "blocks" }, { mixedPrecision: { paramDtype: "int8" } }].map(
    (options): Row => ({
      rule: `4.5 an FSDPStrategy with ${JSON.stringify(options)}`,
      options: () => ({ strategy: new FSDPStrategy(options as never) }),
      code: "FABRIC_CONFIG_FSDP",
    }),
  ),
  ...[
    "ddp_fork",
    "ddp_notebook",
    "fsdp_cpu_offload",
    "deepspeed",
    "deepspeed_stage_3_offload_nvme",
    "single_xla",
    "xla",
    "xla_fsdp",
  ].map(
    (strategy): Row => ({
      rule: `4.5 ${strategy} is known, and not here`,
      options: cpu({ strategy }),
      code: "FABRIC_UNSUPPORTED_STRATEGY",
      says: /Available: "auto", "single_device", "ddp", "ddp_find_unused_parameters_true", "fsdp"/,
    }),
  ),
  ...["ring", "", 3].map(
    (strategy): Row => ({
      rule: `4.5 ${JSON.stringify(strategy)} is unknown`,
      options: cpu({ strategy: strategy as never }),
      code: "FABRIC_CONFIG_STRATEGY",
    }),
  ),
  {
    rule: "4.5 a registered name, in any case",
    options: cpu({ strategy: "Rules_Own" }),
    gives: { strategy: "single_device" },
  },
];

const VARIABLES: Row[] = [
  {
    rule: "4.6 a variable wins outside the CLI, and is told",
    options: cpu({ precision: "64-true" }),
    variables: { FABRIC_PRECISION: "bf16-true" },
    gives: { precision: "bf16-true" },
    tells: /FABRIC_PRECISION=bf16-true.*"64-true"/,
  },
  {
    rule: "4.6 under the CLI a different value in the code",
    options: cpu({ precision: "32-true" }),
    variables: { FABRIC_CLI_USED: "1", FABRIC_PRECISION: "64-true" },
    code: "FABRIC_CONFIG_CONFLICT",
    says: /FABRIC_PRECISION.*32-true/,
  },
  {
    rule: "4.6 under the CLI an equal meaning is no conflict",
    options: cpu({ precision: 32, devices: 1, strategy: "auto" }),
    variables: {
      FABRIC_CLI_USED: "1",
      FABRIC_PRECISION: "32-true",
      FABRIC_DEVICES: "1",
      FABRIC_STRATEGY: "AUTO",
    },
    gives: { precision: "32-true" },
  },
  {
    rule: "4.6 under the CLI the constructor's default is no conflict",
    options: () => ({ accelerator: "auto", devices: "auto" }),
    variables: { FABRIC_CLI_USED: "1", FABRIC_ACCELERATOR: "cpu", FABRIC_DEVICES: "1" },
    gives: { accelerator: "cpu" },
  },
  ...(
    [
      ["accelerator", "FABRIC_ACCELERATOR", "cpu", "tpu"],
      ["strategy", "FABRIC_STRATEGY", "single_device", "ddp"],
      ["devices", "FABRIC_DEVICES", "1", 2],
      ["numNodes", "FABRIC_NUM_NODES", "1", 2],
    ] as const
  ).map(
    ([option, variable, text, value]): Row => ({
      rule: `4.6 under the CLI, ${option} in the code against ${variable}`,
      options: () => ({ [option]: value }) as FabricOptions,
      variables: { FABRIC_CLI_USED: "1", [variable]: text },
      code: "FABRIC_CONFIG_CONFLICT",
      says: new RegExp(variable),
    }),
  ),
  ...(
    [
      ["accelerator", "FABRIC_ACCELERATOR", "cpu"],
      ["strategy", "FABRIC_STRATEGY", "single_device"],
      ["devices", "FABRIC_DEVICES", "1"],
      ["numNodes", "FABRIC_NUM_NODES", "1"],
      ["precision", "FABRIC_PRECISION", "bf16-true"],
    ] as const
  ).map(
    ([option, variable, text]): Row => ({
      rule: `4.6 a stray ${variable} is told`,
      options: () => ({}),
      variables: { [variable]: text },
      tells: new RegExp(`${variable}=${text} from the environment is used as \`${option}\``),
    }),
  ),
  {
    rule: "4.6 ... not on other ranks",
    options: cpu(),
    variables: { FABRIC_PRECISION: "bf16-true", SLURM_PROCID: "1" },
    gives: { precision: "bf16-true" },
    tells: /^$/,
  },
  {
    rule: "4.6 under the CLI, a flag that the code leaves open",
    options: () => ({}),
    // Another strategy than ddp, which would wait for the other process.
    variables: {
      FABRIC_CLI_USED: "1",
      FABRIC_ACCELERATOR: "cpu",
      FABRIC_DEVICES: "2",
      FABRIC_STRATEGY: "rules_own",
    },
    gives: { accelerator: "cpu", strategy: "single_device" },
  },
  {
    rule: "4.6 under the CLI, auto in the code against a fixed alias",
    options: cpu({ precision: "auto" }),
    variables: { FABRIC_CLI_USED: "1", FABRIC_PRECISION: "bf16-mixed" },
    code: "FABRIC_CONFIG_CONFLICT",
    says: /FABRIC_PRECISION.*"auto"/,
  },
  {
    rule: "4.6 under the CLI, auto in both",
    options: cpu({ precision: "auto" }),
    variables: { FABRIC_CLI_USED: "1", FABRIC_PRECISION: "auto" },
    gives: { precision: "32-true" },
  },
  {
    rule: "4.6 under the CLI, 16 in the code agrees with 16-mixed",
    options: on(cuda(9, 0), { precision: 16 }),
    variables: { FABRIC_CLI_USED: "1", FABRIC_PRECISION: "16-mixed" },
    gives: { precision: "16-mixed" },
  },
  {
    rule: "4.6 only what was typed is exported: devices in the code under the CLI",
    options: cpu({ devices: 1 }),
    variables: { FABRIC_CLI_USED: "1", FABRIC_PRECISION: "bf16-true" },
    gives: { precision: "bf16-true" },
  },
];

/** Processes 0 to 3 on two machines, and options that fit; this one is the last. */
const FOUR = cpu({ devices: 2, numNodes: 2, strategy: "rules_own" });
const ELASTIC = {
  TORCHELASTIC_RUN_ID: "7",
  WORLD_SIZE: "4",
  RANK: "3",
  LOCAL_RANK: "1",
  GROUP_RANK: "1",
  MASTER_ADDR: "h",
  MASTER_PORT: "29500",
};
const CLI = { ...ELASTIC, TORCHELASTIC_RUN_ID: undefined, FABRIC_CLI_USED: "1" };
const SLURM = {
  SLURM_NTASKS: "1",
  SLURM_PROCID: "0",
  SLURM_LOCALID: "0",
  SLURM_NODEID: "0",
  SLURM_JOB_NODELIST: "gpu[07-09,12],login",
  SLURM_JOB_ID: "123456",
};
const SLURM_FOUR = {
  ...SLURM,
  SLURM_NTASKS: "4",
  SLURM_NTASKS_PER_NODE: "2",
  SLURM_NNODES: "2",
  SLURM_PROCID: "3",
  SLURM_LOCALID: "1",
  SLURM_NODEID: "1",
};
const LSF = {
  LSB_JOBID: "98765",
  LSB_DJOB_RANKFILE: rankFile,
  JSM_NAMESPACE_RANK: "3",
  JSM_NAMESPACE_LOCAL_RANK: "1",
  JSM_NAMESPACE_SIZE: "4",
};
const OPEN_MPI = {
  OMPI_COMM_WORLD_SIZE: "4",
  OMPI_COMM_WORLD_RANK: "3",
  OMPI_COMM_WORLD_LOCAL_RANK: "1",
  OMPI_COMM_WORLD_LOCAL_SIZE: "2",
  MASTER_ADDR: "zero",
};
const FREE_PORT = expect.toSatisfy((port: number) => port > 1023 && port < 65536) as number;
const NOTHING: NonNullable<Row["gives"]>["cluster"] = [
  "default",
  1,
  0,
  0,
  0,
  "127.0.0.1",
  FREE_PORT,
];

const CLUSTERS: Row[] = [
  { rule: "4.7 nothing known: the default", options: cpu(), gives: { cluster: NOTHING } },
  {
    rule: "4.7 the default's variables",
    options: FOUR,
    variables: { LOCAL_RANK: "1", NODE_RANK: "1", MASTER_ADDR: "a", MASTER_PORT: "5" },
    gives: { cluster: ["default", 4, 3, 1, 1, "a", 5] },
  },
  {
    rule: "4.7 ... a RANK that says something else",
    options: FOUR,
    variables: { LOCAL_RANK: "1", RANK: "3", MASTER_PORT: "5" },
    code: "FABRIC_CONFIG_CLUSTER",
    says: /RANK is 3, but NODE_RANK \(or GROUP_RANK\), `devices` and LOCAL_RANK make it 1/,
  },
  {
    rule: "4.7 ... a WORLD_SIZE that says something else",
    options: FOUR,
    variables: { LOCAL_RANK: "1", RANK: "1", WORLD_SIZE: "2", MASTER_PORT: "5" },
    code: "FABRIC_CONFIG_CLUSTER",
    says: /WORLD_SIZE is 2, but `devices` and `numNodes` make it 4/,
  },
  {
    rule: "4.7 ... and those that agree",
    options: FOUR,
    variables: { LOCAL_RANK: "1", GROUP_RANK: "1", RANK: "3", WORLD_SIZE: "4", MASTER_PORT: "5" },
    gives: { cluster: ["default", 4, 3, 1, 1, "127.0.0.1", 5] },
  },
  {
    rule: "4.7 ... NODE_RANK before GROUP_RANK",
    options: FOUR,
    variables: { LOCAL_RANK: "0", NODE_RANK: "1", GROUP_RANK: "0", MASTER_PORT: "5" },
    gives: { cluster: ["default", 4, 2, 0, 1, "127.0.0.1", 5] },
  },
  {
    rule: "4.7 ... GROUP_RANK where there is no NODE_RANK",
    options: FOUR,
    variables: { GROUP_RANK: "1", MASTER_PORT: "5" },
    gives: { cluster: ["default", 4, 2, 0, 1, "127.0.0.1", 5] },
  },
  {
    rule: "4.7 LOCAL_RANK beyond the devices: processes that Fabric knows nothing of",
    options: cpu(),
    variables: { LOCAL_RANK: "1" },
    code: "FABRIC_CONFIG_WORLD_SIZE",
    says: /local rank 1.*1 x 1/,
  },
  {
    rule: "4.7 NODE_RANK beyond the machines",
    options: cpu(),
    variables: { NODE_RANK: "2" },
    code: "FABRIC_CONFIG_WORLD_SIZE",
    says: /machine 2.*1 x 1/,
  },
  {
    rule: "4.7 several machines without a port to agree on: when it is read",
    options: FOUR,
    code: "FABRIC_CONFIG_CLUSTER",
    says: /MASTER_PORT is not set, and 4 processes/,
    later: (fabric) => fabric.clusterEnvironment.mainPort,
  },
  {
    rule: "4.7 processes of another's without a port to agree on: when it is read",
    options: cpu({ devices: 2, strategy: "rules_own" }),
    variables: { LOCAL_RANK: "1" },
    code: "FABRIC_CONFIG_CLUSTER",
    later: (fabric) => fabric.clusterEnvironment.mainPort,
  },
  {
    rule: "4.7 an object of the user's goes first",
    options: cpu({ plugins: [rank] }),
    variables: ELASTIC,
    gives: { cluster: ["own", 1, 0, 0, 0, "mine", 1] },
  },
  {
    rule: "4.7 ... and counts like any launcher",
    options: cpu({
      numNodes: 3,
      strategy: "rules_own",
      plugins: [{ ...rank, worldSize: () => 3, globalRank: () => 2, nodeRank: () => 2 }],
    }),
    gives: { cluster: ["own", 3, 2, 0, 2, "mine", 1] },
  },
  {
    rule: "4.7 an object that knows more processes than the options",
    options: cpu({ plugins: [{ ...rank, worldSize: () => 3 }] }),
    code: "FABRIC_CONFIG_WORLD_SIZE",
    says: /own started 3 processes.*1 x 1/,
  },
  {
    rule: "4.7 an object whose ranks are no numbers",
    options: cpu({ plugins: [{ ...rank, localRank: () => Number.NaN }] }),
    code: "FABRIC_CONFIG_CLUSTER",
    says: /localRank\(\) of own/,
  },
  {
    rule: "4.7 a Strategy that counts its processes itself",
    options: () => ({ strategy: new Counting({ device: "cpu" }) }),
    variables: { ...ELASTIC, WORLD_SIZE: "9" },
    gives: { strategy: "single_device" },
  },
  {
    rule: "4.7 torchrun, before SLURM",
    options: FOUR,
    variables: { ...SLURM, ...ELASTIC },
    gives: { cluster: ["torchelastic", 4, 3, 1, 1, "h", 29500] },
  },
  {
    rule: "4.7 torchrun without GROUP_RANK: machine 0",
    options: cpu({ devices: 4, strategy: "rules_own" }),
    variables: { ...ELASTIC, GROUP_RANK: undefined },
    gives: { cluster: ["torchelastic", 4, 3, 1, 0, "h", 29500] },
  },
  {
    rule: "4.7 torchrun without an address and a port",
    options: FOUR,
    variables: { ...ELASTIC, MASTER_ADDR: undefined, MASTER_PORT: undefined, RANK: "0" },
    gives: { cluster: ["torchelastic", 4, 0, 1, 1, "127.0.0.1", 12910] },
    warns: /FABRIC_CONFIG_CLUSTER_ADDRESS: .*MASTER_ADDR and MASTER_PORT/,
  },
  {
    rule: "4.7 torchrun without a port",
    options: FOUR,
    variables: { ...ELASTIC, MASTER_PORT: undefined, RANK: "0" },
    gives: { cluster: ["torchelastic", 4, 0, 1, 1, "h", 12910] },
    warns: /FABRIC_CONFIG_CLUSTER_ADDRESS: .*did not set MASTER_PORT/,
  },
  {
    rule: "4.7 torchrun with another number of processes",
    options: cpu(),
    variables: ELASTIC,
    code: "FABRIC_CONFIG_WORLD_SIZE",
    says: /4 processes.*1 x 1/,
  },
  {
    rule: "4.7 torchrun with as many processes, which mean ddp",
    options: cpu({ devices: 2, numNodes: 2 }),
    variables: ELASTIC,
    gives: { strategy: "ddp" },
  },
  {
    rule: "4.7 torchrun's variables must be numbers",
    options: FOUR,
    variables: { ...ELASTIC, RANK: "first" },
    code: "FABRIC_CONFIG_CLUSTER",
    says: /RANK is "first"/,
  },
  {
    rule: "4.7 ... and must be there",
    options: FOUR,
    variables: { ...ELASTIC, WORLD_SIZE: undefined },
    code: "FABRIC_CONFIG_CLUSTER",
    says: /WORLD_SIZE is not set/,
  },
  {
    rule: "4.7 a rank outside the world",
    options: FOUR,
    variables: { ...ELASTIC, RANK: "5" },
    code: "FABRIC_CONFIG_CLUSTER",
    says: /rank 5 of 4/,
  },
  {
    rule: "4.7 fabric run sets torchrun's variables, also in a job of SLURM",
    options: FOUR,
    variables: { ...SLURM, ...CLI },
    gives: { cluster: ["fabric run", 4, 3, 1, 1, "h", 29500] },
  },
  {
    rule: "4.7 fabric run sets torchrun's run id too",
    options: FOUR,
    variables: { ...CLI, TORCHELASTIC_RUN_ID: "7" },
    gives: { cluster: ["fabric run", 4, 3, 1, 1, "h", 29500] },
  },
  {
    rule: "4.7 fabric run with fewer processes than the code wants",
    options: cpu({ devices: 2 }),
    variables: { ...CLI, WORLD_SIZE: "1", RANK: "0", LOCAL_RANK: "0", GROUP_RANK: "0" },
    code: "FABRIC_CONFIG_WORLD_SIZE",
    says: /fabric run started 1 process, .*2 x 1/,
  },
  {
    rule: "4.7 each process has the device of its local rank",
    options: on(family("cuda", 4), { devices: [1, 3], strategy: new SingleDeviceStrategy() }),
    variables: { ...CLI, WORLD_SIZE: "2", RANK: "1", GROUP_RANK: "0" },
    gives: { device: "cuda:3", cluster: ["fabric run", 2, 1, 1, 0, "h", 29500] },
  },
  {
    rule: "4.7 SLURM: first host of the list, port by the job's number",
    options: cpu(),
    variables: SLURM,
    gives: { cluster: ["slurm", 1, 0, 0, 0, "gpu07", 18456] },
  },
  {
    rule: "4.7 SLURM with several tasks",
    options: FOUR,
    variables: SLURM_FOUR,
    gives: { cluster: ["slurm", 4, 3, 1, 1, "gpu07", 18456] },
  },
  {
    rule: "4.7 SLURM, before LSF and MPI",
    options: FOUR,
    variables: { ...LSF, ...OPEN_MPI, ...SLURM_FOUR, MASTER_ADDR: undefined },
    gives: { cluster: ["slurm", 4, 3, 1, 1, "gpu07", 18456] },
  },
  ...(
    [
      ["alpha,beta", "alpha"],
      ["solo", "solo"],
      ["node[01-03,7]", "node01"],
      ["n[3,5]", "n3"],
      ["n[12]", "n12"],
      ["rack[1-2]-ib,other", "rack1-ib"],
      ["rack[2-3]n[04,06]", "rack2n04"],
      ["a.b-c,n[1-2]", "a.b-c"],
    ] as const
  ).map(
    ([list, host]): Row => ({
      rule: `4.7 SLURM's node list ${list}`,
      options: cpu(),
      variables: { ...SLURM, SLURM_JOB_NODELIST: list },
      gives: { cluster: ["slurm", 1, 0, 0, 0, host, 18456] },
    }),
  ),
  {
    rule: "4.7 SLURM's node list under its old name, and a short job number",
    options: cpu(),
    variables: {
      ...SLURM,
      SLURM_JOB_NODELIST: undefined,
      SLURM_NODELIST: "old[5-6]",
      SLURM_JOB_ID: "42",
    },
    gives: { cluster: ["slurm", 1, 0, 0, 0, "old5", 15042] },
  },
  {
    rule: "4.7 SLURM's node list that names nothing",
    options: cpu(),
    variables: { ...SLURM, SLURM_JOB_NODELIST: "," },
    code: "FABRIC_CONFIG_CLUSTER",
    says: /names no machine/,
  },
  ...["bash", "interactive"].map(
    (name): Row => ({
      rule: `4.7 SLURM's job ${name} is not ours`,
      options: cpu(),
      variables: { ...SLURM, SLURM_JOB_NAME: name },
      gives: { cluster: NOTHING },
    }),
  ),
  {
    rule: "4.7 SLURM with tasks and no word of how many on a machine",
    options: cpu(),
    variables: { ...SLURM, SLURM_NTASKS: "4" },
    code: "FABRIC_CONFIG_CLUSTER",
    says: /--ntasks-per-node=1/,
  },
  {
    rule: "4.7 SLURM's tasks on a machine must be the devices",
    options: cpu(),
    variables: { ...SLURM, SLURM_NTASKS_PER_NODE: "4" },
    code: "FABRIC_CONFIG_CLUSTER",
    says: /4 tasks.*`devices` is 1/,
  },
  {
    rule: "4.7 SLURM's machines must be numNodes",
    options: cpu(),
    variables: { ...SLURM, SLURM_NNODES: "3" },
    code: "FABRIC_CONFIG_CLUSTER",
    says: /3 machines.*`numNodes` is 1/,
  },
  {
    rule: "4.7 SLURM's tasks must be devices x machines",
    options: cpu({ devices: 2, strategy: "rules_own" }),
    variables: SLURM,
    code: "FABRIC_CONFIG_WORLD_SIZE",
    says: /slurm started 1 process, .*2 x 1/,
  },
  {
    rule: "4.7 srun is there and was not used",
    options: cpu(),
    variables: { PATH: srunFolder },
    gives: { cluster: NOTHING },
    warns: /FABRIC_CONFIG_SRUN/,
  },
  {
    rule: "4.7 LSF, before MPI",
    options: FOUR,
    variables: { ...OPEN_MPI, ...LSF, MASTER_ADDR: undefined },
    gives: { cluster: ["lsf", 4, 3, 1, 1, "first", 18765] },
  },
  {
    rule: "4.7 LSF's names of machines may have their domain",
    options: FOUR,
    variables: { ...LSF, LSB_DJOB_RANKFILE: domainRankFile },
    gives: { cluster: ["lsf", 4, 3, 1, 1, "first.site", 18765] },
  },
  {
    rule: "4.7 LSF's job without jsrun is not ours",
    options: cpu(),
    variables: { LSB_JOBID: "98765", LSB_DJOB_RANKFILE: rankFile },
    gives: { cluster: NOTHING },
  },
  {
    rule: "4.7 LSF without a readable rank file",
    options: FOUR,
    variables: { ...LSF, LSB_DJOB_RANKFILE: join(folder, "none") },
    code: "FABRIC_CONFIG_CLUSTER",
    says: /none.*cannot be read/,
  },
  {
    rule: "4.7 LSF with a rank file that lacks this machine",
    options: FOUR,
    variables: { ...LSF, LSB_DJOB_RANKFILE: otherRankFile },
    code: "FABRIC_CONFIG_CLUSTER",
    says: /is not in LSF's rank file, which names elsewhere/,
  },
  {
    rule: "4.7 LSF with other processes than devices x machines",
    options: cpu(),
    variables: LSF,
    code: "FABRIC_CONFIG_WORLD_SIZE",
    says: /lsf started 4 processes/,
  },
  {
    rule: "4.7 MPI with its address",
    options: FOUR,
    variables: OPEN_MPI,
    gives: { cluster: ["mpi", 4, 3, 1, 1, "zero", 12910] },
  },
  {
    rule: "4.7 MPI on several machines without an address",
    options: FOUR,
    variables: { ...OPEN_MPI, MASTER_ADDR: undefined },
    code: "FABRIC_CONFIG_CLUSTER",
    says: /MASTER_ADDR/,
  },
  {
    rule: "4.7 MPI that deals ranks round the machines does not tell the machine",
    options: FOUR,
    variables: { ...OPEN_MPI, OMPI_COMM_WORLD_RANK: "2" },
    code: "FABRIC_CONFIG_CLUSTER",
    says: /NODE_RANK is not set/,
  },
  {
    rule: "4.7 ... NODE_RANK does",
    options: FOUR,
    variables: { ...OPEN_MPI, OMPI_COMM_WORLD_RANK: "2", NODE_RANK: "0" },
    gives: { cluster: ["mpi", 4, 2, 1, 0, "zero", 12910] },
  },
  {
    rule: "4.7 MPICH on one machine",
    options: cpu({ devices: 2, strategy: "rules_own" }),
    variables: { PMI_SIZE: "2", PMI_RANK: "1" },
    gives: { cluster: ["mpi", 2, 1, 1, 0, "127.0.0.1", 12910] },
  },
  {
    rule: "4.7 MPI with one process is not MPI",
    options: cpu(),
    variables: { OMPI_COMM_WORLD_SIZE: "1" },
    gives: { cluster: NOTHING },
  },
  {
    rule: "4.7 MPI with other processes than devices x machines",
    options: cpu(),
    variables: OPEN_MPI,
    code: "FABRIC_CONFIG_WORLD_SIZE",
    says: /mpi started 4 processes/,
  },
  {
    rule: "4.7 Kubeflow's variables alone are not read",
    options: cpu(),
    variables: { RANK: "1", WORLD_SIZE: "2", MASTER_ADDR: "pod-0", MASTER_PORT: "23456" },
    gives: { cluster: ["default", 1, 0, 0, 0, "pod-0", 23456] },
  },
  {
    rule: "4.7 Kubeflow, passed by hand",
    options: () => ({
      accelerator: "cpu",
      numNodes: 2,
      strategy: "rules_own",
      plugins: [kubeflowEnvironment()],
    }),
    variables: { RANK: "1", WORLD_SIZE: "2", MASTER_ADDR: "pod-0", MASTER_PORT: "23456" },
    gives: { cluster: ["kubeflow", 2, 1, 0, 1, "pod-0", 23456] },
  },
  // A legacy form warns, on rank 0 only; which rank that is comes from the first variable that is set.
  ...(
    [
      [{ RANK: "1", LOCAL_RANK: "0" }, false],
      [{ RANK: "0", SLURM_PROCID: "1" }, true],
      [{ LOCAL_RANK: "0", SLURM_PROCID: "1" }, true],
      [{ SLURM_PROCID: "1", JSM_NAMESPACE_RANK: "0" }, false],
      [{ SLURM_PROCID: "0", JSM_NAMESPACE_RANK: "1" }, true],
      [{ JSM_NAMESPACE_RANK: "1" }, false],
    ] as const
  ).map(
    ([variables, isHeard]): Row => ({
      rule: `4.7 messages with ${JSON.stringify(variables)} are ${isHeard ? "heard" : "silent"}`,
      options: cpu({ precision: "bf16" }),
      variables,
      gives: { precision: "bf16-mixed" },
      ...(isHeard ? { warns: /FABRIC_CONFIG_LEGACY_PRECISION/ } : {}),
    }),
  ),
];

/** Two wrong things each: the one that is checked first is reported. */
const ORDER: Row[] = [
  {
    rule: "4 variables before the strategy's name",
    options: () => ({ devices: 2, strategy: "ring" }),
    variables: { FABRIC_CLI_USED: "1", FABRIC_DEVICES: "1" },
    code: "FABRIC_CONFIG_CONFLICT",
  },
  {
    rule: "4 the strategy's name before the accelerator's",
    options: () => ({ strategy: "ring", accelerator: "xpu" as never }),
    code: "FABRIC_CONFIG_STRATEGY",
  },
  {
    rule: "4 the accelerator's name before the precision",
    options: () => ({ accelerator: "xpu" as never, precision: "fp3" }),
    code: "FABRIC_CONFIG_ACCELERATOR",
  },
  {
    rule: "4 mps before the precision",
    options: () => ({ accelerator: "mps", strategy: "ddp_rules", precision: "fp3" }),
    code: "FABRIC_UNSUPPORTED_STRATEGY",
  },
  {
    rule: "4 the precision before plugins",
    options: cpu({ precision: "fp3", plugins: ["x" as never] }),
    code: "FABRIC_CONFIG_PRECISION",
  },
  {
    rule: "4 plugins before what a Strategy carries",
    options: () => ({ accelerator: "cpu", strategy: carrying(), plugins: ["x" as never] }),
    code: "FABRIC_CONFIG_PLUGINS",
  },
  {
    rule: "4 a Precision beside a precision before what a Strategy carries",
    options: () => ({
      accelerator: "cpu",
      strategy: carrying(),
      plugins: [new Plain()],
      precision: "32-true",
    }),
    code: "FABRIC_CONFIG_CONFLICT",
    says: /a Precision in `plugins`/,
  },
  {
    rule: "4 what a Strategy carries before devices",
    options: () => ({ accelerator: "cpu", strategy: carrying(), devices: 0 }),
    code: "FABRIC_CONFIG_CONFLICT",
  },
  {
    rule: "4 devices before machines",
    options: cpu({ devices: 0, numNodes: 0 }),
    code: "FABRIC_CONFIG_DEVICES",
  },
  {
    rule: "4 machines before what accelerators there are",
    options: () => ({ accelerator: "tpu", numNodes: 0 }),
    code: "FABRIC_CONFIG_NUM_NODES",
  },
  {
    rule: "4 what accelerators there are before what devices there are",
    options: on(family("cuda", 0), { devices: [7] }),
    code: "FABRIC_MISSING_ACCELERATOR",
  },
  {
    rule: "4 what devices there are before processes",
    options: on(family("cuda"), { devices: [7] }),
    variables: ELASTIC,
    code: "FABRIC_MISSING_DEVICE",
  },
  {
    rule: "4 processes before the strategy",
    options: cpu({ devices: 2 }),
    variables: ELASTIC,
    code: "FABRIC_CONFIG_WORLD_SIZE",
  },
  {
    rule: "4 the strategy before the precision is made",
    options: on(family("cuda", 4), { strategy: "dp", precision: "rules-broken" }),
    code: "FABRIC_UNSUPPORTED_STRATEGY",
  },
  {
    rule: "4 the precision is made at last",
    options: cpu({ precision: "rules-broken" }),
    code: "FABRIC_CONFIG_PLUGIN",
  },
];

/** Everything that the machine's own environment could have set. */
const CLEAR: Variables = Object.fromEntries(
  [
    ...["CLI_USED", "ACCELERATOR", "STRATEGY", "DEVICES", "NUM_NODES", "PRECISION"].map(
      (name) => `FABRIC_${name}`,
    ),
    ...Object.keys({ ...ELASTIC, ...SLURM_FOUR, ...LSF, ...OPEN_MPI }),
    ...["SLURM_NODELIST", "SLURM_JOB_NAME", "NODE_RANK"],
    ...["PMI_SIZE", "PMI_RANK", "MPI_LOCALRANKID", "MPI_LOCALNRANKS"],
    // A machine of a cluster may have srun.
    "PATH",
  ].map((name) => [name, undefined]),
);

beforeAll(() => {
  writeFileSync(rankFile, `launch\nfirst\nfirst\n${hostname()}\n${hostname()}\n`);
  const short = hostname().split(".")[0];
  writeFileSync(domainRankFile, `launch\nfirst.site\n${short}.site\n`);
  writeFileSync(otherRankFile, "launch\nelsewhere\n");
  mkdirSync(srunFolder);
  writeFileSync(join(srunFolder, "srun"), "");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(() => {
  // Messages are given once a process: each row starts anew.
  Reflect.deleteProperty(globalThis, Symbol.for("@fabric/registry"));
  const served = [
    ...ALIASES.map((alias) => registerPrecision(alias, (name) => new Plain(name))),
    registerPrecision("rules-broken", () => ({}) as Precision),
    registerStrategy("rules_own", () => new SingleDeviceStrategy({ device: "cpu" })),
    registerStrategy("ddp_rules", () => new SingleDeviceStrategy({ device: "cpu" })),
  ];
  onTestFinished(() => {
    for (const registration of served) registration[Symbol.dispose]();
  });
});

describe.each([
  ["precision values", PRECISION_VALUES],
  ["plugins", PLUGINS],
  ["precision by device", BY_DEVICE],
  ["accelerators and devices", DEVICES],
  ["strategy names", STRATEGIES],
  ["variables", VARIABLES],
  ["cluster environments", CLUSTERS],
  ["the order of checks", ORDER],
])("%s", (_section, rows) => {
  it.each(rows.map((row) => [row.rule, row] as const))("%s", async (_rule, row) => follow(row));
});

async function follow(row: Row): Promise<void> {
  let fabric: Fabric | undefined;
  let text = "";
  const make = (): void => {
    // Options first: they may make other Fabrics.
    const options = (row.options ?? cpu())();
    text = standardError(() => {
      fabric = new Fabric(options);
    });
  };
  const seen = await warnings(() =>
    withEnvironment({ ...CLEAR, ...row.variables }, () => {
      if (row.later !== undefined) make();
      if (row.code !== undefined) {
        const { later } = row;
        const error = thrown(row.code, later === undefined ? make : () => later(fabric as Fabric));
        if (row.says !== undefined) expect(error.message).toMatch(row.says);
      } else if (row.says !== undefined) expect(make).toThrow(row.says);
      else make();
    }),
  );
  if (row.warns !== undefined) expect(seen.join("\n")).toMatch(row.warns);
  else expect(seen).toEqual([]);
  if (row.tells !== undefined) expect(text).toMatch(row.tells);
  if (row.gives === undefined) return;
  const { precision, device, accelerator, strategy, cluster } = row.gives;
  const made = fabric as Fabric;
  if (precision !== undefined) expect(made.precision.precision).toBe(precision);
  if (device !== undefined) expect(made.device).toBe(device);
  if (accelerator !== undefined) expect(made.accelerator.name).toBe(accelerator);
  if (strategy !== undefined) expect(made.strategy.name).toBe(strategy);
  if (cluster !== undefined) {
    const { clusterEnvironment: found } = made;
    // What the environment says is what users see.
    expect([made.worldSize, made.globalRank, made.localRank, made.nodeRank]).toEqual(
      cluster.slice(1, 5),
    );
    expect(made.isGlobalZero).toBe(cluster[2] === 0);
    expect([
      found.name,
      found.worldSize(),
      found.globalRank(),
      found.localRank(),
      found.nodeRank(),
      found.mainAddress,
      found.mainPort,
    ]).toEqual(cluster);
  }
}
