// What a Fabric is before any training: what was decided, the processes, callbacks and loggers.

import { type Callback, callHook, copyList } from "./callbacks.js";
import type { CheckpointIO } from "./checkpoint/checkpoint-io.js";
import type { ClusterEnvironment, ProcessLayout } from "./cluster/cluster-environment.js";
import { mapLeaves, moveToDevice } from "./collections.js";
import {
  checkRank,
  checkReduceOp,
  checkShapes,
  exchange,
  reduceOne,
  toTensors,
} from "./collectives.js";
import type { Accelerator } from "./connector/accelerator.js";
import { type ConnectorOptions, connect } from "./connector/connector.js";
import { startedByCli } from "./connector/environment.js";
import { checkLaunch, notLaunched } from "./launcher/launch-rules.js";
import { type Logger, toMetrics } from "./logger.js";
import type { LossScaleHistory, Precision } from "./precision.js";
import { type SeedOptions, seedEverything } from "./seed.js";
import type { ReduceOp, Strategy } from "./strategy/strategy.js";
import { type Device, FabricError, nn } from "./torch.js";
import { FABRIC } from "./wrappers/run-forward.js";
import { isWrapped, unwrapOne } from "./wrappers/wrapped.js";

/** Options of {@link Fabric}; all may be left out. */
export interface FabricOptions extends ConnectorOptions {
  /** Objects whose methods are called by hook name; the list is copied. */
  callbacks?: Callback | readonly Callback[] | null | undefined;
  /** Receivers of metrics. */
  loggers?: Logger | readonly Logger[] | null | undefined;
}

/** The part of {@link Fabric} that does not train: chosen parts, processes, callbacks and loggers. */
export abstract class FabricBase implements AsyncDisposable {
  readonly #strategy: Strategy;
  readonly #accelerator: Accelerator;
  readonly #clusterEnvironment: ClusterEnvironment;
  readonly #callbacks: Callback[];
  readonly #loggers: Logger[];
  readonly #layout: ProcessLayout;
  #launched = false;
  #launching: Promise<void> | null = null;
  /** Reads and writes checkpoints. @internal */
  protected readonly checkpointIO: CheckpointIO;

  /** @throws FabricError `FABRIC_CONFIG_*`, `FABRIC_MISSING_*` or `FABRIC_UNSUPPORTED_*`: the first option that cannot be used. */
  constructor(options: FabricOptions = {}) {
    if (typeof options !== "object" || options === null) {
      throw new FabricError(
        "FABRIC_CONFIG_OPTION",
        `new Fabric: expected an options object but received ${options === null ? "null" : typeof options}.`,
      );
    }
    checkOptionNames(options);
    const connection = connect(options);
    this.#strategy = connection.strategy;
    this.#accelerator = connection.accelerator;
    this.checkpointIO = connection.checkpointIO;
    this.#clusterEnvironment = connection.clusterEnvironment;
    this.#layout = connection.layout;
    this.#callbacks = copyList(options.callbacks);
    this.#loggers = copyList(options.loggers);
    Object.defineProperty(this, FABRIC, { value: true });
    this.#wrapRun();
    if (startedByCli()) {
      this.#launched = true;
      this.#strategy.setupEnvironmentNow();
    }
  }

  // -- what was decided ----------------------------------------------------------------------------------------

  /** The device family. */
  get accelerator(): Accelerator {
    return this.#accelerator;
  }
  /** Who talks to other processes and wraps modules. */
  get strategy(): Strategy {
    return this.#strategy;
  }
  /** Which launcher started the processes, and what it says of ranks and the address of rank 0. */
  get clusterEnvironment(): ClusterEnvironment {
    return this.#clusterEnvironment;
  }
  /** The precision plugin; `fabric.precision.precision` is its alias. */
  get precision(): Precision {
    return this.#strategy.precision;
  }
  /** This process's device. */
  get device(): Device {
    return this.#strategy.rootDevice;
  }
  /** Rank among all processes. */
  get globalRank(): number {
    return this.#strategy.globalRank;
  }
  /** Rank among the processes of this machine. */
  get localRank(): number {
    return this.#strategy.localRank;
  }
  /** Rank of this machine. */
  get nodeRank(): number {
    return this.#strategy.nodeRank;
  }
  /** Number of processes, also before they are launched. */
  get worldSize(): number {
    return this.#strategy.worldSize;
  }
  /** Whether this is rank 0 of all processes. */
  get isGlobalZero(): boolean {
    return this.#strategy.globalRank === 0;
  }
  /** The factor that losses are multiplied with now; 1 without a scaler. Reading it may wait for the device. */
  get lossScale(): number {
    return this.#strategy.precision.lossScale();
  }
  /** What became of the loss scale: steps, skipped steps and changes; null without a scaler. */
  get lossScaleHistory(): LossScaleHistory | null {
    return this.#strategy.precision.lossScaleHistory();
  }
  /** The callbacks, in the order they are called. */
  get callbacks(): readonly Callback[] {
    return this.#callbacks;
  }
  /** The loggers. */
  get loggers(): readonly Logger[] {
    return this.#loggers;
  }
  /** The first logger. @throws FabricError `FABRIC_USAGE_NO_LOGGER` if there is none. */
  get logger(): Logger {
    const first = this.#loggers[0];
    if (first !== undefined) return first;
    throw new FabricError(
      "FABRIC_USAGE_NO_LOGGER",
      "This Fabric has no logger. Pass one: new Fabric({ loggers: [...] }).",
    );
  }

