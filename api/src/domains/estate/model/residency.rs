//! Pure rules of residencies: who admits and removes whom, and what a request may hold.

use chrono::{Days, NaiveDate};
use entities::values::ResidencyRole;

/// Requests that one account may have open at a time.
pub const OPEN_MAX: usize = 5;
/// Requests that one account may make within a day.
pub const DAY_MAX: usize = 10;
/// Photos of documents that go with a request.
pub const DOCUMENTS_MAX: usize = 6;
/// People who may be tied to a unit at a time.
pub const RESIDENTS_MAX: usize = 30;
/// Days for which the documents of a request are kept after it was decided on, for questions.
pub const DOCUMENTS_KEPT_DAYS: i64 = 30;
/// Longest name of a person, in characters.
pub const PERSON_MAX: usize = 60;
/// Longest name of a company, in characters.
pub const COMPANY_MAX: usize = 100;
/// Longest reason, in characters.
pub const REASON_MAX: usize = 500;
/// A residency may begin or end this many days from today at most.
const FAR_DAYS: u64 = 366 * 30;

/// What somebody is to a unit, as far as it decides over others.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Standing {
    /// What the person is there.
    pub role: ResidencyRole,
    /// Whether an owner lets this proxy admit others.
    pub may_admit: bool,
}

impl Standing {
    /// Whether this person admits and removes people of the role `whom`.
    ///
    /// Any owner does, and an owner is the company's matter. A proxy has the least: nobody, unless an owner said
    /// otherwise, and then family and tenants, never another proxy. Family and tenants admit nobody.
    pub const fn admits(self, whom: ResidencyRole) -> bool {
        match (self.role, whom) {
            (_, ResidencyRole::Owner) => false,
            (ResidencyRole::Owner, _) => true,
            (ResidencyRole::Proxy, ResidencyRole::Family | ResidencyRole::Tenant) => self.may_admit,
            _ => false,
        }
    }
}

/// Whether a residency of the role may have a first and a last day: an owner's and a family's last until they are ended.
pub const fn has_dates(role: ResidencyRole) -> bool {
    matches!(role, ResidencyRole::Tenant | ResidencyRole::Proxy)
}

/// Whether a company may be tied to a unit in this role, in the name of a person.
pub const fn may_be_company(role: ResidencyRole) -> bool {
    matches!(role, ResidencyRole::Owner | ResidencyRole::Tenant)
}

/// Whether the two days go together and lie within what a contract may say.
pub fn are_dates(starts_on: Option<NaiveDate>, ends_on: Option<NaiveDate>, today: NaiveDate) -> bool {
    let near = |day: NaiveDate| {
        let (first, last) = (today.checked_sub_days(Days::new(FAR_DAYS)), today.checked_add_days(Days::new(FAR_DAYS)));
        first.is_some_and(|first| first <= day) && last.is_some_and(|last| day <= last)
    };
    starts_on.is_none_or(near)
        && ends_on.is_none_or(|end| near(end) && end >= today)
        && starts_on.zip(ends_on).is_none_or(|(start, end)| start <= end)
}

/// The last four characters of an identity card as the register has them: three digits and a digit or `X`.
pub fn id_last4(text: &str) -> Option<String> {
    let digits = text.trim().to_ascii_uppercase();
    match digits.as_bytes() {
        [a, b, c, last]
            if [a, b, c].iter().all(|it| it.is_ascii_digit()) && (last.is_ascii_digit() || *last == b'X') =>
        {
            Some(digits)
        }
        _ => None,
    }
}

/// The names that a building may have in the register when a person calls it so: a bare number is one of `1栋`, `1号楼`.
pub fn building_names(name: &str) -> Vec<String> {
    let mut names = vec![name.to_owned()];
    if !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit()) {
        names.extend(["栋", "号楼", "幢", "座"].map(|word| format!("{name}{word}")));
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use ResidencyRole::{Family, Owner, Proxy, Tenant};

    #[test]
    fn who_admits_whom() {
        for (by, may_admit, whom) in [
            (Owner, false, vec![Family, Tenant, Proxy]),
            (Owner, true, vec![Family, Tenant, Proxy]),
            (Proxy, false, vec![]),
            (Proxy, true, vec![Family, Tenant]),
            (Family, true, vec![]),
            (Tenant, true, vec![]),
        ] {
            let standing = Standing { role: by, may_admit };
            for role in [Owner, Family, Tenant, Proxy] {
                assert_eq!(standing.admits(role), whom.contains(&role), "{by} {may_admit} {role}");
            }
        }
    }

    #[test]
    fn days_of_a_contract() {
        let day = |text: &str| text.parse::<NaiveDate>().ok();
        let Some(today) = day("2026-03-02") else { return };
        for (from, to, good) in [
            (None, None, true),
            (day("2026-03-02"), day("2026-03-02"), true),
            (day("2025-01-01"), day("2027-01-01"), true),
            (day("2026-03-03"), day("2026-03-02"), false),
            (None, day("2026-03-01"), false),
            (day("1900-01-01"), None, false),
            (None, day("2099-01-01"), false),
        ] {
            assert_eq!(are_dates(from, to, today), good, "{from:?} {to:?}");
        }
        assert!(may_be_company(Owner) && may_be_company(Tenant) && !may_be_company(Family) && !may_be_company(Proxy));
        assert!(has_dates(Tenant) && has_dates(Proxy) && !has_dates(Owner) && !has_dates(Family));
    }

    #[test]
    fn the_last_four_and_buildings() {
        assert_eq!(id_last4(" 123x "), Some("123X".to_owned()));
        for text in ["", "12", "12345", "X123", "12XX", "一二三四"] {
            assert_eq!(id_last4(text), None, "{text}");
        }
        assert!(building_names("3").contains(&"3栋".to_owned()) && building_names("3栋") == ["3栋"]);
        assert_eq!(building_names(""), [""]);
    }
}
