//! Reading a row's cells with every fault collected.

use super::{Layout, Row, RowProblem};

/// The cells of one row; every cell at fault is noted, so that one look at a report mends the whole row.
pub struct Cells<'r, C> {
    layout: &'r Layout<C>,
    row: &'r Row,
    problems: Vec<RowProblem>,
}

impl<'r, C: Copy + PartialEq> Cells<'r, C> {
    /// The cells of `row`.
    pub fn new(layout: &'r Layout<C>, row: &'r Row) -> Self {
        Self { layout, row, problems: Vec::new() }
    }

    /// The line that the row begins on.
    pub fn line(&self) -> u64 {
        self.row.line
    }

    /// A cell as it stands, without blanks around it; empty when the file lacks the column.
    pub fn text(&self, column: C) -> &'r str {
        let cell = self.layout.place(column).and_then(|index| self.row.cells.get(index));
        cell.map_or("", |cell| cell.trim())
    }

    /// A cell that must not be empty. `None` was noted as a problem.
    pub fn required<T>(&mut self, column: C, parse: impl Fn(&str) -> Result<T, String>) -> Option<T> {
        if self.text(column).is_empty() {
            self.blame(column, "is missing");
            return None;
        }
        self.optional(column, parse)
    }

    /// A cell that may be empty, which is `None`; so is one that was noted as a problem.
    pub fn optional<T>(&mut self, column: C, parse: impl Fn(&str) -> Result<T, String>) -> Option<T> {
        match self.text(column) {
            "" => None,
            text => parse(text).map_err(|reason| self.blame(column, reason)).ok(),
        }
    }

    /// Notes a problem with a column.
    pub fn blame(&mut self, column: C, reason: impl Into<String>) {
        let column = self.layout.heading(column).to_owned();
        self.problems.push(RowProblem { line: self.row.line, column, reason: reason.into() });
    }

    /// The row, if it was put together and nothing was noted. A `None` row must have noted why.
    pub fn finish<T>(self, row: Option<T>) -> Result<T, Vec<RowProblem>> {
        match row {
            Some(row) if self.problems.is_empty() => Ok(row),
            _ => Err(self.problems),
        }
    }
}
