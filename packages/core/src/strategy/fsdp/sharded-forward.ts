// What stands in front of a sharded module, so that marked methods run with its parameters gathered, as forward does.

import { distributed, nn } from "../../torch.js";

/** Runs whatever `forward` its module has at the moment with the module's parameters gathered. @internal */
export class ShardedForward extends nn.Module {
  /** The user's module. */
  readonly module: nn.Module;

  constructor(module: nn.Module) {
    super();
    this.module = module;
  }

  override forward(...args: unknown[]): unknown {
    return distributed.fsdp.runSharded(
      this.module,
      (given) => (this.module as { forward(...args: unknown[]): unknown }).forward(...given),
      args,
    );
  }
}
