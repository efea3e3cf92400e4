//! Requests of people whom the register does not know.

use chrono::{DateTime, Utc};
use entities::values::{
    AccountId, Area, BuildingId, CommunityId, MediaType, OrganizationId, ResidencyId, ResidencyRequestId,
    ResidencyRequestState, StaffId, UnitId, UnitUsage, UploadId,
};
use entities::{residency_request, residency_request_document};
use sea_orm::{ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel};

use super::CommunityRow;
use super::in_scope;
use crate::db::{Fault, Sql};
use crate::domains::identity::Scope;

/// A request with what a list shows of it.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct RequestRow {
    /// The request.
    #[sea_orm(nested)]
    pub request: residency_request::Model,
    /// The community's name.
    pub community_name: String,
    /// The phone of whoever asks.
    pub account_phone: String,
    /// Who decided.
    pub decided_by_name: Option<String>,
    /// The building of the unit that was found.
    pub found_building_id: Option<BuildingId>,
    /// Its name.
    pub found_building_name: Option<String>,
    /// The number of the unit that was found.
    pub found_number: Option<String>,
    /// Its floor.
    pub found_floor: Option<i32>,
    /// Its area.
    pub found_area: Option<Area>,
    /// What it is used for.
    pub found_usage: Option<UnitUsage>,
    /// When it was handed over.
    pub found_delivered_on: Option<chrono::NaiveDate>,
    /// Whether somebody who is tied to the unit now has this phone in the register.
    pub phone_known: bool,
    /// The same of the name.
    pub name_known: bool,
    /// The same of the last four characters of the id.
    pub id_known: bool,
}

/// A photo of a document.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct DocumentRow {
    /// Its request.
    pub request_id: ResidencyRequestId,
    /// The upload.
    pub upload_id: UploadId,
    /// What it is.
    pub media_type: MediaType,
    /// Whether there is a small picture.
    pub has_thumbnail: bool,
}

/// Who looks at requests.
#[derive(Clone, Debug)]
pub enum Sight {
    /// Whoever made them.
    Own(AccountId),
    /// Staff, where they may.
    Staff(Scope),
}

/// Which requests a list shows.
#[derive(Clone, Debug, Default)]
pub struct RequestFilter {
    /// Only of this community.
    pub community_id: Option<CommunityId>,
    /// Only in this state.
    pub state: Option<ResidencyRequestState>,
}

/// How many requests an account has.
#[derive(Clone, Copy, Debug, FromQueryResult)]
pub struct RequestCounts {
    /// Open ones.
    pub open: i64,
    /// Those made since a time.
    pub recent: i64,
}

/// What becomes of a request.
#[derive(Clone, Debug)]
pub struct Decision {
    /// The state after it.
    pub state: ResidencyRequestState,
    /// By whom; nobody when the register matched, or the person took it back.
    pub by: Option<StaffId>,
    /// Why it was refused.
    pub reason: Option<String>,
    /// The residency that came of it, with its unit.
    pub bound: Option<(ResidencyId, UnitId)>,
    /// When.
    pub at: DateTime<Utc>,
}

/// Adds a request with its documents.
pub async fn insert_request(
    connection: &impl ConnectionTrait,
    row: residency_request::Model,
    documents: &[UploadId],
) -> Result<(), Fault> {
    let (request_id, org_id) = (row.id, row.org_id);
    residency_request::Entity::insert(row.into_active_model()).exec_without_returning(connection).await?;
    for (position, upload_id) in (0..).zip(documents) {
        let row = residency_request_document::Model { request_id, position, upload_id: *upload_id, org_id };
        residency_request_document::Entity::insert(row.into_active_model()).exec_without_returning(connection).await?;
    }
    Ok(())
}

/// Counts an account's requests, whose row is locked until the end: of two at once the second one counts the first.
pub async fn request_counts(
    connection: &impl ConnectionTrait,
    account: AccountId,
    since: DateTime<Utc>,
) -> Result<RequestCounts, Fault> {
    Sql::new("UPDATE account SET name = name WHERE id = ").bind(account).run(connection).await?;
    let mut sql = Sql::new("SELECT CAST(COALESCE(SUM(CASE WHEN state = 'PENDING' THEN 1 ELSE 0 END), 0) AS bigint)");
    sql.push(" AS open, CAST(COALESCE(SUM(CASE WHEN created_at > ").bind(since);
    sql.push(" THEN 1 ELSE 0 END), 0) AS bigint) AS recent FROM residency_request WHERE account_id = ").bind(account);
    Ok(sql.one(connection).await?.unwrap_or(RequestCounts { open: 0, recent: 0 }))
}

