// What strategies of several processes share: the devices, the process group and the exchange of values.

import type { ProcessLayout } from "../cluster/cluster-environment.js";
import { isPlainObject, mapLeaves } from "../collections.js";
import { launchCopies } from "../launcher/launch-copies.js";
import type { Processes } from "../precision.js";
import { type Device, distributed, FabricError, isTensor, type Tensor, torch } from "../torch.js";
import { gatherWithGradient } from "./gather-with-gradient.js";
import { optionError, type ParallelStrategyOptions } from "./parallel-options.js";
import { type DistributedSamplerOptions, type ReduceOp, Strategy } from "./strategy.js";

const DEFAULT_TIMEOUT_MS = 30 * 60_000;
/** For what may take as long as it likes: rank 0 downloads while the others wait. */
const PATIENT_TIMEOUT_MS = 30 * 24 * 3600_000;

/** Base of strategies that train in several processes, one for each device. */
export abstract class ParallelStrategy extends Strategy {
  override readonly requiresLaunch: boolean = true;
  readonly #backend: distributed.Backend | undefined;
  readonly #timeoutMs: number;
  #devices: readonly Device[] = [];
  #patient: Promise<distributed.ProcessGroup | null> | null = null;

  constructor(options: ParallelStrategyOptions = {}) {
    super(options);
    const { processGroupBackend, timeoutMs = DEFAULT_TIMEOUT_MS } = options;
    const { BACKENDS } = torch.distributed;
    if (processGroupBackend !== undefined && !BACKENDS.includes(processGroupBackend))
      throw optionError(
        "processGroupBackend",
        `one of ${BACKENDS.map((name) => `"${name}"`).join(", ")}`,
        processGroupBackend,
      );
    if (!Number.isInteger(timeoutMs) || timeoutMs <= 0)
      throw optionError("timeoutMs", "a whole number of milliseconds above 0", timeoutMs);
    this.#backend = processGroupBackend;
    this.#timeoutMs = timeoutMs;
  }

  override captureObstacle(): string | null {
    return "it exchanges gradients between processes at each step, which is not recorded";
  }

  override useDevices(devices: readonly Device[]): void {
    this.#devices = devices;
  }

  override get rootDevice(): Device {
    return this.#devices[this.localRank] ?? this.#devices[0] ?? "cpu";
  }

  /** The processes that train together. @throws FabricError `FABRIC_USAGE_NOT_LAUNCHED` before `fabric.launch()`. */
  get processGroup(): distributed.ProcessGroup {
    const { world } = distributed.group;
    if (world !== null) return world;
    throw new FabricError(
      "FABRIC_USAGE_NOT_LAUNCHED",
      `The strategy "${this.name}" has no process group yet. Call await fabric.launch() first.`,
    );
  }

  override get distributedSamplerOptions(): DistributedSamplerOptions {
    return { numReplicas: this.worldSize, rank: this.globalRank };
  }

  override async launch(layout: ProcessLayout): Promise<void> {
    if (this.clusterEnvironment !== null) await launchCopies(this.clusterEnvironment, layout);
  }

  /** Meets the other processes. A process group that is there already is used, if it is as large. */
  override async setupEnvironment(): Promise<void> {
    super.setupEnvironment();
    const { backend, host, port, ...meeting } = this.#meeting();
    if (!distributed.isInitialized())
      await distributed.initProcessGroup({
        ...meeting,
        backend,
        initMethod: `tcp://${host}:${port}`,
      });
    this.#checkGroup();
    if (this.worldSize > 1) this.#tellPlugin(await distributed.newGroup());
  }

  override setupEnvironmentNow(): void {
    super.setupEnvironment();
    const meeting = this.#meeting();
    if (!distributed.isInitialized()) distributed.initProcessGroupSync(meeting);
    this.#checkGroup();
    if (this.worldSize > 1) this.#tellPlugin(distributed.newGroupSync());
  }

  override async barrier(_name?: string): Promise<void> {
    await distributed.barrier();
  }

  /** Tensors travel as such, everything else must be a value that `structuredClone` takes. */
  override async broadcast<T>(value: T, src: number): Promise<T> {
    const tensors: Tensor[] = [];
    const skeleton = mapLeaves(value, (leaf) => {
      if (!isTensor(leaf)) return leaf;
      tensors.push(leaf);
      return { [PLACE]: tensors.length - 1, dtype: leaf.dtype, shape: [...leaf.shape] };
    });
    const received = await distributed.broadcastObject(skeleton, src);
    const isSource = this.globalRank === src;
    const waits: PromiseLike<void>[] = [];
    const result = mapPlaces(received, (place) => {
      const own = isSource ? (tensors[place[PLACE]] as Tensor) : null;
      const { dtype, shape } = place;
      const tensor = own ?? torch.empty(shape, { dtype, device: this.rootDevice });
      waits.push(distributed.broadcast(tensor.detach(), src));
      return tensor;
    });
    for (const wait of waits) await wait;
    return isSource ? value : (result as T);
  }

