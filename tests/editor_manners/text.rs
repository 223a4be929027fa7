//! All text of the editor is readable: none is cut off, and none covers another.

use crate::editor_rig::Rig;
use egui::{Rect, Shape, pos2};
use egui_kittest::kittest::Queryable;

/// A drawn text, its place, and its clip rectangle.
pub(crate) struct Text {
    pub(crate) content: String,
    pub(crate) rect: Rect,
    pub(crate) clip: Rect,
}

fn collect(shape: &Shape, clip: Rect, texts: &mut Vec<Text>) {
    match shape {
        Shape::Vec(shapes) => shapes.iter().for_each(|shape| collect(shape, clip, texts)),
        Shape::Text(text) if !text.galley.text().trim().is_empty() => {
            let rect = text.galley.mesh_bounds.translate(text.pos.to_vec2());
            texts.push(Text { content: text.galley.text().to_owned(), rect, clip });
        }
        _ => {}
    }
}

pub(crate) fn texts(rig: &Rig) -> Vec<Text> {
    let mut texts = vec![];
    for clipped in &rig.harness.output().shapes {
        collect(&clipped.shape, clipped.clip_rect, &mut texts);
    }
    // Rows that are scrolled out of view.
    texts.retain(|text| text.rect.intersect(text.clip).is_positive());
    texts
}

/// Lists the texts in `within` that are cut off or overlap.
fn faults(rig: &Rig, within: Rect) -> Vec<String> {
    let texts = texts(rig);
    // A band's number lies at the band, on any text there.
    let is_point =
        |text: &Text| text.content.len() <= 2 && text.content.parse::<u8>().is_ok_and(|band| band <= 16);
    let inside: Vec<&Text> =
        texts.iter().filter(|text| within.contains(text.rect.center()) && !is_point(text)).collect();
    let mut faults = vec![];
    for (index, text) in inside.iter().enumerate() {
        if !text.clip.expand(0.6).contains_rect(text.rect) {
            faults.push(format!("{:?} at {:?} is cut by {:?}", text.content, text.rect, text.clip));
        }
        for other in &inside[index + 1..] {
            let shared = text.rect.intersect(other.rect);
            if shared.is_positive() && shared.width() > 0.5 && shared.height() > 0.5 {
                faults.push(format!(
                    "{:?} at {:?} lies on {:?} at {:?}",
                    text.content, text.rect, other.content, other.rect
                ));
            }
        }
    }
    faults
}

const SIZES: [(f32, f32); 12] = [
    (800.0, 500.0),
    (801.0, 2000.0),
    (3840.0, 500.0),
    (1001.0, 777.0),
    (1015.0, 600.0),
    (1017.0, 600.0),
    (900.0, 640.0),
    (1120.0, 700.0),
    (1280.0, 800.0),
    (1920.0, 1080.0),
    (2560.0, 1440.0),
    (3840.0, 2160.0),
];

#[test]
fn no_text_is_cut_off_or_covered_at_any_size() {
    // The longest texts of the controls.
    let values = [
        ("equalizer.bands.0.enabled", 1.0),
        ("equalizer.bands.0.slope", 4.0),
        ("equalizer.bands.0.frequency", 19_456.0),
        ("equalizer.bands.0.gain", -11.9),
        ("compressor.threshold", -59.9),
        ("compressor.ratio", 19.9),
        ("compressor.makeup_gain", -11.9),
        ("compressor.sidechain_highpass", 456.0),
        ("compressor.attack", 0.123),
        ("compressor.release", 1234.0),
        ("master_gain", -11.9),
        ("equalizer.preamp", -11.9),
        ("limiter.ceiling", -11.9),
        ("stereo_enhancer.balance", -100.0),
        ("stereo_enhancer.mono_below", 123.0),
        ("bass_boost.frequency", 123.0),
        ("treble_boost.frequency", 12_345.0),
    ];
    for size in SIZES {
        let mut rig = Rig::new("text", size);
        let window = Rect::from_min_size(egui::Pos2::ZERO, size.into());
        for (kind, channel) in (0..8).zip([0, 1, 2, 3, 4, 3, 3, 3]) {
            let model = rig.harness.state_mut().model();
            let shape =
                [("equalizer.bands.0.type", kind as f32), ("equalizer.bands.0.channel", channel as f32)];
            let values: Vec<_> =
                values.into_iter().chain(shape).map(|(id, value)| (model.slot(id), value)).collect();
            model.set(&values);
            rig.frames(3);
            let node = rig.rect("Band 1").center();
            rig.click(node);
            rig.harness.state_mut().model().set_solo(Some(0));
            // Moves the pointer away, since the readout covers the text below it.
            rig.harness.hover_at(pos2(1.0, 1.0));
            rig.frames(2);
            let faults = faults(&rig, window);
            assert!(faults.is_empty(), "{size:?}, type {kind}:\n{}", faults.join("\n"));
        }
    }
}

