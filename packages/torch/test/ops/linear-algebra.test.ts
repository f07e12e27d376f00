// Products and factorisations, against loops or by multiplying the factors again.
import type { Tensor } from "@fabric/torch";
import * as torch from "@fabric/torch";
import { describe, expect, it } from "vitest";
import { build, expectClose, flat, reader, sample, sumOver, TOLERANCE } from "./reference.js";

/** `[n, m] x [m, p]` by definition. */
function product(a: Tensor, b: Tensor): number[] {
  const [left, right] = [reader(a), reader(b)];
  const inner = a.shape[1] as number;
  return build([a.shape[0] as number, b.shape[1] as number], (i, j) =>
    sumOver(inner, (k) => left(i, k) * right(k, j)),
  );
}

describe.each(["float32", "float64"] as const)("products of %s", (dtype) => {
  const a = sample(1, [7, 9], { dtype });
  const b = sample(2, [9, 5], { dtype });
  const v = sample(3, [9], { dtype });
  const expected = product(a, b);
  const close = (actual: Tensor, want: number[] | Tensor) =>
    expectClose(actual, want, TOLERANCE[dtype]);

  it("mm, matmul, linear, einsum and tensordot agree with the definition", () => {
    close(a.mm(b), expected);
    close(a.matmul(b), expected);
    close(torch.linear(a, b.t()), expected);
    close(torch.einsum("ik,kj->ij", [a, b]), expected);
    close(torch.tensordot(a, b, [1], [0]), expected);
    close(torch.chainMatmul([a, b]), expected);
    close(torch.linalg.multiDot([a, b]), expected);
  });

  it("strided operands change nothing", () => {
    close(a.t().contiguous().t().mm(b.t().contiguous().t()), expected);
    close(a.narrow(0, 1, 4).mm(b.narrow(1, 1, 3)), product(a.narrow(0, 1, 4), b.narrow(1, 1, 3)));
  });

  it("mv, dot, inner, outer, ger and kron", () => {
    close(a.mv(v), product(a, v.unsqueeze(1)));
    close(v.dot(v), [sumOver(9, (i) => (flat(v)[i] as number) ** 2)]);
    close(torch.vdot(v, v), v.dot(v));
    close(torch.inner(a, v), a.mv(v));
    close(torch.outer(v, v), product(v.unsqueeze(1), v.unsqueeze(0)));
    close(torch.ger(v, v), torch.outer(v, v));
    close(torch.kron(torch.eye(2, { dtype }), a).narrow(0, 7, 7).narrow(1, 9, 9), a);
  });

  it("addmm, addmv, addr, baddbmm and addbmm add scaled products", () => {
    const c = sample(4, [7, 5], { dtype });
    const scaled = expected.map((p, i) => 0.5 * (flat(c)[i] as number) + 2 * p);
    close(torch.addmm(c, a, b, { beta: 0.5, alpha: 2 }), scaled);
    close(torch.addmv(a.mv(v), a, v), a.mv(v).mul(2));
    close(torch.addr(torch.outer(v, v), v, v), torch.outer(v, v).mul(2));
    close(torch.baddbmm(c.unsqueeze(0), a.unsqueeze(0), b.unsqueeze(0)).squeeze(0), c.add(a.mm(b)));
    close(torch.addbmm(c, a.unsqueeze(0), b.unsqueeze(0)), c.add(a.mm(b)));
  });

  it("bmm multiplies each of a batch", () => {
    const [x, y] = [sample(5, [3, 4, 6], { dtype }), sample(6, [3, 6, 2], { dtype })];
    const result = x.bmm(y);
    for (let i = 0; i < 3; i++) close(result.select(0, i), product(x.select(0, i), y.select(0, i)));
  });

  it("cross and trace", () => {
    const [p, q] = [sample(7, [2, 3], { dtype }), sample(8, [2, 3], { dtype })];
    close(torch.linalg.cross(p, q).mul(p).sum([1]), [0, 0]);
    close(a.trace(), [sumOver(7, (i) => reader(a)(i, i))]);
  });
});

