// LoRA (Hu et al. 2021): beside a frozen layer, two narrow matrices that are trained in its place.
import { functional as F, nn, type Tensor, torch } from "@fabric/core";

/** A frozen linear layer and what is added to it: `base(x) + scale * (x A^T) B^T`, `[..., in]` to `[..., out]`. */
export class LoraLinear extends nn.Module {
  /** An `nn.Linear`, or whatever a precision puts in its place: the 4-bit layers of nf4-dq, say. */
  base: nn.Linear;
  /** A, `[rank, in]`: random, so that a normalised x becomes values of about 1. */
  loraA: nn.Parameter;
  /** B, `[out, rank]`, zeros: in the beginning nothing is added. */
  loraB: nn.Parameter;
  readonly scale: number;

  constructor(base: nn.Linear, rank: number, alpha: number) {
    super();
    this.base = base;
    this.loraA = new nn.Parameter(
      torch.randn([rank, base.inFeatures]).div(Math.sqrt(base.inFeatures)),
    );
    this.loraB = new nn.Parameter(torch.zeros([base.outFeatures, rank]));
    this.scale = alpha / rank;
  }

  override forward(x: Tensor): Tensor {
    // The matrices stay float32, so that small steps add up; they multiply in the dtype of x, as under bf16-mixed.
    const narrow = F.linear(x, this.loraA.to(x.dtype)); // [..., rank]
    const added = F.linear(narrow, this.loraB.to(x.dtype)); // [..., out]
    return this.base.forward(x).add(added, { alpha: this.scale });
  }
}

/**
 * Freezes a model and puts adapters beside all linear layers whose name begins with `prefix`. Before set-up: the precision then quantises what is
 * inside of them.
 *
 * @returns the adapters' matrices, for an optimizer.
 */
export function addAdapters(
  model: nn.Module,
  prefix: string,
  { rank, alpha }: { rank: number; alpha: number },
): nn.Parameter[] {
  model.requiresGrad_(false);
  nn.replaceModules(model, (module, name) =>
    module instanceof nn.Linear && name.startsWith(prefix)
      ? new LoraLinear(module, rank, alpha)
      : undefined,
  );
  return model.parameters().filter((parameter) => parameter.requiresGrad);
}
