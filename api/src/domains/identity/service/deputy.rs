//! The viewer that something is done for when nobody is signed in: a file is made, a signed address is opened.

use entities::values::{SessionId, StaffId};
use uuid::Uuid;

use super::super::model::{StaffViewer, Viewer, Who};
use super::super::repo;
use crate::error::Error;
use crate::state::App;

/// A member of staff with the rights of this moment; `None` for somebody who has left or may not sign in any more.
pub async fn viewer_of_staff(app: &App, staff: StaffId) -> Result<Option<Viewer>, Error> {
    let rows = repo::viewer_rows_of_staff(app.db.read(), staff).await?;
    let Some(first) = rows.first() else { return Ok(None) };
    let (Some(staff_id), Some(org_id), Some(duty_state)) = (first.staff_id, first.org_id, first.duty_state) else {
        return Ok(None);
    };
    let (assignments, changes) = super::live::roles(&rows);
    Ok(Some(Viewer {
        account_id: first.account_id,
        // Of no session: whatever asks for one finds none.
        session_id: SessionId(Uuid::nil()),
        name: first.name.clone(),
        phone: first.phone.clone(),
        who: Who::Staff(StaffViewer { staff_id, org_id, duty_state, assignments, changes }),
        // It is asked for at the door, and this one comes through no door.
        password_temporary: false,
    }))
}
