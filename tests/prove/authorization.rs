//! Who may see and do what: every field, for every kind of viewer, at home, elsewhere and in another organization.

use support::both;

use crate::authorization::every_cell_is_decided_and_so as the_matrix;

both!(the_matrix);
