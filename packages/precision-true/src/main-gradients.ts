// Float32 gradients of main weights, widened from those of the 16-bit weights.

import { autograd, FabricError, keep, noGrad, scope, type Tensor } from "@fabric/torch";

/** A 16-bit weight and the float32 tensor that optimizers update in its place. */
export type Pair = readonly [weight: Tensor, main: Tensor];

/** What a float32 gradient was made from. */
interface Source {
  /** Shares the gradient's memory, which therefore is not given to another gradient. */
  readonly alias: Tensor;
  /** How often the gradient had been written to. */
  readonly version: number;
  readonly widened: Tensor;
}

/** The gradients of one plugin's main weights. */
export class MainGradients {
  /** By main weight. */
  readonly #sources = new WeakMap<Tensor, Source>();

  /**
   * Gives main weights the gradients of their weights. One that was widened before stays, with what clipping did to it, unless the weight's
   * gradient is another one or was written to since.
   * @returns the pairs that have a gradient.
   * @throws FabricError `FABRIC_UNSUPPORTED_SPARSE`
   */
  widen(pairs: readonly Pair[]): Pair[] {
    // In a scope: a gradient that is held on to keeps its memory from the next step.
    return scope(() => {
      const gradients = autograd.gradsOf(pairs.map(([weight]) => weight));
      const present = autograd.gradsOf(pairs.map(([, main]) => main));
      if (gradients.some((gradient) => gradient !== null && gradient.layout !== "strided"))
        throw sparse();
      return pairs.filter(([, main], i) => {
        const gradient = gradients[i] ?? null;
        const source = this.#sources.get(main);
        if (gradient !== null && source !== undefined && present[i] !== null)
          if (isFrom(source, gradient)) return true;
        this.drop(main);
        if (gradient !== null) this.#give(main, gradient);
        return gradient !== null;
      });
    });
  }

  /** Frees a gradient at once: all of them are as large as the model. */
  drop(main: Tensor): void {
    main.grad = null;
    const source = this.#sources.get(main);
    source?.widened.dispose();
    source?.alias.dispose();
    this.#sources.delete(main);
  }

  #give(main: Tensor, gradient: Tensor): void {
    noGrad(() => {
      const alias = gradient.detach();
      const widened = keep(alias.to("float32"));
      main.grad = widened;
      this.#sources.set(main, { alias: keep(alias), version: gradient.version, widened });
    });
  }
}

function isFrom({ alias, version }: Source, gradient: Tensor): boolean {
  return alias.dataPtr() === gradient.dataPtr() && version === gradient.version;
}

function sparse(): FabricError {
  return new FabricError(
    "FABRIC_UNSUPPORTED_SPARSE",
    "masterWeights and stochasticRounding take dense gradients only, but one is sparse. Pass `sparse: false` to nn.Embedding.",
  );
}
