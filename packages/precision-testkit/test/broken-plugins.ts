// Plugins that are wrong on purpose, each in one way, and the rule that must catch it.

import {
  FullPrecision,
  forEachTensor,
  mapTensors,
  nn,
  type optim,
  PRECISION_BRAND,
  Precision,
  type StepClosure,
  type StepReport,
  type Tensor,
  torch,
} from "@fabric/core";
import type { Subject } from "@fabric/precision-testkit";

/** A wrong plugin. */
export interface Broken {
  /** The rule that must fail. */
  readonly rule: string;
  /** What is wrong, to complete "a plugin that ...". */
  readonly what: string;
  readonly subject: Subject;
  /** What the message must say. */
  readonly message: RegExp;
}

abstract class Base extends Precision {
  readonly precision: string = "broken";
}

type Hooks = { [K in keyof Precision]?: unknown };

/** A plugin with these hooks in place of the defaults. */
function withHooks(hooks: Hooks): Precision {
  return Object.defineProperties(
    new (class extends Base {})(),
    Object.fromEntries(
      Object.entries(hooks).map(([key, value]) => [key, { value, configurable: true }]),
    ),
  );
}

function broken(
  rule: string,
  what: string,
  message: RegExp,
  make: () => unknown,
  rest: Partial<Subject> = {},
): Broken {
  return { rule, what, message, subject: { create: make as () => Precision, ...rest } };
}

const gradientsOf = (optimizer: optim.Optimizer): Tensor[] =>
  optimizer.paramGroups.flatMap(({ params }) =>
    [...params].flatMap(({ grad }) => (grad === null ? [] : [grad])),
  );

/** Multiplies the loss by `scale`; divides before the step. */
class Scaled extends Base {
  override readonly requiresFabricBackward: boolean = true;
  scale = 8;
  unscaled = false;

  override backward(tensor: Tensor, module: nn.Module | null): void {
    this.unscaled = false;
    super.backward(tensor.mul(this.scale), module);
  }

  override unscaleGradients(optimizer: optim.Optimizer): undefined {
    if (!this.unscaled) for (const gradient of gradientsOf(optimizer)) gradient.div_(this.scale);
    this.unscaled = true;
  }

  override optimizerStep(optimizer: optim.Optimizer, options?: { closure?: StepClosure }): unknown {
    if (!this.unscaled) for (const gradient of gradientsOf(optimizer)) gradient.div_(this.scale);
    return super.optimizerStep(optimizer, options);
  }
}

const shared = new FullPrecision();

/** Sets the default dtype; `restore` gets what held on entry. */
function dtypeContext(restore: (before: string) => string): Disposable {
  const before = torch.getDefaultDtype();
  torch.setDefaultDtype("float16");
  return { [Symbol.dispose]: () => torch.setDefaultDtype(restore(before) as "float32") };
}

const identity: Broken[] = [
  broken("brand", "is no Precision", /no plugin/, () => ({ precision: "x" })),
  broken("brand", "is one object for all", /same object twice/, () => shared),
  broken("brand", "was written for another interface", /version 7/, () =>
    Object.defineProperty(withHooks({}), PRECISION_BRAND, { value: 7 }),
  ),
  broken("label", "has no label", /non-empty string/, () => withHooks({ precision: "" })),
  broken("label", "reports another alias", /asked for is "fp6"/, () => withHooks({}), {
    alias: "fp6",
  }),
  broken("label", "describes itself in two lines", /one line/, () =>
    withHooks({ describe: () => "a\nb" }),
  ),
  broken("validate", "refuses the CPU", /no CPUs/, () =>
    withHooks({
      validate: () => {
        throw new Error("no CPUs");
      },
    }),
  ),
];

