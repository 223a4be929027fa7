//! Fits a section, or a section and a correcting one, to a squared magnitude.
//!
//! On the unit circle the squared magnitude of a second-order section is a rational function of x =
//! tan²(ω/2):
//!
//! ```text
//! |H|² = N(x) / D(x),   N = n0 + n1 y + n2 y²,   D = 1 + d1 y + d2 y²,   y = x / unit
//! ```
//!
//! A section has its poles and zeros inside the unit circle wherever N and D stay positive for x > 0, that is
//! where `n1 > −2 √(n0 n2)` and `d1 > −2 √d2`. A step that would leave this region is shortened.
//!
//! The fit minimizes the weighted sum of squares of the logarithmic error `ln(|H|²/P)` against the target
//! power P. It takes a bounded number of damped Gauss–Newton steps (K. Levenberg, *A method for the solution
//! of certain non-linear problems in least squares*, Quart. Appl. Math. 2, 1944; D. Marquardt, SIAM J. Appl.
//! Math. 11, 1963). The Jacobian holds the exact derivatives of `ln |H|²`. The error itself is `2 (r − 1)/(r
//! + 1)` with `r = |H|²/P`, which equals `ln r` up to `(r − 1)³/12` and needs no logarithm.
//!
//! The iteration of Sanathanan and Koerner, linear least squares on `N − P D`, was rejected: it diverges on
//! +12 dB shelves near the top of the band, or settles up to 4 dB off.

pub(super) mod start;

use crate::bounds::{part, part_mut};

/// The most frequencies of a fit.
const MAX_NODES: usize = 32;

/// One frequency of a fit, x = tan²(ω/2), with its target and weights.
#[derive(Debug, Clone, Copy)]
pub(super) struct Node {
    pub(super) x: f64,
    /// 1/P of the target power P.
    pub(super) inverse_power: f64,
    /// Weight of the squared error.
    pub(super) weight: f64,
    /// Weight of the error in the search for the largest error.
    pub(super) importance: f64,
}

/// The nodes of a fit.
#[derive(Debug, Clone, Copy)]
pub(super) struct Nodes {
    slots: [Node; MAX_NODES],
    len: usize,
}

impl Nodes {
    pub(super) const EMPTY: Self = Self {
        slots: [Node { x: 0.0, inverse_power: 1.0, weight: 0.0, importance: 0.0 }; MAX_NODES],
        len: 0,
    };

    pub(super) fn push(&mut self, node: Node) {
        if let Some(slot) = self.slots.get_mut(self.len) {
            *slot = node;
            self.len += 1;
        }
    }

    pub(super) fn iter(&self) -> core::slice::Iter<'_, Node> {
        part(&self.slots, ..self.len).iter()
    }

    pub(super) fn iter_mut(&mut self) -> core::slice::IterMut<'_, Node> {
        part_mut(&mut self.slots, ..self.len).iter_mut()
    }
}

/// Mean relative error of |H|² at which a fit ends; 0.005 dB.
const ENOUGH: f64 = 1.2e-3;

/// Unknowns of one section: n1, n2, d1, d2.
pub(super) const ONE: usize = 4;
/// Unknowns of a section and its correction.
pub(super) const TWO: usize = 8;

/// A fit under way: `N` is [`ONE`] or [`TWO`].
#[derive(Debug, Clone, Copy)]
pub(super) struct Fit<const N: usize> {
    /// The main section's y is x over this.
    pub(super) unit: f64,
    /// Squared gain of the main section at 0 Hz, constant. That of the correction is 1.
    pub(super) n0: f64,
    /// n1, n2, d1, d2 of the main section, then of the correction, whose unit is 1.
    pub(super) values: [f64; N],
    /// 1 for each value that the fit varies, 0 for the others.
    pub(super) mask: [f64; N],
}

/// Normal equations JᵀWJ δ = −JᵀWr and the cost at the same values.
struct Normal<const N: usize> {
    matrix: [[f64; N]; N],
    gradient: [f64; N],
    cost: f64,
}

impl<const N: usize> Fit<N> {
    /// Improves the values by at most `steps` steps.
    pub(super) fn refine(&mut self, nodes: &Nodes, steps: usize) {
        let mut damping = 1e-3;
        let mut normal = self.normal(nodes);
        let enough = ENOUGH * ENOUGH * nodes.iter().map(|node| node.weight).sum::<f64>();
        for _ in 0..steps {
            if normal.cost < enough {
                return;
            }
            let Some(step) = solve(&normal, damping) else { return };
            let Some(trial) = self.moved(&step) else {
                damping = (damping * 100.0).max(1e-3);
                continue;
            };
            let at_trial = trial.normal(nodes);
            if at_trial.cost < normal.cost {
                *self = trial;
                let settled = at_trial.cost > 0.99 * normal.cost && damping < 1e-3;
                normal = at_trial;
                damping *= 0.1;
                if settled {
                    return;
                }
            } else {
                damping = (damping * 30.0).max(1e-4);
            }
        }
    }

    /// Multiplies the weight of each node by a share of its error, so that the largest error falls.
    ///
    /// The idea is C. L. Lawson's (*Contributions to the theory of linear least maximum approximation*,
    /// 1961), whose factor is the error itself. Here the factor is 0.1 plus the error over the largest error:
    /// two rounds have to do, and no weight may vanish.
    pub(super) fn reweigh(&self, nodes: &mut Nodes) {
        let mut row = [0.0; N];
        let mut size = |node: &Node| (self.ratio(node, &mut row) - 1.0).abs() * node.importance;
        let largest = nodes.iter().map(&mut size).fold(1e-12, f64::max);
        for node in nodes.iter_mut() {
            node.weight *= 0.1 + size(node) / largest;
        }
    }

