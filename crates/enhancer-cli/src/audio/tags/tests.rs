//! Kinds of tags, built byte by byte from their standards; none of the files holds sound.

use super::*;

fn written(bytes: &[u8]) -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), bytes).unwrap();
    file
}

/// The comments and notes of a FLAC output.
fn comments(bytes: &[u8]) -> (Vec<String>, Vec<String>) {
    let (tags, notes) = Tags::read(written(bytes).path(), Format::Flac, None);
    (tags.blocks.comments, notes)
}

#[track_caller]
fn assert_comments(bytes: &[u8], expected: &[&str]) -> Vec<String> {
    let (found, notes) = comments(bytes);
    assert_eq!(found, expected, "{notes:?}");
    notes
}

/// Length and name, both big-endian 32 bits (ISO/IEC 14496-12, 4.2).
fn mp4_box(name: &[u8; 4], body: &[u8]) -> Vec<u8> {
    [&(body.len() as u32 + 8).to_be_bytes(), &name[..], body].concat()
}

fn mp4_item(name: &[u8; 4], kind: u8, value: &[u8]) -> Vec<u8> {
    mp4_box(name, &mp4_box(b"data", &[&[0, 0, 0, kind, 0, 0, 0, 0], value].concat()))
}

fn mp4_freeform(name: &str, value: &str) -> Vec<u8> {
    let part = |kind: &[u8; 4], text: &str| mp4_box(kind, &[&[0; 4], text.as_bytes()].concat());
    let data = mp4_box(b"data", &[&[0, 0, 0, 1, 0, 0, 0, 0], value.as_bytes()].concat());
    mp4_box(b"----", &[part(b"mean", "com.apple.iTunes"), part(b"name", name), data].concat())
}

fn mp4() -> Vec<u8> {
    let items = [
        mp4_item(b"\xA9nam", 1, "Título".as_bytes()),
        mp4_item(b"\xA9too", 1, b"Lavf"),
        mp4_item(b"\xA9lyr", 1, b"Line 1"),
        mp4_item(b"trkn", 0, &[0, 0, 0, 3, 0, 12, 0, 0]),
        mp4_item(b"tmpo", 21, &[0, 120]),
        mp4_item(b"stik", 21, &[2]),
        mp4_item(b"covr", 13, b"\xFF\xD8\xFF\xE0jpeg"),
        mp4_freeform("ASIN", "B00"),
        mp4_freeform("iTunNORM", "00000500"),
        mp4_freeform("iTunSMPB", "00000000"),
        mp4_freeform("replaygain_track_gain", "-7 dB"),
        mp4_freeform("MusicBrainz Album Id", "aaaa"),
    ];
    let handler = mp4_box(b"hdlr", b"\0\0\0\0\0\0\0\0mdirappl\0\0\0\0\0\0\0\0\0");
    let meta = mp4_box(b"meta", &[&[0; 4], &handler[..], &mp4_box(b"ilst", &items.concat())].concat());
    // Version 1: four reserved bytes, a count, then starts of 100 ns and titles.
    let mut chapters = vec![1, 0, 0, 0, 0, 0, 0, 0, 2];
    for (start, title) in [(0u64, "One"), (15_000_000, "Two")] {
        chapters.extend(start.to_be_bytes());
        chapters.push(title.len() as u8);
        chapters.extend(title.as_bytes());
    }
    let udta = mp4_box(b"udta", &[meta, mp4_box(b"chpl", &chapters)].concat());
    let mut header = vec![0; 100];
    header[12..20].copy_from_slice(&[0, 0, 3, 232, 0, 0, 11, 184]);
    let moov = mp4_box(b"moov", &[mp4_box(b"mvhd", &header), udta].concat());
    [mp4_box(b"ftyp", b"M4B \0\0\0\0M4B "), moov, mp4_box(b"mdat", &[])].concat()
}