const hooks: Broken[] = [
  broken("hook-order", "returns no context", /Symbol.dispose/, () =>
    withHooks({ forwardContext: () => undefined }),
  ),
  broken("hook-order", "runs no backward pass", /no gradient/, () =>
    withHooks({ backward: () => {} }),
  ),
  broken("hook-order", "moves weights in unscaleGradients", /before optimizerStep/, () =>
    withHooks({
      unscaleGradients: (optimizer: optim.Optimizer) => {
        (optimizer as optim.SGD).step();
      },
    }),
  ),
];

const contexts: Broken[] = [
  broken("contexts-restore", "restores float32 whatever held", /default dtype float32/, () =>
    withHooks({ forwardContext: () => dtypeContext(() => "float32") }),
  ),
  broken("contexts-restore", "leaves autocast on", /autocast cpu bfloat16/, () =>
    withHooks({
      moduleInitContext: () => {
        torch.autocast({ device: "cpu" });
        return { [Symbol.dispose]: () => {} };
      },
    }),
  ),
  broken(
    "contexts-restore",
    "restores what held when it was made",
    /expected default dtype float64/,
    () => {
      const before = torch.getDefaultDtype();
      return withHooks({ tensorInitContext: () => dtypeContext(() => before) });
    },
    {},
  ),
  broken("contexts-throw", "never restores after initModule", /after fabric.initModule threw/, () =>
    withHooks({ moduleInitContext: () => dtypeContext(() => "float16") }),
  ),
  broken(
    "contexts-nest",
    "remembers one outer state only",
    /nested forwardContext were left/,
    () => {
      let before = "";
      return withHooks({
        forwardContext: () => {
          before = torch.getDefaultDtype();
          torch.setDefaultDtype("float16");
          return { [Symbol.dispose]: () => torch.setDefaultDtype(before as "float32") };
        },
      });
    },
  ),
];

const conversion: Broken[] = [
  broken("convert-input", "casts integers", /int64/, () =>
    withHooks({ convertInput: (data: unknown) => mapTensors(data, (tensor) => tensor.half()) }),
  ),
  broken("convert-input", "copies arrays", /an array without floating tensors/, () =>
    withHooks({ convertInput: (data: unknown) => (Array.isArray(data) ? [...data] : data) }),
  ),
  broken("convert-input", "loses what stands in a Map", /lost a Map/, () =>
    withHooks({
      convertInput: (data: unknown) =>
        data !== null && typeof data === "object" && Object.hasOwn(data, "map")
          ? { ...data, map: new Map() }
          : data,
    }),
  ),
  broken("convert-input", "casts in place", /in place/, () =>
    withHooks({
      convertInput: (data: unknown) => {
        forEachTensor(data, (tensor) => {
          if (tensor.isFloatingPoint() && tensor.numel() === 16) tensor.data = tensor.data.half();
        });
        return data;
      },
    }),
  ),
  broken("convert-output", "casts complex tensors", /complex64/, () =>
    withHooks({
      convertOutput: (data: unknown) =>
        mapTensors(data, (tensor) => (tensor.isComplex() ? tensor.to("complex128") : tensor)),
    }),
  ),
  broken("input-gradient", "detaches inputs", /got none/, () =>
    withHooks({
      convertInput: (data: unknown) => mapTensors(data, (tensor) => tensor.detach().clone()),
    }),
  ),
];

class Nested extends nn.Module {
  inner: nn.Linear;
  constructor(inner: nn.Linear) {
    super();
    this.inner = inner;
  }
  override forward(x: Tensor): Tensor {
    return this.inner.forward(x);
  }
}

