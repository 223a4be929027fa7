//! Decoder of 32-bit FLAC in 64-bit integers: the difference of two channels has 33 bits (RFC 9639 §9.2).

use super::headers::Headers;
use flac_codec::stream::{ChannelAssignment, ResidualPartition, Residuals, Subframe, SubframeWidth};

/// Coefficients of the fixed predictors, the previous sample first (RFC 9639 §9.2.5).
const FIXED: [&[i64]; 5] = [&[], &[1], &[2, -1], &[3, -3, 1], &[4, -6, 4, -1]];

/// Decodes a frame into `planes`.
///
/// # Errors
/// The fault, on one line.
pub(super) fn decode(data: &[u8], headers: &Headers, planes: &mut [Vec<i32>]) -> Result<(), String> {
    let frame = headers.read_frame(&mut &data[..]).map_err(|error| format!("flac: {error}"))?;
    let samples = |subframe: &SubframeWidth| match subframe {
        SubframeWidth::Common(subframe) => samples(subframe),
        SubframeWidth::Wide(subframe) => samples(subframe),
    };
    let mut channels: Vec<Vec<i64>> = frame.subframes.iter().map(samples).collect();
    if let [first, second] = &mut channels[..] {
        for (a, b) in first.iter_mut().zip(second) {
            match frame.header.channel_assignment {
                ChannelAssignment::Independent(_) => {}
                ChannelAssignment::LeftSide => *b = a.wrapping_sub(*b),
                ChannelAssignment::SideRight => *a = a.wrapping_add(*b),
                ChannelAssignment::MidSide => {
                    let sum = *a << 1 | *b & 1;
                    (*a, *b) = (sum.wrapping_add(*b) >> 1, sum.wrapping_sub(*b) >> 1);
                }
            }
        }
    }
    for (plane, channel) in planes.iter_mut().zip(channels) {
        plane.extend(channel.into_iter().map(|sample| sample as i32));
    }
    Ok(())
}

fn samples<I: Copy + Into<i64>>(subframe: &Subframe<I>) -> Vec<i64> {
    let (samples, wasted_bits) = match subframe {
        Subframe::Constant { block_size, sample, wasted_bps } => {
            (vec![(*sample).into(); usize::from(*block_size)], *wasted_bps)
        }
        Subframe::Verbatim { samples, wasted_bps } => (wide(samples), *wasted_bps),
        Subframe::Fixed { order, warm_up, residuals, wasted_bps } => {
            let coefficients = FIXED.get(usize::from(*order)).copied().unwrap_or_default();
            (predicted(warm_up, residuals, coefficients, 0), *wasted_bps)
        }
        Subframe::Lpc { warm_up, coefficients, residuals, shift, wasted_bps, .. } => {
            let coefficients: Vec<i64> = coefficients.iter().copied().map(i64::from).collect();
            (predicted(warm_up, residuals, &coefficients, *shift), *wasted_bps)
        }
    };
    samples.into_iter().map(|sample| sample << wasted_bits).collect()
}

fn wide<I: Copy + Into<i64>>(samples: &[I]) -> Vec<i64> {
    samples.iter().map(|&sample| sample.into()).collect()
}

/// The warm-up samples, then the sum of prediction and residual for the others.
fn predicted<I: Copy + Into<i64>>(
    warm_up: &[I],
    residuals: &Residuals<I>,
    coefficients: &[i64],
    shift: u32,
) -> Vec<i64> {
    let mut samples = wide(warm_up);
    let residuals: Vec<i64> = match residuals {
        Residuals::Method0 { partitions } => partitions.iter().flat_map(partition).collect(),
        Residuals::Method1 { partitions } => partitions.iter().flat_map(partition).collect(),
    };
    for residual in residuals {
        let before = samples.iter().rev().zip(coefficients);
        let sum = before.fold(0i64, |sum, (sample, factor)| sum.wrapping_add(sample.wrapping_mul(*factor)));
        samples.push((sum >> shift).wrapping_add(residual));
    }
    samples
}

fn partition<const RICE_MAX: u32, I: Copy + Into<i64>>(
    partition: &ResidualPartition<RICE_MAX, I>,
) -> Vec<i64> {
    match partition {
        ResidualPartition::Standard { residuals, .. } | ResidualPartition::Escaped { residuals, .. } => {
            wide(residuals)
        }
        ResidualPartition::Constant { partition_len } => vec![0; *partition_len],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flac_codec::stream::{
        BitsPerSample, BlockSize, Frame, FrameHeader, FrameNumber, Independent, SampleRate,
    };

    fn verbatim<I>(samples: Vec<I>) -> Subframe<I> {
        Subframe::Verbatim { samples, wasted_bps: 0 }
    }

    #[test]
    fn the_difference_of_two_channels_may_have_33_bits() {
        let left = [i32::MAX, i32::MIN, -1, 6, -7];
        let right = [i32::MIN, i32::MAX, 2, -3, -4];
        let both = || left.iter().zip(&right).map(|(a, b)| (i64::from(*a), i64::from(*b)));
        let side = || SubframeWidth::Wide(verbatim(both().map(|(a, b)| a - b).collect()));
        let middle = both().map(|(a, b)| ((a + b) >> 1) as i32).collect();
        let common = |samples: &[i32]| SubframeWidth::Common(verbatim(samples.to_vec()));
        for (channel_assignment, subframes) in [
            (ChannelAssignment::Independent(Independent::Stereo), vec![common(&left), common(&right)]),
            (ChannelAssignment::LeftSide, vec![common(&left), side()]),
            (ChannelAssignment::SideRight, vec![side(), common(&right)]),
            (ChannelAssignment::MidSide, vec![SubframeWidth::Common(verbatim(middle)), side()]),
        ] {
            let header = FrameHeader {
                blocking_strategy: false,
                block_size: BlockSize::try_from(left.len() as u16).unwrap(),
                sample_rate: SampleRate::Hz48000,
                channel_assignment,
                bits_per_sample: BitsPerSample::Bps32,
                frame_number: FrameNumber(0),
            };
            let mut bytes = Vec::new();
            Frame { header, subframes }.write_subset(&mut bytes).unwrap();
            let headers = Headers {
                sample_rate_hz: 48_000,
                channels: 2,
                bits: 32,
                total: None,
                md5: None,
                speakers: None,
            };
            let mut planes = vec![Vec::new(); 2];
            decode(&bytes, &headers, &mut planes).unwrap();
            assert_eq!(
                planes,
                [&left[..], &right],
                "{:?}",
                Frame::read_subset(&mut &bytes[..]).unwrap().header
            );
        }
    }
}
