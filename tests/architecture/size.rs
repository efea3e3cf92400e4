//! No file grows past what can be read in one go.

use super::source::rust_files;

/// A role's file becomes a folder well before this.
const LONGEST: usize = 450;

#[test]
fn no_source_file_is_too_long() {
    let files = ["api/src", "entities/src", "migration/src", "tests"].map(rust_files);
    let long: Vec<_> = files
        .iter()
        .flatten()
        .map(|file| (&file.path, file.text.lines().count()))
        .filter(|(_, lines)| *lines > LONGEST)
        .collect();
    assert!(long.is_empty(), "longer than {LONGEST} lines: {long:#?}");
}