const modules: Broken[] = [
  broken("convert-twice", "rounds anew each time", /changed values/, () =>
    withHooks({
      convertModule: (module: nn.Module) => {
        torch.noGrad(() => {
          for (const parameter of module.parameters()) parameter.mul_(0.5);
        });
        return module;
      },
    }),
  ),
  broken("convert-twice", "forgets to return the module", /returned nothing for a network/, () =>
    withHooks({ convertModule: () => {} }),
  ),
  broken("convert-twice", "fails at a module without children", /TypeError: .*forward/, () =>
    withHooks({
      convertModule: (module: nn.Module) => {
        if (!("up" in module)) (module as unknown as { up: nn.Module }).up.forward();
        return module;
      },
    }),
  ),
  broken("parameter-names", "puts a layer inside another", /lost up\.bias, up\.weight/, () =>
    withHooks({
      convertModule: (module: { up: unknown }) => {
        module.up = new Nested(module.up as nn.Linear);
        return module;
      },
    }),
  ),
  broken("tied-parameters", "copies every parameter", /do not after it/, () =>
    withHooks({
      convertModule: (module: nn.Module) => {
        for (const owner of module.modules() as unknown as Record<string, unknown>[])
          if (owner["weight"] instanceof nn.Parameter)
            owner["weight"] = new nn.Parameter(owner["weight"].detach().clone());
        return module;
      },
    }),
  ),
  broken("dtypes", "casts integer buffers", /int64 buffer `steps`/, () =>
    withHooks({
      convertModule: (module: nn.Module) => {
        for (const [name, buffer] of module.namedBuffers())
          (module as unknown as Record<string, unknown>)[name] = buffer.half();
        return module;
      },
    }),
  ),
  broken("dtypes", "returns float32 and float16 in turn", /output is/, () => {
    let calls = 0;
    return withHooks({
      convertOutput: (data: unknown) =>
        mapTensors(data, (tensor) => (++calls % 2 === 0 ? tensor.half() : tensor)),
    });
  }),
  broken(
    "dtypes",
    "stores another dtype than its author says",
    /declared bfloat16/,
    () => withHooks({}),
    {
      dtypes: { parameters: "bfloat16" },
    },
  ),
];

const numbers: Broken[] = [
  broken("forward-accuracy", "rounds outputs to halves", /forward is off/, () =>
    withHooks({
      convertOutput: (data: unknown) => mapTensors(data, (tensor) => tensor.mul(2).round().div(2)),
    }),
  ),
  broken("gradient-accuracy", "never takes its loss scale out", /gradients are off/, () =>
    withHooks({
      backward: (tensor: Tensor) => tensor.mul(1024).backward(),
    }),
  ),
  broken("clipping", "unscales again at each call", /a second clipGradients/, () => {
    const plugin = new Scaled();
    return Object.defineProperty(plugin, "unscaled", { get: () => false, set: () => {} });
  }),
  broken("clipping", "hides parameters from clipping", /the norm 0/, () =>
    withHooks({ mainParams: () => [] }),
  ),
  broken("accumulation", "drops earlier gradients", /two backward passes/, () => {
    let optimizer: optim.Optimizer | null = null;
    return withHooks({
      prepareOptimizer: (given: optim.Optimizer) => {
        optimizer = given;
      },
      preBackward: () => optimizer?.zeroGrad(),
    });
  }),
];

