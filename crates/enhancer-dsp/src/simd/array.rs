//! Vectors that any processor has: arrays, and pairs of vectors.

use super::{Follow, Halves, Vector};
use core::ops::{Add, Div, Mul, Sub};

/// Arrays, vectorised by the compiler.
#[cfg(any(test, not(target_arch = "x86_64")))]
pub(super) struct Portable;

#[cfg(any(test, not(target_arch = "x86_64")))]
impl super::Isa for Portable {
    const WIDE: bool = false;
    type D2 = Doubles;
    type D4 = Pair<Doubles>;
    type D8 = Pair<Pair<Doubles>>;
    type F4 = Floats;
    type F16 = Pair<Pair<Floats>>;
}

/// An array with the operations of a [`Vector`].
macro_rules! plain {
    ($name:ident, $element:ident, $count:literal, $doc:literal) => {
        #[doc = $doc]
        #[cfg(any(test, not(target_arch = "x86_64")))]
        #[derive(Clone, Copy)]
        pub(super) struct $name([$element; $count]);

        plain!($name: Add add, Sub sub, Mul mul, Div div);

        #[cfg(any(test, not(target_arch = "x86_64")))]
        impl Vector for $name {
            type Element = $element;
            type Array = [$element; $count];

            #[inline(always)]
            fn splat(value: $element) -> Self {
                Self([value; $count])
            }

            #[inline(always)]
            fn load(array: &Self::Array) -> Self {
                Self(*array)
            }

            #[inline(always)]
            fn store(self, array: &mut Self::Array) {
                *array = self.0;
            }

            #[inline(always)]
            fn larger(a: Self, b: Self) -> Self {
                let mut result = b;
                for (to, from) in result.0.iter_mut().zip(a.0) {
                    *to = if from > *to { from } else { *to };
                }
                result
            }

            #[inline(always)]
            fn smaller(a: Self, b: Self) -> Self {
                let mut result = b;
                for (to, from) in result.0.iter_mut().zip(a.0) {
                    *to = if from < *to { from } else { *to };
                }
                result
            }

            #[inline(always)]
            fn sqrt(self) -> Self {
                Self(self.0.map($element::sqrt))
            }

            #[inline(always)]
            fn select(self, other: Self, mask: Self) -> Self {
                let mut result = other;
                for ((to, from), mask) in result.0.iter_mut().zip(self.0).zip(mask.0) {
                    let mask = mask.to_bits();
                    *to = $element::from_bits((from.to_bits() & mask) | (to.to_bits() & !mask));
                }
                result
            }
        }
    };
    ($name:ident: $($operator:ident $method:ident),*) => {
        $(#[cfg(any(test, not(target_arch = "x86_64")))]
        impl $operator for $name {
            type Output = Self;

            #[inline(always)]
            fn $method(self, other: Self) -> Self {
                // A loop, because the compiler does not vectorise `from_fn` here.
                let mut result = self;
                for (a, b) in result.0.iter_mut().zip(other.0) {
                    *a = a.$method(b);
                }
                result
            }
        })*
    };
}

plain!(Doubles, f64, 2, "Two doubles.");
plain!(Floats, f32, 4, "Four floats.");

macro_rules! operator {
    ($operator:ident, $method:ident) => {
        impl<V: Vector> $operator for Pair<V> {
            type Output = Self;

            #[inline(always)]
            fn $method(self, other: Self) -> Self {
                Self(self.0.$method(other.0), self.1.$method(other.1))
            }
        }
    };
}

operator!(Add, add);
operator!(Sub, sub);
operator!(Mul, mul);
operator!(Div, div);

/// A vector in two halves, each in one or more registers.
#[derive(Clone, Copy)]
pub(super) struct Pair<V>(pub(super) V, pub(super) V);

/// A vector whose array, twice in a row, is the array of a [`Pair`].
pub(super) trait Doubled: Vector {
    /// Array of both vectors.
    type Twice: Copy;

