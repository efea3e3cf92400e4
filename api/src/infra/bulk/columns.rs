//! Which column stands where.

/// A column that an importer knows.
#[derive(Debug)]
pub struct Column<C> {
    /// Which one.
    pub id: C,
    /// The headings it may have; case, blanks, underscores and anything in brackets do not matter.
    pub headings: &'static [&'static str],
    /// Whether a file without it is refused.
    pub required: bool,
}

/// What becomes of a heading that no column has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unknown {
    /// The file is refused: people wrote it, and a misspelt heading would lose its column.
    Refused,
    /// The column is passed over: another system wrote it.
    Ignored,
}

/// Where each column of a file stands.
#[derive(Debug)]
pub struct Layout<C> {
    places: Vec<(C, usize)>,
    headings: Vec<String>,
}

impl<C: Copy + PartialEq> Layout<C> {
    /// Finds `columns` among the headings; the error names every heading at fault.
    pub fn find(columns: &[Column<C>], headings: &[String], unknown: Unknown) -> Result<Self, String> {
        let mut places: Vec<(C, usize)> = Vec::new();
        let (mut strange, mut twice) = (Vec::new(), Vec::new());
        for (index, heading) in headings.iter().enumerate() {
            let wanted = normal(heading);
            let column = columns.iter().find(|column| column.headings.iter().any(|known| normal(known) == wanted));
            match column {
                Some(column) if places.iter().any(|(id, _)| *id == column.id) => twice.push(heading.as_str()),
                Some(column) => places.push((column.id, index)),
                None if wanted.is_empty() => {}
                None => strange.push(heading.as_str()),
            }
        }
        let absent = |column: &&Column<C>| column.required && !places.iter().any(|(id, _)| *id == column.id);
        let missing: Vec<_> =
            columns.iter().filter(absent).filter_map(|column| column.headings.first().copied()).collect();
        let mut faults = Vec::new();
        if unknown == Unknown::Refused && !strange.is_empty() {
            faults.push(format!("unknown headings: {}", strange.join(", ")));
        }
        if !twice.is_empty() {
            faults.push(format!("headings that come twice: {}", twice.join(", ")));
        }
        if !missing.is_empty() {
            faults.push(format!("missing headings: {}", missing.join(", ")));
        }
        if faults.is_empty() { Ok(Self { places, headings: headings.to_vec() }) } else { Err(faults.join("; ")) }
    }

    /// The heading of a column as the file has it; empty when the file lacks it.
    pub fn heading(&self, column: C) -> &str {
        self.place(column).and_then(|index| self.headings.get(index)).map_or("", String::as_str)
    }

    pub(super) fn place(&self, column: C) -> Option<usize> {
        self.places.iter().find(|(id, _)| *id == column).map(|(_, index)| *index)
    }
}

fn normal(heading: &str) -> String {
    let named = heading.split(['(', '（']).next().unwrap_or_default();
    named
        .chars()
        .filter(|sign| !sign.is_whitespace() && !matches!(sign, '_' | '-' | '*'))
        .collect::<String>()
        .to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: &[Column<char>] = &[
        Column { id: 'a', headings: &["面积", "area"], required: true },
        Column { id: 'b', headings: &["id last four"], required: false },
    ];

    fn find(headings: &[&str], unknown: Unknown) -> Result<Layout<char>, String> {
        Layout::find(COLUMNS, &headings.iter().map(|heading| (*heading).to_owned()).collect::<Vec<_>>(), unknown)
    }

    #[test]
    fn headings_are_found_in_any_order_and_dress() {
        let layout = find(&["ID_LAST FOUR", "面积（㎡）", ""], Unknown::Refused).expect("both are known");
        assert_eq!((layout.place('a'), layout.place('b')), (Some(1), Some(0)));
        assert_eq!(layout.heading('a'), "面积（㎡）");
    }

    #[test]
    fn headings_at_fault_are_named() {
        let error = find(&["aera", "Area", "面积", "x"], Unknown::Refused).expect_err("two are unknown");
        assert_eq!(error, "unknown headings: aera, x; headings that come twice: 面积");
        assert_eq!(find(&["x"], Unknown::Ignored).expect_err("area lacks"), "missing headings: 面积");
    }
}