const training: Broken[] = [
  broken("trains", "makes no steps", /expected a fall/, () =>
    withHooks({ optimizerStep: () => {} }),
  ),
  broken("trains", "trains one layer only", /never moved/, () =>
    withHooks({
      optimizerStep: (optimizer: optim.SGD) => {
        const [, , bias] = optimizer.paramGroups.flatMap(({ params }) => [...params]);
        if (bias !== undefined) bias.grad = null;
        optimizer.step();
      },
    }),
  ),
  broken("trains-separately", "needs the optimizer before the module", /expected a fall/, () => {
    let early = true;
    return withHooks({
      convertModule: (module: nn.Module) => {
        early = false;
        return module;
      },
      optimizerStep: (optimizer: optim.SGD) => {
        if (early) optimizer.step();
      },
    });
  }),
  broken("closure", "runs the closure twice", /ran 2 times/, () =>
    withHooks({
      optimizerStep: (optimizer: optim.SGD, { closure }: { closure: () => unknown }) => {
        closure();
        return optimizer.step(closure as () => number);
      },
    }),
  ),
  broken("closure", "forgets what the closure returned", /returned undefined/, () =>
    withHooks({
      optimizerStep: (optimizer: optim.SGD, { closure }: { closure: () => unknown }) => {
        optimizer.step(closure as () => number);
      },
    }),
  ),
  broken("no-grad-first", "hands out an output again", /recorded no graph/, () => {
    let cached: unknown;
    return withHooks({
      convertOutput: (data: unknown) => {
        cached ??= data;
        return cached;
      },
    });
  }),
  broken("two-optimizers", "changes the scale between two steps", /two optimizers/, () => {
    const plugin = new Scaled();
    const step = plugin.optimizerStep;
    return Object.defineProperty(plugin, "optimizerStep", {
      value: (...args: Parameters<typeof step>) => {
        const result = step.apply(plugin, args);
        plugin.scale *= 2;
        return result;
      },
    });
  }),
  broken(
    "backward-guard",
    "scales without asking for the guard",
    /requiresFabricBackward = true/,
    () => Object.defineProperty(new Scaled(), "requiresFabricBackward", { value: false }),
  ),
  broken("backward-guard", "steps only after its own backward", /a step after a plain/, () => {
    let ready = false;
    return withHooks({
      postBackward: () => {
        ready = true;
      },
      optimizerStep: (optimizer: optim.SGD) => {
        if (!ready) throw new Error("no backward yet.");
        return optimizer.step();
      },
    });
  }),
  broken("nonfinite-step", "skips in silence", /does not say/, () =>
    withHooks({
      optimizerStep: (optimizer: optim.SGD) => {
        if (gradientsOf(optimizer).every((g) => g.isfinite().all().item<boolean>()))
          optimizer.step();
      },
    }),
  ),
  broken("nonfinite-step", "reports a skip that did not happen", /but weights or optimizer/, () =>
    withHooks({
      stepReport: (): StepReport => ({ skipped: true, lossScale: 1 }),
      skipsNonfiniteSteps: () => true,
    }),
  ),
];

let global = 0;

const state: Broken[] = [
  broken("state-round-trip", "saves and does not load", /`steps`: 3 became 0/, () => {
    let steps = 0;
    return withHooks({
      postBackward: () => {
        steps++;
      },
      stateDict: () => ({ steps }),
    });
  }),
  broken("resume", "remembers outside its state", /end differently/, () => {
    let steps = 0;
    return withHooks({
      optimizerStep: (optimizer: optim.SGD) => {
        steps++;
        for (const gradient of gradientsOf(optimizer)) gradient.mul_(1 + steps / 10);
        return optimizer.step();
      },
    });
  }),
  broken("two-fabrics", "keeps a count for the whole process", /differently than alone/, () =>
    withHooks({
      convertModule: (module: nn.Module) => {
        global = 0;
        return module;
      },
      convertInput: (data: unknown) => {
        global++;
        return mapTensors(data, (t) => (t.isFloatingPoint() ? t.mul(1 + global / 100) : t));
      },
    }),
  ),
  broken("no-leak", "holds every output", /tensors more|bytes more/, () => {
    const outputs: unknown[] = [];
    return withHooks({
      convertOutput: (data: unknown) => {
        forEachTensor(data, (tensor) => outputs.push(torch.keep(tensor.detach().clone())));
        return data;
      },
    });
  }),
  broken("teardown", "can end only once", /ended already/, () => {
    let ended = false;
    return withHooks({
      teardown: () => {
        if (ended) throw new Error("ended already");
        ended = true;
      },
    });
  }),
];

/** All of them. */
export const BROKEN: readonly Broken[] = [
  ...identity,
  ...hooks,
  ...contexts,
  ...conversion,
  ...modules,
  ...numbers,
  ...training,
  ...state,
];
