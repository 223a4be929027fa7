//! The vectors of x86-64: SSE2, part of every such processor, AVX2 and AVX-512.

use super::array::{Pair, doubled};
use super::{Follow, Halves, Isa, Kernel, Vector};
use core::arch::x86_64::*;
use core::ops::{Add, Div, Mul, Sub};

/// SSE2, 128 bits.
pub(super) struct Sse2;

impl Isa for Sse2 {
    const WIDE: bool = false;
    type D2 = Xmm;
    type D4 = Pair<Xmm>;
    type D8 = Pair<Pair<Xmm>>;
    type F4 = Xmm32;
    type F16 = Pair<Pair<Xmm32>>;
}

/// AVX2, 256 bits.
pub(super) struct Avx2;

impl Isa for Avx2 {
    const WIDE: bool = true;
    type D2 = Xmm;
    type D4 = Ymm;
    type D8 = Pair<Ymm>;
    type F4 = Xmm32;
    type F16 = Pair<Ymm32>;
}

/// AVX-512, 512 bits.
pub(super) struct Avx512;

impl Isa for Avx512 {
    const WIDE: bool = true;
    type D2 = Xmm;
    type D4 = Ymm;
    type D8 = Zmm;
    type F4 = Xmm32;
    type F16 = Zmm32;
}

/// Runs a kernel compiled for AVX2.
///
/// # Safety
/// The processor must have AVX2.
#[target_feature(enable = "avx2")]
pub(super) unsafe fn run_avx2<K: Kernel>(kernel: K) -> K::Output {
    kernel.run::<Avx2>()
}

/// Runs a kernel compiled for AVX-512.
///
/// # Safety
/// The processor must have AVX2 and AVX-512 F, DQ and VL.
#[target_feature(enable = "avx2,avx512f,avx512dq,avx512vl")]
pub(super) unsafe fn run_avx512<K: Kernel>(kernel: K) -> K::Output {
    kernel.run::<Avx512>()
}

/// Two doubles in a register.
#[derive(Clone, Copy)]
pub(super) struct Xmm(__m128d);

/// Four doubles in a register.
#[derive(Clone, Copy)]
pub(super) struct Ymm(__m256d);

/// Eight doubles in a register.
#[derive(Clone, Copy)]
pub(super) struct Zmm(__m512d);

/// Four floats in a register.
#[derive(Clone, Copy)]
pub(super) struct Xmm32(__m128);

/// Eight floats in a register.
#[derive(Clone, Copy)]
pub(super) struct Ymm32(__m256);

/// Sixteen floats in a register.
#[derive(Clone, Copy)]
pub(super) struct Zmm32(__m512);

/// Implements the operations that are a single instruction.
///
/// The intrinsics need the instruction set of the vector's width. Only a kernel that runs with [`Avx2`] or
/// [`Avx512`] names the wider vectors, and [`super::run`] checks the processor before it runs one.
macro_rules! vector {
    ($name:ident, $element:ident, $count:literal, $set:ident, $load:ident, $store:ident, $max:ident, $min:ident, $sqrt:ident,
     [$($operator:ident $method:ident $intrinsic:ident),*], $select:ident) => {
        $(impl $operator for $name {
            type Output = Self;

            #[inline(always)]
            fn $method(self, other: Self) -> Self {
                // SAFETY: `run` has checked the instruction set (see the macro).
                Self(unsafe { $intrinsic(self.0, other.0) })
            }
        })*

        impl Vector for $name {
            type Element = $element;
            type Array = [$element; $count];

            #[inline(always)]
            fn splat(value: $element) -> Self {
                // SAFETY: `run` has checked the instruction set (see the macro).
                Self(unsafe { $set(value) })
            }

            #[inline(always)]
            fn load(array: &[$element; $count]) -> Self {
                // SAFETY: `run` has checked the instruction set (see the macro). The array is as long as the
                // register; the instruction accepts any alignment.
                Self(unsafe { $load(array.as_ptr()) })
            }

            #[inline(always)]
            fn store(self, array: &mut [$element; $count]) {
                // SAFETY: `run` has checked the instruction set (see the macro). The array is as long as the
                // register; the instruction accepts any alignment.
                unsafe { $store(array.as_mut_ptr(), self.0) }
            }

            #[inline(always)]
            fn larger(a: Self, b: Self) -> Self {
                // SAFETY: `run` has checked the instruction set (see the macro).
                Self(unsafe { $max(a.0, b.0) })
            }

            #[inline(always)]
            fn smaller(a: Self, b: Self) -> Self {
                // SAFETY: `run` has checked the instruction set (see the macro).
                Self(unsafe { $min(a.0, b.0) })
            }

            #[inline(always)]
            fn sqrt(self) -> Self {
                // SAFETY: `run` has checked the instruction set (see the macro).
                Self(unsafe { $sqrt(self.0) })
            }

            #[inline(always)]
            fn select(self, other: Self, mask: Self) -> Self {
                // SAFETY: `run` has checked the instruction set (see the macro).
                Self(unsafe { $select(self.0, other.0, mask.0) })
            }
        }
    };
}

