use super::*;
use crate::preset::to_json;

fn error_of(text: &str) -> String {
    parse_preset(text).unwrap_err().to_string()
}

#[test]
fn an_unknown_field_is_reported_with_path_and_place() {
    let text = "{\n\"name\": \"a\",\n\"config\": {\"equalizer\": {\"bands\": [{}, {},\n  {\"gian\": 3}]}}}";
    let message = error_of(text);
    for part in ["`config.equalizer.bands[2].gian`", "unknown field `gian`", "line 4, column 12"] {
        assert!(message.contains(part), "{message} lacks {part}");
    }
}

#[test]
fn a_value_out_of_range_is_reported_with_range_and_place() {
    let text = "{\"name\": \"a\", \"config\": {\n\"equalizer\": {\"bands\": [{},\n {\"gain\": 30}]}}}";
    let message = error_of(text);
    for part in ["line 3, column 11", "`equalizer.bands.1.gain` is 30", "-24 to 24 dB"] {
        assert!(message.contains(part), "{message} lacks {part}");
    }
    let message = parse_config("{\n\n\"master_gain\": -1e30}").unwrap_err().to_string();
    assert!(message.contains("line 3, column 16") && message.contains("master_gain"), "{message}");
}

#[test]
fn invalid_json_is_reported_with_line_and_column() {
    assert_eq!(
        parse_preset("{\"name\": \"a\",\n \"config\": {]}").unwrap_err(),
        ParseError::Syntax { message: "key must be a string".to_owned(), line: 2, column: 13 }
    );
    // When a line ends too early, the reported column is 1, not 0.
    let early = parse_preset("{\n").unwrap_err();
    assert!(matches!(early, ParseError::Syntax { line: 2, column: 1, .. }), "{early:?}");
    for text in ["", "[]", "1", "null", "{", "\u{feff}"] {
        assert!(matches!(parse_preset(text), Err(ParseError::Syntax { .. })), "{text:?}");
    }
}

#[test]
fn wrong_types_and_missing_fields_are_reported() {
    for (text, part) in [
        (r#"{"name":"a","config":{"master_gain":"loud"}}"#, "`config.master_gain`"),
        (r#"{"name":"a"}"#, "missing field `config`"),
        (r#"{"config":{}}"#, "missing field `name`"),
        (r#"{"name":"a","config":[]}"#, "`config`: a list is not allowed here"),
        (r#"{"name":"a","config":{"limiter":[-1,80,true]}}"#, "`config.limiter`: a list is not allowed here"),
        (
            r#"{"name":"a","config":{"equalizer":{"bands":[{},[100]]}}}"#,
            "column 48: `config.equalizer.bands.1`: a list is not allowed here",
        ),
        (r#"{"name":"a","config":{"compressor":{"detector":"ear"}}}"#, "unknown variant `ear`"),
        (r#"{"name":"a","config":{},"author":"me"}"#, "`author`"),
        (r#"{"name":"a","config":{},"schema_version":"one"}"#, "`schema_version`"),
        (r#"{"name":"../a","config":{}}"#, "`name`: `/`"),
        (r#"{"name":"a","config":{},"description":"a\nb"}"#, "`description`"),
        (r#"{"name":"a","config":{"a\nb":1}}"#, "a\\nb"),
    ] {
        let message = error_of(text);
        assert!(message.contains(part) && !message.contains('\n'), "{message} lacks {part}");
    }
}

#[test]
fn an_unsupported_version_is_reported_before_any_other_error() {
    for text in [
        r#"{"schema_version":2,"name":"a","config":{"reverb":{}}}"#,
        r#"{"schema_version":99999999999,"reverb":{}}"#,
        r#"{"schema_version":0,"name":"a","config":{}}"#,
    ] {
        assert!(matches!(parse_config(text), Err(ParseError::Version { .. })), "{text}");
    }
    let message = error_of(r#"{"schema_version":1,"name":"a","config":{"schema_version":2}}"#);
    assert!(message.contains("schema_version"), "{message}");
}

#[test]
fn reads_a_config_from_a_bare_file_or_a_preset() {
    let bare = parse_config("\u{feff}{\"master_gain\":-3}").unwrap();
    assert_eq!(bare.master_gain_db, -3.0);
    let preset = Preset { tags: vec!["x".to_owned()], ..Preset::new("Mine", bare) };
    let text = to_json(&preset);
    assert_eq!(parse_config(&text).unwrap(), bare);
    assert_eq!(parse_preset(&text).unwrap(), preset);
    assert_eq!(text.matches("schema_version").count(), 1, "the version is written once, at the top");
}

#[test]
fn rejects_too_long_files_before_parsing() {
    let text = " ".repeat(MAX_FILE_BYTES + 1);
    assert_eq!(parse_config(&text), Err(ParseError::TooLong { bytes: MAX_FILE_BYTES + 1 }));
    let longest = format!("{{}}{}", " ".repeat(MAX_FILE_BYTES - 2));
    assert!(parse_config(&longest).is_ok(), "the longest file is read");
}

/// Each text field accepts its longest length. One byte more gives an error that names the field.
#[test]
fn text_fields_have_a_maximum_length() {
    let parse = |fields: &str| parse_preset(&format!(r#"{{"name": "a", "config": {{}}, {fields}}}"#));
    let text = |bytes: usize| format!("{}é", "x".repeat(bytes - 2));
    for (field, form, most) in [
        ("description", r#""description": "TEXT""#, 2000),
        ("category", r#""category": "TEXT""#, 64),
        ("tags", r#""tags": ["a", "TEXT"]"#, 64),
    ] {
        let fields = |bytes| form.replace("TEXT", &text(bytes));
        assert!(parse(&fields(most)).is_ok(), "{field} of {most} bytes");
        let refused = ParseError::Text { field, max_bytes: most };
        assert_eq!(parse(&fields(most + 1)), Err(refused.clone()), "{field} of {most} bytes and one");
        assert_eq!(parse(&form.replace("TEXT", "a\\u0007b")), Err(refused), "{field} with a bell");
    }
    let tags = |count: usize| parse(&format!(r#""tags": [{}]"#, vec![r#""t""#; count].join(",")));
    assert_eq!(tags(32).unwrap().tags.len(), 32);
    assert_eq!(tags(33), Err(ParseError::Tags(33)));
}