describe("factorisations", () => {
  const n = 5;
  // Diagonally dominant, so that its condition number is small.
  const a = sample(9, [n, n]).add(torch.eye(n, { dtype: "float64" }).mul(6));
  const spd = a.mm(a.t());
  const identity = torch.eye(n, { dtype: "float64" });

  it("inverse, linalg.inv, pinv and solve undo the matrix", () => {
    expectClose(a.inverse().mm(a), identity);
    expectClose(torch.linalg.inv(a), a.inverse());
    expectClose(torch.linalg.pinv(a).mm(a), identity);
    expectClose(a.mm(torch.linalg.solve(a, identity)), identity);
    expectClose(torch.linalg.lstsq(a, identity)[0], a.inverse());
  });

  it("qr, svd, eigh, cholesky and lu multiply back", () => {
    const [q, r] = torch.linalg.qr(a);
    expectClose(q.mm(r), a);
    expectClose(q.t().mm(q), identity);
    const [u, s, vh] = torch.linalg.svd(a);
    expectClose(u.mul(s).mm(vh), a);
    const [values, vectors] = torch.linalg.eigh(spd);
    expectClose(vectors.mul(values).mm(vectors.t()), spd);
    const lower = torch.linalg.cholesky(spd);
    expectClose(lower.mm(lower.t()), spd);
    const [p, l, upper] = torch.linalg.lu(a);
    expectClose(p.mm(l).mm(upper), a);
  });

  it("det, slogdet, eigvals and matrixRank agree with each other", () => {
    const det = a.det().item();
    expectClose(torch.linalg.slogdet(a)[1].exp(), [Math.abs(det)], 1e-10);
    expectClose(torch.linalg.eigvalsh(spd).prod(), [det * det], 1e-8);
    expectClose(torch.linalg.svdvals(a).prod(), [Math.abs(det)], 1e-8);
    expect(torch.linalg.matrixRank(a).item()).toBe(n);
  });

  it("matrixPower and matrixExp", () => {
    expectClose(torch.linalg.matrixPower(a, 3), a.mm(a).mm(a), 1e-9);
    const small = a.mul(0.01);
    expectClose(torch.matrixExp(small).mm(torch.matrixExp(small.neg())), identity);
  });

  it("triangular solves undo triangular products", () => {
    const lower = torch.linalg.cholesky(spd);
    expectClose(
      lower.mm(torch.linalg.solveTriangular(lower, identity, { upper: false })),
      identity,
    );
    expectClose(spd.mm(torch.choleskyInverse(lower)), identity, 1e-9);
    expectClose(torch.choleskySolve(identity, lower), torch.choleskyInverse(lower), 1e-9);
  });
});

describe("Fourier transforms", () => {
  const x = sample(10, [8]);

  it("fft agrees with the sum of its definition", () => {
    const spectrum = torch.viewAsReal(torch.fft.fft(x));
    const values = flat(x);
    expectClose(
      spectrum,
      build([8, 2], (k, part) =>
        sumOver(8, (n) => {
          const angle = (-2 * Math.PI * k * n) / 8;
          return (values[n] as number) * (part === 0 ? Math.cos(angle) : Math.sin(angle));
        }),
      ),
    );
  });

  it("inverse transforms undo transforms", () => {
    expectClose(torch.real(torch.fft.ifft(torch.fft.fft(x))), x);
    expectClose(torch.fft.irfft(torch.fft.rfft(x)), x);
    const image = sample(11, [4, 6]);
    expectClose(torch.fft.irfft2(torch.fft.rfft2(image)), image);
    expectClose(torch.fft.ifftshift(torch.fft.fftshift(x)), x);
  });

  it("complex, real, imag, abs, angle and conj fit together", () => {
    const z = torch.complex(x, x.flip([0]));
    expectClose(torch.real(z), x);
    expectClose(torch.imag(z), x.flip([0]));
    expectClose(torch.polar(z.abs(), z.angle()).real(), x);
    expectClose(torch.real(z.mul(z.conj())), z.abs().square());
    expectClose(torch.viewAsComplex(torch.viewAsReal(z)).abs(), z.abs());
  });
});
