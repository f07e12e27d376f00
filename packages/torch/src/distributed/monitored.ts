// The barrier that names who is absent.
import { channelId } from "./channel.js";
import { groupFor } from "./group.js";
import { timeoutOf } from "./init.js";
import { Job } from "./job.js";
import { callNative } from "./library.js";
import { type CollectiveOptions, explainer } from "./start.js";

/** Options of {@link monitoredBarrier}. */
export interface MonitoredBarrierOptions extends CollectiveOptions {
  /** Default the group's. */
  timeoutMs?: number;
  /** Whether the message names every rank that did not come, not only the first; default false. */
  waitAllRanks?: boolean;
}

/**
 * A barrier through the store, which works also where a collective would hang.
 *
 * @throws FabricError `FABRIC_CONFIG_DISTRIBUTED` for a time-out that is none, `FABRIC_DISTRIBUTED_TIMEOUT` on every rank that came, naming who did not; `FABRIC_DISTRIBUTED_PEER_LOST` if the store is gone.
 */
export async function monitoredBarrier(options: MonitoredBarrierOptions = {}): Promise<void> {
  const group = groupFor(options.group, "monitoredBarrier");
  const { waitAllRanks = false } = options;
  const timeoutMs = timeoutOf(options.timeoutMs ?? group.timeoutMs, "monitoredBarrier");
  const sequence = ++group.meetings;
  const id = group.nativeId();
  const job = callNative("monitored_barrier", channelId(), id, sequence, timeoutMs, waitAllRanks);
  await new Job(job, () => {}, explainer("monitoredBarrier", group)).within(timeoutMs);
}
