// Double-precision references for functions that Math lacks, by convergent series; arguments of modest size only.

/** `2/sqrt(pi) * sum (-1)^n x^(2n+1) / (n! (2n+1))`, good to 1e-13 for |x| <= 3. */
export function erf(x: number): number {
  let term = x;
  let total = x;
  for (let n = 1; n < 120; n++) {
    term *= (-x * x) / n;
    total += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * total;
}

/** Standard normal distribution function. */
export function normalCdf(x: number): number {
  return 0.5 * (1 + erf(x / Math.SQRT2));
}

/** Stirling's series after shifting the argument above 20. */
export function logGamma(x: number): number {
  let shift = 0;
  let y = x;
  for (; y < 20; y++) shift += Math.log(y);
  const inverse = 1 / (y * y);
  const series = (1 / 12 - inverse * (1 / 360 - inverse * (1 / 1260 - inverse / 1680))) / y;
  return (y - 0.5) * Math.log(y) - y + 0.5 * Math.log(2 * Math.PI) + series - shift;
}

/** Asymptotic series of the digamma function after shifting the argument above 20. */
export function digamma(x: number): number {
  let shift = 0;
  let y = x;
  for (; y < 20; y++) shift += 1 / y;
  const inverse = 1 / (y * y);
  const series =
    inverse *
    (1 / 12 - inverse * (1 / 120 - inverse * (1 / 252 - inverse * (1 / 240 - inverse / 132))));
  return Math.log(y) - 0.5 / y - series - shift;
}

/** Modified Bessel function `I_order`: `sum (x/2)^(2k+order) / (k! (k+order)!)`. */
export function besselI(order: 0 | 1, x: number): number {
  let term = order === 0 ? 1 : x / 2;
  let total = term;
  for (let k = 1; k < 60; k++) {
    term *= (x * x) / 4 / (k * (k + order));
    total += term;
  }
  return total;
}

/** Bessel function `J_order`: the same series with alternating signs. */
export function besselJ(order: 0 | 1, x: number): number {
  let term = order === 0 ? 1 : x / 2;
  let total = term;
  for (let k = 1; k < 60; k++) {
    term *= (-x * x) / 4 / (k * (k + order));
    total += term;
  }
  return total;
}

/** Riemann-Hurwitz zeta `sum (k + q)^-s` with an Euler-Maclaurin tail. */
export function zeta(s: number, q: number): number {
  const n = 30;
  let total = 0;
  for (let k = 0; k < n; k++) total += (k + q) ** -s;
  const a = n + q;
  return (
    total +
    a ** (1 - s) / (s - 1) +
    a ** -s / 2 +
    (s * a ** (-s - 1)) / 12 -
    (s * (s + 1) * (s + 2) * a ** (-s - 3)) / 720
  );
}
