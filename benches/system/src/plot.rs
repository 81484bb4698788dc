//! A table's first column as bars, or as a line where its rows are numbers; each with its spread.

use std::fmt::Write as _;

use crate::figures::{Table, short};

const WIDTH: f64 = 720.0;
const LEFT: f64 = 210.0;
const ROW: f64 = 34.0;

/// An SVG that follows the reader's colours.
pub(crate) fn bars(title: &str, table: &Table) -> String {
    let rows: Vec<_> = table.first().collect();
    let most = rows.iter().map(|(_, figures)| figures.most).fold(f64::MIN_POSITIVE, f64::max);
    let place = |value: f64| LEFT + value / most * (WIDTH - LEFT - 90.0);
    let height = 50.0 + ROW * rows.len() as f64;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" font-family=\"sans-serif\" \
         font-size=\"13\">\n<style>text{{fill:#333}}@media(prefers-color-scheme:dark){{text{{fill:#ddd}}}}</style>\n\
         <text x=\"12\" y=\"24\" font-size=\"15\">{title}</text>\n"
    );
    for (n, (name, figures)) in rows.iter().enumerate() {
        let y = 42.0 + ROW * n as f64;
        let middle = y + 11.0;
        let colour = if name.starts_with("Downbeat") { "#c2410c" } else { "#94a3b8" };
        // A string can always be written to.
        let _ = writeln!(
            svg,
            "<text x=\"{}\" y=\"{}\" text-anchor=\"end\">{name}</text>\
             <rect x=\"{LEFT}\" y=\"{y}\" width=\"{:.1}\" height=\"22\" rx=\"3\" fill=\"{colour}\"/>\
             <path d=\"M{:.1} {middle}H{:.1}\" stroke=\"#64748b\" stroke-width=\"2\"/>\
             <text x=\"{:.1}\" y=\"{}\">{:.0}</text>",
            LEFT - 10.0,
            y + 16.0,
            place(figures.median) - LEFT,
            place(figures.least),
            place(figures.most),
            place(figures.most) + 8.0,
            y + 16.0,
            figures.median,
        );
    }
    let _ = writeln!(svg, "<!-- {} --></svg>", table.unit);
    svg
}

/// An SVG of rows whose names are numbers: both axes are of powers of ten, so what is in proportion is a slope of one and what
/// stays the same is level.
pub(crate) fn line(title: &str, table: &Table) -> String {
    const HEIGHT: f64 = 320.0;
    const BOTTOM: f64 = HEIGHT - 40.0;
    // A row of nothing has its place a power of ten before the first.
    let across = |name: &str| name.parse::<f64>().unwrap_or_default().max(1.0).log10();
    let rows: Vec<_> = table.first().map(|(name, figures)| (name, across(name), figures)).collect();
    let least = rows.iter().map(|row| row.1).fold(f64::MAX, f64::min);
    let furthest = rows.iter().map(|row| row.1).fold(f64::MIN, f64::max);
    let low = rows.iter().map(|row| row.2.least).fold(f64::MAX, f64::min).max(1e-3).log10().floor();
    let high = rows.iter().map(|row| row.2.most).fold(f64::MIN_POSITIVE, f64::max).log10().ceil().max(low + 1.0);
    let x = |across: f64| 80.0 + (across - least) / (furthest - least).max(f64::MIN_POSITIVE) * (WIDTH - 130.0);
    let y = |value: f64| BOTTOM - (value.max(1e-3).log10() - low) / (high - low) * (BOTTOM - 60.0);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" font-family=\"sans-serif\" \
         font-size=\"13\">\n<style>text{{fill:#333}}@media(prefers-color-scheme:dark){{text{{fill:#ddd}}}}</style>\n\
         <text x=\"12\" y=\"24\" font-size=\"15\">{title}</text>\n"
    );
    for power in low as i32..=high as i32 {
        let (value, at) = (10_f64.powi(power), y(10_f64.powi(power)));
        let _ = writeln!(
            svg,
            "<path d=\"M80 {at:.1}H{:.1}\" stroke=\"#94a3b8\" stroke-opacity=\".4\"/>\
             <text x=\"70\" y=\"{:.1}\" text-anchor=\"end\">{value}</text>",
            WIDTH - 50.0,
            at + 4.0
        );
    }
    let points: Vec<_> = rows.iter().map(|row| format!("{:.1},{:.1}", x(row.1), y(row.2.median))).collect();
    let _ = writeln!(
        svg,
        "<polyline points=\"{}\" fill=\"none\" stroke=\"#c2410c\" stroke-width=\"2\"/>",
        points.join(" ")
    );
    for (name, across, figures) in &rows {
        let (x, middle) = (x(*across), y(figures.median));
        let _ = writeln!(
            svg,
            "<path d=\"M{x:.1} {:.1}V{:.1}\" stroke=\"#64748b\" stroke-width=\"2\"/>\
             <circle cx=\"{x:.1}\" cy=\"{middle:.1}\" r=\"4\" fill=\"#c2410c\"/>\
             <text x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>\
             <text x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{name}</text>",
            y(figures.least),
            y(figures.most),
            middle - 10.0,
            short(figures.median),
            BOTTOM + 24.0,
        );
    }
    let _ = writeln!(svg, "<!-- {} --></svg>", table.unit);
    svg
}