/// Communities of exactly this name, of whichever organization; two at most.
pub async fn communities_named(connection: &impl ConnectionTrait, name: &str) -> Result<Vec<CommunityRow>, Fault> {
    let mut sql = Sql::new("SELECT c.* FROM community c WHERE");
    sql.with(" c.name = ", name).push(" ORDER BY c.id LIMIT 2").all(connection).await
}

/// The unit of a community that has this number in a building of one of these names.
pub async fn unit_called(
    connection: &impl ConnectionTrait,
    community: CommunityId,
    buildings: &[String],
    number: &str,
) -> Result<Option<UnitId>, Fault> {
    #[derive(FromQueryResult)]
    struct Row {
        id: UnitId,
    }
    let mut sql = Sql::new("SELECT u.id FROM unit u JOIN building b ON b.id = u.building_id WHERE");
    sql.with(" b.community_id = ", community).push(" AND b.name IN ").list(buildings.iter().cloned());
    let found: Vec<Row> = sql.with(" AND u.number = ", number).push(" ORDER BY u.id LIMIT 2").all(connection).await?;
    // Two buildings of one number are for a clerk to tell apart.
    Ok(if found.len() == 1 { found.first().map(|row| row.id) } else { None })
}

const REGISTER: &str = "EXISTS (SELECT 1 FROM residency r WHERE r.unit_id = q.unit_id AND r.review_state = 'APPROVED'
    AND r.started_at <= ";

fn selected(sight: &Sight, filter: &RequestFilter, now: DateTime<Utc>) -> Sql {
    let mut sql = Sql::new(
        "SELECT q.*, c.name AS community_name, a.phone AS account_phone, m.name AS decided_by_name,
    u.building_id AS found_building_id, b.name AS found_building_name, u.number AS found_number,
    u.floor AS found_floor, u.area AS found_area, u.usage AS found_usage, u.delivered_on AS found_delivered_on",
    );
    for (column, condition) in [
        ("phone_known", "r.phone = a.phone"),
        ("name_known", "r.name = q.name"),
        ("id_known", "r.id_last4 = q.id_last4"),
    ] {
        sql.push(",\n    ").push(REGISTER).bind(now).with(" AND (r.ended_at IS NULL OR r.ended_at > ", now);
        sql.push(") AND ").push(condition).push(") AS ").push(column);
    }
    sql.push(
        "\nFROM residency_request q JOIN community c ON c.id = q.community_id JOIN account a ON a.id = q.account_id
    LEFT JOIN staff_member m ON m.id = q.decided_by LEFT JOIN unit u ON u.id = q.unit_id
    LEFT JOIN building b ON b.id = u.building_id WHERE ",
    );
    restrict(&mut sql, sight, filter);
    sql
}

fn restrict(sql: &mut Sql, sight: &Sight, filter: &RequestFilter) {
    match sight {
        Sight::Own(account) => {
            sql.with("q.account_id = ", *account);
        }
        Sight::Staff(scope) => in_scope(sql, scope, "q.org_id", "q.community_id", None),
    }
    if let Some(community) = filter.community_id {
        sql.with(" AND q.community_id = ", community);
    }
    if let Some(state) = filter.state {
        sql.with(" AND q.state = ", state);
    }
}

/// Requests in the order in which they were made: the newest first for whoever made them, the oldest for staff.
pub async fn list_requests(
    connection: &impl ConnectionTrait,
    sight: &Sight,
    filter: &RequestFilter,
    now: DateTime<Utc>,
    after: Option<ResidencyRequestId>,
    limit: u64,
) -> Result<Vec<RequestRow>, Fault> {
    let mut sql = selected(sight, filter, now);
    let newest_first = matches!(sight, Sight::Own(_));
    if let Some(after) = after {
        sql.with(if newest_first { " AND q.id < " } else { " AND q.id > " }, after);
    }
    sql.push(if newest_first { " ORDER BY q.id DESC LIMIT " } else { " ORDER BY q.id LIMIT " });
    sql.bind(i64::try_from(limit).unwrap_or(i64::MAX)).all(connection).await
}