#[test]
fn a_long_preset_name_is_shortened_and_keeps_its_changed_mark() {
    for size in [(800.0, 500.0), (1280.0, 800.0)] {
        let mut rig = Rig::new("long-name", size);
        let name = "a name of sixty letters that a user gave to a preset by hand";
        let presets = rig.folder.clone();
        std::fs::create_dir_all(&presets).unwrap();
        let json = |name: &str, category: &str| {
            let mut preset = enhancer_preset::Preset::new(name, enhancer_dsp::EnhancerConfig::default());
            preset.category = category.to_owned();
            enhancer_preset::to_json(&preset)
        };
        std::fs::write(presets.join(format!("{name}.json")), json(name, "user")).unwrap();
        for category in 1..8 {
            let category = format!("a rather long category {category}");
            std::fs::write(presets.join(format!("{category}.json")), json(&category, &category)).unwrap();
        }
        let button = rig.rect("Preset: No preset");
        rig.click(button.center());
        rig.frames(3);
        assert!(rig.harness.query_all_by_label_contains("A rather long category 7").count() > 0);
        let field = rig.rect("Search presets").center();
        rig.click(field);
        rig.harness.event(egui::Event::Text("sixty".to_owned()));
        rig.frames(3);
        let row = rig.rect(name).center();
        rig.click(row);
        rig.frames(2);
        let model = rig.harness.state_mut().model();
        let slot = model.slot("master_gain");
        model.set(&[(slot, -3.0)]);
        rig.frames(2);
        let shown = texts(&rig);
        let mark = shown.iter().find(|text| text.content.ends_with("changed")).expect("the changed mark");
        assert!(mark.clip.contains_rect(mark.rect), "{:?} is cut by {:?}", mark.rect, mark.clip);
        assert!(button.contains_rect(mark.rect));
        let browser = Rect::from_min_max(
            pos2(0.0, 46.0),
            pos2(rig.rect("Close presets").right(), button.bottom() + 250.0),
        );
        let mut faults = faults(&rig, browser);
        // The last row of a list may be partly scrolled out of view.
        faults.retain(|fault| fault.contains("lies on"));
        assert!(faults.is_empty(), "{size:?}:\n{}", faults.join("\n"));
    }
}

/// Place of this text.
fn text(rig: &Rig, content: &str) -> Rect {
    let found = texts(rig)
        .into_iter()
        .find(|text| text.content == content || text.content.starts_with(&format!("{content}  ")));
    found.unwrap_or_else(|| panic!("no {content}")).rect
}

#[test]
fn entry_field_and_readout_cover_no_name_and_no_band() {
    for size in [(800.0, 500.0), (1280.0, 800.0)] {
        let mut rig = Rig::new("over", size);
        // The flat curve at 0 dB must not cross its figure.
        let axes = rig.harness.state().equalizer_axes().unwrap();
        assert!(text(&rig, "0").bottom() < axes.y(0.0), "{size:?}");
        // The entry field of a knob.
        let knob = rig.rect("Threshold").center();
        rig.click(knob);
        crate::key(&mut rig, egui::Key::Enter);
        let (field, below) = (rig.rect("Value"), text(&rig, "Attack"));
        assert!(!field.intersects(below), "{size:?}: {field:?} on {below:?}");
        crate::key(&mut rig, egui::Key::Escape);
        // The readout stands right of the pointer at the top, unless a band is there.
        let (at, other) = ((3000.0, 2.0), (axes.hz_at(axes.x(3000.0) + 90.0), 10.5));
        for (hz, db) in [at, other] {
            rig.harness.state_mut().model().add_band(hz as f32, db);
        }
        rig.harness.hover_at(pos2(axes.x(at.0), axes.y(at.1)));
        rig.frames(3);
        let readout = text(&rig, "3.00 kHz");
        for band in ["Band 1", "Band 2"] {
            assert!(!readout.intersects(rig.rect(band)), "{size:?}: {readout:?} on {band}");
        }
    }
}

#[test]
fn an_import_error_is_visible_in_the_smallest_window() {
    let mut rig = Rig::new("import-error", (800.0, 500.0));
    for label in ["Preset: No preset", "Import…"] {
        let at = rig.rect(label).center();
        rig.click(at);
        rig.frames(2);
    }
    let side = Rect::from_min_max(pos2(404.0, 90.0), pos2(628.0, 266.0));
    assert!(side.contains_rect(rig.rect("Import")), "{:?}", rig.rect("Import"));
    crate::type_text(&mut rig, "/no/such/file");
    crate::key(&mut rig, egui::Key::Enter);
    let shown = texts(&rig);
    let error = shown.iter().find(|text| text.content.contains("can't be read")).expect("the error");
    assert!(error.clip.contains_rect(error.rect) && side.contains_rect(error.rect), "{:?}", error.rect);
    // A long text does not move the button.
    let field = rig.rect("Import text").center();
    rig.click(field);
    let text: String = (1..30).map(|n| format!("Filter {n}: ON PK Fc {n}00 Hz Gain 1 dB Q 1\n")).collect();
    rig.harness.event(egui::Event::Paste(text));
    rig.frames(3);
    assert!(rig.rect("Import").top() < side.bottom(), "{:?}", rig.rect("Import"));
}

