//! Reads Rust sources as far as imports need it: the paths that a file names, as full paths of its crate.
//!
//! A text scan, not a parser: comments and strings are blanked, `use` trees are unfolded, and an inline path is resolved
//! through the file's own imports and modules, so that `use crate::domains::estate; … estate::repo::find()` is seen.

use std::collections::HashMap;
use std::path::Path;

/// One file: its path from the workspace's root, such as `api/src/db/mod.rs`.
pub struct SourceFile {
    pub path: String,
    pub text: String,
}

/// A path as the file means it: `crate::…` inside its crate, else beginning with the other crate's name.
#[derive(Debug, PartialEq, Eq)]
pub struct Reference {
    pub path: Vec<String>,
    pub line: usize,
}

/// All Rust files below a folder of the workspace.
pub fn rust_files(folder: &str) -> Vec<SourceFile> {
    // The folder of this run, not of the build: checkouts may share a target folder.
    let package = std::env::var("CARGO_MANIFEST_DIR").unwrap_or_else(|_| env!("CARGO_MANIFEST_DIR").to_owned());
    let root = Path::new(&package).parent().unwrap();
    let mut files = Vec::new();
    let mut folders = vec![root.join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                let path = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
                files.push(SourceFile { path, text });
            }
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

impl SourceFile {
    /// The path below `…/src/`, in parts: `["domains", "estate", "repo.rs"]`.
    pub fn parts(&self) -> Vec<&str> {
        self.path.split("src/").nth(1).unwrap_or(&self.path).split('/').collect()
    }

    /// The module that the file is: `crate::domains::estate::repo`.
    fn module(&self) -> Vec<String> {
        let mut module = vec!["crate".to_owned()];
        module.extend(self.parts().iter().map(|part| part.trim_end_matches(".rs").to_owned()));
        if matches!(module.last().map(String::as_str), Some("mod" | "lib" | "main")) {
            module.pop();
        }
        module
    }

    /// Every path of two or more segments that the file names, and every import.
    pub fn references(&self) -> Vec<Reference> {
        Scan::new(self).run()
    }

    /// The lines on which an identifier or keyword stands, outside comments and strings.
    pub fn lines_with(&self, word: &str) -> Vec<usize> {
        let tokens = tokens(&self.text);
        tokens.iter().filter(|token| token.text == word).map(|token| token.line).collect()
    }
}

struct Token {
    text: String,
    line: usize,
}

impl Token {
    fn is_word(&self) -> bool {
        self.text.starts_with(|c: char| c.is_alphabetic() || c == '_')
    }
}

/// Words, `::`, and single characters; comments, strings and characters in quotes are left out.
fn tokens(text: &str) -> Vec<Token> {
    let text: Vec<char> = text.chars().collect();
    let mut tokens: Vec<Token> = Vec::new();
    let (mut at, mut line) = (0, 1);
    while at < text.len() {
        let c = text[at];
        let length = if c.is_alphabetic() || c == '_' {
            let length = text[at..].iter().take_while(|c| c.is_alphanumeric() || **c == '_').count();
            let word: String = text[at..at + length].iter().collect();
            let next = &text[at + length..];
            match (word.as_str(), next.first()) {
                // Prefixes of literals: the string itself follows. `r#type` is a word.
                ("r" | "br" | "cr", Some('"' | '#')) => match raw_string(next) {
                    Some(rest) => length + rest,
                    None => length + 1,
                },
                ("b" | "c", Some('"' | '\'')) => length,
                _ => {
                    tokens.push(Token { text: word, line });
                    length
                }
            }
        } else if c.is_ascii_digit() {
            text[at..].iter().take_while(|c| c.is_alphanumeric() || **c == '_').count()
        } else if text[at..].starts_with(&['/', '/']) {
            text[at..].iter().take_while(|c| **c != '\n').count()
        } else if text[at..].starts_with(&['/', '*']) {
            block_comment(&text[at..])
        } else if c == '"' {
            quoted(&text[at..], '"')
        } else if c == '\'' {
            // A character, or else a lifetime, whose name is then read as part of it.
            match (text.get(at + 1), text.get(at + 2)) {
                (Some('\\'), _) | (_, Some('\'')) => quoted(&text[at..], '\''),
                _ => 1 + text[at + 1..].iter().take_while(|c| c.is_alphanumeric() || **c == '_').count(),
            }
        } else if text[at..].starts_with(&[':', ':']) {
            tokens.push(Token { text: "::".to_owned(), line });
            2
        } else {
            if !c.is_whitespace() {
                tokens.push(Token { text: c.to_string(), line });
            }
            1
        };
        line += text[at..at + length].iter().filter(|c| **c == '\n').count();
        at += length;
    }
    tokens
}

/// The length of a literal from its opening quote to its closing one.
fn quoted(text: &[char], quote: char) -> usize {
    let mut at = 1;
    while at < text.len() && text[at] != quote {
        at += if text[at] == '\\' { 2 } else { 1 };
    }
    (at + 1).min(text.len())
}

/// The length of `#"…"#` or `"…"`; `None` when this is no string but a raw identifier.
fn raw_string(text: &[char]) -> Option<usize> {
    let hashes = text.iter().take_while(|c| **c == '#').count();
    if text.get(hashes) != Some(&'"') {
        return None;
    }
    let mut end = vec!['"'];
    end.extend(std::iter::repeat_n('#', hashes));
    let begin = hashes + 1;
    let length = text[begin..].windows(end.len()).position(|window| window == end);
    Some(length.map_or(text.len(), |length| begin + length + end.len()))
}

/// The length of a comment, which may hold others.
fn block_comment(text: &[char]) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < text.len() {
        if text[at..].starts_with(&['/', '*']) {
            depth += 1;
            at += 2;
        } else if text[at..].starts_with(&['*', '/']) {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    at
}

struct Scan {
    tokens: Vec<Token>,
    /// The module at this place, and for each inline module the depth of braces that it lies in.
    module: Vec<String>,
    inline: Vec<usize>,
    depth: usize,
    imports: HashMap<String, Vec<String>>,
    found: Vec<Reference>,
}

impl Scan {
    fn new(file: &SourceFile) -> Self {
        let (tokens, module) = (tokens(&file.text), file.module());
        Self { tokens, module, inline: Vec::new(), depth: 0, imports: HashMap::new(), found: Vec::new() }
    }

    fn run(mut self) -> Vec<Reference> {
        let mut at = 0;
        while at < self.tokens.len() {
            at = self.step(at);
        }
        // Imports may stand below what uses them, so names are resolved at the end.
        let Self { imports, mut found, .. } = self;
        for reference in &mut found {
            resolve(&imports, &mut reference.path);
        }
        found
    }

    fn text(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |token| &token.text)
    }

    fn is_word(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(Token::is_word)
    }

    /// Reads what begins at `at`; the place after it.
    fn step(&mut self, at: usize) -> usize {
        match self.text(at) {
            "{" => self.depth += 1,
            "}" => {
                self.depth = self.depth.saturating_sub(1);
                if self.inline.last() == Some(&self.depth) {
                    self.inline.pop();
                    self.module.pop();
                }
            }
            "mod" if self.is_word(at + 1) => {
                let name = self.text(at + 1).to_owned();
                if self.text(at + 2) == "{" {
                    self.inline.push(self.depth);
                    self.module.push(name);
                } else {
                    let full = [self.module.as_slice(), std::slice::from_ref(&name)].concat();
                    self.imports.insert(name, full);
                }
                return at + 2;
            }
            "use" => return self.tree(at + 1, &[]),
            _ if self.is_word(at) => return self.inline_path(at),
            _ => {}
        }
        at + 1
    }

    fn inline_path(&mut self, begin: usize) -> usize {
        let (mut path, mut at) = (vec![self.text(begin).to_owned()], begin + 1);
        while self.text(at) == "::" && self.is_word(at + 1) {
            path.push(self.text(at + 1).to_owned());
            at += 2;
        }
        // What follows generics, as in `<T>::new`, belongs to no path of its own.
        let continued = begin > 1 && self.text(begin - 1) == "::" && self.text(begin - 2) == ">";
        if path.len() > 1 && !continued {
            let path = self.absolute(path);
            self.found.push(Reference { path, line: self.tokens[begin].line });
        }
        at
    }

    /// Reads a tree of imports below `prefix`; the place after it.
    fn tree(&mut self, begin: usize, prefix: &[String]) -> usize {
        let (mut path, mut at) = (prefix.to_vec(), begin);
        loop {
            match self.text(at) {
                "::" => at += 1,
                "{" => {
                    at += 1;
                    while !matches!(self.text(at), "}" | "") {
                        at = self.tree(at, &path).max(at + 1);
                    }
                    return at + 1;
                }
                "*" => {
                    path.push("*".to_owned());
                    return self.import(path, None, at);
                }
                "as" => {
                    let alias = self.text(at + 1).to_owned();
                    return self.import(path, Some(alias), at + 1);
                }
                _ if self.is_word(at) => {
                    // `use a::{self}` names `a`.
                    if self.text(at) != "self" || path.is_empty() {
                        path.push(self.text(at).to_owned());
                    }
                    at += 1;
                }
                _ => return self.import(path, None, at.saturating_sub(1)),
            }
        }
    }

    fn import(&mut self, path: Vec<String>, alias: Option<String>, last: usize) -> usize {
        if !path.is_empty() {
            let line = self.tokens[last.min(self.tokens.len() - 1)].line;
            let path = self.absolute(path);
            let name = alias.or_else(|| path.last().cloned()).unwrap_or_default();
            if path != [name.as_str()] {
                self.imports.insert(name, path.clone());
            }
            self.found.push(Reference { path, line });
        }
        last + 1
    }

    /// Replaces a leading `self` and each leading `super`.
    fn absolute(&self, path: Vec<String>) -> Vec<String> {
        let mut base = match path[0].as_str() {
            "self" | "super" => self.module.clone(),
            _ => return path,
        };
        let mut rest = path.as_slice();
        while let Some(first) = rest.first() {
            match first.as_str() {
                "self" => {}
                "super" => drop(base.pop()),
                _ => break,
            }
            rest = &rest[1..];
        }
        base.extend_from_slice(rest);
        base
    }
}

/// Replaces the first name by what it was imported as, which may itself begin with an imported name.
fn resolve(imports: &HashMap<String, Vec<String>>, path: &mut Vec<String>) {
    for _ in 0..4 {
        match imports.get(&path[0]) {
            Some(full) if full[0] != path[0] => drop(path.splice(..1, full.iter().cloned())),
            _ => return,
        }
    }
}
