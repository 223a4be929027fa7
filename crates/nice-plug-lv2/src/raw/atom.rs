//! `atom.h`: sequences of timed events.

#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct LV2_Atom {
    /// Size of the body after this header, bytes.
    pub size: u32,
    pub type_: u32,
}

#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct LV2_Atom_Sequence {
    pub atom: LV2_Atom,
    /// Unit of the time stamps; 0 stands for audio frames.
    pub unit: u32,
    pub pad: u32,
}

/// Header of an event in a sequence; its body follows, padded to 8 bytes.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct LV2_Atom_Event {
    pub frames: i64,
    pub body: LV2_Atom,
}
