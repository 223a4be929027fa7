//! Turtle descriptions of the ports and their groups.

use super::turtle::{Subject, iri, node, number, text};
use crate::plugin::{Lv2Entry, Lv2Plugin};
use crate::port::{PortKind, PortSpec, Unit, symbol_of};
use crate::table::{PortRole, PortTable};

type Pairs = Vec<(&'static str, String)>;

/// Upper end of the latency port's range, frames: one second at 192 kHz.
const MAX_LATENCY_FRAMES: f32 = 192_000.0;

/// The description of the port at `index`.
pub(super) fn port<P: Lv2Plugin>(table: &PortTable, entry: &Lv2Entry, index: usize) -> String {
    let port = &table.ports[index];
    let (class, direction) = match port.role {
        PortRole::AudioIn { .. } => ("lv2:AudioPort", "lv2:InputPort"),
        PortRole::AudioOut { .. } => ("lv2:AudioPort", "lv2:OutputPort"),
        PortRole::EventsIn => ("atom:AtomPort", "lv2:InputPort"),
        PortRole::EventsOut => ("atom:AtomPort", "lv2:OutputPort"),
        PortRole::Latency | PortRole::Meter(_) => ("lv2:ControlPort", "lv2:OutputPort"),
        PortRole::Enabled | PortRole::Freewheel | PortRole::MeterSwitch | PortRole::Param(_) => {
            ("lv2:ControlPort", "lv2:InputPort")
        }
    };
    let mut pairs: Pairs = vec![
        ("a", format!("{direction} , {class}")),
        ("lv2:index", index.to_string()),
        ("lv2:symbol", text(&port.symbol)),
        ("lv2:name", text(&port.name)),
    ];
    match port.role {
        PortRole::AudioIn { bus, channel } => audio(&mut pairs, table, entry, true, bus, channel),
        PortRole::AudioOut { bus, channel } => audio(&mut pairs, table, entry, false, bus, channel),
        PortRole::EventsIn | PortRole::EventsOut => events(&mut pairs),
        PortRole::Enabled => toggle(&mut pairs, "lv2:enabled", 1, &[]),
        PortRole::Freewheel => {
            let quiet = ["lv2:connectionOptional", "pprops:notOnGUI"];
            toggle(&mut pairs, "lv2:freeWheeling", 0, &quiet);
        }
        PortRole::Latency => latency(&mut pairs),
        PortRole::MeterSwitch => {
            range(&mut pairs, PortKind::Toggle, (0.0, 1.0), 0.0);
            pairs.push(("lv2:portProperty", "lv2:toggled , lv2:connectionOptional".to_owned()));
            let comment = "Switches the measurement of levels that cost processor time.";
            pairs.push(("rdfs:comment", text(comment)));
        }
        PortRole::Param(param) => parameter(&mut pairs, &table.params[param].spec, entry),
        PortRole::Meter(meter) => {
            let meter = &P::LV2_METERS[meter];
            range(&mut pairs, PortKind::Number, meter.range, meter.default);
            pairs.push(("lv2:portProperty", "lv2:connectionOptional".to_owned()));
            unit(&mut pairs, meter.unit);
        }
    }
    node(1, &pairs)
}

fn audio(pairs: &mut Pairs, table: &PortTable, entry: &Lv2Entry, input: bool, bus: usize, channel: usize) {
    let buses = if input { table.input_buses() } else { table.output_buses() };
    pairs.push(("pg:group", iri(&bus_uri(entry, input, bus))));
    let designation = match (buses[bus], channel) {
        (1, _) => "pg:center",
        (2, 0) => "pg:left",
        (2, _) => "pg:right",
        _ => "",
    };
    if !designation.is_empty() {
        pairs.push(("lv2:designation", designation.to_owned()));
    }
    if bus > 0 {
        let side_chain =
            if input { "lv2:connectionOptional , lv2:isSideChain" } else { "lv2:connectionOptional" };
        pairs.push(("lv2:portProperty", side_chain.to_owned()));
    }
}

fn events(pairs: &mut Pairs) {
    pairs.push(("atom:bufferType", "atom:Sequence".to_owned()));
    pairs.push(("atom:supports", "midi:MidiEvent".to_owned()));
    pairs.push(("lv2:designation", "lv2:control".to_owned()));
    pairs.push(("lv2:portProperty", "lv2:connectionOptional".to_owned()));
}

fn toggle(pairs: &mut Pairs, designation: &'static str, default: u8, properties: &[&str]) {
    range(pairs, PortKind::Toggle, (0.0, 1.0), f32::from(default));
    let properties: Vec<&str> = ["lv2:toggled"].iter().chain(properties).copied().collect();
    pairs.push(("lv2:portProperty", properties.join(" , ")));
    pairs.push(("lv2:designation", designation.to_owned()));
}

fn latency(pairs: &mut Pairs) {
    range(pairs, PortKind::Integer, (0.0, MAX_LATENCY_FRAMES), 0.0);
    let properties = "lv2:reportsLatency , lv2:integer , lv2:connectionOptional , pprops:notOnGUI";
    pairs.push(("lv2:portProperty", properties.to_owned()));
    pairs.push(("lv2:designation", "lv2:latency".to_owned()));
    unit(pairs, "frames");
}

fn parameter(pairs: &mut Pairs, spec: &PortSpec, entry: &Lv2Entry) {
    if !spec.comment.is_empty() {
        pairs.push(("rdfs:comment", text(&spec.comment)));
    }
    range(pairs, spec.kind, spec.range, spec.default);
    let mut properties = Vec::new();
    match spec.kind {
        PortKind::Number => {}
        PortKind::Logarithmic => properties.push("pprops:logarithmic"),
        PortKind::Integer => properties.push("lv2:integer"),
        PortKind::Toggle => properties.push("lv2:toggled"),
        PortKind::Enumeration => properties.extend(["lv2:integer", "lv2:enumeration"]),
    }
    if spec.expensive {
        properties.push("pprops:expensive");
    }
    if !spec.automatable {
        properties.push("pprops:notAutomatic");
    }
    if spec.hidden {
        properties.push("pprops:notOnGUI");
    }
    if !properties.is_empty() {
        pairs.push(("lv2:portProperty", properties.join(" , ")));
    }
    unit(pairs, &spec.unit);
    let point = |(value, label): &(f32, String)| {
        node(2, &[("rdfs:label", text(label)), ("rdf:value", number(spec.kind, *value))])
    };
    let points: Vec<String> = spec.scale_points.iter().map(point).collect();
    if !points.is_empty() {
        pairs.push(("lv2:scalePoint", points.join(" , ")));
    }
    if !spec.group.is_empty() {
        pairs.push(("pg:group", iri(&group_uri(entry, &spec.group))));
    }
}

fn range(pairs: &mut Pairs, kind: PortKind, (min, max): (f32, f32), default: f32) {
    pairs.push(("lv2:default", number(kind, default)));
    pairs.push(("lv2:minimum", number(kind, min)));
    pairs.push(("lv2:maximum", number(kind, max)));
}

fn unit(pairs: &mut Pairs, written: &str) {
    let object = match Unit::of(written) {
        Unit::None => return,
        Unit::Known(name) => format!("units:{name}"),
        Unit::Own(symbol) => {
            let render = format!("%f {}", symbol.replace('%', "%%"));
            let of = [
                ("a", "units:Unit".to_owned()),
                ("rdfs:label", text(&symbol)),
                ("units:symbol", text(&symbol)),
                ("units:render", text(&render)),
            ];
            node(2, &of)
        }
    };
    pairs.push(("units:unit", object));
}

fn bus_uri(entry: &Lv2Entry, input: bool, bus: usize) -> String {
    format!("{}#bus-{}-{bus}", entry.uri, if input { "in" } else { "out" })
}

fn group_uri(entry: &Lv2Entry, path: &str) -> String {
    format!("{}#group-{}", entry.uri, symbol_of(path))
}

/// Declares the plugin's main groups.
pub(super) fn groups(subject: &mut Subject, table: &PortTable, entry: &Lv2Entry) {
    if table.input_buses()[0] > 0 {
        subject.add("pg:mainInput", iri(&bus_uri(entry, true, 0)));
    }
    if table.output_buses()[0] > 0 {
        subject.add("pg:mainOutput", iri(&bus_uri(entry, false, 0)));
    }
}

/// The descriptions of the groups of audio ports and parameters.
pub(super) fn group_subjects(table: &PortTable, entry: &Lv2Entry) -> String {
    let mut file = String::new();
    for (input, buses) in [(true, table.input_buses()), (false, table.output_buses())] {
        for (bus, &channels) in buses.iter().enumerate().filter(|(_, channels)| **channels > 0) {
            file += &bus_subject(table, entry, input, bus, channels);
        }
    }
    let mut paths: Vec<&str> = Vec::new();
    for param in &table.params {
        let group = param.spec.group.as_str();
        let ends = group.match_indices('/').map(|(at, _)| at).chain([group.len()]);
        for path in ends.map(|end| &group[..end]).filter(|path| !path.is_empty()) {
            if !paths.contains(&path) {
                paths.push(path);
            }
        }
    }
    for path in paths {
        let (parent, name) = path.rsplit_once('/').unwrap_or(("", path));
        let mut subject = Subject::new(iri(&group_uri(entry, path)));
        subject.is("pg:Group").add("lv2:symbol", text(&format!("group_{}", symbol_of(path))));
        subject.add("lv2:name", text(name));
        if !parent.is_empty() {
            subject.add("pg:subGroupOf", iri(&group_uri(entry, parent)));
        }
        file += &subject.end();
    }
    file
}

fn bus_subject(table: &PortTable, entry: &Lv2Entry, input: bool, bus: usize, channels: usize) -> String {
    let mut subject = Subject::new(iri(&bus_uri(entry, input, bus)));
    subject.is(if input { "pg:InputGroup" } else { "pg:OutputGroup" });
    match channels {
        1 => subject.is("pg:MonoGroup"),
        2 => subject.is("pg:StereoGroup"),
        _ => subject.is("pg:DiscreteGroup"),
    };
    let layout = &table.layout;
    let (symbol, name) = match (input, bus) {
        (true, 0) => ("main_in".to_owned(), layout.main_input_name()),
        (false, 0) => ("main_out".to_owned(), layout.names.main_output.unwrap_or("Output").to_owned()),
        (true, bus) => (format!("sidechain_{bus}"), layout.aux_input_name(bus - 1).unwrap_or_default()),
        (false, bus) => (format!("aux_{bus}"), layout.aux_output_name(bus - 1).unwrap_or_default()),
    };
    subject.add("lv2:symbol", text(&symbol)).add("lv2:name", text(&name));
    match (input, bus) {
        (false, 0) => drop(subject.add("pg:source", iri(&bus_uri(entry, true, 0)))),
        (true, 1..) => drop(subject.add("pg:sideChainOf", iri(&bus_uri(entry, true, 0)))),
        _ => {}
    }
    subject.end()
}
