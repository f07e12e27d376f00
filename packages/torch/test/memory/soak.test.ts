// Small versions of the soaks in tools/soak, which `npm run test:long` runs in full.

import { describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";

const { nn, optim, functional: F } = torch;
const MB = 2 ** 20;

class Net extends nn.Module {
  fc1 = new nn.Linear(8, 16);
  fc2 = new nn.Linear(16, 1);
  forward(x: torch.Tensor): torch.Tensor {
    return this.fc2.forward(torch.relu(this.fc1.forward(x)));
  }
}

/** One training step as a function; the optimizer has no state until it is first called. */
function training(): { step: () => number; net: Net; optimizer: torch.optim.AdamW } {
  torch.manualSeed(0);
  const net = new Net();
  const optimizer = new optim.AdamW(net.parameters(), { lr: 1e-2 });
  const step = (): number => {
    const x = torch.randn([16, 8]);
    const y = x.sum([1], { keepdim: true }).tanh();
    optimizer.zeroGrad();
    const loss = F.mseLoss(net.forward(x), y);
    loss.backward();
    optimizer.step();
    return loss.item();
  };
  return { step, net, optimizer };
}

function handles(): number {
  globalThis.gc?.();
  return torch.memory().cpu.tensors;
}

describe("memory", () => {
  it("of a synchronous loop over 1 MB tensors stays bounded without a scope", () => {
    torch.setNumThreads(1);
    const base = torch.ones([262_144]);
    const loop = (steps: number): void => {
      for (let i = 0; i < steps; i++) base.add(1);
    };
    loop(300);
    const before = process.memoryUsage.rss();
    torch.resetPeakMemory();
    loop(3000); // 3 GB in all
    // What V8 lets pile up before it collects, about 64 MB of external memory a cycle, with room for a slow machine.
    expect(process.memoryUsage.rss() - before).toBeLessThan(300 * MB);
    expect(torch.memory().cpu.peakBytes).toBeLessThan(500 * MB);
    const after = handles();
    expect(after).toBeLessThanOrEqual(3);
  });

  it("of the same loop in a scope is one tensor", () => {
    const base = torch.ones([262_144]);
    const before = handles();
    torch.resetPeakMemory();
    const { bytes } = torch.memory().cpu;
    for (let i = 0; i < 3000; i++) torch.scope(() => base.add(1).mul(2).sum().item());
    expect(torch.memory().cpu.peakBytes - bytes).toBeLessThanOrEqual(3 * MB);
    expect(handles()).toBe(before);
  });

  it.each([
    ["without a scope", false],
    ["with each step in a scope, the optimizer's first included", true],
  ])("of a training loop is the model's, %s", (_, scoped) => {
    const { step, net, optimizer } = training();
    const run = (): number => (scoped ? torch.scope(step) : step());
    const first = run();
    for (let i = 0; i < 50; i++) run();
    const before = handles();
    const rss = process.memoryUsage.rss();
    let last = first;
    for (let i = 0; i < 1500; i++) last = run();
    expect(last).toBeLessThan(first / 4);
    // The last step's tensors may still be found on the stack when no scope freed them.
    expect(handles() - before).toBeLessThanOrEqual(scoped ? 0 : 30);
    expect(process.memoryUsage.rss() - rss).toBeLessThan(64 * MB);
    // What lives by its nature survived the scopes.
    for (const p of net.parameters()) {
      expect(p.grad?.shape).toEqual(p.shape);
      for (const value of Object.values(optimizer.state.get(p) ?? {})) {
        if (torch.isTensor(value)) expect(value.isDisposed).toBe(false);
      }
    }
    expect(optimizer.state.size).toBe(4);
  });

  it("of a training loop in scopes gives the numbers of the loop without", () => {
    const plain = training();
    const losses = Array.from({ length: 20 }, () => plain.step());
    const scoped = training();
    expect(Array.from({ length: 20 }, () => torch.scope(scoped.step))).toEqual(losses);
  });
});
