// `torch` as a namespace beside its parts.
import * as torch from "@fabric/torch";

export { distributed, FabricError, functional, nn, optim, type Tensor } from "@fabric/torch";
export { torch };
