// Written by tools/gen from the operator schemas of libtorch. Do not edit: run `node tools/gen/generate.mjs`.
import * as fn from "./functions.js";

/** The operators `linalg_*` under their short names. */
export const linalg: {
  readonly _powsum: typeof fn.linalgPowsum;
  readonly cholesky: typeof fn.linalgCholesky;
  readonly choleskyEx: typeof fn.linalgCholeskyEx;
  readonly cond: typeof fn.linalgCond;
  readonly cross: typeof fn.linalgCross;
  readonly det: typeof fn.linalgDet;
  readonly diagonal: typeof fn.linalgDiagonal;
  readonly eig: typeof fn.linalgEig;
  readonly eigh: typeof fn.linalgEigh;
  readonly eigvals: typeof fn.linalgEigvals;
  readonly eigvalsh: typeof fn.linalgEigvalsh;
  readonly householderProduct: typeof fn.linalgHouseholderProduct;
  readonly inv: typeof fn.linalgInv;
  readonly invEx: typeof fn.linalgInvEx;
  readonly ldlFactor: typeof fn.linalgLdlFactor;
  readonly ldlFactorEx: typeof fn.linalgLdlFactorEx;
  readonly ldlSolve: typeof fn.linalgLdlSolve;
  readonly lstsq: typeof fn.linalgLstsq;
  readonly lu: typeof fn.linalgLu;
  readonly luFactor: typeof fn.linalgLuFactor;
  readonly luFactorEx: typeof fn.linalgLuFactorEx;
  readonly luSolve: typeof fn.linalgLuSolve;
  readonly matmul: typeof fn.linalgMatmul;
  readonly matrixExp: typeof fn.linalgMatrixExp;
  readonly matrixNorm: typeof fn.linalgMatrixNorm;
  readonly matrixPower: typeof fn.linalgMatrixPower;
  readonly matrixRank: typeof fn.linalgMatrixRank;
  readonly multiDot: typeof fn.linalgMultiDot;
  readonly norm: typeof fn.linalgNorm;
  readonly pinv: typeof fn.linalgPinv;
  readonly qr: typeof fn.linalgQr;
  readonly slogdet: typeof fn.linalgSlogdet;
  readonly solve: typeof fn.linalgSolve;
  readonly solveEx: typeof fn.linalgSolveEx;
  readonly solveTriangular: typeof fn.linalgSolveTriangular;
  readonly svd: typeof fn.linalgSvd;
  readonly svdvals: typeof fn.linalgSvdvals;
  readonly tensorinv: typeof fn.linalgTensorinv;
  readonly tensorsolve: typeof fn.linalgTensorsolve;
  readonly vander: typeof fn.linalgVander;
  readonly vecdot: typeof fn.linalgVecdot;
  readonly vectorNorm: typeof fn.linalgVectorNorm;
} = {
  _powsum: fn.linalgPowsum,
  cholesky: fn.linalgCholesky,
  choleskyEx: fn.linalgCholeskyEx,
  cond: fn.linalgCond,
  cross: fn.linalgCross,
  det: fn.linalgDet,
  diagonal: fn.linalgDiagonal,
  eig: fn.linalgEig,
  eigh: fn.linalgEigh,
  eigvals: fn.linalgEigvals,
  eigvalsh: fn.linalgEigvalsh,
  householderProduct: fn.linalgHouseholderProduct,
  inv: fn.linalgInv,
  invEx: fn.linalgInvEx,
  ldlFactor: fn.linalgLdlFactor,
  ldlFactorEx: fn.linalgLdlFactorEx,
  ldlSolve: fn.linalgLdlSolve,
  lstsq: fn.linalgLstsq,
  lu: fn.linalgLu,
  luFactor: fn.linalgLuFactor,
  luFactorEx: fn.linalgLuFactorEx,
  luSolve: fn.linalgLuSolve,
  matmul: fn.linalgMatmul,
  matrixExp: fn.linalgMatrixExp,
  matrixNorm: fn.linalgMatrixNorm,
  matrixPower: fn.linalgMatrixPower,
  matrixRank: fn.linalgMatrixRank,
  multiDot: fn.linalgMultiDot,
  norm: fn.linalgNorm,
  pinv: fn.linalgPinv,
  qr: fn.linalgQr,
  slogdet: fn.linalgSlogdet,
  solve: fn.linalgSolve,
  solveEx: fn.linalgSolveEx,
  solveTriangular: fn.linalgSolveTriangular,
  svd: fn.linalgSvd,
  svdvals: fn.linalgSvdvals,
  tensorinv: fn.linalgTensorinv,
  tensorsolve: fn.linalgTensorsolve,
  vander: fn.linalgVander,
  vecdot: fn.linalgVecdot,
  vectorNorm: fn.linalgVectorNorm,
};

