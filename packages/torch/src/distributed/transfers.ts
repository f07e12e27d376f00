// Between two ranks.
import { show } from "../errors.js";
import type { Tensor } from "../tensor.js";
import { channelId } from "./channel.js";
import { groupFor } from "./group.js";
import { callNative } from "./library.js";
import { type CollectiveOptions, explainer, requireServed, requireTensor, usage } from "./start.js";
import { Work } from "./work.js";

/** Options of {@link send} and {@link recv}. */
export interface TransferOptions extends CollectiveOptions {
  /** Matches a send with a receive; default 0. Those of one tag arrive in order. NCCL has no other. */
  tag?: number;
}

/**
 * Sends a tensor to one rank.
 *
 * @param dst - a global rank.
 * @throws FabricError `FABRIC_USAGE_RANK`, `FABRIC_USAGE_COLLECTIVE`, `FABRIC_DISTRIBUTED_NOT_INITIALIZED`.
 */
export function send(tensor: Tensor, dst: number, options: TransferOptions = {}): Work {
  requireTensor("send", "tensor", tensor);
  const group = groupFor(options.group, "send");
  const to = group.rankOf(dst, "send");
  if (to === group.rank) throw usage("send", `rank ${dst} is this process; expected another one.`);
  const tag = tagOf("send", options);
  requireServed("send", group, [tensor]);
  requireForNccl("send", tensor, tag, to);
  const job = callNative("send", channelId(), group.nativeId(), tensor, to, tag);
  return new Work(job, explainer(`send to rank ${dst}`, group));
}

/** A {@link recv} under way. */
export class RecvWork extends Work {
  readonly #source: (rank: number) => number;

  /** @internal */
  constructor(id: number, explain: ReturnType<typeof explainer>, source: (rank: number) => number) {
    super(id, explain);
    this.#source = source;
  }

  /** The global rank that the tensor came from, once it is there. */
  async source(): Promise<number> {
    return this.#source(await this.number());
  }
}

/**
 * Receives a tensor from one rank.
 *
 * @param tensor - written; shape and dtype of what is sent.
 * @param src - a global rank, or null for whoever sends first, which NCCL cannot do.
 * @throws FabricError `FABRIC_USAGE_RANK`, `FABRIC_USAGE_COLLECTIVE`, `FABRIC_DISTRIBUTED_NOT_INITIALIZED`.
 */
export function recv(
  tensor: Tensor,
  src: number | null = null,
  options: TransferOptions = {},
): RecvWork {
  requireTensor("recv", "tensor", tensor);
  const group = groupFor(options.group, "recv");
  const from = src === null ? -1 : group.rankOf(src, "recv");
  if (from === group.rank)
    throw usage("recv", `rank ${src} is this process; expected another one.`);
  const tag = tagOf("recv", options);
  requireServed("recv", group, [tensor]);
  requireForNccl("recv", tensor, tag, from);
  const job = callNative("recv", channelId(), group.nativeId(), tensor, from, tag);
  const what = src === null ? "recv from any rank" : `recv from rank ${src}`;
  return new RecvWork(job, explainer(what, group), (rank) => group.ranks[rank] as number);
}

/** NCCL matches transfers by their order alone. */
function requireForNccl(what: string, tensor: Tensor, tag: number, rank: number): void {
  if (tensor.device === "cpu") return;
  if (tag !== 0)
    throw usage(
      what,
      `tag is ${tag}; NCCL has no tags: leave it out, or move the tensor on the CPU.`,
    );
  if (rank < 0)
    throw usage(what, "src is null; NCCL receives from a rank that is named: pass one.");
}

function tagOf(what: string, options: TransferOptions): number {
  const tag = options.tag ?? 0;
  if (Number.isInteger(tag) && tag >= 0 && tag < 2 ** 31) return tag;
  throw usage(what, `tag is ${show(options.tag)}; expected an integer from 0 to 2147483647.`);
}
