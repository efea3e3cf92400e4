//! Objects known by a natural key: a name within a parent.

use std::collections::HashMap;
use std::hash::Hash;

use entities::values::TypedId;
use sea_orm::{DbErr, FromQueryResult, Value};
use uuid::Uuid;

use super::Insert;
use crate::clock::Clock;
use crate::db::{Fault, Sql, Tx};
use crate::infra::bulk::Distinct;

/// Keys looked up by one statement.
const KEYS: usize = 1_000;

/// A table whose rows are unique by a parent and a name within it.
pub struct Natural {
    /// The table; its key is `id`.
    pub table: &'static str,
    /// The parent's column.
    pub parent: &'static str,
    /// The name's column.
    pub name: &'static str,
    /// The other columns that a new row fills.
    pub rest: &'static [&'static str],
}

/// Objects that were found or made.
pub struct Ensured<I: Eq + Hash> {
    /// One for each key asked for, in that order.
    pub ids: Vec<I>,
    /// Which of them are new.
    pub distinct: Distinct<I>,
}

#[derive(FromQueryResult)]
struct Known {
    id: Uuid,
    parent: Uuid,
    name: String,
}

/// Finds each key's object, or makes it; `rest` gives the values of a new row's other columns by the key's index.
///
/// A key may come several times: its first index makes the row. Two runs at once make one row: the second finds it.
pub async fn ensure<P: TypedId, I: TypedId + Eq + Hash>(
    tx: &Tx,
    clock: &Clock,
    natural: &Natural,
    keys: &[(P, &str)],
    rest: impl Fn(usize) -> Vec<Value>,
) -> Result<Ensured<I>, Fault> {
    let mut known = find(tx, natural, keys).await?;
    let mut made: Vec<(Uuid, &(P, &str))> = Vec::new();
    let columns: Vec<_> = ["id", natural.parent, natural.name].iter().chain(natural.rest).copied().collect();
    let mut insert = Insert::into(tx, natural.table, &columns);
    for (index, key @ (parent, name)) in keys.iter().enumerate() {
        let entry = (parent.uuid(), (*name).to_owned());
        if known.contains_key(&entry) {
            continue;
        }
        let id: I = clock.new_id();
        let own: [Value; 3] = [id.uuid().into(), parent.uuid().into(), (*name).into()];
        insert.row(tx, own.into_iter().chain(rest(index))).await?;
        known.insert(entry, id.uuid());
        made.push((id.uuid(), key));
    }
    let all_made = insert.finish(tx).await? == made.len() as u64;
    if !all_made {
        // Somebody else was faster with some of them: theirs are the ones that stand.
        known.extend(find(tx, natural, keys).await?);
    }
    let stands = |(id, (parent, name)): &&(Uuid, &(P, &str))| {
        all_made || known.get(&(parent.uuid(), (*name).to_owned())) == Some(id)
    };
    let created = made.iter().filter(stands).map(|(id, _)| I::from_uuid(*id)).collect();
    let ids = keys
        .iter()
        .map(|(parent, name)| known.get(&(parent.uuid(), (*name).to_owned())).map(|id| I::from_uuid(*id)))
        .collect::<Option<Vec<I>>>()
        .ok_or_else(|| Fault(DbErr::RecordNotFound(natural.table.to_owned())))?;
    Ok(Ensured { distinct: Distinct { all: ids.iter().copied().collect(), created }, ids })
}

async fn find<P: TypedId>(
    tx: &Tx,
    natural: &Natural,
    keys: &[(P, &str)],
) -> Result<HashMap<(Uuid, String), Uuid>, Fault> {
    let Natural { table, parent, name, .. } = natural;
    let mut found = HashMap::with_capacity(keys.len());
    for keys in keys.chunks(KEYS) {
        let mut parents: Vec<Uuid> = keys.iter().map(|(parent, _)| parent.uuid()).collect();
        parents.sort_unstable();
        parents.dedup();
        let mut names: Vec<&str> = keys.iter().map(|(_, name)| *name).collect();
        names.sort_unstable();
        names.dedup();
        let mut sql =
            Sql::new(format!("SELECT id, {parent} AS parent, {name} AS name FROM {table} WHERE {parent} IN "));
        sql.list(parents).push(&format!(" AND {name} IN ")).list(names);
        let rows: Vec<Known> = sql.all(tx).await?;
        found.extend(rows.into_iter().map(|row| ((row.parent, row.name), row.id)));
    }
    Ok(found)
}
