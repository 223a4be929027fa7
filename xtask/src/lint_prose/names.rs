//! Rules on items: the doc comments of public Rust items, and the names of tests.

use super::Finding;
use super::language::Language;
use super::rule::{Rule, spoils_test_name};

/// Most words of a doc comment that is too short to add anything to the item's name.
const FEW: usize = 3;

/// Beginnings of Rust items that are private unless `pub` stands before them.
const PRIVATE: &[&str] = &[
    "pub(", "fn ", "struct ", "enum ", "const ", "static ", "mod ", "type ", "let ", "impl ", "use ",
    "unsafe ",
];

/// Short doc comments and badly named tests of a file.
pub(super) fn findings(language: Language, text: &str) -> Vec<Finding> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = badly_named_tests(language, &lines);
    if language == Language::Rust {
        found.extend(short_docs(&lines));
    }
    found
}

fn short_docs(lines: &[&str]) -> Vec<Finding> {
    let mut found = vec![];
    let mut index = 0;
    while index < lines.len() {
        let docs = lines[index..].iter().map_while(|line| line.trim().strip_prefix("///"));
        let docs: Vec<&str> = docs.collect();
        let item = index + docs.len();
        let item = item + lines[item..].iter().take_while(|line| line.trim().starts_with("#[")).count();
        let words = docs.iter().map(|doc| doc.split_whitespace().count()).sum::<usize>();
        if !docs.is_empty() && words <= FEW && is_public(lines, item) {
            let text = format!("{} -> {}", docs.concat().trim(), lines[item].trim());
            found.push(Finding { rule: Rule::ShortDoc, line: index + 1, text });
        }
        index += docs.len().max(1);
    }
    found
}

/// True for `pub` items, variants of public enums with their fields, and methods of public traits.
fn is_public(lines: &[&str], item: usize) -> bool {
    let Some(line) = lines.get(item) else { return false };
    let trimmed = line.trim_start();
    if trimmed.starts_with("pub ") {
        return true;
    }
    let Some(owner) = owner(lines, item) else { return false };
    let of = lines[owner].trim_start();
    if of.starts_with("pub trait ") || of.starts_with("pub unsafe trait ") {
        return true;
    }
    if PRIVATE.iter().any(|word| trimmed.starts_with(word)) {
        return false;
    }
    // A field of a variant counts as its enum does; a struct's private field doesn't.
    let is_variant = of.starts_with(|c: char| c.is_uppercase()) && of.ends_with('{');
    of.starts_with("pub enum ") || is_variant && is_public(lines, owner)
}

/// The last line before `item` that is indented less.
fn owner(lines: &[&str], item: usize) -> Option<usize> {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let inner = indent(lines.get(item)?);
    (0..item).rev().find(|&index| !lines[index].trim().is_empty() && indent(lines[index]) < inner)
}

fn badly_named_tests(language: Language, lines: &[&str]) -> Vec<Finding> {
    let name_of = |index: usize| match language {
        Language::Rust => rust_test(lines, index).map(str::to_owned),
        Language::Plain => go_test(lines[index]),
        Language::Python => {
            function(lines[index], "def ").filter(|name| name.starts_with("test")).map(str::to_owned)
        }
        Language::Markdown => None,
    };
    let is_bad = |name: &String| name.split('_').any(spoils_test_name);
    let finding = |index: usize| {
        let text = name_of(index).filter(is_bad)?;
        Some(Finding { rule: Rule::TestName, line: index + 1, text })
    };
    (0..lines.len()).filter_map(finding).collect()
}

/// The function's name on a line that begins with `keyword`.
fn function<'a>(line: &'a str, keyword: &str) -> Option<&'a str> {
    let name = line.trim_start().strip_prefix(keyword)?;
    name.split(|c: char| !c.is_alphanumeric() && c != '_').next()
}

/// A function whose attributes, on the lines above, hold the word `test`.
fn rust_test<'a>(lines: &[&'a str], index: usize) -> Option<&'a str> {
    let line = lines[index].trim_start();
    let name = function(line.strip_prefix("async ").unwrap_or(line), "fn ")?;
    let above = lines[..index].iter().rev().map(|line| line.trim());
    let mut attributes = above.take_while(|line| line.starts_with("#[") || line.starts_with("//"));
    attributes.any(|line| line.starts_with("#[") && line.contains("test")).then_some(name)
}

/// `TestWhatIsRead` as `test_what_is_read`.
fn go_test(line: &str) -> Option<String> {
    let name = function(line, "func ").filter(|name| name.starts_with("Test"))?;
    let mut parts = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !parts.is_empty() {
            parts.push('_');
        }
        parts.extend(letter.to_lowercase());
    }
    Some(parts)
}
