// Where processes meet: rank, size and a store from options and variables.
import { fileURLToPath } from "node:url";

import { FabricError, show } from "../errors.js";
import { FileStore, type Store, TCPStore } from "./store.js";

/** What {@link rendezvous} goes by. */
export interface MeetingOptions {
  initMethod?: string;
  store?: Store;
  rank?: number;
  worldSize?: number;
  timeoutMs: number;
}

/** A place to meet. */
export interface MeetingPlace {
  rank: number;
  worldSize: number;
  store: Store;
  /** Whether the store was made here. */
  owned: boolean;
  /** Whether rank 0 makes a new server at the same address when all join again. */
  canReturn: boolean;
  /** The loopback address that all processes meet at, "" if they may be on several machines. */
  loopback: string;
}

/** @throws FabricError `FABRIC_CONFIG_DISTRIBUTED` for what is missing or wrong. */
export function rendezvous(options: MeetingOptions): MeetingPlace {
  const worldSize = numberFrom("worldSize", options.worldSize, "WORLD_SIZE", 1);
  const rank = numberFrom("rank", options.rank, "RANK", 0);
  if (rank >= worldSize)
    throw wrong(`rank is ${rank} and worldSize ${worldSize}; ranks go from 0 to worldSize - 1.`);
  if (options.store !== undefined)
    return { rank, worldSize, store: options.store, owned: false, canReturn: false, loopback: "" };
  const { timeoutMs } = options;
  const place = placeOf(options.initMethod ?? "env://");
  if ("path" in place) {
    const store = new FileStore({ path: place.path, worldSize, timeoutMs });
    return { rank, worldSize, store, owned: true, canReturn: false, loopback: "" };
  }
  const { host, port } = place;
  const store = new TCPStore({ host, port, isMaster: rank === 0, timeoutMs });
  return {
    rank,
    worldSize,
    store,
    owned: true,
    canReturn: true,
    loopback: isLoopback(host) ? host : "",
  };
}

function placeOf(method: string): { host: string; port: number } | { path: string } {
  if (method === "env://") {
    const host = process.env["MASTER_ADDR"];
    if (!host)
      throw wrong(
        "the environment variable MASTER_ADDR is not set; set it to the address of rank 0 (127.0.0.1 on one machine), or start the processes with `fabric run`.",
      );
    return { host, port: numberFrom("port", undefined, "MASTER_PORT", 1) };
  }
  let url: URL;
  try {
    url = new URL(method);
  } catch {
    throw unknownMethod(method);
  }
  if (url.protocol === "file:") return { path: fileURLToPath(url) };
  if (url.protocol !== "tcp:" || url.port === "") throw unknownMethod(method);
  return { host: url.hostname.replace(/^\[|\]$/g, ""), port: Number(url.port) };
}

function unknownMethod(method: string): FabricError {
  return wrong(
    `initMethod is ${show(method)}; expected "env://", "tcp://host:port" or "file:///path".`,
  );
}

function numberFrom(
  name: string,
  given: number | undefined,
  variable: string,
  least: number,
): number {
  if (given === undefined && !process.env[variable])
    throw wrong(
      `the environment variable ${variable} is not set; set it in every process, pass it as an option, or start the processes with \`fabric run\`.`,
    );
  const value = given ?? Number(process.env[variable]);
  if (Number.isInteger(value) && value >= least) return value;
  const source = given === undefined ? variable : name;
  throw wrong(
    `${source} is ${show(given ?? process.env[variable])}; expected an integer of at least ${least}.`,
  );
}

export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || host.startsWith("127.");
}

function wrong(text: string): FabricError {
  return new FabricError("FABRIC_CONFIG_DISTRIBUTED", `initProcessGroup: ${text}`);
}
