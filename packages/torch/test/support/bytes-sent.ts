// Bytes on the wire.
import { execFileSync } from "node:child_process";

/** Bytes that this process's TCP sockets have handed over, as the kernel counts them. */
export function bytesSent(): number {
  const text = execFileSync("ss", ["-tinpH"], { encoding: "utf8" });
  let sum = 0;
  for (const [, socket = "", info = ""] of text.matchAll(/^(\S.*)\n(\s.*)$/gm)) {
    if (!socket.includes(`pid=${process.pid},`)) continue;
    // What the kernel sent twice, when a machine is busy, is not what the program sent.
    sum += Number(/bytes_sent:(\d+)/.exec(info)?.[1] ?? 0);
    sum -= Number(/bytes_retrans:(\d+)/.exec(info)?.[1] ?? 0);
  }
  return sum;
}
