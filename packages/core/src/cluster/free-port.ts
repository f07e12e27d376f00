// A port of this machine that nobody listens on.

import { type AddressInfo, createServer } from "node:net";

const LAST_PORT = 65535;

/** Asks the system for one. It may be taken again before it is used. @internal */
export function freePort(): number {
  const port = listenOn(0);
  if (port !== null) return port;
  throw new Error("The system gave no free port.");
}

/** The first free port from `first` on; after the last, one that the system chooses. @internal */
export function freePortFrom(first: number): number {
  for (let port = first; port <= LAST_PORT; port++) if (listenOn(port) !== null) return port;
  return freePort();
}

/** The port, if it could be had; 0 is any. */
function listenOn(port: number): number | null {
  const server = createServer();
  // A failure to listen shows in the missing address.
  server.on("error", () => {});
  // Without a host there is no name to look up, and the port is bound when listen returns.
  server.listen({ port, exclusive: true });
  const address = server.address() as AddressInfo | null;
  server.close();
  return address === null ? null : address.port;
}
