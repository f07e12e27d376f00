// Key-value stores that processes meet in.
import { FabricError, show } from "../errors.js";
import { tensorFromBytes } from "../mapped-file.js";
import type { Tensor } from "../tensor.js";
import { channelId } from "./channel.js";
import { failure } from "./failure.js";
import { Job, type JobResult } from "./job.js";
import { callNative } from "./library.js";

/** What a store holds: text is stored as UTF-8. */
export type StoreValue = string | Uint8Array;

/** Milliseconds that a store waits for a key unless told otherwise. */
const DEFAULT_TIMEOUT_MS = 300_000;

/** A store of c10d. Every method asks it on another thread, in the order of the calls unless they wait. */
export abstract class Store implements Disposable {
  /** How long `get` and `wait` wait, and how long connecting may take. */
  readonly timeoutMs: number;
  readonly #made: Promise<number>;
  #id: number | undefined;
  #closed = false;

  /** @internal */
  protected constructor(made: Promise<number>, timeoutMs: number) {
    this.timeoutMs = timeoutMs;
    this.#made = made.then((id) => {
      this.#id = id;
      if (this.#closed) callNative<void>("store_free", id);
      return id;
    });
    // Whoever uses the store gets the error; nobody has to.
    this.#made.catch(() => {});
  }

  /**
   * Resolves once the store can be used. Other methods wait for it themselves.
   *
   * @throws FabricError `FABRIC_DISTRIBUTED_TIMEOUT`, `FABRIC_DISTRIBUTED_PEER_LOST`, `FABRIC_CONFIG_PORT_IN_USE`.
   */
  async ready(): Promise<this> {
    await this.#made;
    return this;
  }

  /** The native store. @internal */
  async nativeId(): Promise<number> {
    const id = await this.#made;
    if (this.#closed)
      throw new FabricError("FABRIC_USAGE_STORE_CLOSED", "the store was closed; make another one.");
    return id;
  }

  /** The TCP port of the server that the store talks to; 0 for one without, or before {@link ready}. */
  get port(): number {
    return this.#id === undefined ? 0 : callNative("store_port", this.#id);
  }

  /** Writes a value, also over another. */
  async set(key: string, value: StoreValue): Promise<void> {
    await this.#ask(`set(${show(key)})`, "store_set", [key, tensorOf(value)], () => {});
  }
  /** A value as bytes; waits until the key exists. @param timeoutMs - default the store's. @throws FabricError `FABRIC_DISTRIBUTED_TIMEOUT`. */
  async get(key: string, timeoutMs: number = this.timeoutMs): Promise<Uint8Array> {
    return this.#ask(`get(${show(key)})`, "store_get", [key, timeoutMs], bytesOf);
  }
  /** {@link get} as text. */
  async getText(key: string, timeoutMs: number = this.timeoutMs): Promise<string> {
    return new TextDecoder().decode(await this.get(key, timeoutMs));
  }
  /** Adds to a counter, 0 at first. @returns its new value. */
  async add(key: string, amount: number): Promise<number> {
    return this.#ask(`add(${show(key)})`, "store_add", [key, amount], numberOf);
  }
  /** Waits until all keys exist. @throws FabricError `FABRIC_DISTRIBUTED_TIMEOUT`. */
  async wait(keys: readonly string[], timeoutMs: number = this.timeoutMs): Promise<void> {
    await this.#ask(`wait(${show(keys)})`, "store_wait", [keys, timeoutMs], () => {});
  }
  /** Whether all keys exist. */
  async check(keys: readonly string[]): Promise<boolean> {
    return this.#ask(`check(${show(keys)})`, "store_check", [keys], (r) => r.number === 1);
  }
  /**
   * Writes `desired` if the value is `expected`, or if there is none and `expected` is empty.
   *
   * @returns the value that the key has then.
   */
  async compareSet(key: string, expected: StoreValue, desired: StoreValue): Promise<Uint8Array> {
    const args = [key, tensorOf(expected), tensorOf(desired)];
    return this.#ask(`compareSet(${show(key)})`, "store_compare_set", args, bytesOf);
  }
  /** @returns whether the key was there. */
  async deleteKey(key: string): Promise<boolean> {
    return this.#ask(`deleteKey(${show(key)})`, "store_delete", [key], (r) => r.number === 1);
  }
  /** Number of keys, with a few of the store's own. */
  async numKeys(): Promise<number> {
    return this.#ask("numKeys()", "store_num_keys", [], numberOf);
  }

  /** Lets the connection go, and with it the server in the process that has it. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#id !== undefined) callNative<void>("store_free", this.#id);
  }
  /** As {@link close}. */
  [Symbol.dispose](): void {
    this.close();
  }

  async #ask<T>(
    what: string,
    operator: string,
    args: readonly unknown[],
    finish: (result: JobResult) => T,
  ): Promise<T> {
    const id = await this.nativeId();
    const job = callNative(operator, channelId(), id, ...args);
    return new Job(job, finish, (kind, text) =>
      failure(`${this.constructor.name}.${what}`, kind, text),
    ).promise();
  }
}

