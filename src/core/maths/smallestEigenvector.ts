/** A symmetric 3x3 matrix by its upper triangle: xx xy xz yy yz zz. */
export type Symmetric3 = readonly [number, number, number, number, number, number];

const PAIRS = [
  [0, 1],
  [0, 2],
  [1, 2],
] as const;

/** The unit eigenvector of the smallest eigenvalue, by Jacobi rotations; its sign is arbitrary. */
export function smallestEigenvector([xx, xy, xz, yy, yz, zz]: Symmetric3): [number, number, number] {
  const a = [
    [xx, xy, xz],
    [xy, yy, yz],
    [xz, yz, zz],
  ];
  const v = [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ];
  // Convergence is quadratic: four sweeps are usual.
  for (let sweep = 0; sweep < 12; sweep++) {
    const off = xyz(a[0][1], a[0][2], a[1][2]);
    if (off === 0 || off < 1e-30 * xyz(a[0][0], a[1][1], a[2][2])) break;
    for (const [p, q] of PAIRS) rotate(a, v, p, q);
  }
  const smallest = a[0][0] <= a[1][1] ? (a[0][0] <= a[2][2] ? 0 : 2) : a[1][1] <= a[2][2] ? 1 : 2;
  return [v[0][smallest], v[1][smallest], v[2][smallest]];
}

const xyz = (x: number, y: number, z: number): number => x * x + y * y + z * z;

/** Turns axes p and q so that `a[p][q]` becomes 0. */
function rotate(a: number[][], v: number[][], p: number, q: number): void {
  if (a[p][q] === 0) return;
  const theta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
  const tan = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const cos = 1 / Math.sqrt(tan * tan + 1);
  const sin = tan * cos;
  for (let k = 0; k < 3; k++) {
    const [kp, kq] = [a[k][p], a[k][q]];
    a[k][p] = cos * kp - sin * kq;
    a[k][q] = sin * kp + cos * kq;
  }
  for (let k = 0; k < 3; k++) {
    const [pk, qk] = [a[p][k], a[q][k]];
    a[p][k] = cos * pk - sin * qk;
    a[q][k] = sin * pk + cos * qk;
    const [vp, vq] = [v[k][p], v[k][q]];
    v[k][p] = cos * vp - sin * vq;
    v[k][q] = sin * vp + cos * vq;
  }
}
