//! A person whom some object names.

use entities::values::{AccountId, CommunityId, OrganizationId, TicketId};

/// What an object has of a person, for whoever has been let see it in full.
#[derive(Clone, PartialEq, Eq)]
pub struct PersonalData {
    /// Whose record.
    pub org_id: OrganizationId,
    /// Where the object belongs.
    pub community_id: CommunityId,
    /// The ticket, when it is one.
    pub ticket_id: Option<TicketId>,
    /// The name.
    pub name: Option<String>,
    /// The phone.
    pub phone: Option<String>,
}

/// Somebody whose data is to be erased.
#[derive(Clone, PartialEq, Eq)]
pub struct Forgotten {
    /// The account.
    pub account_id: AccountId,
    /// Its phone.
    pub phone: String,
    /// The names under which the person is known.
    pub names: Vec<String>,
}

impl Forgotten {
    /// What texts must not hold any more: the phone, and names of two characters or more. A single character is no name.
    pub fn needles(&self) -> Vec<String> {
        let names = self.names.iter().filter(|name| name.chars().count() >= 2).cloned();
        let mut needles: Vec<String> = names.chain([self.phone.clone()]).collect();
        // The longest first: of 王芳芳 nothing is left when 王芳 goes too.
        needles.sort_by_key(|needle| std::cmp::Reverse(needle.chars().count()));
        needles.dedup();
        needles
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn needles_are_what_names_a_person() {
        let names = ["王", "王芳", "", "王芳芳", "王芳"].map(str::to_owned).to_vec();
        let person = Forgotten { account_id: AccountId(uuid::Uuid::nil()), phone: "13900000001".to_owned(), names };
        let needles = person.needles();
        assert_eq!(needles.first().map(String::as_str), Some("13900000001"));
        assert!(needles.contains(&"王芳".to_owned()) && !needles.iter().any(|needle| needle.chars().count() < 2));
        let longer = needles.iter().position(|it| it == "王芳芳");
        assert!(longer < needles.iter().position(|it| it == "王芳"));
    }
}
