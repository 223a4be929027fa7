//! A second-order section in state-variable form, and what it does to a spectrum.
//!
//! The section is the trapezoidal state-variable filter (A. Simper, *Solving the continuous SVF equations using trapezoidal
//! integration and equivalent currents*, 2013). With σ = (1 − z⁻¹)/(1 + z⁻¹), which on the unit circle is j tan(ω/2), and s = σ/g:
//!
//! ```text
//! H = (c0 + c1 s + c2 s²) / (1 + k s + s²)
//! ```
//!
//! Any second-order section with poles inside the unit circle is one of these, with g > 0 and k > 0. Its two
//! states (s1, s2) obey, without input,
//! `s1'² + s2'² − s1² − s2² = −4 g k v1² ≤ 0`: the energy never grows, however g and k move from sample to sample.

use realfft::num_complex::Complex64;

/// Coefficients of one section. They may be interpolated freely: any mixture of stable ones is stable.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Svf {
    /// tan(ω/2) of the poles' natural frequency; above 0.
    pub g: f64,
    /// Damping, 1/Q of the poles; above 0.
    pub k: f64,
    /// Numerator in powers of s = σ/g.
    pub c: [f64; 3],
}

impl Svf {
    /// Passes everything; its poles are harmless.
    pub const IDENTITY: Self = Self { g: 1.0, k: 2.0, c: [1.0, 2.0, 1.0] };

    /// The section that undoes this one, if its zeros lie inside the unit circle and none at 0 Hz or Nyquist.
    #[must_use]
    pub fn inverse(&self) -> Self {
        let [c0, c1, c2] = self.c;
        // Both lines over c0, with s in units of the zeros' natural frequency.
        let ratio = (c0 / c2).sqrt();
        let scale = 1.0 / c0;
        Self {
            g: self.g * ratio,
            k: c1 * scale * ratio,
            c: [scale, scale * self.k * ratio, scale * ratio * ratio],
        }
    }

    /// The complex response at `omega` radians a sample, 0…π.
    #[must_use]
    pub fn response(&self, omega: f64) -> Complex64 {
        let t = (0.5 * omega).tan() / self.g;
        // Scaled by 1/t² above, so that Nyquist's infinite t is no trouble.
        let (one, first, second) = if t < 1.0 { (1.0, t, t * t) } else { (1.0 / (t * t), 1.0 / t, 1.0) };
        let [c0, c1, c2] = self.c;
        Complex64::new(c0 * one - c2 * second, c1 * first) / Complex64::new(one - second, self.k * first)
    }
}
