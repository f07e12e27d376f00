// The loader that `fabric.setupDataLoaders` returns: tells the sampler its epoch and moves batches to the device.

import { moveToDevice } from "../collections.js";
import type { Device, data } from "../torch.js";
import { BoundMethods, WRAPPED, type Wrapped } from "./wrapped.js";

/** What a loader set up by Fabric has besides the members of its own class. */
export interface FabricDataLoader {
  /** Where batches are moved, or null if they stay. */
  readonly device: Device | null;
}

type Loader = data.DataLoader<unknown, unknown>;

interface EpochAware {
  setEpoch?(epoch: number): void;
  readonly sampler?: EpochAware | undefined;
}

/** Wraps a loader. `loader.device` is null with `moveToDevice: false`. @internal */
export function wrapLoader<L extends Loader>(
  loader: L,
  device: Device | null,
): FabricDataLoader & L {
  const handler = new LoaderHandler(loader, device);
  const proxy = new Proxy(loader, handler as ProxyHandler<L>) as FabricDataLoader & L;
  handler.proxy = proxy;
  return proxy;
}

class LoaderHandler implements ProxyHandler<Loader> {
  proxy!: object;
  readonly #device: Device | null;
  readonly #methods: BoundMethods;
  readonly #wrapped: Wrapped;
  readonly #iterate: () => AsyncGenerator<unknown, void, undefined>;
  readonly #loadStateDict: (state: { epoch?: unknown }) => void;
  /** Number of the next epoch. */
  #epoch = 0;

  constructor(loader: Loader, device: Device | null) {
    this.#device = device;
    this.#methods = new BoundMethods(loader, () => this.proxy);
    this.#wrapped = { kind: "loader", loader: loader as data.DataLoader<unknown> };
    const iterate = async function* (
      handler: LoaderHandler,
    ): AsyncGenerator<unknown, void, undefined> {
      setEpoch(loader, handler.#epoch++);
      for await (const batch of loader) yield device === null ? batch : moveToDevice(batch, device);
    };
    this.#iterate = () => iterate(this);
    this.#loadStateDict = (state) => {
      loader.loadStateDict(state as Parameters<Loader["loadStateDict"]>[0]);
      // A resumed epoch has the number that it had.
      if (typeof state?.epoch === "number") this.#epoch = state.epoch;
    };
  }

  get(_target: Loader, key: PropertyKey): unknown {
    if (key === Symbol.asyncIterator) return this.#iterate;
    if (key === "device") return this.#device;
    if (key === "loadStateDict") return this.#loadStateDict;
    if (key === WRAPPED) return this.#wrapped;
    return this.#methods.read(key);
  }

  set(target: Loader, key: PropertyKey, value: unknown): boolean {
    return Reflect.set(target, key, value, target);
  }

  has(target: Loader, key: PropertyKey): boolean {
    return key === WRAPPED || key === "device" || Reflect.has(target, key);
  }
}

/** Tells the sampler, the batch sampler and the batch sampler's own sampler, each once. */
function setEpoch(loader: Loader, epoch: number): void {
  const { sampler, batchSampler } = loader as unknown as {
    sampler?: EpochAware;
    batchSampler?: EpochAware;
  };
  const told = new Set<EpochAware>();
  for (const candidate of [sampler, batchSampler, batchSampler?.sampler]) {
    if (candidate === undefined || told.has(candidate)) continue;
    told.add(candidate);
    candidate.setEpoch?.(epoch);
  }
}
