//! Half-band filters: `H(z) = ½ (A0(z²) + z⁻¹ A1(z²))`, the `A` chains of first-order all-passes `(c + z⁻²) / (1 + c z⁻²)`.
//!
//! The coefficients are the elliptic ones, in closed form by theta series: R. A. Valenzuela, A. G. Constantinides,
//! *Digital signal processing schemes for efficient interpolation and decimation*, IEE Proc. G 130(6), 1983. Passband and
//! stopband mirror each other about a quarter of the higher rate; because the two chains are power complementary, a
//! stopband of −60 dB means a passband ripple of 4e-6 dB. The phase is not linear.

use core::f64::consts::PI;

/// Coefficients of the half-band filter of `2 N + 1`th order whose transition band, centred on a quarter of the higher
/// sample rate, is `transition` times that rate wide (0 to ½, ends excluded). Even places belong to `A0`, odd ones to `A1`.
#[must_use]
pub fn halfband_coefficients<const N: usize>(transition: f64) -> [f64; N] {
    let k = ((1.0 - 2.0 * transition) * PI / 4.0).tan().powi(2);
    let q = nome(k);
    let order = (2 * N + 1) as f64;
    core::array::from_fn(|index| {
        let angle = (index + 1) as f64 * PI / order;
        let w = theta_ratio(q, angle).powi(2);
        let x = ((1.0 - w * k) * (1.0 - w / k)).sqrt() / (1.0 + w);
        (1.0 - x) / (1.0 + x)
    })
}

/// The elliptic nome of modulus `k`, by its series in the complementary modulus.
fn nome(k: f64) -> f64 {
    let root = (1.0 - k * k).sqrt().sqrt();
    let e = 0.5 * (1.0 - root) / (1.0 + root);
    let e4 = e.powi(4);
    e * (1.0 + e4 * (2.0 + e4 * (15.0 + 150.0 * e4)))
}

/// `θ1(angle) / θ4(angle)` of nome `q`, that is `√k sn`. Ten terms leave less than `f64` shows for any `q` in use.
fn theta_ratio(q: f64, angle: f64) -> f64 {
    let mut numerator = 0.0;
    let mut denominator = 0.5;
    for i in 0..10i32 {
        let sign = if i % 2 == 0 { 1.0 } else { -1.0 };
        numerator += sign * q.powi(i * (i + 1)) * (f64::from(2 * i + 1) * angle).sin();
        if i > 0 {
            denominator += sign * q.powi(i * i) * (f64::from(2 * i) * angle).cos();
        }
    }
    q.sqrt().sqrt() * numerator / denominator
}

/// Both chains at the lower rate, `L` signals side by side.
#[derive(Debug, Clone)]
struct Chains<const N: usize, const L: usize> {
    coefficients: [f64; N],
    /// Last input of each chain.
    inputs: [[f64; L]; 2],
    /// Last output of each section, which is the last input of the section two places on.
    outputs: [[f64; L]; N],
}

impl<const N: usize, const L: usize> Chains<N, L> {
    fn new(transition: f64) -> Self {
        let coefficients = halfband_coefficients(transition);
        Self { coefficients, inputs: [[0.0; L]; 2], outputs: [[0.0; L]; N] }
    }

    #[inline(always)]
    fn process(&mut self, input: [[f64; L]; 2]) -> [[f64; L]; 2] {
        let mut signal = input;
        let mut previous = core::mem::replace(&mut self.inputs, input);
        for (index, (c, output)) in self.coefficients.iter().zip(&mut self.outputs).enumerate() {
            let (x, x1) = (&mut signal[index % 2], &mut previous[index % 2]);
            for ((x, x1), y1) in x.iter_mut().zip(x1).zip(output) {
                let y = c * (*x - *y1) + *x1;
                *x1 = *y1;
                *y1 = y;
                *x = y;
            }
        }
        signal
    }

    fn reset(&mut self) {
        self.inputs = [[0.0; L]; 2];
        self.outputs = [[0.0; L]; N];
    }

    /// Inputs are kept for one sample only, so they can't linger.
    fn flush_denormals(&mut self) {
        crate::denormals::flush(self.outputs.as_flattened_mut());
    }
}

/// Doubles the sample rate of `L` signals with `N` all-passes each.
#[derive(Debug, Clone)]
pub struct Upsampler<const N: usize, const L: usize>(Chains<N, L>);

impl<const N: usize, const L: usize> Upsampler<N, L> {
    /// A filter at rest; see [`halfband_coefficients`] for `transition`.
    #[must_use]
    pub fn new(transition: f64) -> Self {
        Self(Chains::new(transition))
    }

    /// The two samples, earlier first, that follow from one.
    ///
    /// # Realtime safety
    /// Constant time.
    #[inline(always)]
    pub fn process(&mut self, sample: [f64; L]) -> [[f64; L]; 2] {
        self.0.process([sample; 2])
    }

    /// Forgets the past.
    pub fn reset(&mut self) {
        self.0.reset();
    }

    /// Sets states too small to matter to zero.
    pub fn flush_denormals(&mut self) {
        self.0.flush_denormals();
    }
}

/// Halves the sample rate of `L` signals with `N` all-passes each.
#[derive(Debug, Clone)]
pub struct Downsampler<const N: usize, const L: usize>(Chains<N, L>);

impl<const N: usize, const L: usize> Downsampler<N, L> {
    /// A filter at rest; see [`halfband_coefficients`] for `transition`.
    #[must_use]
    pub fn new(transition: f64) -> Self {
        Self(Chains::new(transition))
    }

    /// The one sample that follows from two, earlier first.
    ///
    /// # Realtime safety
    /// Constant time.
    #[inline(always)]
    pub fn process(&mut self, samples: [[f64; L]; 2]) -> [f64; L] {
        let [earlier, later] = samples;
        let [mut a, b] = self.0.process([later, earlier]);
        for (a, b) in a.iter_mut().zip(b) {
            *a = 0.5 * (*a + b);
        }
        a
    }

    /// Forgets the past.
    pub fn reset(&mut self) {
        self.0.reset();
    }

    /// Sets states too small to matter to zero.
    pub fn flush_denormals(&mut self) {
        self.0.flush_denormals();
    }
}
