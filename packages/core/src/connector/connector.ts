// Turns options, environment and plugins into accelerator, strategy and precision, or throws: once per Fabric.

import { type CheckpointIO, FileCheckpointIO } from "../checkpoint/checkpoint-io.js";
import type { ClusterEnvironment } from "../cluster/cluster-environment.js";
import { detectCluster } from "../cluster/detect.js";
import { warnOnce } from "../messages.js";
import type { Precision } from "../precision.js";
import { registry } from "../registry.js";
import { SingleDeviceStrategy } from "../strategy/single-device.js";
import { isStrategy, type Strategy, type StrategyFactory } from "../strategy/strategy.js";
import { type Device, FabricError } from "../torch.js";
import {
  type Accelerator,
  type AcceleratorName,
  checkAccelerator,
  resolveAccelerator,
} from "./accelerator.js";
import { checkHardware, resolveAuto } from "./auto-precision.js";
import { checkDevices, checkNumNodes, type DevicesOption, resolveDevices } from "./devices.js";
import { applyEnvironment } from "./environment.js";
import { type Plugin, sortPlugins } from "./plugins-option.js";
import {
  AUTO,
  type PrecisionSource,
  type PrecisionValue,
  precisionForDevice,
  resolvePrecision,
} from "./precision-values.js";
import { checkStrategy, unsupportedStrategy } from "./strategy-names.js";

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
  /** Precision alias; `"32-true"` unless a plugin says otherwise. */
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
  readonly devices: readonly Device[];
}

/** Checks the options in a fixed order, so that the first wrong one is the one reported, and ties the parts together. @internal */
export function connect(given: ConnectorOptions): Connection {
  const options = applyEnvironment({
    accelerator: given.accelerator,
    strategy: given.strategy,
    devices: given.devices,
    numNodes: given.numNodes,
    precision: given.precision ?? undefined,
  });
  const strategyOption = checkStrategy(options.strategy ?? "auto");
  const acceleratorOption = options.accelerator === undefined ? "auto" : options.accelerator;
  checkAccelerator(acceleratorOption);
  const source = options.precision === undefined ? null : resolvePrecision(options.precision);
  const plugins = sortPlugins(given.plugins);
  if (plugins.precision !== undefined && options.precision !== undefined) {
    throw new FabricError(
      "FABRIC_CONFIG_CONFLICT",
      `Both \`precision: ${JSON.stringify(options.precision)}\` and a Precision in \`plugins\` (${plugins.precision.precision}) were given. Keep one of them.`,
    );
  }
  if (isStrategy(strategyOption))
    checkStrategyConflicts(strategyOption, given, options.precision, plugins.precision);
  checkDevices(options.devices ?? "auto");
  checkNumNodes(options.numNodes ?? 1);
  const carried = isStrategy(strategyOption)
    ? (strategyOption.accelerator ?? acceleratorOfDevice(strategyOption, acceleratorOption))
    : null;
  const accelerator =
    carried ?? resolveAccelerator(acceleratorOption as AcceleratorName | Accelerator);
  const devices = resolveDevices((options.devices ?? "auto") as DevicesOption, accelerator);
  const numNodes = (options.numNodes ?? 1) as number;
  const layout = { devices: localProcesses(devices, options.devices), numNodes };
  const clusterEnvironment = detectCluster(plugins.clusterEnvironment, layout);
  const strategy = makeStrategy(
    strategyOption,
    { accelerator, devices, numNodes, clusterEnvironment },
    options.devices,
  );
  const device = strategy.rootDevice;
  const environment = { accelerator: accelerator.name, device };
  const precision = choosePrecision(strategy, plugins.precision, source, accelerator, device);
  precision.validate({ ...environment, strategy: strategy.name });
  checkHardware(precision.precision, accelerator, device);
  strategy.connect(accelerator, precision);
  return {
    accelerator,
    strategy,
    checkpointIO: plugins.checkpointIO ?? new FileCheckpointIO(),
    clusterEnvironment,
    devices,
  };
}

function choosePrecision(
  strategy: Strategy,
  plugin: Precision | undefined,
  source: PrecisionSource | null,
  accelerator: Accelerator,
  device: Device,
): Precision {
  const object = strategy.hasOwnPrecision ? strategy.precision : plugin;
  if (object === undefined) {
    const asked = source ?? resolvePrecision("32-true");
    const fixed = asked.alias === AUTO ? resolveAuto(accelerator, device) : asked;
    const chosen = precisionForDevice(fixed, accelerator.name);
    return chosen.create({ accelerator: accelerator.name, device });
  }
  const { inUse } = registry();
  if (inUse.has(object)) {
    warnOnce(
      "FABRIC_USAGE_SHARED_PRECISION",
      `One precision plugin object (${object.precision}) is given to two Fabrics, which then share its state, a loss scale for example. Make one for each.`,
    );
  }
  inUse.add(object);
  return object;
}

function makeStrategy(
  option: string | Strategy,
  parts: Parameters<StrategyFactory>[0],
  devicesOption: unknown,
): Strategy {
  const { devices, numNodes } = parts;
  const device = devices[0] ?? "cpu";
  if (isStrategy(option)) {
    if (option instanceof SingleDeviceStrategy && !option.hasDevice) option.useDevice(device);
    return option;
  }
  const factory = registry().strategies.get(option);
  if (factory !== undefined) return factory(parts);
  // Without a word about devices, one is used: taking all of them would need a strategy for several.
  const several = devices.length > 1 && devicesOption !== undefined && devicesOption !== "auto";
  if (option === "auto" && (several || numNodes > 1)) {
    const what = numNodes > 1 ? `${numNodes} machines` : `${devices.length} devices`;
    throw unsupportedStrategy(
      "ddp",
      `it is what "auto" means with ${what}, and several processes are not supported yet`,
    );
  }
  return new SingleDeviceStrategy({ device });
}

/** A strategy that names its device decides the family too. */
function acceleratorOfDevice(strategy: Strategy, option: unknown): Accelerator | null {
  if (!(strategy instanceof SingleDeviceStrategy) || !strategy.hasDevice) return null;
  const family = strategy.rootDevice.split(":")[0] ?? "cpu";
  if (typeof option === "string" && option !== "auto" && option !== "gpu" && option !== family) {
    throw conflict("device", strategy.rootDevice, `\`accelerator: "${option}"\``);
  }
  return typeof option === "string" ? resolveAccelerator(family as AcceleratorName) : null;
}

/** Processes on this machine: without a word about devices, one. */
function localProcesses(devices: readonly Device[], option: unknown): number {
  return option === undefined || option === "auto" ? 1 : devices.length;
}

function checkStrategyConflicts(
  strategy: Strategy,
  given: ConnectorOptions,
  precision: unknown,
  plugin: Precision | undefined,
): void {
  if (strategy.hasOwnPrecision && (precision !== undefined || plugin !== undefined)) {
    throw conflict(
      "precision",
      strategy.precision.precision,
      precision === undefined ? "a plugin" : JSON.stringify(precision),
    );
  }
  if (
    strategy.accelerator !== null &&
    given.accelerator !== undefined &&
    given.accelerator !== "auto"
  ) {
    throw conflict("accelerator", strategy.accelerator.name, JSON.stringify(given.accelerator));
  }
}

function conflict(what: string, own: string, outside: string): FabricError {
  return new FabricError(
    "FABRIC_CONFIG_CONFLICT",
    `The Strategy object already has its own ${what} (${own}), and ${outside} was given to Fabric as well. Keep one of them.`,
  );
}