/// Tags as QuickTime and Apple's recorders write them: texts of `udta`, and items with names in `keys`.
#[test]
fn quicktime_texts_and_keys_are_read() {
    let text = |name: &[u8; 4], value: &[u8]| {
        mp4_box(name, &[&(value.len() as u16).to_be_bytes(), &[0x55, 0xC4], value].concat())
    };
    let udta = mp4_box(b"udta", &[text(b"\xA9nam", "Título".as_bytes()), text(b"\xA9swr", b"Lavf")].concat());
    let key = |name: &str| mp4_box(b"mdta", name.as_bytes());
    let keys = [key("com.apple.quicktime.artist"), key("com.apple.quicktime.location.ISO6709")].concat();
    let keys = mp4_box(b"keys", &[&[0, 0, 0, 0, 0, 0, 0, 2], &keys[..]].concat());
    let item = |index: u8, value: &str| mp4_item(&[0, 0, 0, index], 1, value.as_bytes());
    let list = mp4_box(b"ilst", &[item(1, "A"), item(2, "+48+016/")].concat());
    let handler = mp4_box(b"hdlr", b"\0\0\0\0\0\0\0\0mdta\0\0\0\0\0\0\0\0\0\0\0\0");
    let meta = mp4_box(b"meta", &[handler, keys, list].concat());
    let mut header = vec![0; 100];
    header[12..20].copy_from_slice(&[0, 0, 3, 232, 0, 0, 11, 184]);
    let moov = mp4_box(b"moov", &[mp4_box(b"mvhd", &header), udta, meta].concat());
    let file = [mp4_box(b"ftyp", b"qt  \0\0\0\0qt  "), moov].concat();
    assert_comments(&file, &["TITLE=Título", "ARTIST=A", "LOCATION.ISO6709=+48+016/"]);
}

#[test]
fn mp4_items_and_chapters_are_read() {
    let notes = assert_comments(
        &mp4(),
        &[
            "TITLE=Título",
            "LYRICS=Line 1",
            "TRACKNUMBER=3",
            "TRACKTOTAL=12",
            "BPM=120",
            "ITUNESMEDIATYPE=2",
            "ASIN=B00",
            "MUSICBRAINZ_ALBUMID=aaaa",
            "CHAPTER001=00:00:00.000",
            "CHAPTER001NAME=One",
            "CHAPTER002=00:00:01.500",
            "CHAPTER002NAME=Two",
        ],
    );
    assert_eq!(notes, Vec::<String>::new());
    // A cover without a type is a front cover.
    let (tags, _) = Tags::read(written(&mp4()).path(), Format::Flac, None);
    assert_eq!(tags.blocks.pictures[0].picture_type, flac_codec::metadata::PictureType::FrontCover);
}

/// Id, a length, the body (RFC 8794); the length takes one byte or three.
fn element(id: u32, body: &[u8]) -> Vec<u8> {
    let id: Vec<u8> = id.to_be_bytes().into_iter().skip_while(|&byte| byte == 0).collect();
    let length = (1 << 21 | body.len() as u32).to_be_bytes();
    let length = if body.len() < 127 { &[0x80 | body.len() as u8][..] } else { &length[1..] };
    [&id[..], length, body].concat()
}

fn matroska_tag(level: Option<u8>, name: &str, value: &str) -> Vec<u8> {
    let targets = level.map(|level| element(0x68CA, &[level])).unwrap_or_default();
    let simple = [element(0x45A3, name.as_bytes()), element(0x4487, value.as_bytes())].concat();
    element(0x7373, &[element(0x63C0, &targets), element(0x67C8, &simple)].concat())
}

/// A live stream: a segment without a length; no `EditionUID`, like the files of ffmpeg.
fn matroska() -> Vec<u8> {
    let chapter = |start: u64, title: &str| {
        let display = element(0x80, &element(0x85, title.as_bytes()));
        element(0xB6, &[element(0x91, &start.to_be_bytes()), display].concat())
    };
    let edition = element(0x45B9, &[chapter(0, "One"), chapter(1_500_000_000, "Two")].concat());
    let tags = [
        matroska_tag(None, "ARTIST", "A"),
        matroska_tag(None, "ENCODER", "Lavf"),
        matroska_tag(None, "DURATION", "00:00:02"),
        matroska_tag(Some(50), "TITLE", "An Album"),
        matroska_tag(Some(30), "PART_NUMBER", "7"),
        matroska_tag(Some(30), "REPLAYGAIN_GAIN", "-7"),
    ];
    let file = |kind: &str, name: &str, data: &[u8]| {
        let parts =
            [element(0x466E, name.as_bytes()), element(0x4660, kind.as_bytes()), element(0x465C, data)];
        element(0x61A7, &parts.concat())
    };
    let files = [file("image/png", "cover.png", b"png"), file("application/pdf", "booklet.pdf", b"pdf")];
    let mut bytes = element(0x1A45_DFA3, &[]);
    bytes.extend([0x18, 0x53, 0x80, 0x67, 0x01, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]);
    bytes.extend(element(0x1549_A966, &element(0x7BA9, "Título".as_bytes())));
    bytes.extend(element(0x1043_A770, &edition));
    bytes.extend(element(0x1F43_B675, &[0; 100]));
    bytes.extend(element(0x1254_C367, &tags.concat()));
    bytes.extend(element(0x1941_A469, &files.concat()));
    bytes
}