  override async gatherObject<T>(value: T): Promise<T[] | null> {
    return distributed.gatherObject(value, 0, { group: this.processGroup }) as Promise<T[] | null>;
  }

  override async allGather(tensor: Tensor, { syncGrads }: { syncGrads: boolean }): Promise<Tensor> {
    if (syncGrads && tensor.requiresGrad) return gatherWithGradient(tensor, this.processGroup);
    const all = torch.empty([this.worldSize, ...tensor.shape], {
      dtype: tensor.dtype,
      device: tensor.device,
    });
    await distributed.allGatherIntoTensor(all, tensor.detach());
    return all;
  }

  override async allReduce(tensor: Tensor, op: ReduceOp): Promise<Tensor> {
    await distributed.allReduce(tensor.detach(), { op: op === "mean" ? "avg" : op });
    return tensor;
  }

  override async reduce(tensor: Tensor, op: ReduceOp, dst: number): Promise<Tensor> {
    // Backends use the memory of all ranks for intermediate results.
    const isTarget = this.globalRank === dst;
    const target = isTarget ? tensor.detach() : tensor.detach().clone();
    await distributed.reduce(target, dst, { op: op === "mean" ? "avg" : op });
    return tensor;
  }

  override async rankZeroFirst<T>(isFirst: boolean, fn: () => T | Promise<T>): Promise<T> {
    this.#patient ??= distributed.newGroup(undefined, { timeoutMs: PATIENT_TIMEOUT_MS });
    const group = (await this.#patient) as distributed.ProcessGroup;
    if (!isFirst) await distributed.barrier({ group });
    try {
      return await fn();
    } finally {
      if (isFirst) await distributed.barrier({ group });
      await distributed.barrier({ group });
    }
  }

  #meeting(): distributed.SyncInitOptions & { backend: distributed.Backend } {
    const cluster = this.clusterEnvironment;
    if (cluster === null)
      throw new FabricError(
        "FABRIC_USAGE_STRATEGY",
        `The strategy "${this.name}" has no ClusterEnvironment yet. Give it to new Fabric({ strategy }).`,
      );
    const { rootDevice } = this;
    const isCuda = rootDevice.startsWith("cuda");
    return {
      backend: this.#backend ?? (isCuda ? "cpu:gloo,cuda:nccl" : "gloo"),
      ...(isCuda ? { deviceId: Number(rootDevice.split(":")[1] ?? 0) } : {}),
      host: cluster.mainAddress,
      port: cluster.mainPort,
      rank: this.globalRank,
      worldSize: this.worldSize,
      timeoutMs: this.#timeoutMs,
    };
  }

  #checkGroup(): void {
    const { size, rank } = this.processGroup;
    if (size !== this.worldSize || rank !== this.globalRank)
      throw new FabricError(
        "FABRIC_CONFIG_WORLD_SIZE",
        `torch.distributed is initialised with rank ${rank} of ${size} processes, but this Fabric is rank ${this.globalRank} of ${this.worldSize}. Make \`devices\` and \`numNodes\` agree with the first one, or call destroyProcessGroup() before.`,
      );
  }

  /** A group of its own: what a plugin exchanges in backward must not get among the gradients, whose order may differ between ranks. */
  #tellPlugin(group: distributed.ProcessGroup | null): void {
    if (group !== null) this.precision.connectProcesses(processesOf(group));
  }
}

/** What a plugin may do with the others: it waits, since it is in the middle of a step. */
function processesOf(group: distributed.ProcessGroup): Processes {
  return {
    worldSize: group.size,
    allReduceMax: (tensor) => distributed.allReduce(tensor.detach(), { op: "max", group }).wait(),
  };
}

const PLACE = "@fabric/tensor";

interface Place {
  readonly [PLACE]: number;
  readonly dtype: Tensor["dtype"];
  readonly shape: number[];
}

/** As `mapLeaves`, for the plain objects that stand for tensors. */
function mapPlaces(data: unknown, make: (place: Place) => Tensor): unknown {
  if (typeof data !== "object" || data === null) return data;
  if (isPlainObject(data)) {
    if (PLACE in data) return make(data as unknown as Place);
    return Object.fromEntries(
      Object.entries(data).map(([key, item]) => [key, mapPlaces(item, make)]),
    );
  }
  if (Array.isArray(data)) return data.map((item) => mapPlaces(item, make));
  if (data instanceof Set) return new Set([...data].map((item) => mapPlaces(item, make)));
  if (data instanceof Map)
    return new Map([...data].map(([key, item]) => [key, mapPlaces(item, make)]));
  return data;
}
