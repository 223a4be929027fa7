//! SIMD vectors for the per-sample loops, and the choice of the widest ones that the processor has.
//!
//! A loop is a [`Kernel`]: written once over the vectors of an [`Isa`] and compiled for each instruction set.
//! [`run`] selects one at run time. A vector has the same length on every processor, in one register or
//! several. Only operations that IEEE 754 defines to the last bit are used (no fused multiply-add, no
//! estimates), so every processor computes the same samples.
//!
//! This module holds all unsafe code of the core: calls of functions that need a processor feature, after a
//! check for that feature, and the intrinsics within them.

#![allow(unsafe_code)]

mod array;
#[cfg(target_arch = "x86_64")]
mod x86;

use core::ops::{Add, Div, Mul, Sub};

/// A fixed number of floating-point numbers, processed in parallel.
pub(crate) trait Vector:
    Copy + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> + Div<Output = Self>
{
    /// Type of one number.
    type Element: Copy;
    /// The vector's layout in memory.
    type Array: Copy;

    /// A vector with `value` in every lane.
    fn splat(value: Self::Element) -> Self;
    /// Reads a vector from memory.
    fn load(array: &Self::Array) -> Self;
    /// Writes the vector to memory.
    fn store(self, array: &mut Self::Array);
    /// The larger number of each lane; `b` where the comparison fails (equal or NaN).
    fn larger(a: Self, b: Self) -> Self;
    /// The smaller number of each lane; `b` where the comparison fails (equal or NaN).
    fn smaller(a: Self, b: Self) -> Self;
    /// Square root of each lane.
    fn sqrt(self) -> Self;
    /// `self` in lanes whose `mask` bits are all set, `other` in lanes whose `mask` bits are all clear.
    fn select(self, other: Self, mask: Self) -> Self;
}

/// A vector that splits into two halves.
pub(crate) trait Halves: Vector {
    /// Type of one half.
    type Half: Vector<Element = Self::Element>;

    /// Joins two halves, the first lanes from `low`.
    fn join(low: Self::Half, high: Self::Half) -> Self;
    /// Splits into the low and the high half.
    fn split(self) -> [Self::Half; 2];
}

/// Eight doubles that shift by two lanes, as the frames of a filter cascade do.
pub(crate) trait Follow: Vector {
    /// The last two lanes of `before`, then the first six of `self`.
    fn follow(self, before: Self) -> Self;
    /// `input`, then the first six lanes of `self`.
    fn enter(self, input: &[f64; 2]) -> Self;
    /// The last two lanes.
    fn leave(self) -> [f64; 2];
}

/// An instruction set: its vector types.
pub(crate) trait Isa {
    /// True if the registers hold the running sums of several 16-float vectors at once.
    const WIDE: bool;
    /// Vector of two doubles.
    type D2: Vector<Element = f64, Array = [f64; 2]>;
    /// Vector of four doubles.
    type D4: Halves<Half = Self::D2, Element = f64, Array = [f64; 4]>;
    /// Vector of eight doubles.
    type D8: Halves<Half = Self::D4, Element = f64, Array = [f64; 8]> + Follow;
    /// Vector of four floats.
    type F4: Vector<Element = f32, Array = [f32; 4]>;
    /// Vector of 16 floats.
    type F16: Vector<Element = f32, Array = [f32; 16]>;
}

/// A loop that is compiled for every [`Isa`].
pub(crate) trait Kernel {
    /// Result of the loop.
    type Output;

    /// Runs the loop. This function and all functions that it calls must be `#[inline(always)]`: a function
    /// that is not inlined is compiled for the instruction set of the build.
    fn run<I: Isa>(self) -> Self::Output;
}

/// Instruction sets, in ascending order of speed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Level {
    /// Arrays, vectorised by the compiler.
    #[cfg(any(test, not(target_arch = "x86_64")))]
    Portable,
    /// 128 bits; part of every x86-64.
    #[cfg(target_arch = "x86_64")]
    Sse2,
    /// 256 bits.
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// 512 bits, on processors that keep their clock rate with them.
    #[cfg(target_arch = "x86_64")]
    Avx512,
}

impl Level {
    /// The fastest instruction set of this processor. Cheap: the standard library caches the processor's
    /// features.
    #[inline]
    pub(crate) fn best() -> Self {
        #[cfg(test)]
        if let Some(level) = tests::FORCED.get() {
            return level;
        }
        #[cfg(target_arch = "x86_64")]
        {
            // VBMI2 marks the generation (Ice Lake, Zen 4) that keeps its clock rate in 512 bits. In Rust's
            // model of the features, AVX-512 F implies AVX2.
            if is_x86_feature_detected!("avx512f")
                && is_x86_feature_detected!("avx512dq")
                && is_x86_feature_detected!("avx512vl")
                && is_x86_feature_detected!("avx512vbmi2")
            {
                return Self::Avx512;
            }
            if is_x86_feature_detected!("avx2") { Self::Avx2 } else { Self::Sse2 }
        }
        #[cfg(not(target_arch = "x86_64"))]
        Self::Portable
    }
}

/// Runs a loop with the fastest instruction set of this processor.
#[inline]
pub(crate) fn run<K: Kernel>(kernel: K) -> K::Output {
    match Level::best() {
        #[cfg(any(test, not(target_arch = "x86_64")))]
        Level::Portable => kernel.run::<array::Portable>(),
        #[cfg(target_arch = "x86_64")]
        Level::Sse2 => kernel.run::<x86::Sse2>(),
        // SAFETY: `Level::best` returns `Avx2` only after detecting AVX2.
        #[cfg(target_arch = "x86_64")]
        Level::Avx2 => unsafe { x86::run_avx2(kernel) },
        // SAFETY: `Level::best` returns `Avx512` only after detecting AVX-512 F (hence AVX2), DQ and VL.
        #[cfg(target_arch = "x86_64")]
        Level::Avx512 => unsafe { x86::run_avx512(kernel) },
    }
}

#[cfg(test)]
pub(crate) mod tests;
