//! The yardstick of a machine's speed: 8 plain biquads on two channels in double precision, in scalar
//! operations.
//!
//! The form is transposed direct form II. It represents the same loop in plain C (`cc -O2`), so the compiler
//! must not join the channels into vectors. Two facts prevent that: no two states are neighbours in memory,
//! and the number of sections is unknown at compile time. Ratios to this time compare between machines.

#[repr(C)]
#[derive(Clone, Copy)]
struct Biquad {
    left_1: f64,
    b0: f64,
    right_1: f64,
    b1: f64,
    left_2: f64,
    b2: f64,
    right_2: f64,
    a1: f64,
    a2: f64,
}

pub(crate) struct Yardstick(Vec<Biquad>);

impl Yardstick {
    pub(crate) fn new() -> Self {
        let (left_1, right_1, left_2, right_2) = (0.0, 0.0, 0.0, 0.0);
        let biquad =
            Biquad { left_1, b0: 1.01, right_1, b1: -1.8, left_2, b2: 0.85, right_2, a1: -1.8, a2: 0.86 };
        Self(std::hint::black_box(vec![biquad; 8]))
    }

    #[inline(never)]
    pub(crate) fn process(&mut self, left: &mut [f32], right: &mut [f32]) {
        for (left, right) in left.iter_mut().zip(right) {
            let (mut x, mut y) = (f64::from(*left), f64::from(*right));
            for p in &mut self.0 {
                let out = p.b0 * x + p.left_1;
                p.left_1 = p.b1 * x - p.a1 * out + p.left_2;
                p.left_2 = p.b2 * x - p.a2 * out;
                x = out;
                let out = p.b0 * y + p.right_1;
                p.right_1 = p.b1 * y - p.a1 * out + p.right_2;
                p.right_2 = p.b2 * y - p.a2 * out;
                y = out;
            }
            *left = x as f32;
            *right = y as f32;
        }
    }
}
