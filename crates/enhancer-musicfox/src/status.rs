//! The status of an instance, with the numbers of go-musicfox's plugin guide.

/// Stage of an instance's life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Status {
    /// Created, not initialized.
    Unknown = 0,
    /// Initialized, ready to start.
    Initializing = 1,
    /// Accepts audio.
    Running = 2,
    /// Initialized, can start again.
    Stopped = 3,
    /// A panic occurred; only initializing leaves this status.
    Error = 4,
}

impl Status {
    const ALL: [Self; 5] = [Self::Unknown, Self::Initializing, Self::Running, Self::Stopped, Self::Error];

    /// The status with this number; [`Status::Error`] for a number that no status has.
    pub(crate) fn from_number(number: u8) -> Self {
        Self::ALL.get(usize::from(number)).copied().unwrap_or(Self::Error)
    }
}

impl std::fmt::Display for Status {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Unknown => "0 (unknown)",
            Self::Initializing => "1 (initializing)",
            Self::Running => "2 (running)",
            Self::Stopped => "3 (stopped)",
            Self::Error => "4 (error)",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_match_the_header() {
        for (number, status) in (0u8..).zip(Status::ALL) {
            assert_eq!((status as u8, Status::from_number(number)), (number, status));
        }
        assert_eq!(Status::from_number(5), Status::Error);
    }
}
