//! Whether an Ogg file has its end: the last page carries the end-of-stream flag (RFC 3533 §6, header type bit 2).

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

/// The largest page: a header of 27 bytes, 255 lengths, 255 segments of 255 bytes.
const MAX_PAGE_BYTES: u64 = 27 + 255 + 255 * 255;

/// False for an Ogg file whose last page is cut or is not its stream's last. True for everything else. Leaves the file at
/// its start.
pub(super) fn is_finished(mut file: &File) -> std::io::Result<bool> {
    let mut magic = [0; 4];
    file.rewind()?;
    let is_ogg = file.read_exact(&mut magic).is_ok() && magic == *b"OggS";
    let finished = if is_ogg {
        let length = file.metadata()?.len();
        let mut tail = Vec::new();
        file.seek(SeekFrom::Start(length.saturating_sub(2 * MAX_PAGE_BYTES)))?;
        file.take(2 * MAX_PAGE_BYTES).read_to_end(&mut tail)?;
        ends_stream(&tail)
    } else {
        true
    };
    file.rewind()?;
    Ok(finished)
}

fn ends_stream(tail: &[u8]) -> bool {
    let pages = tail.windows(4).enumerate().filter(|(_, window)| window == b"OggS");
    // Newest first; a capture pattern within audio data doesn't describe a page that ends within the file.
    for (start, _) in pages.collect::<Vec<_>>().into_iter().rev() {
        let Some(header) = tail.get(start..start + 27) else { continue };
        let Some(lengths) = tail.get(start + 27..start + 27 + usize::from(header[26])) else { continue };
        let body: usize = lengths.iter().map(|&length| usize::from(length)).sum();
        if start + 27 + lengths.len() + body <= tail.len() {
            return header[5] & 4 != 0;
        }
        if header[4] == 0 && header[5] < 8 {
            return false;
        }
    }
    false
}
