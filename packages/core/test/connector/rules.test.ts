// Every rule of the connector, one row each: what is given, and what comes of it or which error, by its code, in the constructor.
//
// Aliases are served by stand-ins, so that the rows do not depend on what is installed; device families are stand-ins where this machine
// lacks them.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Accelerator,
  type ClusterEnvironment,
  Fabric,
  type FabricOptions,
  kubeflowEnvironment,
  Precision,
  registerPrecision,
  registerStrategy,
  SingleDeviceStrategy,
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
  worldSize: () => 1,
  globalRank: () => 0,
  localRank: () => 0,
  nodeRank: () => 0,
  mainAddress: "mine",
  mainPort: 1,
};

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
}

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
  ...["BF16-mixed", "fp16", "", " 32", "16-Mixed"].map(
    (precision): Row => ({
      rule: `4.1 ${JSON.stringify(precision)} is refused: exact, case matters`,
      options: cpu({ precision }),
      code: "FABRIC_CONFIG_PRECISION",
      says: /"bf16-mixed"/,
    }),
  ),
  {
    rule: "4.1 true is refused",
    options: cpu({ precision: true as never }),
    code: "FABRIC_CONFIG_PRECISION",
  },
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
    rule: "4.3 float64 on mps",
    options: on(family("mps"), { precision: "64-true" }),
    code: "FABRIC_UNSUPPORTED_PRECISION",
  },
  {
    rule: "auto: 32-true on a CPU",
    options: cpu({ precision: "auto" }),
    gives: { precision: "32-true" },
    tells: /"auto" is "32-true" here: .*CPU/,
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
  {
    rule: "auto: 32-true where nothing is known",
    options: on(family("mps"), { precision: "auto" }),
    gives: { precision: "32-true" },
    tells: /nothing is known/,
  },
  {
    rule: "auto: from a variable",
    options: on(cuda(9, 0)),
    variables: { FABRIC_PRECISION: "auto" },
    gives: { precision: "bf16-mixed" },
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
  ...[0, 1.5, "one"].map(
    (numNodes): Row => ({
      rule: `4.4 numNodes ${JSON.stringify(numNodes)}`,
      options: cpu({ numNodes: numNodes as never }),
      code: "FABRIC_CONFIG_NUM_NODES",
    }),
  ),
  {
    rule: "4.4 several devices mean ddp",
    options: on(family("cuda", 4), { devices: -1 }),
    code: "FABRIC_UNSUPPORTED_STRATEGY",
    says: /ddp/,
  },
  {
    rule: "4.4 several machines mean ddp",
    options: cpu({ numNodes: 2 }),
    code: "FABRIC_UNSUPPORTED_STRATEGY",
    says: /ddp/,
  },
];

const STRATEGIES: Row[] = [
  ...[
    "ddp",
    "DDP",
    "ddp_spawn",
    "ddp_fork",
    "ddp_notebook",
    "ddp_find_unused_parameters_true",
    "dp",
    "fsdp",
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
      says: /Available: "auto", "single_device"/,
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
  {
    rule: "4.6 only what was typed is exported: devices in the code under the CLI",
    options: cpu({ devices: 1 }),
    variables: { FABRIC_CLI_USED: "1", FABRIC_PRECISION: "bf16-true" },
    gives: { precision: "bf16-true" },
  },
];

const ELASTIC = { TORCHELASTIC_RUN_ID: "7", WORLD_SIZE: "1", RANK: "0", LOCAL_RANK: "0" };
const SLURM = {
  SLURM_NTASKS: "1",
  SLURM_PROCID: "0",
  SLURM_LOCALID: "0",
  SLURM_NODEID: "0",
  SLURM_JOB_NODELIST: "gpu[07-09,12],login",
  SLURM_JOB_ID: "123456",
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
};

const CLUSTERS: Row[] = [
  {
    rule: "4.7 nothing known: the default",
    options: cpu(),
    gives: { cluster: ["default", 1, 0, 0, 0, "127.0.0.1", 0] },
  },
  {
    rule: "4.7 the default's variables",
    options: cpu(),
    variables: { LOCAL_RANK: "0", NODE_RANK: "2", MASTER_ADDR: "a", MASTER_PORT: "5" },
    gives: { cluster: ["default", 1, 2, 0, 2, "a", 5] },
  },
  {
    rule: "4.7 ... GROUP_RANK where there is no NODE_RANK",
    options: cpu(),
    variables: { GROUP_RANK: "1" },
    gives: { cluster: ["default", 1, 1, 0, 1, "127.0.0.1", 0] },
  },
  {
    rule: "4.7 an object of the user's goes first",
    options: cpu({ plugins: [rank] }),
    variables: ELASTIC,
    gives: { cluster: [undefined, 1, 0, 0, 0, "mine", 1] },
  },
  {
    rule: "4.7 torchrun",
    options: cpu(),
    variables: { ...ELASTIC, ...SLURM, GROUP_RANK: "3", MASTER_ADDR: "h", MASTER_PORT: "29500" },
    gives: { cluster: ["torchelastic", 1, 0, 0, 3, "h", 29500] },
  },
  {
    rule: "4.7 torchrun without an address",
    options: cpu(),
    variables: ELASTIC,
    gives: { cluster: ["torchelastic", 1, 0, 0, 0, "127.0.0.1", 12910] },
    warns: /FABRIC_CONFIG_CLUSTER_ADDRESS: .*MASTER_ADDR and MASTER_PORT/,
  },
  {
    rule: "4.7 torchrun with another number of processes",
    options: cpu(),
    variables: { ...ELASTIC, WORLD_SIZE: "2" },
    code: "FABRIC_CONFIG_WORLD_SIZE",
    says: /2 processes.*1 x 1/,
  },
  {
    rule: "4.7 torchrun's variables must be numbers",
    options: cpu(),
    variables: { ...ELASTIC, RANK: "first" },
    code: "FABRIC_CONFIG_CLUSTER",
    says: /RANK is "first"/,
  },
  {
    rule: "4.7 a rank outside the world",
    options: cpu(),
    variables: { ...ELASTIC, RANK: "5" },
    code: "FABRIC_CONFIG_CLUSTER",
    says: /rank 5 of 1/,
  },
  {
    rule: "4.7 SLURM: first host of the list, port by the job's number",
    options: cpu(),
    variables: SLURM,
    gives: { cluster: ["slurm", 1, 0, 0, 0, "gpu07", 18456] },
  },
  ...(
    [
      ["alpha,beta", "alpha"],
      ["n[3,5]", "n3"],
      ["rack[1-2]-ib,other", "rack1-ib"],
      ["solo", "solo"],
    ] as const
  ).map(
    ([list, host]): Row => ({
      rule: `4.7 SLURM's node list ${list}`,
      options: cpu(),
      variables: { ...SLURM, SLURM_JOB_NODELIST: list },
      gives: { cluster: ["slurm", 1, 0, 0, 0, host, 18456] },
    }),
  ),
  ...["bash", "interactive"].map(
    (name): Row => ({
      rule: `4.7 SLURM's job ${name} is not ours`,
      options: cpu(),
      variables: { ...SLURM, SLURM_JOB_NAME: name },
      gives: { cluster: ["default", 1, 0, 0, 0, "127.0.0.1", 0] },
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
    rule: "4.7 srun is there and was not used",
    options: cpu(),
    variables: { PATH: srunFolder },
    gives: { cluster: ["default", 1, 0, 0, 0, "127.0.0.1", 0] },
    warns: /FABRIC_CONFIG_SRUN/,
  },
  {
    rule: "4.7 LSF",
    options: cpu(),
    variables: LSF,
    gives: { cluster: ["lsf", 4, 3, 1, 1, "first", 18765] },
  },
  {
    rule: "4.7 LSF without a readable rank file",
    options: cpu(),
    variables: { ...LSF, LSB_DJOB_RANKFILE: join(folder, "none") },
    code: "FABRIC_CONFIG_CLUSTER",
  },
  {
    rule: "4.7 MPI with its address",
    options: cpu(),
    variables: { ...OPEN_MPI, MASTER_ADDR: "zero" },
    gives: { cluster: ["mpi", 4, 3, 1, 1, "zero", 12910] },
  },
  {
    rule: "4.7 MPI on several machines without an address",
    options: cpu(),
    variables: OPEN_MPI,
    code: "FABRIC_CONFIG_CLUSTER",
    says: /MASTER_ADDR/,
  },
  {
    rule: "4.7 MPICH on one machine",
    options: cpu(),
    variables: { PMI_SIZE: "2", PMI_RANK: "1" },
    gives: { cluster: ["mpi", 2, 1, 1, 0, "127.0.0.1", 12910] },
  },
  {
    rule: "4.7 MPI with one process is not MPI",
    options: cpu(),
    variables: { OMPI_COMM_WORLD_SIZE: "1" },
    gives: { cluster: ["default", 1, 0, 0, 0, "127.0.0.1", 0] },
  },
  {
    rule: "4.7 Kubeflow, passed by hand",
    options: () => ({ accelerator: "cpu", plugins: [kubeflowEnvironment()] }),
    variables: { RANK: "1", WORLD_SIZE: "2", MASTER_ADDR: "pod-0", MASTER_PORT: "23456" },
    gives: { cluster: ["kubeflow", 2, 1, 0, 1, "pod-0", 23456] },
  },
];

/** Each has the errors of all that follow as well: the first in the order is the one reported. */
const ORDER: Row[] = (() => {
  const wrong: [keyof FabricOptions, unknown, unknown, string][] = [
    ["strategy", "ring", "auto", "FABRIC_CONFIG_STRATEGY"],
    ["accelerator", "xpu", "cpu", "FABRIC_CONFIG_ACCELERATOR"],
    ["precision", "fp3", undefined, "FABRIC_CONFIG_PRECISION"],
    ["plugins", ["x"], [], "FABRIC_CONFIG_PLUGINS"],
    ["devices", 0, 1, "FABRIC_CONFIG_DEVICES"],
    ["numNodes", 0, 1, "FABRIC_CONFIG_NUM_NODES"],
  ];
  return wrong.map(
    ([option, , , code], i): Row => ({
      rule: `4 the order: ${option} before what follows`,
      options: () =>
        Object.fromEntries(
          wrong.map(([name, bad, good], j) => [name, j < i ? good : bad]),
        ) as FabricOptions,
      variables: { TORCHELASTIC_RUN_ID: "1", WORLD_SIZE: "9" },
      code,
    }),
  );
})();

/** Everything that the machine's own environment could have set. */
const CLEAR: Variables = Object.fromEntries(
  [
    ...["CLI_USED", "ACCELERATOR", "STRATEGY", "DEVICES", "NUM_NODES", "PRECISION"].map(
      (name) => `FABRIC_${name}`,
    ),
    ...Object.keys({ ...ELASTIC, ...SLURM, ...LSF, ...OPEN_MPI }),
    ...["SLURM_NNODES", "SLURM_NTASKS_PER_NODE", "SLURM_NODELIST", "SLURM_JOB_NAME"],
    ...["MASTER_ADDR", "MASTER_PORT", "NODE_RANK", "GROUP_RANK", "PMI_SIZE", "PMI_RANK"],
  ].map((name) => [name, undefined]),
);

beforeAll(async () => {
  const { mkdirSync } = await import("node:fs");
  writeFileSync(rankFile, `launch\nfirst\nfirst\n${hostname()}\n${hostname()}\n`);
  mkdirSync(srunFolder);
  writeFileSync(join(srunFolder, "srun"), "");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(() => {
  // Messages are given once a process: each row starts anew.
  Reflect.deleteProperty(globalThis, Symbol.for("@fabric/registry"));
  const served = [
    ...ALIASES.map((alias) => registerPrecision(alias, (name) => new Plain(name))),
    registerStrategy("rules_own", () => new SingleDeviceStrategy({ device: "cpu" })),
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
      if (row.code !== undefined) {
        const error = thrown(row.code, make);
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
