// A port of this machine that nobody listens on.

import { type AddressInfo, createServer } from "node:net";

/** Asks the system for one. It may be taken again before it is used. @internal */
export function freePort(): number {
  const server = createServer();
  // A failure to listen shows in the missing address.
  server.on("error", () => {});
  // Without a host there is no name to look up, and the port is bound when listen returns.
  server.listen({ port: 0, exclusive: true });
  const address = server.address() as AddressInfo | null;
  server.close();
  if (address !== null) return address.port;
  throw new Error("The system gave no free port.");
}