/** The operators `fft_*` under their short names. */
export const fft: {
  readonly fft: typeof fn.fftFft;
  readonly fft2: typeof fn.fftFft2;
  readonly fftfreq: typeof fn.fftFftfreq;
  readonly fftn: typeof fn.fftFftn;
  readonly fftshift: typeof fn.fftFftshift;
  readonly hfft: typeof fn.fftHfft;
  readonly hfft2: typeof fn.fftHfft2;
  readonly hfftn: typeof fn.fftHfftn;
  readonly ifft: typeof fn.fftIfft;
  readonly ifft2: typeof fn.fftIfft2;
  readonly ifftn: typeof fn.fftIfftn;
  readonly ifftshift: typeof fn.fftIfftshift;
  readonly ihfft: typeof fn.fftIhfft;
  readonly ihfft2: typeof fn.fftIhfft2;
  readonly ihfftn: typeof fn.fftIhfftn;
  readonly irfft: typeof fn.fftIrfft;
  readonly irfft2: typeof fn.fftIrfft2;
  readonly irfftn: typeof fn.fftIrfftn;
  readonly rfft: typeof fn.fftRfft;
  readonly rfft2: typeof fn.fftRfft2;
  readonly rfftfreq: typeof fn.fftRfftfreq;
  readonly rfftn: typeof fn.fftRfftn;
} = {
  fft: fn.fftFft,
  fft2: fn.fftFft2,
  fftfreq: fn.fftFftfreq,
  fftn: fn.fftFftn,
  fftshift: fn.fftFftshift,
  hfft: fn.fftHfft,
  hfft2: fn.fftHfft2,
  hfftn: fn.fftHfftn,
  ifft: fn.fftIfft,
  ifft2: fn.fftIfft2,
  ifftn: fn.fftIfftn,
  ifftshift: fn.fftIfftshift,
  ihfft: fn.fftIhfft,
  ihfft2: fn.fftIhfft2,
  ihfftn: fn.fftIhfftn,
  irfft: fn.fftIrfft,
  irfft2: fn.fftIrfft2,
  irfftn: fn.fftIrfftn,
  rfft: fn.fftRfft,
  rfft2: fn.fftRfft2,
  rfftfreq: fn.fftRfftfreq,
  rfftn: fn.fftRfftn,
};

