//! Vectors for the sample loops, and the choice of the widest ones that the processor has.
//!
//! A loop is a [`Kernel`], written once over an [`Isa`]'s vectors and compiled for each: [`run`] picks one as the program
//! runs. Vectors have the same length everywhere, in one register or several, and only operations that IEEE 754 defines to the
//! last bit (no fused multiply-add, no estimates), so that every processor gives the same samples.
//!
//! Here is the core's only unsafe code: calling what is compiled for a processor that was asked for its features, and the
//! intrinsics that belong to them.

#![allow(unsafe_code)]

mod array;
#[cfg(target_arch = "x86_64")]
mod x86;

use core::ops::{Add, Div, Mul, Sub};

/// Numbers side by side.
pub(crate) trait Vector:
    Copy + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> + Div<Output = Self>
{
    /// One of the numbers.
    type Element: Copy;
    /// The numbers in memory.
    type Array: Copy;

    /// The same number everywhere.
    fn splat(value: Self::Element) -> Self;
    /// From memory.
    fn load(array: &Self::Array) -> Self;
    /// To memory.
    fn store(self, array: &mut Self::Array);
    /// `a` where it is the larger, else `b`.
    fn larger(a: Self, b: Self) -> Self;
    /// `a` where it is the smaller, else `b`.
    fn smaller(a: Self, b: Self) -> Self;
    /// Square roots.
    fn sqrt(self) -> Self;
    /// `self` where all bits of `mask` are set, `other` where none is.
    fn select(self, other: Self, mask: Self) -> Self;
}

/// A vector made of two halves.
pub(crate) trait Halves: Vector {
    /// A half.
    type Half: Vector<Element = Self::Element>;

    /// Both in a row.
    fn join(low: Self::Half, high: Self::Half) -> Self;
    /// Both.
    fn split(self) -> [Self::Half; 2];
}

/// Eight numbers that move along by two.
pub(crate) trait Follow: Vector {
    /// The last two of `before`, then the first six of `self`.
    fn follow(self, before: Self) -> Self;
    /// `input`, then the first six of `self`.
    fn enter(self, input: &[f64; 2]) -> Self;
    /// The last two.
    fn leave(self) -> [f64; 2];
}

/// A set of instructions.
pub(crate) trait Isa {
    /// Whether registers are so wide, or so many, that sums of several long vectors stay in them.
    const WIDE: bool;
    /// 2 doubles.
    type D2: Vector<Element = f64, Array = [f64; 2]>;
    /// 4 doubles.
    type D4: Halves<Half = Self::D2, Element = f64, Array = [f64; 4]>;
    /// 8 doubles.
    type D8: Halves<Half = Self::D4, Element = f64, Array = [f64; 8]> + Follow;
    /// 4 floats.
    type F4: Vector<Element = f32, Array = [f32; 4]>;
    /// 16 floats.
    type F16: Vector<Element = f32, Array = [f32; 16]>;
}

/// A loop that is compiled for every [`Isa`]. `run`, and all that it calls, must be `#[inline(always)]`.
pub(crate) trait Kernel {
    /// What it gives back.
    type Output;

    /// Runs it.
    fn run<I: Isa>(self) -> Self::Output;
}

/// What a processor has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Level {
    /// What the compiler makes of arrays.
    #[cfg(any(test, not(target_arch = "x86_64")))]
    Portable,
    /// What every x86-64 has.
    #[cfg(target_arch = "x86_64")]
    Sse2,
    /// 256 bits.
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// 512 bits, on processors that don't slow down for them.
    #[cfg(target_arch = "x86_64")]
    Avx512,
}

impl Level {
    /// The best of this processor. (The standard library asks once and remembers.)
    #[inline]
    pub(crate) fn best() -> Self {
        #[cfg(test)]
        if let Some(level) = tests::FORCED.get() {
            return level;
        }
        #[cfg(target_arch = "x86_64")]
        {
            // VBMI2 came with the generation (Ice Lake, Zen 4) that keeps its clock in 512 bits.
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

/// Runs a loop with the best vectors of this processor.
#[inline]
pub(crate) fn run<K: Kernel>(kernel: K) -> K::Output {
    match Level::best() {
        #[cfg(any(test, not(target_arch = "x86_64")))]
        Level::Portable => kernel.run::<array::Portable>(),
        #[cfg(target_arch = "x86_64")]
        Level::Sse2 => kernel.run::<x86::Sse2>(),
        // SAFETY: the processor said that it has them.
        #[cfg(target_arch = "x86_64")]
        Level::Avx2 => unsafe { x86::run_avx2(kernel) },
        // SAFETY: the same.
        #[cfg(target_arch = "x86_64")]
        Level::Avx512 => unsafe { x86::run_avx512(kernel) },
    }
}

#[cfg(test)]
pub(crate) mod tests;
