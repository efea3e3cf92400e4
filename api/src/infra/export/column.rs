//! Columns, and lists that hand their rows out by pages.

use async_trait::async_trait;

use super::Cell;
use crate::error::{Code, Error, Locale, Refusal};

/// Who reads, and in which language.
#[derive(Clone, Debug)]
pub struct Eyes<V> {
    /// Who.
    pub viewer: V,
    /// The language.
    pub locale: Locale,
}

/// A column of a list: what it shows of a row, and to whom.
pub struct Column<R, V> {
    /// Its name in the API.
    pub key: &'static str,
    /// Its title in Chinese and English.
    pub title: (&'static str, &'static str),
    /// Its width in characters.
    pub width: u16,
    /// What it shows.
    pub cell: fn(&R, &Eyes<V>) -> Cell,
}

/// The head of a column.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Head {
    /// Its name in the API.
    pub key: &'static str,
    /// Its title in the reader's language.
    pub title: &'static str,
    /// Its width in characters.
    pub width: u16,
}

impl<R, V> Column<R, V> {
    /// Its head in a language.
    pub fn head(&self, locale: Locale) -> Head {
        Head { key: self.key, title: locale.pick(self.title), width: self.width }
    }
}

/// The columns of these keys, in this order; all of them when none is named. An unknown or repeated key is refused.
pub fn pick<'c, R, V>(all: &'c [Column<R, V>], keys: &[String]) -> Result<Vec<&'c Column<R, V>>, Error> {
    if keys.is_empty() {
        return Ok(all.iter().collect());
    }
    let mut picked: Vec<&Column<R, V>> = Vec::with_capacity(keys.len());
    for key in keys {
        let found = all.iter().find(|column| column.key == key);
        match found.filter(|column| picked.iter().all(|other| other.key != column.key)) {
            Some(column) => picked.push(column),
            None => return Err(Refusal::at(Code::InvalidValue, "columns").into()),
        }
    }
    Ok(picked)
}

/// The heads of columns in a language.
pub fn heads<'c, R: 'c, V: 'c>(columns: impl IntoIterator<Item = &'c Column<R, V>>, locale: Locale) -> Vec<Head> {
    columns.into_iter().map(|column| column.head(locale)).collect()
}

/// What columns show of rows, row by row.
pub fn cells<R, V>(rows: &[R], columns: &[&Column<R, V>], eyes: &Eyes<V>) -> Vec<Vec<Cell>> {
    rows.iter().map(|row| columns.iter().map(|column| (column.cell)(row, eyes)).collect()).collect()
}

/// A list of one reader that hands its rows out by pages.
#[async_trait]
pub trait Rows: Send + Sync {
    /// The chosen columns.
    fn heads(&self) -> Vec<Head>;

    /// All that the reader's rights decide about the rows; another text means that other rows would be seen.
    fn rights(&self) -> String;

    /// How many rows there are now.
    async fn total(&self) -> Result<i64, Error>;

    /// The next rows, at most `limit` unless the list has no pages; none at the end.
    async fn next(&mut self, limit: u64) -> Result<Vec<Vec<Cell>>, Error>;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(key: &'static str) -> Column<(), ()> {
        Column { key, title: ("中", "en"), width: 8, cell: |(), _| Cell::Empty }
    }

    #[test]
    fn columns_come_as_they_were_asked_for() {
        let all = [text("a"), text("b"), text("c")];
        let keys = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let picked =
            |names: &[&str]| pick(&all, &keys(names)).map(|found| found.iter().map(|c| c.key).collect::<Vec<_>>());
        assert_eq!(picked(&[]).ok(), Some(vec!["a", "b", "c"]));
        assert_eq!(picked(&["c", "a"]).ok(), Some(vec!["c", "a"]));
        assert!(picked(&["a", "a"]).is_err());
        assert!(picked(&["x"]).is_err());
    }
}
