// Turns options, environment and plugins into accelerator, strategy and precision, or throws: once per Fabric.

import { type CheckpointIO, FileCheckpointIO } from "../checkpoint/checkpoint-io.js";
import { checkLayout } from "../cluster/check-layout.js";
import type { ClusterEnvironment, ProcessLayout } from "../cluster/cluster-environment.js";
import { detectCluster } from "../cluster/detect.js";
import { warnOnce } from "../messages.js";
import type { Precision } from "../precision.js";
import { registry } from "../registry.js";
import { ParallelStrategy } from "../strategy/parallel.js";
import { SingleDeviceStrategy } from "../strategy/single-device.js";
import { isStrategy, type Strategy, type StrategyFactory } from "../strategy/strategy.js";
import { type Device, FabricError } from "../torch.js";
import {
  type Accelerator,
  type AcceleratorName,
  checkAccelerator,
  checkMps,
  resolveAccelerator,
} from "./accelerator.js";
import { BUILT_IN } from "./built-in-strategies.js";
import { checkDevices, checkNumNodes, type DevicesOption, resolveDevices } from "./devices.js";
import { applyEnvironment } from "./environment.js";
import { hardwareOf } from "./hardware.js";
import { type Plugin, sortPlugins } from "./plugins-option.js";
import { checkHardware, precisionOnDevice } from "./precision-on-device.js";
import { type PrecisionSource, type PrecisionValue, resolvePrecision } from "./precision-values.js";
import { carriedAccelerator, checkStrategyConflicts } from "./strategy-conflicts.js";
import { checkStrategy } from "./strategy-names.js";

/** What the connector reads of the constructor's options. */
export interface ConnectorOptions {
  /** Device family; default `"auto"`. */
  accelerator?: AcceleratorName | Accelerator | undefined;
  /** `"auto"`, a registered name (any case), or a Strategy; default `"auto"`. */
  strategy?: string | Strategy | undefined;
  /** Devices of this machine; default `"auto"`. */
  devices?: DevicesOption | undefined;
  /** Number of machines; default 1. */
  numNodes?: number | undefined;
  /** Precision alias, or `"auto"` to have one chosen by the hardware; `"32-true"` unless a plugin says otherwise. */
  precision?: PrecisionValue | undefined;
  /** At most one each of Precision, CheckpointIO and ClusterEnvironment. */
  plugins?: Plugin | readonly Plugin[] | null | undefined;
}

/** What the connector decided. @internal */
export interface Connection {
  readonly accelerator: Accelerator;
  readonly strategy: Strategy;
  readonly checkpointIO: CheckpointIO;
  readonly clusterEnvironment: ClusterEnvironment;
  readonly layout: ProcessLayout;
}

/**
 * Checks the options in a fixed order, so that the first wrong one is the one reported, and ties the parts together: variables,
 * strategy name, accelerator name, precision value, plugins, what a Strategy brings along, devices and machines; then what is
 * there: accelerator, devices, processes, strategy, precision. @internal
 */
export function connect(given: ConnectorOptions): Connection {
  const options = applyEnvironment({
    accelerator: given.accelerator,
    strategy: given.strategy,
    devices: given.devices,
    numNodes: given.numNodes,
    precision: given.precision ?? undefined,
  });
  const strategyOption = checkStrategy(options.strategy ?? "auto");
  const acceleratorOption = checkAccelerator(
    options.accelerator === undefined ? "auto" : options.accelerator,
  );
  checkMps(strategyOption, acceleratorOption);
  const source = options.precision === undefined ? null : resolvePrecision(options.precision);
  const plugins = sortPlugins(given.plugins);
  if (plugins.precision !== undefined && options.precision !== undefined) {
    throw new FabricError(
      "FABRIC_CONFIG_CONFLICT",
      `Both \`precision: ${JSON.stringify(options.precision)}\` and a Precision in \`plugins\` (${plugins.precision.precision}) were given. Keep one of them.`,
    );
  }
  const object = isStrategy(strategyOption) ? strategyOption : null;
  const { precision } = options;
  if (object !== null)
    checkStrategyConflicts(object, { accelerator: acceleratorOption, precision, plugins });
  checkDevices(options.devices ?? "auto");
  checkNumNodes(options.numNodes ?? 1);
  const carried = object === null ? null : carriedAccelerator(object, acceleratorOption);
  const accelerator = carried ?? resolveAccelerator(acceleratorOption);
  const devices = resolveDevices((options.devices ?? "auto") as DevicesOption, accelerator);
  const numNodes = (options.numNodes ?? 1) as number;
  const layout = {
    devices: localProcesses(devices, options.devices, wantsSeveral(strategyOption)),
    numNodes,
  };
  const clusterEnvironment = detectCluster(
    object?.own.clusterEnvironment ?? plugins.clusterEnvironment,
    layout,
  );
  checkLayout(clusterEnvironment, layout, object !== null && countsItself(object));
  const strategy = makeStrategy(strategyOption, layout, {
    accelerator,
    devices,
    numNodes,
    clusterEnvironment,
  });
  const parts = {
    accelerator,
    clusterEnvironment,
    precision: choosePrecision(strategy, plugins.precision, source, accelerator),
  };
  strategy.connect(parts);
  return {
    accelerator,
    strategy,
    checkpointIO: strategy.own.checkpointIO ?? plugins.checkpointIO ?? new FileCheckpointIO(),
    clusterEnvironment,
    layout,
  };
}