#[test]
fn matroska_tags_chapters_and_attachments_are_read() {
    let notes = assert_comments(
        &matroska(),
        &[
            "ARTIST=A",
            "ALBUM=An Album",
            "TRACKNUMBER=7",
            "TITLE=Título",
            "CHAPTER001=00:00:00.000",
            "CHAPTER001NAME=One",
            "CHAPTER002=00:00:01.500",
            "CHAPTER002NAME=Two",
        ],
    );
    assert_eq!(notes, ["the attachment booklet.pdf is not kept: FLAC has no place for it; try --format wav"]);
    // A cut at any place does not cause a panic.
    let whole = matroska();
    (0..whole.len()).for_each(|length| drop(comments(&whole[..length])));
}

fn iff(name: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let mut bytes = [&name[..], &(body.len() as u32).to_be_bytes(), body].concat();
    bytes.resize(bytes.len().next_multiple_of(2), 0);
    bytes
}

#[test]
fn aiff_texts_are_read_and_markers_named() {
    let comment = [&[0, 1, 0, 0, 0, 0, 0, 0, 0, 3][..], b"two\0"].concat();
    let chunks = [
        iff(b"COMM", &[0; 18]),
        iff(b"NAME", "Título".as_bytes()),
        iff(b"AUTH", b"M\xE9"),
        iff(b"(c) ", b"2020"),
        iff(b"ANNO", b"one"),
        iff(b"COMT", &comment),
        iff(b"MARK", &[0, 1, 0, 1, 0, 0, 0, 9, 1, b'A']),
        iff(b"SSND", &[0; 16]),
        iff(b"ID3 ", &id3(4, 0, &frame4("TIT2", b"\x03Other"))),
    ];
    // Programs that write into a pipe leave the sizes open.
    let bytes = [b"FORM\xFF\xFF\xFF\xFFAIFF", &chunks.concat()[..]].concat();
    let expected = ["TITLE=Other", "ARTIST=Mé", "COPYRIGHT=2020", "COMMENT=one", "COMMENT=two"];
    let notes = assert_comments(&bytes, &expected);
    assert_eq!(notes, ["MARK (markers) is not kept: FLAC has no place for it; try --format wav"]);
    let (tags, notes) = Tags::read(written(&bytes).path(), Format::Wav, None);
    assert!(tags.chunks.iter().any(|chunk| chunk.name == *b"cue "), "{notes:?}");
}

#[test]
fn caf_information_is_read() {
    let info = b"\0\0\0\x04title\0T\xC3\xADtulo\0track number\x007\0encoding application\0x\0tempo\x00120\0";
    let chunk = |name: &[u8; 4], body: &[u8]| [&name[..], &(body.len() as u64).to_be_bytes(), body].concat();
    let mut bytes = b"caff\0\x01\0\0".to_vec();
    bytes.extend(chunk(b"desc", &[0; 32]));
    bytes.extend(chunk(b"info", info));
    bytes.extend(b"data\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF");
    assert_comments(&bytes, &["TITLE=Título", "TRACKNUMBER=7", "BPM=120"]);
}

fn synchsafe(size: usize) -> [u8; 4] {
    [21, 14, 7, 0].map(|shift| (size >> shift & 0x7F) as u8)
}

fn id3(version: u8, flags: u8, frames: &[u8]) -> Vec<u8> {
    [&[b'I', b'D', b'3', version, 0, flags][..], &synchsafe(frames.len()), frames].concat()
}

fn frame4(id: &str, body: &[u8]) -> Vec<u8> {
    [id.as_bytes(), &synchsafe(body.len()), &[0, 0], body].concat()
}

fn frame3(id: &str, body: &[u8]) -> Vec<u8> {
    [id.as_bytes(), &(body.len() as u32).to_be_bytes(), &[0, 0], body].concat()
}

fn frame2(id: &str, body: &[u8]) -> Vec<u8> {
    [id.as_bytes(), &(body.len() as u32).to_be_bytes()[1..], body].concat()
}

