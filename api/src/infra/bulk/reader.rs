//! Reading the good rows off a file, and noting the bad ones.

use std::collections::HashMap;
use std::sync::Arc;

use super::{Cells, FileRun, Import, ImportError, Layout, Problems, RowProblem, Table};

/// Reads good rows off a file.
pub(super) struct Reader<I: Import> {
    import: Arc<I>,
    table: Table,
    layout: Layout<I::Column>,
    /// The line on which each key came first.
    seen: HashMap<String, u64>,
}

impl<I: Import> Reader<I> {
    /// Opens the file and finds its columns.
    pub(super) fn open(import: Arc<I>, file: &FileRun) -> Result<Self, ImportError> {
        let table = Table::open(&file.path)?;
        let layout = Layout::find(I::COLUMNS, table.headings(), I::UNKNOWN)
            .map_err(|reason| ImportError::unusable(format!("{}: {reason}", file.path.display())))?;
        Ok(Self { import, table, layout, seen: HashMap::new() })
    }

    /// How far reading has come, and how far there is to go.
    pub(super) fn position(&self) -> (u64, u64) {
        self.table.position()
    }

    /// The next good rows, none at the end; bad ones are noted on the way.
    pub(super) fn chunk(&mut self, problems: &mut Problems) -> Result<Vec<I::Row>, ImportError> {
        let mut rows = Vec::with_capacity(I::CHUNK);
        while rows.len() < I::CHUNK {
            match self.table.next_row()? {
                None => break,
                Some(Err(problem)) => problems.add(vec![problem]),
                Some(Ok(row)) => {
                    let read = self.import.parse(Cells::new(&self.layout, &row));
                    match read.and_then(|good| self.once(row.line, good)) {
                        Ok(good) => rows.push(good),
                        Err(faults) => problems.add(faults),
                    }
                }
            }
        }
        Ok(rows)
    }

    fn once(&mut self, line: u64, row: I::Row) -> Result<I::Row, Vec<RowProblem>> {
        let Some((column, key)) = self.import.key(&row) else { return Ok(row) };
        match *self.seen.entry(key).or_insert(line) {
            first if first == line => Ok(row),
            first => {
                let (column, reason) = (self.layout.heading(column).to_owned(), format!("repeats line {first}"));
                Err(vec![RowProblem { line, column, reason }])
            }
        }
    }
}
