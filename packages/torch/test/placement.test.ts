import * as torch from "@fabric/torch";
import { afterEach, describe, expect, it } from "vitest";

describe("the default device", () => {
  afterEach(() => torch.setDefaultDevice("cpu"));

  it("is the CPU until it is set, and then that of new tensors and layers", () => {
    expect(torch.getDefaultDevice()).toBe("cpu");
    torch.setDefaultDevice("meta");
    expect(torch.getDefaultDevice()).toBe("meta");
    expect(torch.zeros([2]).device).toBe("meta");
    expect(torch.tensor([1, 2]).device).toBe("meta");
    expect(new torch.nn.Linear(2, 3).weight.device).toBe("meta");
    torch.setDefaultDevice("cpu");
    expect(torch.zeros([2]).device).toBe("cpu");
  });

  it("gives way to a device that a call names, and to that of the tensor it copies", () => {
    const here = torch.ones([2]);
    torch.setDefaultDevice("meta");
    expect(torch.zeros([2], { device: "cpu" }).device).toBe("cpu");
    expect(torch.zerosLike(here).device).toBe("cpu");
    expect(torch.device("cpu", () => torch.zeros([2]).device)).toBe("cpu");
  });

  it("that is set inside torch.device holds until that ends", () => {
    torch.device("meta", () => {
      torch.setDefaultDevice("cpu");
      expect(torch.zeros([1]).device).toBe("cpu");
    });
    torch.device("meta", () => expect(torch.getDefaultDevice()).toBe("meta"));
    expect(torch.getDefaultDevice()).toBe("cpu");
  });

  it("has to be a device", () => {
    expect(() => torch.setDefaultDevice("gpu" as never)).toThrowError(
      expect.objectContaining({ code: "FABRIC_TENSOR_ARGUMENT" }),
    );
    expect(torch.getDefaultDevice()).toBe("cpu");
  });
});