fn silent_mp3() -> Vec<u8> {
    let mut one = vec![0; 417];
    one[..4].copy_from_slice(&[0xFF, 0xFB, 0x90, 0xC0]);
    one.repeat(4)
}

#[test]
fn every_version_of_id3_is_read() {
    let second =
        [frame2("TT2", b"\0One"), frame2("RVA", &[3, 16, 0, 0]), frame2("COM", b"\0eng\0two")].concat();
    // UTF-16 has bytes that unsynchronisation marks by a zero: FF FE becomes FF 00 FE.
    let third =
        [frame3("TIT2", b"\x01\xFF\0\xFEO\0n\0"), frame3("TYER", b"\x002020"), frame3("TDAT", b"\x000605")];
    let mut third = third.concat();
    // The length is that before unsynchronisation.
    third[7] -= 1;
    let fourth = frame4("TIT2", b"\x03Four");
    let footer = [&b"3DI\x04\0\x10"[..], &synchsafe(fourth.len())].concat();
    for (tag, expected) in [
        (id3(2, 0, &second), &["TITLE=One", "COMMENT=two"][..]),
        (id3(3, 0x80, &third), &["TITLE=On", "DATE=2020-05-06"]),
        ([id3(4, 0x10, &fourth), footer].concat(), &["TITLE=Four"]),
        // Two tags in a row.
        (
            [id3(4, 0, &fourth), id3(3, 0, &frame3("TPE1", b"\0Second"))].concat(),
            &["TITLE=Four", "ARTIST=Second"],
        ),
    ] {
        assert_comments(&[tag, silent_mp3()].concat(), expected);
    }
}

/// 128 bytes at the end (ID3v1.1), with a genre by its number.
fn id3v1() -> Vec<u8> {
    let mut tag = vec![0; 128];
    tag[..3].copy_from_slice(b"TAG");
    tag[3..8].copy_from_slice(b"Title");
    tag[33..34].copy_from_slice(b"M");
    tag[93..97].copy_from_slice(b"1999");
    (tag[126], tag[127]) = (7, 17);
    tag
}

#[test]
fn id3v1_fills_fields_that_no_other_tag_has() {
    let alone = [silent_mp3(), id3v1()].concat();
    assert_comments(&alone, &["TITLE=Title", "ARTIST=M", "DATE=1999", "TRACKNUMBER=7", "GENRE=Rock"]);
    let both = [id3(4, 0, &frame4("TIT2", b"\x03A longer title")), alone].concat();
    assert_comments(&both, &["TITLE=A longer title", "ARTIST=M", "DATE=1999", "TRACKNUMBER=7", "GENRE=Rock"]);
}

#[test]
fn unreadable_tags_are_a_note() {
    let (found, notes) = comments(b"no audio at all");
    assert!(found.is_empty());
    assert!(notes[0].starts_with("its tags are not kept: "), "{notes:?}");
}

fn riff_chunk(name: [u8; 4], body: &[u8]) -> Vec<u8> {
    chunks::riff_bytes(name, body)
}

#[test]
fn wav_chunks_are_found_despite_wrong_sizes() {
    let info = b"INFOINAM\x02\0\0\0T\0";
    let parts = [riff_chunk(*b"fmt ", &[0; 16]), riff_chunk(*b"data", &[0; 10]), riff_chunk(*b"LIST", info)];
    for size in [0u32, 8, u32::MAX] {
        let bytes = [b"RIFF", &size.to_le_bytes()[..], b"WAVE", &parts.concat()].concat();
        assert_comments(&bytes, &["TITLE=T"]);
    }
    // RF64 states the length of `data` in `ds64` (EBU Tech 3306).
    let mut lengths = vec![0; 28];
    lengths[8] = 10;
    let data = [&b"data\xFF\xFF\xFF\xFF"[..], &[0; 10]].concat();
    let parts = [riff_chunk(*b"ds64", &lengths), data, riff_chunk(*b"LIST", info)];
    let rf64 = [b"RF64\xFF\xFF\xFF\xFFWAVE", &parts.concat()[..]].concat();
    assert_comments(&rf64, &["TITLE=T"]);
}

fn flac_block(kind: u8, body: &[u8]) -> Vec<u8> {
    let mut header = (body.len() as u32).to_be_bytes();
    header[0] = kind;
    [&header[..], body].concat()
}