    /// Root of the weighted mean square of the relative error.
    pub(super) fn mean_error(&self, nodes: &Nodes) -> f64 {
        let weight: f64 = nodes.iter().map(|node| node.weight).sum();
        (self.normal(nodes).cost / weight).sqrt()
    }

    /// The values after a step. The step is shortened until the section is stable and of minimum phase.
    fn moved(&self, step: &[f64; N]) -> Option<Self> {
        let mut trial = *self;
        for length in [1.0, 0.5, 0.2, 0.05] {
            for ((value, from), step) in trial.values.iter_mut().zip(&self.values).zip(step) {
                *value = from + length * step;
            }
            if trial.is_valid() {
                return Some(trial);
            }
        }
        None
    }

    fn is_valid(&self) -> bool {
        /// Least damping κ of the main section, so that rounding can't turn it negative.
        const LEAST: f64 = 1e-10;
        let mut section = self.values.as_chunks().0.iter().zip(self.mask.as_chunks().0);
        let mut is_positive = |c0: f64, least: f64| {
            section.next().is_none_or(|(&[c1, c2], &[varies_c1, varies_c2])| {
                let damped = c1 > if c0 > 0.0 { (least - 2.0) * (c0 * c2).sqrt() } else { 0.0 };
                (varies_c1 == 0.0 || damped) && (varies_c2 == 0.0 || c2 > 1e-18)
            })
        };
        // A correction with complex poles could ring between the nodes, where the fit has no control.
        is_positive(self.n0, LEAST)
            && is_positive(1.0, LEAST)
            && is_positive(1.0, 2.0)
            && is_positive(1.0, 2.0)
    }

    fn normal(&self, nodes: &Nodes) -> Normal<N> {
        let mut normal = Normal { matrix: [[0.0; N]; N], gradient: [0.0; N], cost: 0.0 };
        let mut row = [0.0; N];
        for node in nodes.iter() {
            let ratio = self.ratio(node, &mut row);
            let error = 2.0 * (ratio - 1.0) / (ratio + 1.0);
            normal.cost += node.weight * error * error;
            for ((cells, gradient), left) in normal.matrix.iter_mut().zip(&mut normal.gradient).zip(row) {
                let left = left * node.weight;
                *gradient += left * error;
                for (cell, right) in cells.iter_mut().zip(row) {
                    *cell += left * right;
                }
            }
        }
        normal
    }

    /// |H|² over the target at one node. `row` receives the derivatives of its logarithm.
    #[inline(always)]
    fn ratio(&self, node: &Node, row: &mut [f64; N]) -> f64 {
        let v = &self.values;
        let y = node.x / self.unit;
        let num = self.n0 + y * (v[0] + y * v[1]);
        let den = 1.0 + y * (v[2] + y * v[3]);
        let ratio = if N == TWO {
            let x = node.x;
            let num_c = 1.0 + x * (v[4] + x * v[5]);
            let den_c = 1.0 + x * (v[6] + x * v[7]);
            // One division for all four reciprocals.
            let (main, correction) = (num * den, num_c * den_c);
            let inverse = 1.0 / (main * correction);
            let (by_main, by_correction) = (inverse * correction, inverse * main);
            let (by_num, by_den) = (y * by_main * den, -y * by_main * num);
            let (by_num_c, by_den_c) = (x * by_correction * den_c, -x * by_correction * num_c);
            (row[0], row[1], row[2], row[3]) = (by_num, y * by_num, by_den, y * by_den);
            (row[4], row[5], row[6], row[7]) = (by_num_c, x * by_num_c, by_den_c, x * by_den_c);
            num * num_c * (by_main * num) * (by_correction * num_c)
        } else {
            let inverse = 1.0 / (num * den);
            let (by_num, by_den) = (y * inverse * den, -y * inverse * num);
            (row[0], row[1], row[2], row[3]) = (by_num, y * by_num, by_den, y * by_den);
            num * inverse * num
        };
        for (cell, mask) in row.iter_mut().zip(self.mask) {
            *cell *= mask;
        }
        ratio * node.inverse_power
    }
}

/// Solves the damped normal equations by Cholesky's factorization. `None` if rounding leaves no positive
/// pivot.
#[expect(clippy::indexing_slicing, reason = "rows, columns and places count N")]
fn solve<const N: usize>(normal: &Normal<N>, damping: f64) -> Option<[f64; N]> {
    let mut l = normal.matrix;
    for i in 0..N {
        l[i][i] += damping * l[i][i] + f64::MIN_POSITIVE;
        for j in 0..=i {
            let dot: f64 = (0..j).map(|k| l[i][k] * l[j][k]).sum();
            let rest = l[i][j] - dot;
            if i == j {
                if rest.is_nan() || rest <= 0.0 {
                    return None;
                }
                l[i][i] = rest.sqrt();
            } else {
                l[i][j] = rest / l[j][j];
            }
        }
    }
    let mut step = [0.0; N];
    for i in 0..N {
        let dot: f64 = (0..i).map(|k| l[i][k] * step[k]).sum();
        step[i] = (-normal.gradient[i] - dot) / l[i][i];
    }
    for i in (0..N).rev() {
        let dot: f64 = (i + 1..N).map(|k| l[k][i] * step[k]).sum();
        step[i] = (step[i] - dot) / l[i][i];
    }
    Some(step)
}