/** The operators `special_*` under their short names. */
export const special: {
  readonly airyAi: typeof fn.specialAiryAi;
  readonly besselJ0: typeof fn.specialBesselJ0;
  readonly besselJ1: typeof fn.specialBesselJ1;
  readonly besselY0: typeof fn.specialBesselY0;
  readonly besselY1: typeof fn.specialBesselY1;
  readonly chebyshevPolynomialT: typeof fn.specialChebyshevPolynomialT;
  readonly chebyshevPolynomialU: typeof fn.specialChebyshevPolynomialU;
  readonly chebyshevPolynomialV: typeof fn.specialChebyshevPolynomialV;
  readonly chebyshevPolynomialW: typeof fn.specialChebyshevPolynomialW;
  readonly digamma: typeof fn.specialDigamma;
  readonly entr: typeof fn.specialEntr;
  readonly erf: typeof fn.specialErf;
  readonly erfc: typeof fn.specialErfc;
  readonly erfcx: typeof fn.specialErfcx;
  readonly erfinv: typeof fn.specialErfinv;
  readonly exp2: typeof fn.specialExp2;
  readonly expit: typeof fn.specialExpit;
  readonly expm1: typeof fn.specialExpm1;
  readonly gammainc: typeof fn.specialGammainc;
  readonly gammaincc: typeof fn.specialGammaincc;
  readonly gammaln: typeof fn.specialGammaln;
  readonly hermitePolynomialH: typeof fn.specialHermitePolynomialH;
  readonly hermitePolynomialHe: typeof fn.specialHermitePolynomialHe;
  readonly i0: typeof fn.specialI0;
  readonly i0e: typeof fn.specialI0e;
  readonly i1: typeof fn.specialI1;
  readonly i1e: typeof fn.specialI1e;
  readonly laguerrePolynomialL: typeof fn.specialLaguerrePolynomialL;
  readonly legendrePolynomialP: typeof fn.specialLegendrePolynomialP;
  readonly log1p: typeof fn.specialLog1p;
  readonly logNdtr: typeof fn.specialLogNdtr;
  readonly logSoftmax: typeof fn.specialLogSoftmax;
  readonly logit: typeof fn.specialLogit;
  readonly logsumexp: typeof fn.specialLogsumexp;
  readonly modifiedBesselI0: typeof fn.specialModifiedBesselI0;
  readonly modifiedBesselI1: typeof fn.specialModifiedBesselI1;
  readonly modifiedBesselK0: typeof fn.specialModifiedBesselK0;
  readonly modifiedBesselK1: typeof fn.specialModifiedBesselK1;
  readonly multigammaln: typeof fn.specialMultigammaln;
  readonly ndtr: typeof fn.specialNdtr;
  readonly ndtri: typeof fn.specialNdtri;
  readonly polygamma: typeof fn.specialPolygamma;
  readonly psi: typeof fn.specialPsi;
  readonly round: typeof fn.specialRound;
  readonly scaledModifiedBesselK0: typeof fn.specialScaledModifiedBesselK0;
  readonly scaledModifiedBesselK1: typeof fn.specialScaledModifiedBesselK1;
  readonly shiftedChebyshevPolynomialT: typeof fn.specialShiftedChebyshevPolynomialT;
  readonly shiftedChebyshevPolynomialU: typeof fn.specialShiftedChebyshevPolynomialU;
  readonly shiftedChebyshevPolynomialV: typeof fn.specialShiftedChebyshevPolynomialV;
  readonly shiftedChebyshevPolynomialW: typeof fn.specialShiftedChebyshevPolynomialW;
  readonly sinc: typeof fn.specialSinc;
  readonly softmax: typeof fn.specialSoftmax;
  readonly sphericalBesselJ0: typeof fn.specialSphericalBesselJ0;
  readonly xlog1py: typeof fn.specialXlog1py;
  readonly xlogy: typeof fn.specialXlogy;
  readonly zeta: typeof fn.specialZeta;
} = {
  airyAi: fn.specialAiryAi,
  besselJ0: fn.specialBesselJ0,
  besselJ1: fn.specialBesselJ1,
  besselY0: fn.specialBesselY0,
  besselY1: fn.specialBesselY1,
  chebyshevPolynomialT: fn.specialChebyshevPolynomialT,
  chebyshevPolynomialU: fn.specialChebyshevPolynomialU,
  chebyshevPolynomialV: fn.specialChebyshevPolynomialV,
  chebyshevPolynomialW: fn.specialChebyshevPolynomialW,
  digamma: fn.specialDigamma,
  entr: fn.specialEntr,
  erf: fn.specialErf,
  erfc: fn.specialErfc,
  erfcx: fn.specialErfcx,
  erfinv: fn.specialErfinv,
  exp2: fn.specialExp2,
  expit: fn.specialExpit,
  expm1: fn.specialExpm1,
  gammainc: fn.specialGammainc,
  gammaincc: fn.specialGammaincc,
  gammaln: fn.specialGammaln,
  hermitePolynomialH: fn.specialHermitePolynomialH,
  hermitePolynomialHe: fn.specialHermitePolynomialHe,
  i0: fn.specialI0,
  i0e: fn.specialI0e,
  i1: fn.specialI1,
  i1e: fn.specialI1e,
  laguerrePolynomialL: fn.specialLaguerrePolynomialL,
  legendrePolynomialP: fn.specialLegendrePolynomialP,
  log1p: fn.specialLog1p,
  logNdtr: fn.specialLogNdtr,
  logSoftmax: fn.specialLogSoftmax,
  logit: fn.specialLogit,
  logsumexp: fn.specialLogsumexp,
  modifiedBesselI0: fn.specialModifiedBesselI0,
  modifiedBesselI1: fn.specialModifiedBesselI1,
  modifiedBesselK0: fn.specialModifiedBesselK0,
  modifiedBesselK1: fn.specialModifiedBesselK1,
  multigammaln: fn.specialMultigammaln,
  ndtr: fn.specialNdtr,
  ndtri: fn.specialNdtri,
  polygamma: fn.specialPolygamma,
  psi: fn.specialPsi,
  round: fn.specialRound,
  scaledModifiedBesselK0: fn.specialScaledModifiedBesselK0,
  scaledModifiedBesselK1: fn.specialScaledModifiedBesselK1,
  shiftedChebyshevPolynomialT: fn.specialShiftedChebyshevPolynomialT,
  shiftedChebyshevPolynomialU: fn.specialShiftedChebyshevPolynomialU,
  shiftedChebyshevPolynomialV: fn.specialShiftedChebyshevPolynomialV,
  shiftedChebyshevPolynomialW: fn.specialShiftedChebyshevPolynomialW,
  sinc: fn.specialSinc,
  softmax: fn.specialSoftmax,
  sphericalBesselJ0: fn.specialSphericalBesselJ0,
  xlog1py: fn.specialXlog1py,
  xlogy: fn.specialXlogy,
  zeta: fn.specialZeta,
};
