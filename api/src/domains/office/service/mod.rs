//! The use cases of the office.

mod disclosure;
mod download;
mod export;
mod filter;
mod lists;
mod making;
mod own;
mod reveal;
mod saved;

pub use super::repo::{DisclosureFilter, DisclosureRow};
pub use disclosure::{count_disclosures, disclosures};
pub use download::{Download, download, download_link};
pub use export::{NewExport, create_export, export, export_columns, exports};
pub use filter::ListFilter;
pub use making::{folder, make_one};
pub use own::{ask_own_data, erase_account, own_data};
pub use reveal::{Subject, reveal};
pub use saved::{
    FilterOnShelf, NewSavedFilter, count_saved_filters, delete_saved_filter, own_filters, saved_filters,
    set_saved_filter,
};

use crate::domains::identity::{StaffViewer, Viewer};
use crate::error::Error;

/// The office is for the organization's own staff: a contractor's people have their tickets and no lists to take away. Who
/// has no role, or only roles without any right, has no lists either, and reads no colleague's filters of them.
fn clerk(viewer: &Viewer) -> Result<&StaffViewer, Error> {
    viewer.staff().filter(|staff| !staff.is_contractor() && staff.may_anything()).ok_or(Error::Forbidden)
}
