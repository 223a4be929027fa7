//! Metrics of an instance: times per operation, frames and errors. All counters are atomic, for use by any
//! thread.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

/// Timed operations. Their order is that of `NAMES`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation {
    ProcessAudio,
    EnhanceAudio,
    ProcessInterleaved,
    ProcessParallel,
    AnalyzeAudio,
    GetSpectrum,
    LoadPreset,
    SavePreset,
    DeletePreset,
    UpdateConfig,
    SetParameter,
}

const NAMES: [(Operation, &str); 11] = [
    (Operation::ProcessAudio, "process_audio"),
    (Operation::EnhanceAudio, "enhance_audio"),
    (Operation::ProcessInterleaved, "process_interleaved"),
    (Operation::ProcessParallel, "process_parallel"),
    (Operation::AnalyzeAudio, "analyze_audio"),
    (Operation::GetSpectrum, "get_spectrum"),
    (Operation::LoadPreset, "load_preset"),
    (Operation::SavePreset, "save_preset"),
    (Operation::DeletePreset, "delete_preset"),
    (Operation::UpdateConfig, "update_config"),
    (Operation::SetParameter, "set_parameter"),
];

/// Times of one operation, ns.
#[derive(Debug)]
struct Times {
    count: AtomicU64,
    total: AtomicU64,
    min: AtomicU64,
    max: AtomicU64,
    last: AtomicU64,
}

/// Times of all operations of one instance, processed frames and failed calls.
#[derive(Debug)]
pub(crate) struct Metrics {
    times: [Times; NAMES.len()],
    frames: AtomicU64,
    errors: AtomicU64,
}

impl Metrics {
    pub(crate) fn new() -> Self {
        let zero = || AtomicU64::new(0);
        let times = || Times {
            count: zero(),
            total: zero(),
            min: AtomicU64::new(u64::MAX),
            max: zero(),
            last: zero(),
        };
        Self { times: std::array::from_fn(|_| times()), frames: zero(), errors: zero() }
    }

    /// Runs the operation. Counts its time if it succeeds.
    ///
    /// # Realtime safety
    /// Reads the clock twice; atomic operations.
    pub(crate) fn time<T, E>(
        &self,
        operation: Operation,
        work: impl FnOnce() -> Result<T, E>,
    ) -> Result<T, E> {
        let start = Instant::now();
        let value = work()?;
        let ns = u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX);
        if let Some(times) = self.times.get(operation as usize) {
            times.count.fetch_add(1, Ordering::Relaxed);
            times.total.fetch_add(ns, Ordering::Relaxed);
            times.min.fetch_min(ns, Ordering::Relaxed);
            times.max.fetch_max(ns, Ordering::Relaxed);
            times.last.store(ns, Ordering::Relaxed);
        }
        Ok(value)
    }

    pub(crate) fn count_frames(&self, frames: usize) {
        self.frames.fetch_add(frames as u64, Ordering::Relaxed);
    }

    pub(crate) fn count_error(&self) {
        self.errors.fetch_add(1, Ordering::Relaxed);
    }

    /// The metrics as JSON; `memory` is added unchanged.
    pub(crate) fn to_json(&self, memory: &serde_json::Value) -> String {
        let read = |value: &AtomicU64| value.load(Ordering::Relaxed);
        let operations: serde_json::Map<_, _> = NAMES
            .iter()
            .zip(&self.times)
            .map(|((_, name), times)| {
                let count = read(&times.count);
                let value = serde_json::json!({
                    "count": count,
                    "total_ns": read(&times.total),
                    "min_ns": if count == 0 { 0 } else { read(&times.min) },
                    "max_ns": read(&times.max),
                    "last_ns": read(&times.last),
                    "average_ns": read(&times.total).checked_div(count).unwrap_or(0),
                });
                ((*name).to_owned(), value)
            })
            .collect();
        let all = serde_json::json!({
            "operations": operations,
            "frames": read(&self.frames),
            "errors": read(&self.errors),
            "memory": memory,
        });
        all.to_string()
    }
}

/// Resident memory of this process, bytes; `None` except on Linux.
pub(crate) fn resident_bytes() -> Option<u64> {
    if !cfg!(target_os = "linux") {
        return None;
    }
    let pages = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = pages.lines().find(|line| line.starts_with("VmRSS:"))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kilobytes| kilobytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_and_times_each_operation() {
        for (index, (operation, _)) in NAMES.iter().enumerate() {
            assert_eq!(*operation as usize, index);
        }
        let metrics = Metrics::new();
        for _ in 0..3 {
            let wait = || {
                std::thread::sleep(std::time::Duration::from_millis(2));
                Ok::<_, ()>(())
            };
            assert!(metrics.time(Operation::SavePreset, wait).is_ok());
        }
        assert!(metrics.time(Operation::SavePreset, || Err::<(), _>(())).is_err());
        let json: serde_json::Value = serde_json::from_str(&metrics.to_json(&serde_json::json!({}))).unwrap();
        let times = &json["operations"]["save_preset"];
        let ns = |field: &str| times[field].as_u64().unwrap();
        assert_eq!(ns("count"), 3);
        assert!(ns("min_ns") >= 2_000_000 && ns("max_ns") >= ns("last_ns") && ns("last_ns") >= ns("min_ns"));
        assert!(ns("total_ns") >= 6_000_000 && ns("average_ns") == ns("total_ns") / 3);
        assert_eq!(json["operations"]["load_preset"]["min_ns"], 0);
    }
}
