// Types of torch.distributed that callers rely on.
import * as torch from "@fabric/torch";

const d = torch.distributed;
declare const t: torch.Tensor;

const done: PromiseLike<void> = d.allReduce(t, { op: "avg" });
await done;
const group: torch.distributed.ProcessGroup | null = await d.newGroup([0, 1]);
if (group !== null) await d.broadcast(t, 0, { group });
const source: number = await d.recv(t, null, { tag: 1 }).source();
void source;
const value: { a: number } = await d.broadcastObject({ a: 1 }, 0);
void value;
const gathered: string[] | null = await d.gatherObject("x", 0);
void gathered;

// @ts-expect-error an unknown reduction
void d.allReduce(t, { op: "mean" });
// @ts-expect-error null is no group
void d.barrier({ group });
// @ts-expect-error a destination is needed
void d.reduce(t);