  // -- processes -----------------------------------------------------------------------------------------------

  /**
   * Starts the processes that the strategy needs, then runs `fn(fabric, ...args)` in each of them. With one process it only runs it.
   *
   * The other processes run the same command line up to here; no function is sent to them. Called again, it starts nothing.
   *
   * @returns what `fn` returned in this process: rank 0's where the script was started by hand.
   * @throws FabricError `FABRIC_USAGE_LAUNCH` under `fabric run`, or if `fn` is no function with a parameter.
   */
  async launch<A extends unknown[], R>(
    fn: (fabric: this, ...args: A) => R,
    ...args: A
  ): Promise<Awaited<R>>;
  async launch(): Promise<undefined>;
  async launch(
    fn?: (fabric: this, ...args: unknown[]) => unknown,
    ...args: unknown[]
  ): Promise<unknown> {
    checkLaunch(fn);
    this.#launching ??= this.#start();
    await this.#launching;
    return fn === undefined ? undefined : await fn(this, ...args);
  }

  /** Waits for all processes. */
  async barrier(name?: string): Promise<void> {
    this.requireLaunch("barrier");
    await this.#strategy.barrier(name);
  }

  /** The value of the process `src`, everywhere. */
  async broadcast<T>(value: T, src = 0): Promise<T> {
    this.requireLaunch("broadcast");
    checkRank("src", src, this.#strategy);
    return this.#strategy.broadcast(value, src);
  }

  /** Values of all processes, along a new first dimension; without it on a single device. Numbers become tensors. */
  async allGather(
    values: unknown,
    { syncGrads = false }: { syncGrads?: boolean | undefined } = {},
  ): Promise<unknown> {
    this.requireLaunch("allGather");
    const strategy = this.#strategy;
    return exchange(toTensors(values, this.device), async (tensor) => {
      await checkShapes("allGather", tensor, strategy);
      return strategy.allGather(tensor, { syncGrads });
    });
  }

  /** The mean (or another reduction) over all processes, everywhere; in place where values are tensors on the device. */
  async allReduce(
    values: unknown,
    { reduceOp = "mean" }: { reduceOp?: ReduceOp | undefined } = {},
  ): Promise<unknown> {
    this.requireLaunch("allReduce");
    const op = checkReduceOp(reduceOp);
    const strategy = this.#strategy;
    return exchange(toTensors(values, this.device), async (tensor) => {
      await checkShapes("allReduce", tensor, strategy);
      return reduceOne(tensor, op, strategy, (wide) => strategy.allReduce(wide, op));
    });
  }

  /** As {@link allReduce}, with the result on the process `dst` only; elsewhere values stay as they were. */
  async reduce(
    values: unknown,
    {
      dst = 0,
      reduceOp = "mean",
    }: { dst?: number | undefined; reduceOp?: ReduceOp | undefined } = {},
  ): Promise<unknown> {
    this.requireLaunch("reduce");
    const op = checkReduceOp(reduceOp);
    checkRank("dst", dst, this.#strategy);
    const strategy = this.#strategy;
    return exchange(toTensors(values, this.device), async (tensor) => {
      await checkShapes("reduce", tensor, strategy);
      return reduceOne(tensor, op, strategy, (wide) => strategy.reduce(wide, op, dst));
    });
  }

  /**
   * This process's share of a list: consecutive items, the first processes one more where it does not divide evenly.
   *
   * @param items - the same on every process.
   */
  splitBetweenProcesses<T>(items: readonly T[]): T[] {
    const { worldSize, globalRank: rank } = this.#strategy;
    const each = Math.floor(items.length / worldSize);
    const more = items.length % worldSize;
    const start = rank * each + Math.min(rank, more);
    return items.slice(start, start + each + (rank < more ? 1 : 0));
  }

  /** Runs `fn` on rank 0 first (of each machine, with `local`), then on the others. */
  async rankZeroFirst<T>(
    fn: () => T | Promise<T>,
    { local = false }: { local?: boolean | undefined } = {},
  ): Promise<T> {
    if (typeof fn !== "function")
      throw new FabricError(
        "FABRIC_USAGE_CONTEXT",
        `rankZeroFirst: expected a function but received ${typeof fn}.`,
      );
    const rank = local ? this.localRank : this.globalRank;
    return this.#strategy.rankZeroFirst(rank === 0, fn);
  }

  /** Moves a module in place, or everything that has `to(device)` in a collection. */
  toDevice<T>(value: T): T {
    const module = unwrapOne(value, true);
    if (!(module instanceof nn.Module)) return moveToDevice(value, this.device);
    this.#accelerator.setupDevice?.(this.device);
    module.to(this.device);
    return value;
  }

  /** Prints once per machine. */
  print(...values: unknown[]): void {
    if (this.localRank === 0) console.log(...values);
  }

  // -- callbacks and logging -----------------------------------------------------------------------------------

  /** Calls the method `hook` of each callback that has one, with the payload. */
  call(hook: string, payload?: unknown): void {
    callHook(this.#callbacks, hook, payload);
  }

  /** Records one number. */
  log(name: string, value: unknown, step?: number): void {
    this.logDict({ [name]: value }, step);
  }

  /** Records numbers by name with every logger, on rank 0. One-element tensors are read, which may wait for the device. */
  logDict(values: Record<string, unknown>, step?: number): void {
    const metrics = toMetrics(values);
    if (!this.isGlobalZero) return;
    for (const logger of this.#loggers) logger.logMetrics(metrics, step);
  }

  /** Seeds every generator; see {@link seedEverything}. */
  static seedEverything(seed?: number | null, options?: SeedOptions): number {
    return seedEverything(seed, options);
  }

  // -- wrappers and the end ------------------------------------------------------------------------------------

  /** Whether a module, optimizer or loader was set up by a Fabric. */
  isWrapped(value: unknown): boolean {
    return isWrapped(value);
  }

  /** What is behind wrappers, also in collections: the forward module (or the user's, with `original`), the raw optimizer or loader. */
  unwrap<T>(value: T, { original = false }: { original?: boolean | undefined } = {}): T {
    return mapLeaves(value, (leaf) => unwrapOne(leaf, original)) as T;
  }

  /** Releases what the strategy and the precision plugin hold. */
  teardown(): void {
    this.#strategy.teardown();
  }

  /** `await using fabric = new Fabric(...)`: {@link teardown} at the end of the block. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.teardown();
  }

  /** Throws unless the processes exist, where the strategy needs them first. @internal */
  protected requireLaunch(method: string): void {
    if (!this.#launched && this.#strategy.requiresLaunch)
      throw notLaunched(method, this.#strategy.name);
  }

  /** Adds a callback, once. @internal */
  protected addCallback(callback: Callback): void {
    if (!this.#callbacks.includes(callback)) this.#callbacks.push(callback);
  }

  async #start(): Promise<void> {
    await this.#strategy.launch(this.#layout);
    await this.#strategy.setupEnvironment();
    this.#launched = true;
  }

  /** A subclass's `run` launches first. */
  #wrapRun(): void {
    const { run } = this as { run?: unknown };
    if (typeof run !== "function") return;
    if (startedByCli()) {
      throw new FabricError(
        "FABRIC_USAGE_LAUNCH",
        "A subclass of Fabric that defines run() cannot be started by `fabric run`. Start the script with node, or take run() away.",
      );
    }
    const launched = (...args: unknown[]): Promise<unknown> =>
      this.launch(
        (_fabric, ...rest: unknown[]) => Reflect.apply(run, this, rest) as unknown,
        ...args,
      );
    Object.defineProperty(this, "run", { value: launched, writable: true, configurable: true });
  }
}

const OPTION_NAMES = [
  "accelerator",
  "strategy",
  "devices",
  "numNodes",
  "precision",
  "plugins",
  "callbacks",
  "loggers",
] as const;

function checkOptionNames(options: object): void {
  for (const name of Object.keys(options)) {
    if ((OPTION_NAMES as readonly string[]).includes(name)) continue;
    throw new FabricError(
      "FABRIC_CONFIG_OPTION",
      `new Fabric: unknown option \`${name}\`. Known: ${OPTION_NAMES.join(", ")}.`,
    );
  }
}
