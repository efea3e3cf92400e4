//! What the run came to, and the table as the program would have it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::people::Kind;
use super::run::Found;
use super::site::Tenancy;
use super::table::{Place, Table};

/// Cells that the table does not decide, and those that are otherwise.
pub fn compare(found: &Found, table: &Table) -> (Vec<String>, Vec<String>) {
    let (mut undecided, mut otherwise) = (Vec::new(), Vec::new());
    for ((of, field), cells) in &found.cells {
        if of == "(follows)" {
            continue;
        }
        for (place, outcome) in cells {
            let what = format!("{of}.{field}: {} {}", place.0.name(), place.1.name());
            match table.decides(of, field, *place) {
                None => undecided.push(what),
                Some(decided) if decided != outcome => {
                    otherwise.push(format!("{what}: {outcome} instead of {decided}"))
                }
                Some(_) => {}
            }
        }
    }
    (undecided, otherwise)
}

/// The blocks that decide what was seen: for whoever adds to the table, to be read and judged before it is kept.
pub fn draft(found: &Found) -> String {
    let mut blocks: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for ((of, field), cells) in found.cells.iter().filter(|((of, _), _)| of != "(follows)") {
        blocks.entry(block(cells)).or_default().push(format!("{of}.{field}"));
    }
    let mut text = String::new();
    let mut all: Vec<_> = blocks.into_iter().map(|(block, targets)| (targets, block)).collect();
    all.sort();
    for (targets, block) in all {
        let _ = writeln!(text, "{}\n{block}", targets.join(" "));
    }
    text
}

fn block(cells: &BTreeMap<Place, String>) -> String {
    let mut lines: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (tenancy, name) in Tenancy::ALL {
        let mut by_outcome: BTreeMap<&str, BTreeSet<Kind>> = BTreeMap::new();
        for ((kind, at), outcome) in cells {
            if *at == tenancy {
                by_outcome.entry(outcome).or_default().insert(*kind);
            }
        }
        for (outcome, kinds) in by_outcome {
            let names: Vec<&str> = kinds.iter().map(|kind| kind.name()).collect();
            lines.entry(outcome).or_default().push(format!("{name}: {}", names.join(" ")));
        }
    }
    lines.iter().map(|(outcome, places)| format!("    {outcome} {}\n", places.join("; "))).collect()
}
