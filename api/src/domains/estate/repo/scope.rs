//! A scope as a condition of a statement.

use crate::db::Sql;
use crate::domains::identity::Scope;

/// Appends the condition that a row of the estate lies in the scope.
///
/// `org` and `community` name its columns; `unit` the unit's id, where a row belongs to a unit. A row that belongs to
/// no unit is visible to a resident when the resident has a unit in its community.
pub fn in_scope(sql: &mut Sql, scope: &Scope, org: &str, community: &str, unit: Option<&str>) {
    match scope {
        Scope::System(_) => {
            sql.push("1 = 1");
        }
        Scope::Organization(id) => {
            sql.push(org).with(" = ", *id);
        }
        Scope::Communities(id, communities) => {
            sql.push(org).with(" = ", *id).push(" AND ").push(community);
            sql.push(" IN ").list(communities.iter().copied());
        }
        // A contractor's people see tickets, and no estate.
        Scope::Assigned(..) => {
            sql.push("1 = 0");
        }
        Scope::Units(account, now) => {
            match unit {
                Some(unit) => sql.push(unit).push(" IN (SELECT r.unit_id FROM residency r"),
                None => {
                    sql.push(community);
                    sql.push(" IN (SELECT ru.community_id FROM residency r JOIN unit ru ON ru.id = r.unit_id")
                }
            };
            sql.with(" WHERE r.account_id = ", *account).push(" AND r.review_state = 'APPROVED'");
            sql.with(" AND r.started_at <= ", *now).with(" AND (r.ended_at IS NULL OR r.ended_at > ", *now).push("))");
        }
    }
}