const numberOf = (result: JobResult): number => result.number;
const bytesOf = (result: JobResult): Uint8Array => result.bytes ?? new Uint8Array();

function tensorOf(value: StoreValue): Tensor {
  const bytes = typeof value === "string" ? new TextEncoder().encode(value) : value;
  return tensorFromBytes(bytes, "uint8", [bytes.byteLength]);
}

function made(what: string, operator: string, args: readonly unknown[]): Promise<number> {
  const job = callNative(operator, channelId(), ...args);
  return new Job(job, numberOf, (kind, text) => failure(what, kind, text)).promise();
}

/** Options of a {@link TCPStore}. */
export interface TCPStoreOptions {
  /** Where the server listens. */
  host: string;
  /** Its port; with `isMaster`, 0 chooses a free one, see {@link Store.port}. */
  port: number;
  /** Whether this process has the server; exactly one has. */
  isMaster: boolean;
  /** With it the master waits until this many processes have connected. */
  worldSize?: number;
  /** Default 300,000. */
  timeoutMs?: number;
}

/** A store in the memory of one process, reached over TCP. The server listens on all of its machine's addresses, without a password. */
export class TCPStore extends Store {
  constructor(options: TCPStoreOptions) {
    const { host, port, isMaster, worldSize = 0, timeoutMs = DEFAULT_TIMEOUT_MS } = options;
    if (!Number.isInteger(port) || port < 0 || port > 65_535)
      throw new FabricError(
        "FABRIC_CONFIG_DISTRIBUTED",
        `TCPStore: port is ${show(port)}; expected an integer from 0 to 65535.`,
      );
    const args = [host, port, isMaster, worldSize, worldSize > 0, timeoutMs];
    super(made(`TCPStore at ${host}:${port}`, "store_tcp", args), timeoutMs);
  }
}

/** Options of a {@link FileStore}. */
export interface FileStoreOptions {
  /** A file that all processes reach; it should not exist before. */
  path: string;
  /** How many processes use it: the last one deletes it. Without it, it stays. */
  worldSize?: number;
  /** Default 300,000. */
  timeoutMs?: number;
}

/** A store in a file of a shared file system that has locks. */
export class FileStore extends Store {
  constructor(options: FileStoreOptions) {
    const { path, worldSize = -1, timeoutMs = DEFAULT_TIMEOUT_MS } = options;
    super(made(`FileStore at ${path}`, "store_file", [path, worldSize, timeoutMs]), timeoutMs);
  }
}

/** Another store, with a prefix before every key. */
export class PrefixStore extends Store {
  constructor(prefix: string, store: Store) {
    super(
      store.nativeId().then((id) => callNative("store_prefix", prefix, id)),
      store.timeoutMs,
    );
  }
}
