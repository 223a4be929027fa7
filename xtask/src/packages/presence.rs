//! Decides whether a package is present: by Debian's database, or by a file that no other package brings.

use super::Package;
use crate::run;
use std::path::Path;
use std::process::Command;

/// A record of the installed packages and their files.
pub(super) trait Database {
    fn is_installed(&self, package: &str) -> bool;

    /// The packages that brought a file; none for a file from elsewhere.
    fn owners(&self, file: &Path) -> Vec<String>;
}

/// Debian's database. Empty on other systems.
pub(super) struct Dpkg;

impl Database for Dpkg {
    fn is_installed(&self, package: &str) -> bool {
        let status = ["--show", "--showformat=${db:Status-Status}\n", package];
        run::read(Command::new("dpkg-query").args(status))
            .is_ok_and(|states| states.lines().any(|state| state == "installed"))
    }

    fn owners(&self, file: &Path) -> Vec<String> {
        let owners = owners_of(file);
        if owners.is_empty() {
            // The target of a link that `update-alternatives` made.
            file.canonicalize().map(|file| owners_of(&file)).unwrap_or_default()
        } else {
            owners
        }
    }
}

/// Reads `gcc-12:amd64, gcc-12:i386: /usr/bin/x86_64-linux-gnu-gcc-12`.
fn owners_of(file: &Path) -> Vec<String> {
    let found = run::read(Command::new("dpkg-query").arg("--search").arg(file)).unwrap_or_default();
    let ending = format!(": {}", file.display());
    let names =
        found.lines().filter_map(|line| line.strip_suffix(&ending)).flat_map(|names| names.split(", "));
    names.map(|name| name.split(':').next().unwrap_or(name).to_owned()).collect()
}

/// True if the package is installed, or if its evidence comes from it, from a package that serves as well, or
/// from outside the database.
pub(super) fn is_present(package: &Package, database: &impl Database) -> bool {
    database.is_installed(package.name)
        || (package.evidence)().is_some_and(|file| proves(package, &database.owners(&file)))
}

/// True if a file with these owners shows the package's presence.
fn proves(package: &Package, owners: &[String]) -> bool {
    let serves =
        |owner: &String| owner == package.name || package.also.iter().any(|pattern| matches(pattern, owner));
    owners.is_empty() || owners.iter().any(serves)
}

/// Compares a name with a pattern of at most one `*`.
fn matches(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == name,
        Some((start, end)) => name.strip_prefix(start).is_some_and(|rest| rest.ends_with(end)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;
    use std::path::PathBuf;

    /// Every file belongs to one package, which is not installed by its own name.
    struct OwnedBy<'a>(&'a [&'a str]);

    impl Database for OwnedBy<'_> {
        fn is_installed(&self, _: &str) -> bool {
            false
        }

        fn owners(&self, _: &Path) -> Vec<String> {
            self.0.iter().map(|name| (*name).to_owned()).collect()
        }
    }

    #[test]
    fn a_file_of_another_package_proves_nothing() {
        for package in super::super::all() {
            let package = Package { evidence: || Some(PathBuf::from("/usr/bin/program")), ..package };
            assert!(!is_present(&package, &OwnedBy(&["another"])), "{}", package.name);
            assert!(is_present(&package, &OwnedBy(&[])), "{}: installed by hand", package.name);
            assert!(is_present(&package, &OwnedBy(&["another", package.name])), "{}", package.name);
            let absent = Package { evidence: || None, ..package };
            assert!(!is_present(&absent, &OwnedBy(&[])), "{}", package.name);
        }
    }

    /// On Debian, with the packages that are installed here; elsewhere no file has an owner.
    #[test]
    fn evidence_comes_from_the_package_it_is_named_for() {
        for package in super::super::all() {
            let file = (package.evidence)();
            if Dpkg.is_installed(package.name) {
                assert!(file.is_some(), "{} is installed, its evidence is missing", package.name);
            }
            if let Some(file) = file {
                let owners = Dpkg.owners(&file);
                assert!(proves(&package, &owners), "{}: {} is of {owners:?}", package.name, file.display());
            }
        }
    }

    #[test]
    fn no_two_packages_have_the_same_evidence() {
        let mut by_file = BTreeMap::new();
        for package in super::super::all() {
            if let Some(file) = (package.evidence)()
                && let Some(other) = by_file.insert(file.clone(), package.name)
            {
                panic!("{} and {other} both have {}", package.name, file.display());
            }
        }
    }

    #[test]
    fn patterns_match_versions_alone() {
        assert!(matches("python3.*-venv", "python3.11-venv") && matches("gcc-*", "gcc-12"));
        assert!(!matches("python3.*-venv", "python3.11-minimal") && !matches("jackd1", "jackd"));
    }
}