/// `flac --keep-foreign-metadata` stores a WAV file's chunks as application data.
fn flac() -> Vec<u8> {
    // 4096-sample blocks, 44.1 kHz, 1 channel, 16 bits (RFC 9639 §8.2).
    let mut info = vec![0x10, 0, 0x10, 0, 0, 0, 0, 0, 0, 0, 0x0A, 0xC4, 0x40, 0xF0, 0, 0, 0, 0];
    info.resize(34, 0);
    let application = |data: &[u8]| flac_block(2, &[b"riff", data].concat());
    let blocks = [
        flac_block(0, &info),
        application(b"RIFF\0\0\0\0WAVE"),
        application(&riff_chunk(*b"fmt ", &[0; 16])),
        application(&riff_chunk(*b"cue ", &[7; 28])),
        application(&riff_chunk(*b"LIST", b"INFOINAM\x02\0\0\0T\0")),
        application(b"data\0\0\0\0"),
        flac_block(2, b"ownddata"),
        flac_block(0x81, &[0; 4]),
    ];
    // ID3v2, which is not FLAC's own tag, before the stream.
    [id3(4, 0, &frame4("TPE1", b"\x03A")), b"fLaC".to_vec(), blocks.concat()].concat()
}

#[test]
fn chunks_that_flac_stored_go_back_into_wav() {
    let (tags, notes) = Tags::read(written(&flac()).path(), Format::Wav, None);
    assert!(tags.chunks.contains(&Chunk { name: *b"cue ", body: vec![7; 28] }), "{:?}", tags.chunks);
    let list = Chunk { name: *b"LIST", body: b"INFOINAM\x02\0\0\0T\0IART\x02\0\0\0A\0".to_vec() };
    assert!(tags.chunks.contains(&list), "{:?}", tags.chunks);
    assert_eq!(notes, ["ownd (FLAC application data) is not kept: WAV has no place for it"]);
    let notes = assert_comments(&flac(), &["ARTIST=A", "TITLE=T"]);
    assert_eq!(notes, ["cue (cue points) is not kept: FLAC has no place for it; try --format wav"]);
    let (tags, _) = Tags::read(written(&flac()).path(), Format::Flac, None);
    assert_eq!(tags.blocks.applications.len(), 1);
}

/// Name, the rest of a GUID, a length that counts its own 24 bytes, the body, aligned to eight (Sony,
/// *Wave64*).
fn w64_chunk(name: &[u8; 4], tail: [u8; 12], body: &[u8]) -> Vec<u8> {
    let mut bytes = [&name[..], &tail, &(body.len() as u64 + 24).to_le_bytes(), body].concat();
    bytes.resize(bytes.len().next_multiple_of(8), 0);
    bytes
}

#[test]
fn w64_chunks_are_found_by_their_guids() {
    const TAIL: [u8; 12] = [0xF3, 0xAC, 0xD3, 0x11, 0x8C, 0xD1, 0, 0xC0, 0x4F, 0x8E, 0xDB, 0x8A];
    let head = b"riff\x2E\x91\xCF\x11\xA5\xD6\x28\xDB\x04\xC1\0\0\0\0\0\0\0\0\0\0wave".to_vec();
    let parts = [
        [head, TAIL.to_vec()].concat(),
        w64_chunk(b"data", TAIL, &[0; 11]),
        w64_chunk(b"bext", TAIL, &[1; 602]),
        w64_chunk(b"\xBC\x94\x5F\x92", [0x5A; 12], b"summary"),
    ];
    let (tags, notes) = Tags::read(written(&parts.concat()).path(), Format::Wav, None);
    assert_eq!(tags.chunks.iter().map(|chunk| chunk.name).collect::<Vec<_>>(), [*b"bext"]);
    assert_eq!(notes, ["a chunk of W64 without a name is not kept: WAV has no place for it"]);
}

#[test]
fn parts_of_chapters_without_a_counterpart_are_named() {
    let parts = [frame4("TIT2", b"\x03One"), frame4("WXXX", b"\x03\0http://x.example/")].concat();
    let chapter = [&b"ch1\0"[..], &[0; 8], &[0xFF; 8], &parts].concat();
    let tag = id3(4, 0, &frame4("CHAP", &chapter));
    let notes =
        assert_comments(&[tag, silent_mp3()].concat(), &["CHAPTER001=00:00:00.000", "CHAPTER001NAME=One"]);
    assert_eq!(notes, ["WXXX of CHAP is not kept: FLAC has no place for it; try --format wav"]);
}
