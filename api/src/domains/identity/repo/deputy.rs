//! The person behind work that goes on without a session.

use entities::values::StaffId;
use sea_orm::ConnectionTrait;

use super::session::ViewerRow;
use crate::db::{Fault, Sql};

const VIEWER: &str = "\
SELECT m.account_id, 'STAFF' AS kind, m.name, a.phone, a.password_temporary, m.id AS staff_id, m.org_id, m.duty_state,
    r.role, r.community_id, d.granted, d.withdrawn
FROM staff_member m
JOIN account a ON a.id = m.account_id AND a.disabled_at IS NULL
LEFT JOIN staff_assignment r ON r.staff_id = m.id
LEFT JOIN role_rights d ON d.org_id = r.org_id AND d.role = r.role
WHERE m.left_at IS NULL AND m.id = ";

/// One row for each role of a member of staff; none for somebody who has left.
pub async fn viewer_rows_of_staff(connection: &impl ConnectionTrait, staff: StaffId) -> Result<Vec<ViewerRow>, Fault> {
    Sql::new(VIEWER).bind(staff).all(connection).await
}
