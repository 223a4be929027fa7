//! The ffmpeg process. Separate threads read its output and its messages, so that neither pipe can fill up
//! and block it. It is killed on drop.

use super::log::Log;
use crate::audio::error::DecodeError;
use crate::interrupt;
use std::ffi::OsString;
use std::io::{Error, Read, Result};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Bytes read from the pipe at a time: its capacity on Linux.
const CHUNK_BYTES: usize = 64 * 1024;

/// Chunks queued for the decoder.
const CHUNKS_BETWEEN: usize = 4;

/// The longest line of messages that is kept, in bytes.
const MAX_LINE_BYTES: usize = 1000;

/// Interval between checks for an interruption while ffmpeg is silent.
const POLL: Duration = Duration::from_millis(20);

/// The longest delay of messages and exit status after the output.
const LAG: Duration = Duration::from_secs(10);

/// The messages read so far, and a signal for each new one.
#[derive(Default)]
struct Messages {
    log: Mutex<Log>,
    news: Condvar,
}

impl Messages {
    fn lock(&self) -> MutexGuard<'_, Log> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until the log meets a condition, at most [`LAG`].
    fn wait_until(&self, is_there: impl Fn(&Log) -> bool) -> MutexGuard<'_, Log> {
        let guard = self.lock();
        let waited = self.news.wait_timeout_while(guard, LAG, |log| !is_there(log));
        waited.unwrap_or_else(PoisonError::into_inner).0
    }
}

/// A running ffmpeg.
pub(super) struct Child {
    process: std::process::Child,
    chunks: Receiver<Result<Vec<u8>>>,
    messages: Arc<Messages>,
    /// A chunk that the header's reader has started, and the bytes read of it.
    begun: (Vec<u8>, usize),
    has_ended: bool,
}

impl Child {
    pub(super) fn spawn(program: &Path, arguments: &[OsString]) -> Result<Self> {
        let mut command = Command::new(program);
        command.args(arguments).env("AV_LOG_FORCE_NOCOLOR", "1").env_remove("AV_LOG_FORCE_COLOR");
        let mut process =
            command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
        let (to_decoder, chunks) = sync_channel(CHUNKS_BETWEEN);
        let messages = Arc::new(Messages::default());
        if let Some(stdout) = process.stdout.take() {
            std::thread::spawn(move || forward(stdout, &to_decoder));
        }
        if let Some(stderr) = process.stderr.take() {
            let messages = Arc::clone(&messages);
            std::thread::spawn(move || listen(stderr, &messages));
        }
        Ok(Self { process, chunks, messages, begun: (Vec::new(), 0), has_ended: false })
    }

    /// The next bytes of the output; `None` at its end.
    pub(super) fn next_chunk(&mut self) -> std::result::Result<Option<Vec<u8>>, DecodeError> {
        let (chunk, at) = std::mem::take(&mut self.begun);
        if at < chunk.len() {
            return Ok(Some(chunk[at..].to_vec()));
        }
        loop {
            match self.chunks.recv_timeout(POLL) {
                Ok(chunk) => return Ok(Some(chunk?)),
                Err(RecvTimeoutError::Disconnected) => {
                    self.has_ended = true;
                    return Ok(None);
                }
                Err(RecvTimeoutError::Timeout) if interrupt::is_requested() => {
                    return Err(DecodeError::Interrupted);
                }
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
    }

    /// True at the end of the output.
    pub(super) fn has_ended(&self) -> bool {
        self.has_ended
    }

    /// The messages read so far.
    pub(super) fn log(&self) -> MutexGuard<'_, Log> {
        self.messages.lock()
    }

    /// The log with the description of the input. ffmpeg writes its lines before the output, but another
    /// thread reads them.
    pub(super) fn log_of_input(&self) -> MutexGuard<'_, Log> {
        self.messages.wait_until(|log| log.has_output() || log.is_closed)
    }

    /// Waits for the exit of the program, whose output has ended.
    ///
    /// # Errors
    /// A failed exit, described.
    pub(super) fn end(&mut self) -> std::result::Result<(), String> {
        let begin = Instant::now();
        let end = loop {
            match self.process.try_wait() {
                Ok(Some(status)) if status.success() => break Ok(()),
                Ok(Some(status)) => break Err(format!("stopped with {status}")),
                Err(error) => break Err(error.to_string()),
                Ok(None) if begin.elapsed() > LAG || interrupt::is_requested() => {
                    break Err("did not end".to_owned());
                }
                Ok(None) => std::thread::sleep(POLL),
            }
        };
        drop(self.messages.wait_until(|log| log.is_closed));
        end
    }
}

impl Read for Child {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        if self.begun.1 == self.begun.0.len() {
            let chunk = self.next_chunk().map_err(|error| Error::other(error.to_string()))?;
            self.begun = (chunk.unwrap_or_default(), 0);
        }
        let (chunk, at) = &mut self.begun;
        let read = (&chunk[*at..]).read(buffer)?;
        *at += read;
        Ok(read)
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        // An error means that the process has already ended.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn forward(mut stdout: impl Read, to_decoder: &SyncSender<Result<Vec<u8>>>) {
    loop {
        let mut chunk = vec![0; CHUNK_BYTES];
        let read = match stdout.read(&mut chunk) {
            Ok(0) => return,
            Ok(read) => Ok(read),
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(error) => Err(error),
        };
        let is_last = read.is_err();
        let chunk = read.map(|read| {
            chunk.truncate(read);
            chunk
        });
        if to_decoder.send(chunk).is_err() || is_last {
            return;
        }
    }
}

fn listen(mut stderr: impl Read, messages: &Messages) {
    let (mut buffer, mut line) = ([0; 4096], Vec::new());
    while let Ok(read @ 1..) = stderr.read(&mut buffer) {
        for &byte in &buffer[..read] {
            match byte {
                b'\n' | b'\r' => {
                    messages.lock().push(&String::from_utf8_lossy(&line));
                    line.clear();
                }
                _ if line.len() < MAX_LINE_BYTES => line.push(byte),
                _ => {}
            }
        }
        messages.news.notify_all();
    }
    let mut log = messages.lock();
    log.push(&String::from_utf8_lossy(&line));
    log.is_closed = true;
    messages.news.notify_all();
}