function choosePrecision(
  strategy: Strategy,
  plugin: Precision | undefined,
  source: PrecisionSource | null,
  accelerator: Accelerator,
): Precision {
  const environment = { accelerator: accelerator.name, device: strategy.rootDevice };
  const hardware = hardwareOf(accelerator, strategy.rootDevice);
  const object = strategy.own.precision ?? plugin;
  if (object !== undefined) warnIfShared(object);
  const precision =
    object ??
    precisionOnDevice(source ?? resolvePrecision("32-true"), hardware).create(environment);
  precision.validate({ ...environment, strategy: strategy.name });
  checkHardware(precision.precision, hardware);
  return precision;
}

function warnIfShared(precision: Precision): void {
  const { inUse } = registry();
  if (inUse.has(precision)) {
    warnOnce(
      "FABRIC_USAGE_SHARED_PRECISION",
      `One precision plugin object (${precision.precision}) is given to two Fabrics, which then share its state, a loss scale for example. Make one for each.`,
    );
  }
  inUse.add(precision);
}

function makeStrategy(
  option: string | Strategy,
  layout: ProcessLayout,
  parts: Parameters<StrategyFactory>[0],
): Strategy {
  const { devices, numNodes, clusterEnvironment } = parts;
  const several = layout.devices > 1 || numNodes > 1;
  const name = option === "auto" && several ? "ddp" : option;
  const factory = isStrategy(name)
    ? undefined
    : (registry().strategies.get(name) ?? BUILT_IN.get(name));
  const made = factory?.(parts) ?? name;
  if (isStrategy(made)) made.useDevices(devices);
  if (factory !== undefined) return made as Strategy;
  // Each process that a launcher started has the device of its local rank.
  const device = devices[clusterEnvironment.localRank()] ?? devices[0] ?? "cpu";
  const strategy = isStrategy(option) ? option : new SingleDeviceStrategy({ device });
  if (!(strategy instanceof SingleDeviceStrategy)) return strategy;
  if (layout.devices > 1 && clusterEnvironment.createsProcessesExternally === false)
    throw new FabricError(
      "FABRIC_CONFIG_CONFLICT",
      `The strategy "${strategy.name}" drives one device, but \`devices\` asks for ${layout.devices}, and no launcher has started a process for each. Pass devices: 1, or start the script with fabric run --devices ${layout.devices}.`,
    );
  if (!strategy.hasDevice) strategy.useDevice(device);
  return strategy;
}

/** Processes on this machine. Without a word about devices it is one, unless the strategy is one of several processes: then all there are. */
function localProcesses(devices: readonly Device[], option: unknown, several: boolean): number {
  return !several && (option === undefined || option === "auto") ? 1 : devices.length;
}

function wantsSeveral(option: string | Strategy): boolean {
  return isStrategy(option) ? option instanceof ParallelStrategy : BUILT_IN.has(option);
}

/** Whether a strategy has its own idea of how many processes there are. */
function countsItself(strategy: Strategy): boolean {
  return strategy.own.clusterEnvironment === undefined && strategy.worldSize !== 1;
}
