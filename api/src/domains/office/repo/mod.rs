//! Every query of the office.

mod disclosure;
mod export;
mod personal;
mod saved_filter;
mod visible;

pub use disclosure::*;
pub use export::*;
pub use personal::*;
pub use saved_filter::*;
pub use visible::*;

use entities::values::StaffId;
use sea_orm::ConnectionTrait;

use crate::db::{Fault, Sql};

/// Lets one transaction at a time count what a member of staff has, until its end.
pub async fn lock_staff(connection: &impl ConnectionTrait, staff: StaffId) -> Result<(), Fault> {
    Sql::new("UPDATE staff_member SET name = name WHERE").with(" id = ", staff).run(connection).await.map(|_| ())
}