    /// Reads the low and the high vector.
    fn load_twice(array: &Self::Twice) -> [Self; 2];
    /// Writes the low and the high vector.
    fn store_twice(low: Self, high: Self, array: &mut Self::Twice);
}

macro_rules! doubled {
    ($vector:ty, $count:literal) => {
        impl crate::simd::array::Doubled for $vector {
            type Twice = [<$vector as Vector>::Element; 2 * $count];

            #[inline(always)]
            #[expect(clippy::indexing_slicing, reason = "an array of 2 N numbers has two chunks of N")]
            fn load_twice(array: &Self::Twice) -> [Self; 2] {
                let halves: &[[<$vector as Vector>::Element; $count]] = array.as_chunks().0;
                core::array::from_fn(|i| Self::load(&halves[i]))
            }

            #[inline(always)]
            #[expect(clippy::indexing_slicing, reason = "an array of 2 N numbers has two chunks of N")]
            fn store_twice(low: Self, high: Self, array: &mut Self::Twice) {
                let halves: &mut [[<$vector as Vector>::Element; $count]] = array.as_chunks_mut().0;
                low.store(&mut halves[0]);
                high.store(&mut halves[1]);
            }
        }
    };
}
#[cfg(target_arch = "x86_64")]
pub(super) use doubled;

/// The pairs that [`Portable`] uses.
#[cfg(any(test, not(target_arch = "x86_64")))]
mod arrays {
    use super::{Doubles, Floats, Pair, Vector};
    doubled!(Doubles, 2);
    doubled!(Pair<Doubles>, 4);
    doubled!(Floats, 4);
    doubled!(Pair<Floats>, 8);
}

impl<V: Doubled> Vector for Pair<V> {
    type Element = V::Element;
    type Array = V::Twice;

    #[inline(always)]
    fn splat(value: V::Element) -> Self {
        Self(V::splat(value), V::splat(value))
    }

    #[inline(always)]
    fn load(array: &V::Twice) -> Self {
        let [low, high] = V::load_twice(array);
        Self(low, high)
    }

    #[inline(always)]
    fn store(self, array: &mut V::Twice) {
        V::store_twice(self.0, self.1, array);
    }

    #[inline(always)]
    fn larger(a: Self, b: Self) -> Self {
        Self(V::larger(a.0, b.0), V::larger(a.1, b.1))
    }

    #[inline(always)]
    fn smaller(a: Self, b: Self) -> Self {
        Self(V::smaller(a.0, b.0), V::smaller(a.1, b.1))
    }

    #[inline(always)]
    fn sqrt(self) -> Self {
        Self(self.0.sqrt(), self.1.sqrt())
    }

    #[inline(always)]
    fn select(self, other: Self, mask: Self) -> Self {
        Self(self.0.select(other.0, mask.0), self.1.select(other.1, mask.1))
    }
}

impl<V: Doubled> Halves for Pair<V> {
    type Half = V;

    #[inline(always)]
    fn join(low: V, high: V) -> Self {
        Self(low, high)
    }

    #[inline(always)]
    fn split(self) -> [V; 2] {
        [self.0, self.1]
    }
}

/// Eight doubles in four registers: a shift by two lanes renames the registers.
impl<V: Doubled<Element = f64, Array = [f64; 2]>> Follow for Pair<Pair<V>>
where
    Pair<V>: Doubled<Element = f64>,
{
    #[inline(always)]
    fn follow(self, before: Self) -> Self {
        Self(Pair(before.1.1, self.0.0), Pair(self.0.1, self.1.0))
    }

    #[inline(always)]
    fn enter(self, input: &[f64; 2]) -> Self {
        Self(Pair(V::load(input), self.0.0), Pair(self.0.1, self.1.0))
    }

    #[inline(always)]
    fn leave(self) -> [f64; 2] {
        let mut last = [0.0; 2];
        self.1.1.store(&mut last);
        last
    }
}
