//! The one table: `cells.txt`, read and asked.
//!
//! A block begins with what it decides, one or several of `Type.field`, `Type.*`, `Query.field`, `Mutation.field` and
//! `Subscription.field`; a field's own block goes before its type's. Each line under it names an outcome, and for whom
//! where: `VALUE own: @residents desk; elsewhere: admin`. `rest` stands for whoever no other line of the block names.
//! A line `@name = ...` gives several kinds of viewers one name; one that ends with `\` goes on in the next.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use super::people::Kind;
use super::site::Tenancy;

/// Who asks where.
pub type Place = (Kind, Tenancy);

/// One block of the table.
struct Block {
    cells: BTreeMap<Place, String>,
    used: Cell<bool>,
    line: usize,
}

/// The table.
pub struct Table {
    blocks: Vec<Block>,
    targets: BTreeMap<String, usize>,
}

impl Table {
    /// Reads it; what it cannot read is an error of whoever wrote it.
    pub fn read(text: &str) -> Self {
        let mut groups: BTreeMap<String, Vec<Kind>> = BTreeMap::new();
        groups.insert("@all".to_owned(), Kind::ALL.iter().map(|(kind, _)| *kind).collect());
        let (mut blocks, mut targets): (Vec<Block>, BTreeMap<String, usize>) = (Vec::new(), BTreeMap::new());
        let mut whole = String::new();
        for (number, line) in text.lines().enumerate() {
            let line_number = number + 1;
            let line = line.split('#').next().unwrap().trim_end();
            if let Some(begun) = line.strip_suffix('\\') {
                whole.push_str(begun);
                continue;
            }
            let line = std::mem::take(&mut whole) + line;
            let line = line.as_str();
            if line.is_empty() {
                continue;
            }
            if let Some((name, members)) = line.strip_prefix('@').and_then(|rest| rest.split_once('=')) {
                let kinds = members.split_whitespace().flat_map(|word| who(&groups, word, line_number)).collect();
                groups.insert(format!("@{}", name.trim()), kinds);
            } else if !line.starts_with(' ') {
                blocks.push(Block { cells: BTreeMap::new(), used: Cell::new(false), line: line_number });
                for target in line.split_whitespace() {
                    let twice = targets.insert(target.to_owned(), blocks.len() - 1);
                    assert!(twice.is_none(), "cells.txt:{line_number}: {target} is decided twice");
                }
            } else {
                let block = blocks.last_mut().expect("a line of cells.txt stands under what it decides");
                decide(&groups, block, line.trim(), line_number);
            }
        }
        Self { blocks, targets }
    }

    /// What is decided for a field of a type.
    pub fn decides(&self, of: &str, field: &str, place: Place) -> Option<&str> {
        let own = self.targets.get(&format!("{of}.{field}"));
        let at = *own.or_else(|| self.targets.get(&format!("{of}.*")))?;
        let block = &self.blocks[at];
        block.used.set(true);
        block.cells.get(&place).map(String::as_str)
    }

    /// What decides nothing: fields that the schema does not have, and blocks that nobody asked.
    pub fn stale(&self, known: &BTreeSet<String>) -> Vec<String> {
        let unknown = self.targets.keys().filter(|target| !known.contains(*target)).cloned();
        let unused = self.blocks.iter().filter(|block| !block.used.get()).map(|block| format!("line {}", block.line));
        unknown.chain(unused).collect()
    }
}

fn who(groups: &BTreeMap<String, Vec<Kind>>, word: &str, line: usize) -> Vec<Kind> {
    match groups.get(word) {
        Some(kinds) => kinds.clone(),
        None => vec![Kind::parse(word).unwrap_or_else(|| panic!("cells.txt:{line}: nobody is called {word}"))],
    }
}

fn decide(groups: &BTreeMap<String, Vec<Kind>>, block: &mut Block, line: &str, number: usize) {
    let (outcome, rest) = line.split_once(' ').unwrap_or((line, ""));
    for part in rest.split(';') {
        let (places, people) =
            part.split_once(':').unwrap_or_else(|| panic!("cells.txt:{number}: where, and who? {part:?}"));
        for place in places.split(',').map(str::trim) {
            let known = Tenancy::ALL.iter().find(|(_, name)| *name == place);
            let tenancy = known.unwrap_or_else(|| panic!("cells.txt:{number}: there is no place {place:?}")).0;
            for word in people.split_whitespace() {
                let rest = word == "rest";
                let kinds = if rest { groups["@all"].clone() } else { who(groups, word, number) };
                for kind in kinds {
                    let cell = block.cells.entry((kind, tenancy));
                    if rest {
                        cell.or_insert_with(|| outcome.to_owned());
                    } else {
                        let before = block.cells.insert((kind, tenancy), outcome.to_owned());
                        let same = before.is_none_or(|before| before == outcome);
                        assert!(same, "cells.txt:{number}: {} {place} is decided twice", kind.name());
                    }
                }
            }
        }
    }
}
