//! Each rule on a snippet that breaks it, beside one that keeps it.

use super::language::Language::{self, Markdown, Plain, Python, Rust};
use super::report::Report;
use super::rule::{ALL, Rule};
use super::{language_of, measure};

const NONE: [usize; 0] = [];

/// The lines of a snippet on which a rule is broken, one for each place.
fn places(rule: Rule, language: Language, text: &str) -> Vec<usize> {
    let findings = measure(language, text).findings;
    findings.iter().filter(|finding| finding.rule == rule).map(|finding| finding.line).collect()
}

#[test]
fn counts_clauses_in_comments_of_every_language() {
    assert_eq!(places(Rule::What, Rust, "//! What it is.\nlet a = 1; // and what's that\n"), [1, 2]);
    assert_eq!(places(Rule::What, Rust, "/// Whatever.\nlet what = \"what // what\"; // fine\n"), NONE);
    assert_eq!(places(Rule::What, Plain, "/* One.\n * What, what?\n */\nint what;\n"), [2, 2]);
    assert_eq!(places(Rule::What, Plain, "*what = 1;\n"), NONE);
    assert_eq!(places(Rule::What, Python, "\"\"\"What\nwhat\"\"\"\n# what\nx = 1  # what\n"), [1, 2, 3, 4]);
    assert_eq!(places(Rule::What, Python, "x = \"\"\"what\n# what\n\"\"\"\n# what\n"), [4]);
    assert_eq!(places(Rule::What, Markdown, "What\n\n| what |\n"), [1, 3]);
}

#[test]
fn skips_code_fences_spans_and_link_targets() {
    assert_eq!(places(Rule::What, Rust, "/// ```\n/// what\n/// ```\n/// what\n"), [4]);
    assert_eq!(places(Rule::What, Rust, "/// ```\n/// what\nfn f() {}\n/// what\n"), [4]);
    assert_eq!(places(Rule::What, Markdown, "`what` or ``what``\n[what](what.md#what)\n"), [2]);
    assert_eq!(places(Rule::What, Markdown, "`a\nwhat b` what\n"), [2]);
    assert_eq!(places(Rule::What, Markdown, "a stray `\n\nwhat\n"), [3]);
    assert_eq!(places(Rule::What, Markdown, "```console\n$ what\n```\nwhat\n"), [4]);
}

#[test]
fn counts_the_verbs_and_the_forbidden_words() {
    let verbs = "// It hears, told, saying, looks; it knew. Known and a lookahead are fine.\n";
    assert_eq!(places(Rule::Verb, Rust, verbs), [1; 5]);
    assert_eq!(places(Rule::Forbidden, Markdown, "Anew, nobody's, whoever, somebody.\n"), [1; 4]);
}

#[test]
fn counts_safety_notes_without_a_guarantor() {
    assert_eq!(
        places(Rule::HandedOn, Rust, "// SAFETY: handed on.\n// SAFETY: the host guarantees it.\n"),
        [1]
    );
}

#[test]
fn counts_prose_over_110_columns() {
    let of = |columns: usize| {
        format!("// {}\n", "ä ".repeat(columns).chars().take(columns - 3).collect::<String>())
    };
    assert_eq!(places(Rule::LongLine, Rust, &format!("{}{}", of(110), of(111))), [2]);
    let code = format!("let a = \"{}\";\n", "a ".repeat(80));
    assert_eq!(places(Rule::LongLine, Rust, &code), NONE);
    let words = "word ".repeat(30);
    assert_eq!(places(Rule::LongLine, Markdown, &format!("{words}\n| {words} |\n![{words}](a.png)\n")), [1]);
    assert_eq!(
        places(Rule::LongLine, Markdown, &format!("[a]: https://a.b/{0}\nhttps://{0}\n", "c".repeat(120))),
        NONE
    );
    assert_eq!(places(Rule::LongLine, Rust, &format!("/// <https://{}>\n", "c".repeat(120))), NONE);
}