vector!(
    Xmm, f64, 2, _mm_set1_pd, _mm_loadu_pd, _mm_storeu_pd, _mm_max_pd, _mm_min_pd, _mm_sqrt_pd,
    [Add add _mm_add_pd, Sub sub _mm_sub_pd, Mul mul _mm_mul_pd, Div div _mm_div_pd],
    select_xmm
);
vector!(
    Ymm, f64, 4, _mm256_set1_pd, _mm256_loadu_pd, _mm256_storeu_pd, _mm256_max_pd, _mm256_min_pd, _mm256_sqrt_pd,
    [Add add _mm256_add_pd, Sub sub _mm256_sub_pd, Mul mul _mm256_mul_pd, Div div _mm256_div_pd],
    select_ymm
);
vector!(
    Zmm, f64, 8, _mm512_set1_pd, _mm512_loadu_pd, _mm512_storeu_pd, _mm512_max_pd, _mm512_min_pd, _mm512_sqrt_pd,
    [Add add _mm512_add_pd, Sub sub _mm512_sub_pd, Mul mul _mm512_mul_pd, Div div _mm512_div_pd],
    select_zmm
);

vector!(
    Xmm32, f32, 4, _mm_set1_ps, _mm_loadu_ps, _mm_storeu_ps, _mm_max_ps, _mm_min_ps, _mm_sqrt_ps,
    [Add add _mm_add_ps, Sub sub _mm_sub_ps, Mul mul _mm_mul_ps, Div div _mm_div_ps],
    select_xmm32
);
vector!(
    Ymm32, f32, 8, _mm256_set1_ps, _mm256_loadu_ps, _mm256_storeu_ps, _mm256_max_ps, _mm256_min_ps, _mm256_sqrt_ps,
    [Add add _mm256_add_ps, Sub sub _mm256_sub_ps, Mul mul _mm256_mul_ps, Div div _mm256_div_ps],
    select_ymm32
);
vector!(
    Zmm32, f32, 16, _mm512_set1_ps, _mm512_loadu_ps, _mm512_storeu_ps, _mm512_max_ps, _mm512_min_ps, _mm512_sqrt_ps,
    [Add add _mm512_add_ps, Sub sub _mm512_sub_ps, Mul mul _mm512_mul_ps, Div div _mm512_div_ps],
    select_zmm32
);

/// # Safety
/// None beyond SSE2, part of every x86-64.
#[inline(always)]
unsafe fn select_xmm(yes: __m128d, no: __m128d, mask: __m128d) -> __m128d {
    // SAFETY: every x86-64 has SSE2.
    unsafe { _mm_or_pd(_mm_and_pd(mask, yes), _mm_andnot_pd(mask, no)) }
}

/// # Safety
/// The processor must have AVX.
#[inline(always)]
unsafe fn select_ymm(yes: __m256d, no: __m256d, mask: __m256d) -> __m256d {
    // SAFETY: the caller guarantees AVX.
    unsafe { _mm256_blendv_pd(no, yes, mask) }
}

/// # Safety
/// The processor must have AVX-512 F and DQ.
#[inline(always)]
unsafe fn select_zmm(yes: __m512d, no: __m512d, mask: __m512d) -> __m512d {
    // SAFETY: the caller guarantees AVX-512 F and DQ.
    unsafe { _mm512_mask_blend_pd(_mm512_movepi64_mask(_mm512_castpd_si512(mask)), no, yes) }
}

/// # Safety
/// None beyond SSE2, part of every x86-64.
#[inline(always)]
unsafe fn select_xmm32(yes: __m128, no: __m128, mask: __m128) -> __m128 {
    // SAFETY: every x86-64 has SSE2.
    unsafe { _mm_or_ps(_mm_and_ps(mask, yes), _mm_andnot_ps(mask, no)) }
}

