// The update rules as they stand in the papers, an operator at a time in float64.
import { keep, type Tensor } from "@fabric/torch";
import type { Numbers, RuleName } from "./emulation.js";

/** Steps `p`, a float64 tensor. */
export class Composition {
  readonly #state = new Map<string, Tensor>();
  #t = 0;

  constructor(
    readonly rule: RuleName,
    readonly p: Tensor,
    readonly numbers: Numbers,
  ) {}

  update(grad: Tensor): void {
    const { p, rule } = this;
    const { lr, betas, eps = 0, weightDecay = 0, alpha = 0, maxUnorm = 0 } = this.numbers;
    const [b1 = 0, b2 = 0] = betas;
    const t = ++this.#t;
    const isCoupled = ["momentum", "lars", "rmsprop", "adagrad"].includes(rule);
    const g = isCoupled ? grad.double().add(p, { alpha: weightDecay }) : grad.double();
    const average = (name: string, beta: number, x: Tensor): Tensor => {
      const old = this.#state.get(name) ?? x.mul(0);
      const now = keep(old.mul(beta).add(x.mul(1 - beta)));
      this.#state.set(name, now);
      return now;
    };
    let direction: Tensor;
    switch (rule) {
      case "adam":
      case "lamb": {
        const m = average("m", b1, g).div(1 - b1 ** t);
        direction = m.div(
          average("v", b2, g.mul(g))
            .div(1 - b2 ** t)
            .sqrt()
            .add(eps),
        );
        break;
      }
      case "ademamix": {
        const { tAlpha = null } = this.numbers;
        const weight = tAlpha === null ? alpha : Math.min((t * alpha) / tAlpha, alpha);
        const fast = average("m", b1, g).div(1 - b1 ** t);
        const slow = average("slow", this.#beta3(t), g);
        const root = average("v", b2, g.mul(g))
          .div(1 - b2 ** t)
          .sqrt();
        direction = fast.add(slow.mul(weight)).div(root.add(eps));
        break;
      }
      case "momentum":
      case "lars":
        direction = (this.#state.get("m") ?? g.mul(0)).mul(b1).add(g);
        this.#state.set("m", keep(direction));
        break;
      case "lion":
        direction = (this.#state.get("m") ?? g.mul(0))
          .mul(b1)
          .add(g.mul(1 - b1))
          .sign();
        average("m", b2, g);
        break;
      case "rmsprop":
        direction = g.div(average("v", b1, g.mul(g)).sqrt().add(eps));
        break;
      case "adagrad": {
        const sum = keep((this.#state.get("v") ?? g.mul(0)).add(g.mul(g)));
        this.#state.set("v", sum);
        direction = g.div(sum.sqrt().add(eps));
      }
    }
    const [size, bound] = [direction.norm().item() as number, p.norm().item() as number];
    const trust = maxUnorm > 0 && size > maxUnorm * bound ? (maxUnorm * bound) / size : 1;
    if (!isCoupled) p.mul_(1 - lr * weightDecay);
    p.add_(direction, { alpha: -lr * trust });
  }

  /** The half-life grows evenly: 1 / ln(beta) goes from beta1's to beta3's in T steps. */
  #beta3(t: number): number {
    const [b1 = 0, , b3 = 0] = this.numbers.betas;
    const T = this.numbers.tBeta3 ?? null;
    if (T === null) return b3;
    const share = t / T;
    return Math.min(Math.exp(1 / ((1 - share) / Math.log(b1) + share / Math.log(b3))), b3);
  }
}