#[test]
fn finds_short_docs_of_public_items_alone() {
    let public =
        "/// The gain.\n#[must_use]\npub fn gain() {}\n/// Gain, dB, −24 to 24.\npub fn gain_db() {}\n";
    assert_eq!(places(Rule::ShortDoc, Rust, public), [1]);
    let private = "/// The gain.\nfn gain() {}\n/// The gain.\npub(crate) fn gain() {}\n";
    assert_eq!(places(Rule::ShortDoc, Rust, private), NONE);
    let variants = "    /// One.\n    One {\n        /// Two.\n        two: u8,\n    },\n}\n";
    assert_eq!(places(Rule::ShortDoc, Rust, &format!("pub enum A {{\n{variants}")), [2, 4]);
    assert_eq!(places(Rule::ShortDoc, Rust, &format!("enum A {{\n{variants}")), NONE);
    assert_eq!(places(Rule::ShortDoc, Rust, "pub trait A {\n    /// Runs.\n    fn run();\n}\n"), [2]);
    assert_eq!(places(Rule::ShortDoc, Rust, "pub struct A {\n    /// One.\n    one: u8,\n}\n"), NONE);
}

#[test]
fn finds_tests_named_by_a_clause() {
    let of = |name: &str| format!("#[test]\n#[ignore = \"slow\"]\nfn {name}() {{}}\n");
    let rust = of("what_is_read") + &of("reads_whatever_comes") + "fn what() {}\n" + &of("reads_somewhat");
    assert_eq!(places(Rule::TestName, Rust, &rust), [3, 6]);
    assert_eq!(places(Rule::TestName, Plain, "func TestWhatIsRead(t *testing.T) {\nfunc TestReads(t\n"), [1]);
    assert_eq!(
        places(Rule::TestName, Python, "    def test_what_is_read(self):\n    def what(self):\n"),
        [1]
    );
}

#[test]
fn leaves_out_test_data_licences_and_the_comments_of_a_generated_header() {
    for name in ["tests/fixtures/a.md", "go/testdata/a.go", "tests/cases/README.md", "LICENSE-MIT", "a.json"]
    {
        assert_eq!(language_of(name), None, "{name}");
    }
    assert_eq!(language_of("tests/cli/cases.rs"), Some(Rust));
    let header = "/* Made by cbindgen.\n * What\n */\n\n/**\n * What\n */\nint f(void);\n";
    assert_eq!(places(Rule::What, Plain, header), [2]);
    assert_eq!(places(Rule::What, Plain, &header.replace("Made by cbindgen", "By hand")), [2, 6]);
}

#[test]
fn adds_up_areas_and_compares_the_total_with_the_bounds() {
    let mut report = Report::default();
    let words = |count: usize| "word ".repeat(count);
    report.add("crates/a/src/lib.rs", measure(Rust, &format!("// {}what what\n", "a ".repeat(20))));
    report.add("crates/a/tests/b.rs", measure(Rust, "// one two\n"));
    report.add("README.md", measure(Markdown, &words(976)));
    let text = report.text(false);
    let table: Vec<Vec<&str>> = text.lines().map(|line| line.split_whitespace().collect()).collect();
    let row = |name: &str| table.iter().find(|row| row.first() == Some(&name)).unwrap();
    assert_eq!(row("crates/a")[1..3], ["24", "83.33"]);
    assert_eq!(row("(root)")[1..4], ["976", "0.00", "0.00"]);
    assert_eq!(row("total")[1..3], ["1000", "2.00"]);
    // The line of 976 words is too long; two places in 1000 words are within the bound.
    assert_eq!(report.exceeded(), ["long 1 (0)"]);
    report.add("README.md", measure(Markdown, "what\n"));
    assert_eq!(report.exceeded(), ["what 3.00 per 1000 words (at most 2)", "long 1 (0)"]);
}

#[test]
fn lists_places_of_strict_rules_always_and_of_rates_on_demand() {
    let mut report = Report::default();
    report.add("a.md", measure(Markdown, "one\nwhat\nanew\n"));
    assert!(report.text(false).contains("forbidden: a.md:3: anew\n"));
    assert!(!report.text(false).contains("what: a.md:2"));
    assert!(report.text(true).contains("what: a.md:2: what\n"));
    assert_eq!(ALL.len(), report.text(false).lines().last().unwrap().split_whitespace().count() - 2);
}
