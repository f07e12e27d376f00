import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import * as torch from "@fabric/torch";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { freePort } from "../support/processes.js";

const { FileStore, PrefixStore, TCPStore } = torch.distributed;
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fabric-store-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const makers: [string, () => torch.distributed.Store][] = [
  ["TCPStore", () => new TCPStore({ host: "127.0.0.1", port: 0, isMaster: true, timeoutMs: 5000 })],
  ["FileStore", () => new FileStore({ path: join(folder, "file"), timeoutMs: 5000 })],
  [
    "PrefixStore",
    () => new PrefixStore("a", new FileStore({ path: join(folder, "prefix"), timeoutMs: 5000 })),
  ],
];

describe.each(makers)("%s", (_, make) => {
  test("holds bytes and counters", async () => {
    using store = make();
    await store.set("text", "grüße");
    expect(await store.getText("text")).toBe("grüße");
    const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
    await store.set("bytes", bytes);
    expect(await store.get("bytes")).toEqual(bytes);
    await store.set("empty", "");
    expect(await store.get("empty")).toEqual(new Uint8Array());
    expect(await store.add("n", 2)).toBe(2);
    expect(await store.add("n", -5)).toBe(-3);
    expect(await store.check(["text", "n"])).toBe(true);
    expect(await store.check(["text", "none"])).toBe(false);
    expect(text(await store.compareSet("text", "other", "new"))).toBe("grüße");
    expect(text(await store.compareSet("text", "grüße", "new"))).toBe("new");
    expect(await store.numKeys()).toBeGreaterThanOrEqual(4);
    expect(await store.deleteKey("text")).toBe(true);
    expect(await store.check(["text"])).toBe(false);
  });

  test("whoever waits for a key does not keep others from writing it", async () => {
    using store = make();
    const waits = [store.get("later"), store.wait(["later", "latest"]).then(() => "both")];
    await new Promise((resolve) => setTimeout(resolve, 50));
    await store.set("later", "x");
    await store.set("latest", "y");
    expect(await Promise.all(waits)).toEqual([new TextEncoder().encode("x"), "both"]);
  });

  test("a key that does not come is a time-out", async () => {
    using store = make();
    await expect(store.get("never", 50)).rejects.toMatchObject({
      code: "FABRIC_DISTRIBUTED_TIMEOUT",
      message: expect.stringContaining('Store.get("never" (string))'),
    });
  });

  test("a closed one is refused", async () => {
    const store = make();
    await store.ready();
    store.close();
    await expect(store.set("a", "b")).rejects.toMatchObject({ code: "FABRIC_USAGE_STORE_CLOSED" });
  });
});

test("clients reach the server of another store, prefixes keep keys apart", async () => {
  using server = new TCPStore({ host: "127.0.0.1", port: 0, isMaster: true });
  await server.ready();
  expect(server.port).toBeGreaterThan(0);
  using client = new TCPStore({ host: "127.0.0.1", port: server.port, isMaster: false });
  using a = new PrefixStore("a", client);
  using b = new PrefixStore("b", client);
  await a.set("key", "of a");
  await b.set("key", "of b");
  expect(await server.getText("a/key")).toBe("of a");
  expect(await b.getText("key")).toBe("of b");
});

test("a port in use, a server that is not there and a bad port are told apart", async () => {
  using server = new TCPStore({ host: "127.0.0.1", port: 0, isMaster: true });
  const { port } = await server.ready();
  await expect(
    new TCPStore({ host: "127.0.0.1", port, isMaster: true }).ready(),
  ).rejects.toMatchObject({
    code: "FABRIC_CONFIG_PORT_IN_USE",
  });
  const free = await freePort();
  const options = { host: "127.0.0.1", port: free, isMaster: false, timeoutMs: 300 };
  await expect(new TCPStore(options).ready()).rejects.toMatchObject({
    code: "FABRIC_DISTRIBUTED_TIMEOUT",
  });
  expect(() => new TCPStore({ host: "127.0.0.1", port: 70_000, isMaster: false })).toThrow(
    expect.objectContaining({ code: "FABRIC_CONFIG_DISTRIBUTED" }),
  );
});
