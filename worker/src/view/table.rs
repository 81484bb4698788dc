//! Tables that stay within the terminal: columns that can be done without go first, then long texts wrap.

use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, presets};
use downbeat::locale::Message;

use super::{Page, Tone};

/// A text and its looks.
#[derive(Clone, Debug, Default)]
pub(super) struct Cell {
    text: String,
    tone: Tone,
}

impl Cell {
    pub(super) fn new(text: impl Into<String>, tone: Tone) -> Self {
        Self { text: text.into(), tone }
    }

    pub(super) fn plain(text: impl Into<String>) -> Self {
        Self::new(text, Tone::Plain)
    }

    pub(super) fn strong(text: impl Into<String>) -> Self {
        Self::new(text, Tone::Strong)
    }

    pub(super) fn faint(text: impl Into<String>) -> Self {
        Self::new(text, Tone::Faint)
    }

    /// The text alone.
    pub(super) fn into_text(self) -> String {
        self.text
    }

    pub(super) fn nothing() -> Self {
        Self::faint(super::NOTHING)
    }
}

/// How a column behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Room {
    /// Always whole.
    Fixed,
    /// Wraps where room is short.
    Flowing,
    /// Left out where room is short, the last one first.
    Spare,
}

pub(super) struct Column {
    heading: Option<Message>,
    room: Room,
    is_number: bool,
}

impl Column {
    pub(super) fn fixed(heading: Message) -> Self {
        Self { heading: Some(heading), room: Room::Fixed, is_number: false }
    }

    pub(super) fn flowing(heading: Message) -> Self {
        Self { heading: Some(heading), room: Room::Flowing, is_number: false }
    }

    pub(super) fn spare(heading: Message) -> Self {
        Self { heading: Some(heading), room: Room::Spare, is_number: false }
    }

    /// A spare one that speaks for itself.
    pub(super) fn unnamed() -> Self {
        Self { heading: None, room: Room::Spare, is_number: false }
    }

    /// Digits stand under digits.
    pub(super) fn number(self) -> Self {
        Self { is_number: true, ..self }
    }
}

/// Rows under headings.
pub(super) struct Table<'a> {
    page: &'a Page,
    columns: Vec<Column>,
    rows: Vec<Vec<Cell>>,
}

/// Between two columns.
const GAP: u16 = 2;
/// A flowing column is at least this wide before spare ones are left out for it.
const LEAST_FLOW: u16 = 24;

impl<'a> Table<'a> {
    pub(super) fn new(page: &'a Page, columns: impl IntoIterator<Item = Column>) -> Self {
        Self { page, columns: columns.into_iter().collect(), rows: Vec::new() }
    }

    pub(super) fn row(&mut self, cells: impl IntoIterator<Item = Cell>) {
        self.rows.push(cells.into_iter().collect());
    }

    /// The table; nothing at all without rows.
    pub(super) fn text(&self) -> String {
        self.text_and_spared().0
    }

    /// The same, and whether a column had to be left out.
    pub(super) fn text_and_spared(&self) -> (String, bool) {
        if self.rows.is_empty() {
            return (String::new(), false);
        }
        let mut shown: Vec<usize> = (0..self.columns.len()).collect();
        while let Some(width) = self.page.width
            && self.least_width(&shown) > width
            && let Some(spare) = shown.iter().rposition(|index| self.columns[*index].room == Room::Spare)
        {
            shown.remove(spare);
        }
        (self.drawn(&shown), shown.len() < self.columns.len())
    }

    /// What the columns need with the flowing ones wrapped as far as is fit to read.
    fn least_width(&self, shown: &[usize]) -> u16 {
        let natural = self.bare(shown).column_max_content_widths();
        let needed = natural.iter().zip(shown).map(|(width, index)| match self.columns[*index].room {
            Room::Flowing => (*width).min(LEAST_FLOW).saturating_add(GAP),
            Room::Fixed | Room::Spare => width.saturating_add(GAP),
        });
        needed.fold(0, u16::saturating_add).saturating_sub(GAP)
    }

    fn bare(&self, shown: &[usize]) -> comfy_table::Table {
        let mut table = bare(self.page);
        table.set_header(shown.iter().map(|index| {
            let heading = self.columns[*index].heading.as_ref().map(|heading| self.page.say(heading));
            Tone::Faint.dress(comfy_table::Cell::new(heading.unwrap_or_default()))
        }));
        for row in &self.rows {
            table.add_row(shown.iter().filter_map(|index| row.get(*index)).map(dressed));
        }
        table
    }

    fn drawn(&self, shown: &[usize]) -> String {
        let mut table = self.bare(shown);
        let fits = self.page.width.is_none_or(|width| self.least_width(shown) <= width);
        for (position, index) in shown.iter().enumerate() {
            let Some(drawn) = table.column_mut(position) else { continue };
            drawn.set_padding((0, if position + 1 < shown.len() { GAP } else { 0 }));
            // Where even that is too much, everything wraps.
            if self.columns[*index].room != Room::Flowing && fits {
                drawn.set_constraint(ColumnConstraint::ContentWidth);
            }
            if self.columns[*index].is_number {
                drawn.set_cell_alignment(CellAlignment::Right);
            }
        }
        table.trim_fmt()
    }
}

/// A text that wraps between words where the terminal ends.
pub(super) fn paragraph(page: &Page, text: &str) -> String {
    let mut table = bare(page);
    table.add_row([text]);
    if let Some(only) = table.column_mut(0) {
        only.set_padding((0, 0));
    }
    table.trim_fmt()
}

/// Names and values, one pair a line.
pub(super) struct Facts<'a> {
    page: &'a Page,
    rows: Vec<(String, Cell)>,
}

impl<'a> Facts<'a> {
    pub(super) fn new(page: &'a Page) -> Self {
        Self { page, rows: Vec::new() }
    }

    pub(super) fn add(&mut self, name: &Message, value: impl Into<String>) -> &mut Self {
        self.cell(name, Cell::plain(value))
    }

    pub(super) fn cell(&mut self, name: &Message, value: Cell) -> &mut Self {
        self.row(self.page.say(name), value)
    }

    /// One whose name is a word of data.
    pub(super) fn row(&mut self, name: String, value: Cell) -> &mut Self {
        self.rows.push((name, value));
        self
    }

    /// Only what is there.
    pub(super) fn maybe(&mut self, name: &Message, value: Option<impl Into<String>>) -> &mut Self {
        if let Some(value) = value {
            self.add(name, value);
        }
        self
    }

    pub(super) fn text(&self) -> String {
        let mut table = bare(self.page);
        for (name, value) in &self.rows {
            table.add_row([Tone::Faint.dress(comfy_table::Cell::new(name)), dressed(value)]);
        }
        if let Some(names) = table.column_mut(0) {
            names.set_padding((0, GAP)).set_constraint(ColumnConstraint::ContentWidth);
        }
        if let Some(values) = table.column_mut(1) {
            values.set_padding((0, 0));
        }
        table.trim_fmt()
    }
}

fn dressed(cell: &Cell) -> comfy_table::Cell {
    cell.tone.dress(comfy_table::Cell::new(&cell.text))
}

/// No lines, no frame: the columns alone.
fn bare(page: &Page) -> comfy_table::Table {
    let mut table = comfy_table::Table::new();
    table.load_style(presets::NOTHING).force_no_tty().style_text_only();
    if page.colours {
        table.enforce_styling();
    }
    if let Some(width) = page.width {
        table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
    }
    table
}