/// How many requests that list has.
pub async fn count_requests(
    connection: &impl ConnectionTrait,
    sight: &Sight,
    filter: &RequestFilter,
) -> Result<i64, Fault> {
    let mut sql = Sql::new("SELECT COUNT(*) FROM residency_request q WHERE ");
    restrict(&mut sql, sight, filter);
    sql.number(connection).await
}

/// One request, if it may be seen.
pub async fn find_request(
    connection: &impl ConnectionTrait,
    sight: &Sight,
    id: ResidencyRequestId,
    now: DateTime<Utc>,
) -> Result<Option<RequestRow>, Fault> {
    selected(sight, &RequestFilter::default(), now).with(" AND q.id = ", id).one(connection).await
}

/// Lets one transaction at a time decide on a request, until its end.
pub async fn lock_request(connection: &impl ConnectionTrait, id: ResidencyRequestId) -> Result<(), Fault> {
    Sql::new("UPDATE residency_request SET version = version WHERE").with(" id = ", id).run(connection).await.map(drop)
}

/// Decides on an open request of this version; `false` when it is neither any more.
pub async fn decide_request(
    connection: &impl ConnectionTrait,
    (org, id): (OrganizationId, ResidencyRequestId),
    version: i32,
    decision: &Decision,
) -> Result<bool, Fault> {
    let mut sql = Sql::new("UPDATE residency_request SET state = ");
    sql.bind(decision.state).with(", version = ", version + 1).with(", decided_at = ", decision.at);
    sql.with(", decided_by = ", decision.by).with(", reason = ", decision.reason.clone());
    if let Some((residency, unit)) = decision.bound {
        sql.with(", residency_id = ", residency).with(", unit_id = ", unit);
    }
    sql.with(" WHERE org_id = ", org).with(" AND id = ", id).with(" AND version = ", version);
    Ok(sql.push(" AND state = 'PENDING'").run(connection).await? == 1)
}

/// The documents of requests that the viewer was shown, in order.
pub async fn documents_of(
    connection: &impl ConnectionTrait,
    requests: &[ResidencyRequestId],
) -> Result<Vec<DocumentRow>, Fault> {
    let mut sql = Sql::new(
        "SELECT d.request_id, d.upload_id, u.media_type, u.thumbnail_name IS NOT NULL AS has_thumbnail
FROM residency_request_document d JOIN upload u ON u.id = d.upload_id WHERE d.request_id IN ",
    );
    sql.list(requests.iter().copied()).push(" ORDER BY d.request_id, d.position").all(connection).await
}

/// Takes the documents away from requests; the uploads that they were.
pub async fn take_documents(
    connection: &impl ConnectionTrait,
    requests: &[ResidencyRequestId],
) -> Result<Vec<UploadId>, Fault> {
    #[derive(FromQueryResult)]
    struct Row {
        upload_id: UploadId,
    }
    let mut sql = Sql::new("DELETE FROM residency_request_document WHERE request_id IN ");
    let rows: Vec<Row> = sql.list(requests.iter().copied()).push(" RETURNING upload_id").all(connection).await?;
    Ok(rows.into_iter().map(|row| row.upload_id).collect())
}

/// Requests that were decided on before a time and still have documents.
pub async fn with_old_documents(
    connection: &impl ConnectionTrait,
    before: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<ResidencyRequestId>, Fault> {
    #[derive(FromQueryResult)]
    struct Row {
        request_id: ResidencyRequestId,
    }
    let mut sql = Sql::new("SELECT DISTINCT d.request_id FROM residency_request_document d");
    sql.push(" JOIN residency_request q ON q.id = d.request_id").with(" WHERE q.decided_at < ", before);
    let rows: Vec<Row> = sql.push(" LIMIT ").bind(limit).all(connection).await?;
    Ok(rows.into_iter().map(|row| row.request_id).collect())
}