/// # Safety
/// The processor must have AVX.
#[inline(always)]
unsafe fn select_ymm32(yes: __m256, no: __m256, mask: __m256) -> __m256 {
    // SAFETY: the caller guarantees AVX.
    unsafe { _mm256_blendv_ps(no, yes, mask) }
}

/// # Safety
/// The processor must have AVX-512 F and DQ.
#[inline(always)]
unsafe fn select_zmm32(yes: __m512, no: __m512, mask: __m512) -> __m512 {
    // SAFETY: the caller guarantees AVX-512 F and DQ.
    unsafe { _mm512_mask_blend_ps(_mm512_movepi32_mask(_mm512_castps_si512(mask)), no, yes) }
}

doubled!(Xmm, 2);
doubled!(Pair<Xmm>, 4);
doubled!(Ymm, 4);
doubled!(Xmm32, 4);
doubled!(Pair<Xmm32>, 8);
doubled!(Ymm32, 8);

impl Halves for Ymm {
    type Half = Xmm;

    #[inline(always)]
    fn join(low: Xmm, high: Xmm) -> Self {
        // SAFETY: vectors of this width exist only in kernels for AVX2, which `run` has checked.
        Self(unsafe { _mm256_set_m128d(high.0, low.0) })
    }

    #[inline(always)]
    fn split(self) -> [Xmm; 2] {
        // SAFETY: vectors of this width exist only in kernels for AVX2, which `run` has checked.
        unsafe { [Xmm(_mm256_castpd256_pd128(self.0)), Xmm(_mm256_extractf128_pd::<1>(self.0))] }
    }
}

impl Halves for Zmm {
    type Half = Ymm;

    #[inline(always)]
    fn join(low: Ymm, high: Ymm) -> Self {
        // SAFETY: vectors of this width exist only in kernels for AVX-512, which `run` has checked.
        Self(unsafe { _mm512_insertf64x4::<1>(_mm512_castpd256_pd512(low.0), high.0) })
    }

    #[inline(always)]
    fn split(self) -> [Ymm; 2] {
        // SAFETY: vectors of this width exist only in kernels for AVX-512, which `run` has checked.
        unsafe { [Ymm(_mm512_castpd512_pd256(self.0)), Ymm(_mm512_extractf64x4_pd::<1>(self.0))] }
    }
}

impl Follow for Pair<Ymm> {
    #[inline(always)]
    fn follow(self, before: Self) -> Self {
        // The high half of the first operand and the low half of the second.
        // SAFETY: vectors of this width exist only in kernels for AVX2, which `run` has checked.
        let join = |a: Ymm, b: Ymm| Ymm(unsafe { _mm256_permute2f128_pd::<0x21>(a.0, b.0) });
        Self(join(before.1, self.0), join(self.0, self.1))
    }

    #[inline(always)]
    fn enter(self, input: &[f64; 2]) -> Self {
        // SAFETY: vectors of this width exist only in kernels for AVX2, which `run` has checked. The input is
        // as long as half a register.
        unsafe {
            let input = _mm256_broadcast_pd(&_mm_loadu_pd(input.as_ptr()));
            Self(
                Ymm(_mm256_permute2f128_pd::<0x20>(input, self.0.0)),
                Ymm(_mm256_permute2f128_pd::<0x21>(self.0.0, self.1.0)),
            )
        }
    }

    #[inline(always)]
    fn leave(self) -> [f64; 2] {
        let mut last = [0.0; 2];
        self.1.split()[1].store(&mut last);
        last
    }
}

impl Follow for Zmm {
    #[inline(always)]
    fn follow(self, before: Self) -> Self {
        // SAFETY: vectors of this width exist only in kernels for AVX-512, which `run` has checked.
        Self(unsafe {
            let (this, before) = (_mm512_castpd_si512(self.0), _mm512_castpd_si512(before.0));
            _mm512_castsi512_pd(_mm512_alignr_epi64::<6>(this, before))
        })
    }

    #[inline(always)]
    fn enter(self, input: &[f64; 2]) -> Self {
        // SAFETY: vectors of this width exist only in kernels for AVX-512, which `run` has checked. The input
        // is as long as a quarter of a register.
        self.follow(Self(unsafe { _mm512_broadcast_f64x2(_mm_loadu_pd(input.as_ptr())) }))
    }

    #[inline(always)]
    fn leave(self) -> [f64; 2] {
        let mut last = [0.0; 2];
        // SAFETY: vectors of this width exist only in kernels for AVX-512, which `run` has checked.
        Xmm(unsafe { _mm512_extractf64x2_pd::<3>(self.0) }).store(&mut last);
        last
    }
}
