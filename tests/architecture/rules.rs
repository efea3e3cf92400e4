//! Who may import whom: the rules of ARCHITECTURE.md, as a function from a source file to its violations.

use super::source::{Reference, SourceFile};

/// Domains from left to right: each may use those before it.
const LINE: [&str; 10] = [
    "identity",
    "uploads",
    "estate",
    "notifications",
    "billing",
    "payments",
    "tickets",
    "complaints",
    "insight",
    "office",
];

/// What stands below the domains and knows none of them.
const BELOW_DOMAINS: [&str; 5] = ["infra", "db", "error", "clock", "config"];

/// The roles within a domain and which others each may name; its own is always allowed.
const ROLES: [(&str, &[&str]); 7] = [
    ("graphql", &["service", "model", "error"]),
    ("service", &["policy", "model", "repo", "jobs", "error"]),
    ("jobs", &["service", "policy", "model", "repo", "error"]),
    ("policy", &["model", "error"]),
    ("repo", &["error"]),
    ("model", &[]),
    ("error", &["model"]),
];

/// What a repo uses of the rest of the service; `domains` is checked apart.
const REPO_USES: [&str; 3] = ["db", "error", "domains"];

const SEA_ORM: [&str; 4] = ["sea_orm", "sea_orm_migration", "sea_query", "sqlx"];
const OURS: [&str; 4] = ["api", "entities", "migration", "support"];

/// Everything in `file` that breaks a rule, each with its line.
pub fn violations(file: &SourceFile) -> Vec<String> {
    let place = Place::of(file);
    let mut found = Vec::new();
    for mut reference in file.references() {
        if place.package == "api" && reference.path[0] == "api" {
            // The binary beside the library names it from outside.
            "crate".clone_into(&mut reference.path[0]);
        }
        let path: Vec<&str> = reference.path.iter().map(String::as_str).collect();
        if let Some(why) = place.refuses(&path) {
            found.push(report(file, &reference, &why));
        }
    }
    if place.role == Some("model") {
        for word in ["async", "await"] {
            let lines = file.lines_with(word);
            found.extend(lines.iter().map(|line| format!("{}:{line}: `{word}`: a model is synchronous", file.path)));
        }
    }
    found
}

fn report(file: &SourceFile, reference: &Reference, why: &str) -> String {
    format!("{}:{}: `{}`: {why}", file.path, reference.line, reference.path.join("::"))
}

/// Where a file stands.
struct Place<'f> {
    package: &'f str,
    parts: Vec<&'f str>,
    domain: Option<&'f str>,
    role: Option<&'f str>,
}

impl<'f> Place<'f> {
    fn of(file: &'f SourceFile) -> Self {
        let parts: Vec<&str> = file.parts().into_iter().map(|part| part.trim_end_matches(".rs")).collect();
        let (domain, role) = match parts.as_slice() {
            ["domains", domain, role, ..] => (Some(*domain), Some(*role)),
            _ => (None, None),
        };
        Self { package: file.path.split('/').next().unwrap_or_default(), parts, domain, role }
    }

    fn is_in(&self, names: &[&str]) -> bool {
        self.parts.iter().any(|part| names.contains(part))
    }

    /// Why this file may not name `path`.
    fn refuses(&self, path: &[&str]) -> Option<String> {
        if self.package != "api" {
            return OURS.contains(&path[0]).then(|| format!("`{}` imports nothing of ours", self.package));
        }
        self.refuses_crate(path[0])
            .or_else(|| self.refuses_in_model(path))
            .or_else(|| self.refuses_in_repo(path))
            .or_else(|| self.refuses_upwards(path))
            .or_else(|| match path {
                ["crate", "domains", other, rest @ ..] => match self.domain {
                    Some(own) if own == *other => self.refuses_role(rest),
                    _ => self.refuses_domain(other, rest),
                },
                _ => None,
            })
    }

    /// Rule 4: each foreign library has its place.
    fn refuses_crate(&self, name: &str) -> Option<String> {
        let (allowed, where_to) = if SEA_ORM.contains(&name) {
            (self.is_in(&["repo"]) || matches!(self.parts[0], "db" | "error"), "in db/, error/ and repo")
        } else if name.starts_with("async_graphql") {
            (self.is_in(&["graphql", "http"]), "under graphql/ and http/")
        } else if name.starts_with("axum") {
            (self.is_in(&["http"]), "under http/")
        } else {
            return None;
        };
        (!allowed).then(|| format!("stands only {where_to}"))
    }

    /// Rule 2, for models: pure, on values alone.
    fn refuses_in_model(&self, path: &[&str]) -> Option<String> {
        if self.role != Some("model") {
            return None;
        }
        let refused = match path {
            ["crate", "domains", domain, "model", ..] => Some(*domain) != self.domain,
            ["crate", ..] => true,
            ["entities", second, ..] => *second != "values",
            [first, ..] => OURS.contains(first) || matches!(*first, "tokio" | "futures_util"),
            [] => false,
        };
        refused.then(|| "a model uses `entities::values` only".to_owned())
    }

    /// Rule 2, for repos: entities and the database.
    fn refuses_in_repo(&self, path: &[&str]) -> Option<String> {
        match path {
            ["crate", first, ..] if self.role == Some("repo") && !REPO_USES.contains(first) => {
                Some("a repo uses entities, `db` and `error` only".to_owned())
            }
            _ => None,
        }
    }

    /// Nothing inside a domain but its graphql knows how a request came.
    fn refuses_upwards(&self, path: &[&str]) -> Option<String> {
        match path {
            ["crate", first @ ("http" | "graphql"), ..] if self.domain.is_some() && self.role != Some("graphql") => {
                Some(format!("a domain does not know `{first}`"))
            }
            ["crate", "domains", ..] if BELOW_DOMAINS.contains(&self.parts[0]) => {
                Some(format!("`{}` knows no domain", self.parts[0]))
            }
            _ => None,
        }
    }

    /// Rule 2: `graphql -> service -> {policy, model, repo}`.
    fn refuses_role(&self, rest: &[&str]) -> Option<String> {
        let own = self.role?;
        let named = rest.first()?;
        let (_, allowed) = ROLES.iter().find(|(role, _)| *role == own)?;
        let is_role = ROLES.iter().any(|(role, _)| role == named);
        (is_role && own != *named && !allowed.contains(named)).then(|| format!("`{own}` does not use `{named}`"))
    }

    /// Rule 3: only what another domain's mod.rs exports, and only leftwards; GraphQL types may name each other.
    fn refuses_domain(&self, other: &str, rest: &[&str]) -> Option<String> {
        let between_graphql = self.parts.contains(&"graphql") && rest.first() == Some(&"graphql");
        if between_graphql {
            return None;
        }
        let order = |name: &str| LINE.iter().position(|domain| *domain == name);
        if let (Some(own), Some(named)) = (self.domain.and_then(order), order(other))
            && own < named
        {
            return Some(format!("`{}` stands left of `{other}`", LINE[own]));
        }
        let private = match rest {
            [first] => ROLES.iter().any(|(role, _)| role == first),
            [first, ..] => first.starts_with(|c: char| c.is_lowercase()),
            [] => false,
        };
        private.then(|| format!("`{other}` offers what its mod.rs exports, not its modules"))
    }
}
