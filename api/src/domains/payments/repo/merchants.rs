//! Merchants: what communities were given by gateways.

use entities::merchant;
use entities::values::{CommunityId, MerchantId, PaymentMethod};
use sea_orm::ConnectionTrait;

use crate::db::{Fault, Sql};
use crate::domains::estate::in_scope;
use crate::domains::identity::Scope;

/// A merchant, for the program itself: notifications name it, and signed-in people never do.
pub async fn get_merchant(connection: &impl ConnectionTrait, id: MerchantId) -> Result<Option<merchant::Model>, Fault> {
    Sql::new("SELECT * FROM merchant WHERE id = ").bind(id).one(connection).await
}

/// The merchant that a community has at a gateway now.
pub async fn merchant_of(
    connection: &impl ConnectionTrait,
    community: CommunityId,
    gateway: PaymentMethod,
) -> Result<Option<merchant::Model>, Fault> {
    let mut sql = Sql::new("SELECT * FROM merchant WHERE active AND community_id = ");
    sql.bind(community).with(" AND gateway = ", gateway).one(connection).await
}

/// The merchants in use of communities in scope.
pub async fn list_merchants(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    community: CommunityId,
) -> Result<Vec<merchant::Model>, Fault> {
    let mut sql = Sql::new("SELECT t.* FROM merchant t WHERE t.active AND ");
    in_scope(&mut sql, scope, "t.org_id", "t.community_id", None);
    sql.with(" AND t.community_id = ", community).push(" ORDER BY t.gateway").all(connection).await
}

/// What residents of a community may pay with by phone.
pub async fn methods_of(
    connection: &impl ConnectionTrait,
    community: CommunityId,
) -> Result<Vec<merchant::Model>, Fault> {
    let mut sql = Sql::new("SELECT * FROM merchant WHERE active AND community_id = ");
    sql.bind(community).push(" ORDER BY gateway").all(connection).await
}

/// Takes a merchant out of use; `false` when it is by now.
pub async fn retire_merchant(connection: &impl ConnectionTrait, row: &merchant::Model) -> Result<bool, Fault> {
    let mut sql = Sql::new("UPDATE merchant SET active = FALSE, version = version + 1 WHERE id = ");
    sql.bind(row.id).with(" AND version = ", row.version).push(" AND active");
    Ok(sql.run(connection).await? == 1)
}
