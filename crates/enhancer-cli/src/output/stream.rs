//! Writing into a pipe or a character device. Nothing is replaced, and a signal ends the wait for the other
//! end.

use crate::interrupt::Stop;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};
use std::path::Path;
use std::time::Duration;

/// Time between two attempts while the other end is not ready.
const PAUSE: Duration = Duration::from_millis(1);

/// Copies all of `content` into the pipe or device at `path`. Waits for a reader, and for as long as it
/// takes.
pub(super) fn pour(mut content: File, path: &Path, stop: &Stop) -> io::Result<()> {
    content.rewind()?;
    let mut stream = open(path, stop)?;
    let mut buffer = vec![0; 1 << 16];
    loop {
        let filled = content.read(&mut buffer)?;
        if filled == 0 {
            return Ok(());
        }
        write_all(&mut stream, buffer.get(..filled).unwrap_or_default(), stop)?;
    }
}

fn open(path: &Path, stop: &Stop) -> io::Result<File> {
    use rustix::fs::OFlags;
    let flags = (OFlags::NONBLOCK | OFlags::NOCTTY).bits();
    loop {
        match OpenOptions::new().write(true).custom_flags(flags.cast_signed()).open(path) {
            Ok(stream) => {
                // Another file may have taken this place since the check.
                let kind = stream.metadata()?.file_type();
                let is_stream = kind.is_fifo() || kind.is_char_device();
                return if is_stream { Ok(stream) } else { Err(io::ErrorKind::AlreadyExists.into()) };
            }
            Err(error) if has_no_reader(&error) && std::fs::metadata(path)?.file_type().is_fifo() => {
                pause(stop)?;
            }
            Err(error) => return Err(error),
        }
    }
}

fn has_no_reader(error: &io::Error) -> bool {
    error.raw_os_error() == Some(rustix::io::Errno::NXIO.raw_os_error())
}

fn write_all(stream: &mut File, mut bytes: &[u8], stop: &Stop) -> io::Result<()> {
    while !bytes.is_empty() {
        match stream.write(bytes) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(written) => bytes = bytes.get(written..).unwrap_or_default(),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => pause(stop)?,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

fn pause(stop: &Stop) -> io::Result<()> {
    if stop.is_set() {
        return Err(io::ErrorKind::Interrupted.into());
    }
    std::thread::sleep(PAUSE);
    Ok(())
}
