//! Reads `file://` addresses (RFC 8089), in which desktops pass files from program to program.

use std::path::PathBuf;

/// Returns the local path that an address names, or `None` for another machine's file and for other schemes.
#[must_use]
pub(crate) fn local_file(address: &str) -> Option<PathBuf> {
    let (scheme, rest) = address.split_once(':')?;
    if !scheme.eq_ignore_ascii_case("file") {
        return None;
    }
    let path = match rest.strip_prefix("//") {
        Some(rest) => {
            let (host, _) = rest.split_at(rest.find('/')?);
            is_here(host).then(|| &rest[host.len()..])?
        }
        None => rest.starts_with('/').then_some(rest)?,
    };
    Some(path_of(percent_decoded(path)))
}

/// True if `host` is this machine's name.
fn is_here(host: &str) -> bool {
    #[cfg(target_os = "linux")]
    let is_own = rustix::system::uname().nodename().to_str().is_ok_and(|own| own.eq_ignore_ascii_case(host));
    #[cfg(not(target_os = "linux"))]
    let is_own = false;
    is_own || host.is_empty() || host.eq_ignore_ascii_case("localhost")
}

/// Builds a path from bytes: a Unix file name need not be UTF-8.
#[cfg(unix)]
fn path_of(bytes: Vec<u8>) -> PathBuf {
    use std::os::unix::ffi::OsStringExt;
    std::ffi::OsString::from_vec(bytes).into()
}

/// Builds a path from bytes. A drive letter follows a slash, which is dropped.
#[cfg(not(unix))]
fn path_of(bytes: Vec<u8>) -> PathBuf {
    let path = String::from_utf8_lossy(&bytes);
    let has_drive = path.as_bytes().get(2) == Some(&b':');
    PathBuf::from(if has_drive { &path[1..] } else { &path })
}

fn percent_decoded(text: &str) -> Vec<u8> {
    let mut bytes = vec![];
    let mut rest = text.as_bytes();
    while let Some((first, others)) = rest.split_first() {
        let digit = |place: usize| Some(char::from(*others.get(place)?).to_digit(16)? as u8);
        match digit(0).zip(digit(1)).filter(|_| *first == b'%') {
            Some((high, low)) => {
                bytes.push(high << 4 | low);
                rest = &others[2..];
            }
            None => {
                bytes.push(*first);
                rest = others;
            }
        }
    }
    bytes
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::ffi::OsStrExt;

    #[test]
    fn finds_a_local_file_in_every_form_of_address() {
        for address in ["file:///a%20b/%C3%BC%2b.txt", "FILE://localhost/a b/ü+.txt", "file:/a b/%c3%bc+.txt"]
        {
            assert_eq!(local_file(address), Some(PathBuf::from("/a b/ü+.txt")), "{address}");
        }
        assert_eq!(local_file("file:///100%/%zz%4"), Some(PathBuf::from("/100%/%zz%4")), "no code");
        let latin = local_file("file:///caf%E9").expect("a name");
        assert_eq!(latin.as_os_str().as_bytes(), b"/caf\xE9");
        #[cfg(target_os = "linux")]
        {
            let own = rustix::system::uname();
            let address = format!("file://{}/a", own.nodename().to_str().expect("a name"));
            assert_eq!(local_file(&address), Some(PathBuf::from("/a")));
        }
    }

    #[test]
    fn rejects_addresses_of_other_machines_and_schemes() {
        for address in
            ["https://a/b", "file://elsewhere.example/a", "file://", "file:a", "/a/b", "", "C:\\a", "data:,a"]
        {
            assert_eq!(local_file(address), None, "{address}");
        }
    }
}