/// A hint explains each control and each picture.
#[test]
fn every_control_and_every_picture_has_a_hint() {
    use egui::accesskit::Role;
    use egui_kittest::kittest::NodeT;
    let mut rig = Rig::new("tooltips", (1280.0, 800.0));
    let picture = rig.rect("Equalizer picture").center();
    rig.double_click(picture);
    rig.harness.hover_at(pos2(1.0, 1.0));
    rig.frames(3);
    let mut places = vec![];
    for node in rig.harness.root().children_recursive() {
        let role = node.accesskit_node().role();
        let name = node.accesskit_node().label().unwrap_or_default();
        // The bands and their picture have the row below them instead.
        if matches!(role, Role::Button | Role::CheckBox | Role::Slider) && name != "Band 1" {
            places.push((name, node.rect().center()));
        }
    }
    // The level bars, the compressor's curve and history, and the other stages' pictures.
    places.push(("level bars".to_owned(), pos2(1155.0, 300.0)));
    let pictures = [
        ("compressor", 0.12),
        ("compressor", 0.7),
        ("bass_boost", 0.5),
        ("treble_boost", 0.5),
        ("stereo_enhancer", 0.5),
        ("limiter", 0.5),
    ];
    let parts = audio_enhancer::editor::places((1280.0, 800.0).into());
    places.extend(pictures.map(|(id, share)| {
        let (_, rect) = parts.iter().find(|(part, _)| *part == id).unwrap();
        (format!("picture of {id}"), pos2(rect.left() + share * rect.width(), 600.0))
    }));
    assert!(places.len() > 50, "{}", places.len());
    for (name, at) in places {
        rig.harness.hover_at(pos2(1.0, 1.0));
        rig.frames(3);
        let before: Vec<String> = texts(&rig).into_iter().map(|text| text.content).collect();
        rig.harness.hover_at(at);
        rig.frames(45);
        let new = texts(&rig).into_iter().filter(|text| !before.contains(&text.content));
        let longest = new.map(|text| text.content.len()).max().unwrap_or_default();
        assert!(longest > 15, "{name} has no hint");
    }
}

/// The smallest background that encloses `items`.
fn ground_of(rig: &Rig, items: Rect) -> Rect {
    fn rects(shape: &Shape, found: &mut Vec<Rect>) {
        match shape {
            Shape::Vec(shapes) => shapes.iter().for_each(|shape| rects(shape, found)),
            Shape::Rect(rect) => found.push(rect.rect.expand(rect.stroke.width)),
            _ => {}
        }
    }
    let mut found = vec![];
    rig.harness.output().shapes.iter().for_each(|clipped| rects(&clipped.shape, &mut found));
    found.retain(|rect| rect.contains_rect(items));
    found.into_iter().min_by(|a, b| a.area().total_cmp(&b.area())).expect("the list's background")
}

#[test]
fn a_list_is_as_wide_as_its_button_and_fully_visible() {
    for size in [(800.0, 500.0), (1280.0, 800.0), (2560.0, 1600.0)] {
        for (name, first, last) in [
            ("Band 1 Type", "Peak", "Tilt"),
            ("Band 1 Slope", "6 dB/oct", "48 dB/oct"),
            ("Band 1 Channel", "Stereo", "Side"),
            ("Quality", "Draft", "Best"),
            ("Detector", "Peak", "RMS"),
        ] {
            let mut rig = Rig::new("lists", size);
            let model = rig.harness.state_mut().model();
            model.add_band(1000.0, 3.0);
            let kind = model.slot("equalizer.bands.0.type");
            model.set(&[(kind, 1.0)]);
            rig.frames(3);
            let node = rig.rect("Band 1").center();
            rig.click(node);
            let button = rig.rect(name);
            rig.click(button.center());
            rig.frames(3);
            let items: Vec<Rect> = [first, last].map(|item| rig.rect(item)).into();
            let items = items[0].union(items[1]);
            let ground = ground_of(&rig, items);
            assert!(ground.width() >= button.width() - 0.5, "{name} at {size:?}: {ground:?} of {button:?}");
            assert!(ground.height() < 0.6 * size.1, "no background of its own: {ground:?}");
            let window = Rect::from_min_size(egui::Pos2::ZERO, size.into());
            assert!(window.contains_rect(ground), "{name} at {size:?}: {ground:?}");
            for text in texts(&rig).iter().filter(|text| ground.contains_rect(text.rect)) {
                assert!(text.clip.contains_rect(text.rect), "{:?} is cut by {:?}", text.content, text.clip);
            }
            for item in [first, last] {
                assert!(
                    texts(&rig).iter().any(|text| text.content == item && ground.contains_rect(text.rect)),
                    "{item}"
                );
            }
        }
    }
}
