//! The page: players, figures and pictures of every take, in one file that works offline.

use super::Take;
use crate::numbers::{UNDEFINED, signed};
use enhancer_dsp::meter::AudioAnalysis;

/// The whole page as HTML.
pub(super) fn html(takes: &[Take]) -> String {
    let sections: String = takes.iter().map(section).collect();
    include_str!("page.html").replace("{takes}", &sections)
}

fn section(take: &Take) -> String {
    let Take { sound, preset, description, before, after } = take;
    let lufs = |analysis: &AudioAnalysis| analysis.lufs_integrated.unwrap_or(0.0);
    format!(
        r#"<section>
<h2>{preset}<small>on {sound}</small></h2>
<p class="muted">{}</p>
<div class="player" data-before="{sound}.wav" data-after="{sound}-{preset}.wav" data-before-lufs="{:.2}" data-after-lufs="{:.2}">
<button class="play">Play</button>
<span class="sides"><button class="before">Before</button><button class="after">After</button></span>
<input type="range" min="0" max="1" step="0.001" value="0" aria-label="Position">
<label><input type="checkbox" checked> equally loud</label>
</div>
{}
<img src="{sound}-{preset}.svg" alt="Spectra before and after, and the response between them">
<p class="muted">Files: <a href="{sound}.wav">before</a>, <a href="{sound}-{preset}.wav">after</a>.</p>
</section>
"#,
        escape(description),
        lufs(before),
        lufs(after),
        table(before, after),
    )
}

/// Name, value before, value after, number of decimals.
type Column = (&'static str, Option<f64>, Option<f64>, usize);

fn table(before: &AudioAnalysis, after: &AudioAnalysis) -> String {
    let columns: [Column; 7] = [
        ("Loudness, LUFS", before.lufs_integrated, after.lufs_integrated, 1),
        ("Range, LU", before.loudness_range, after.loudness_range, 1),
        ("True peak, dBTP", before.true_peak_dbtp, after.true_peak_dbtp, 1),
        ("Dynamic range, dB", before.dynamic_range_db, after.dynamic_range_db, 1),
        ("Crest factor, dB", before.features.crest_factor_db, after.features.crest_factor_db, 1),
        ("Correlation", before.features.stereo_correlation, after.features.stereo_correlation, 2),
        ("Centroid, Hz", before.features.spectral_centroid_hz, after.features.spectral_centroid_hz, 0),
    ];
    let row = |name: &str, cell: &dyn Fn(&Column) -> String| {
        let cells: String = columns.iter().map(|column| format!("<td>{}</td>", cell(column))).collect();
        format!("<tr><th>{name}</th>{cells}</tr>")
    };
    let heads: String = columns.iter().map(|column| format!("<th>{}</th>", column.0)).collect();
    format!(
        "<table><tr><th></th>{heads}</tr>{}{}{}</table>",
        row("before", &|&(_, before, _, decimals)| number(before, decimals, false)),
        row("after", &|&(_, _, after, decimals)| format!("<b>{}</b>", number(after, decimals, false))),
        row("change", &|&(_, before, after, decimals)| {
            number(before.zip(after).map(|(before, after)| after - before), decimals, true)
        }),
    )
}

/// A number with a true minus sign, and with a plus sign where it is a `change`.
fn number(value: Option<f64>, decimals: usize, change: bool) -> String {
    let Some(value) = value else { return UNDEFINED.to_owned() };
    let text = signed(value, decimals);
    let is_zero = text.chars().all(|character| matches!(character, '0' | '.'));
    if change && value > 0.0 && !is_zero { format!("+{text}") } else { text }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
