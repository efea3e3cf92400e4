//! An empty register to fill in.

use super::parse::COLUMNS;
use crate::infra::bulk::ImportError;

/// One row that shows the form of each cell, in the order of [`COLUMNS`]; the person is made up.
const EXAMPLE: &[&str] =
    &["1栋", "1-101", "1", "89.50", "住宅", "2020-01-31", "张三", "13800000000", "012X", "业主", "2020-02-15"];

/// A CSV file in UTF-8 with a byte order mark, by which Excel knows it: Chinese headings and an example row.
pub fn template() -> Result<Vec<u8>, ImportError> {
    let mut writer = csv::Writer::from_writer("\u{feff}".as_bytes().to_vec());
    let failed = |error: csv::Error| ImportError::unusable(format!("the template: {error}"));
    writer.write_record(COLUMNS.iter().filter_map(|column| column.headings.first())).map_err(failed)?;
    writer.write_record(EXAMPLE).map_err(failed)?;
    writer.into_inner().map_err(|error| ImportError::unusable(format!("the template: {error}")))
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;
    use crate::infra::bulk::{Cells, Layout, Row, Unknown};

    #[test]
    fn the_template_is_a_good_register() {
        let text = String::from_utf8(template().expect("it is written")).expect("it is UTF-8");
        let mut lines = text.trim_start_matches('\u{feff}').lines();
        let mut cells = || lines.next().unwrap_or_default().split(',').map(str::to_owned).collect::<Vec<_>>();
        let layout = Layout::find(COLUMNS, &cells(), Unknown::Refused).expect("its headings are known");
        let row = Row { line: 2, cells: cells() };
        let read = parse::row(Cells::new(&layout, &row)).expect("its example is good");
        assert_eq!((read.building.as_str(), read.id_last4.as_deref()), ("1栋", Some("012X")));
    }
}
