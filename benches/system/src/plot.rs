//! A table's first column as bars, each with its spread.

use std::fmt::Write as _;

use crate::figures::Table;

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
