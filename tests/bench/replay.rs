//! Turns the captured statements of one request into a pgbench script of anybody's request.

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;
use uuid::Uuid;

use crate::capture::{Captured, Sent};
use crate::cases::Case;
use crate::city::Person;
use crate::data::Data;
use crate::failure::{Failure, Res};
use crate::pgbench::{Script, Step, fresh};

/// What stands for values that are new in each request: the value in the captured one, and an SQL expression.
pub type Fresh = Vec<(String, &'static str)>;

/// Makes the script. Each value of the captured request becomes, in this order:
/// an expression of `new` or a fresh key, when it is made anew for each request;
/// a column that an earlier statement of the request returned, as the server itself uses it;
/// a version of the ticket that the request is about, counted from the one that its first statement returned;
/// an id of the person of the moment; else a constant, bound like the server binds it.
pub async fn script(data: &Data, person: &Person, captured: &Captured, case: &dyn Case) -> Res<Script> {
    let mut replay = Replay {
        person,
        new: case.fresh(&captured.body, &captured.answer),
        fresh: Vec::new(),
        returned: HashMap::new(),
        raised: case.raises_version_by(),
        version: None,
        constants: BTreeMap::new(),
    };
    let mut steps: Vec<Step> = Vec::new();
    for (number, sent) in captured.statements.iter().enumerate() {
        let types = types_of(data, sent).await?;
        let mut text = sent.text.trim_end_matches(';').to_owned();
        for (index, (value, kind)) in sent.values.iter().zip(&types).enumerate().rev() {
            let term = replay.term(value, kind, &mut steps);
            text = text.replace(&format!("${}", index + 1), &term);
        }
        steps.push(Step { text, keep: None });
        replay.remember(number, one_row(data, sent).await?);
    }
    Ok(Script::new(case.crowd().table(), steps, replay.constants))
}

struct Replay<'p> {
    person: &'p Person,
    new: Fresh,
    fresh: Vec<Uuid>,
    /// Where an id was returned: the statement, and the column.
    returned: HashMap<Uuid, (usize, String)>,
    /// By how much the request raises its ticket's version.
    raised: i64,
    /// The statement that returned that version, and the version as it was before the request.
    version: Option<(usize, i64)>,
    constants: BTreeMap<String, String>,
}

impl Replay<'_> {
    fn term(&mut self, literal: &str, kind: &str, steps: &mut [Step]) -> String {
        let Some(value) = literal.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')) else {
            return literal.to_owned();
        };
        let value = value.replace("''", "'");
        if let Some((_, expression)) = self.new.iter().find(|(known, _)| *known == value) {
            return format!("CAST({expression} AS {kind})");
        }
        if let Some((statement, before)) = self.version
            && kind == "integer"
            && let Ok(version) = value.parse::<i64>()
            && (before..=before + self.raised).contains(&version)
        {
            let prefix = format!("s{statement}_");
            steps[statement].keep = Some(prefix.clone());
            return format!("(CAST(:{prefix}version AS integer) + {})", version - before);
        }
        let Ok(id) = Uuid::parse_str(&value) else {
            let name = format!("constant_{}", self.constants.len());
            self.constants.insert(name.clone(), value);
            return format!(":{name}");
        };
        if let Some((statement, column)) = self.returned.get(&id) {
            let prefix = format!("s{statement}_");
            steps[*statement].keep = Some(prefix.clone());
            return format!(":{prefix}{column}");
        }
        if let Some((name, _)) = self.person.ids.iter().find(|(_, known)| *known == id) {
            return format!("@{name}@");
        }
        let place = self.fresh.iter().position(|known| *known == id).unwrap_or_else(|| {
            self.fresh.push(id);
            self.fresh.len() - 1
        });
        if kind == "uuid" { fresh(place) } else { format!("CAST({} AS {kind})", fresh(place)) }
    }

    fn remember(&mut self, statement: usize, row: Option<Value>) {
        let Some(Value::Object(columns)) = row else { return };
        if let (1.., None, Some(version)) = (self.raised, self.version, columns.get("version").and_then(Value::as_i64))
        {
            // It is read after the request.
            self.version = Some((statement, version - self.raised));
        }
        for (column, value) in columns {
            let id = value.as_str().and_then(|text| Uuid::parse_str(text).ok());
            if let Some(id) = id.filter(|id| self.person.ids.iter().any(|(_, known)| known == id)) {
                self.returned.entry(id).or_insert((statement, column));
            }
        }
    }
}

fn is_query(sent: &Sent) -> bool {
    sent.text.trim_start().starts_with("SELECT")
}

/// The row of a query that returns one.
async fn one_row(data: &Data, sent: &Sent) -> Res<Option<Value>> {
    if !is_query(sent) {
        return Ok(None);
    }
    let mut text = sent.text.clone();
    for (index, value) in sent.values.iter().enumerate().rev() {
        text = text.replace(&format!("${}", index + 1), value);
    }
    let mut rows = data.rows(&text).await?;
    Ok(if rows.len() == 1 { rows.pop() } else { None })
}

/// The type of each parameter, as PostgreSQL infers it.
async fn types_of(data: &Data, sent: &Sent) -> Res<Vec<String>> {
    if sent.values.is_empty() {
        return Ok(Vec::new());
    }
    data.run(&format!("PREPARE probe AS {}", sent.text)).await?;
    let rows = data
        .rows("SELECT CAST(parameter_types AS text[]) AS types FROM pg_prepared_statements WHERE name = 'probe'")
        .await?;
    data.run("DEALLOCATE probe").await?;
    let types = rows.first().and_then(|row| serde_json::from_value::<Vec<String>>(row["types"].clone()).ok());
    types
        .filter(|types| types.len() == sent.values.len())
        .ok_or_else(|| Failure(format!("parameters of an unknown type: {}", sent.text)))
}
