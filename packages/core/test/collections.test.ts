import {
  forEachTensor,
  isRealFloat,
  mapTensors,
  moveToDevice,
  type Tensor,
  torch,
} from "@fabric/core";
import { describe, expect, it } from "vitest";

const double = (t: Tensor): Tensor => t.double();

describe("mapTensors", () => {
  it("walks arrays, plain objects, maps and sets, and keeps everything else", () => {
    const t = torch.ones([2]);
    const data = [t, { x: t, n: 1, none: null }, new Map([["k", [t]]]), new Set([t]), "text", 5n];
    const mapped = mapTensors(data, double) as [
      Tensor,
      { x: Tensor; n: number },
      Map<string, Tensor[]>,
      Set<Tensor>,
      string,
      bigint,
    ];
    expect(mapped[0].dtype).toBe("float64");
    expect(mapped[1].x.dtype).toBe("float64");
    expect(mapped[1].n).toBe(1);
    expect(mapped[2].get("k")?.[0]?.dtype).toBe("float64");
    expect([...mapped[3]][0]?.dtype).toBe("float64");
    expect(mapped.slice(4)).toEqual(["text", 5n]);
    expect(t.dtype).toBe("float32");
  });

  it("returns the very same collection if nothing changed, and the unchanged parts of one that did", () => {
    const [a, b] = [torch.ones([1]), torch.ones([1])];
    const inner = { b };
    const data = [a, inner, new Map([["b", b]])];
    expect(mapTensors(data, (t) => t)).toBe(data);
    const mapped = mapTensors(data, (t) => (t === a ? t.clone() : t));
    expect(mapped).not.toBe(data);
    expect(mapped[1]).toBe(inner);
    expect(mapped[2]).toBe(data[2]);
  });

  it("leaves class instances alone", () => {
    class Box {
      t = torch.ones([1]);
    }
    const box = new Box();
    expect(mapTensors({ box }, double).box).toBe(box);
    expect(box.t.dtype).toBe("float32");
  });

  it("names the place of each tensor", () => {
    const t = torch.ones([1]);
    const places: string[] = [];
    mapTensors([t, { mask: t, list: [t] }, new Map([["k", t]])], (tensor, path) => {
      places.push(path);
      return tensor;
    });
    expect(places).toEqual(["0", "1.mask", "1.list.0", "2.k"]);
  });
});

describe("the other walks", () => {
  it("visits every tensor", () => {
    const t = torch.ones([1]);
    let count = 0;
    forEachTensor([t, { t, s: new Set([t]) }, new Map([[1, t]])], () => void count++);
    expect(count).toBe(4);
  });

  it("tells real floating tensors from integers, bools and complex ones", () => {
    const of = (dtype: "bfloat16" | "int64" | "bool" | "complex64"): boolean =>
      isRealFloat(torch.zeros([1], { dtype }));
    expect([of("bfloat16"), of("int64"), of("bool"), of("complex64")]).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });

  it("moves everything that has to(device), and takes a `to` that returns nothing for a move in place", () => {
    const calls: string[] = [];
    class Quiet {
      to(device: string): void {
        calls.push(device);
      }
    }
    class Moving {
      to(): string {
        return "moved";
      }
    }
    const quiet = new Quiet();
    const moved = moveToDevice(
      { quiet, moving: new Moving(), n: 1, t: torch.ones([1]) } as Record<string, unknown>,
      "cpu",
    );
    expect(calls).toEqual(["cpu"]);
    expect(moved["quiet"]).toBe(quiet);
    expect(moved["moving"]).toBe("moved");
    const onMeta = moveToDevice([torch.ones([2])], "meta");
    expect(onMeta[0]?.device).toBe("meta");
  });
});
