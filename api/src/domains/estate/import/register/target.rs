//! Which community a register is meant for.

use chrono_tz::Tz;
use entities::values::{CommunityId, OrganizationId, TypedId as _};
use type_safe_id::{DynamicType, TypeSafeId};
use uuid::Uuid;

use crate::db::Db;
use crate::domains::estate::import::repo::{Found, find_community};
use crate::infra::bulk::ImportError;

/// How somebody names a community.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CommunityName {
    /// By its id: `community_01h4…` as the API shows it, or a bare UUID.
    Id(CommunityId),
    /// By its name.
    Name(String),
}

impl From<&str> for CommunityName {
    fn from(text: &str) -> Self {
        let typed = text.parse::<TypeSafeId<DynamicType>>().ok();
        let typed = typed.filter(|id| id.type_prefix() == CommunityId::PREFIX).map(|id| id.uuid());
        match typed.or_else(|| Uuid::try_parse(text).ok()) {
            Some(id) => Self::Id(CommunityId::from_uuid(id)),
            None => Self::Name(text.trim().to_owned()),
        }
    }
}

/// The community that was found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Target {
    /// Which.
    pub community: CommunityId,
    /// Its name.
    pub name: String,
    /// Whose.
    pub organization: OrganizationId,
    /// In which its dates begin.
    pub time_zone: Tz,
}

impl Target {
    /// Finds the one community of that name or id; the error says what to add when there are none or several.
    pub async fn find(db: &Db, name: &str, organization: Option<&str>) -> Result<Self, ImportError> {
        let mut found = find_community(db.read(), &CommunityName::from(name), organization).await?;
        match (found.pop(), found.is_empty()) {
            (None, _) => Err(ImportError::unusable(format!("there is no community “{name}”"))),
            (Some(community), true) => Self::of(community),
            (Some(community), false) => {
                found.push(community);
                let owners: Vec<_> = found.into_iter().map(|community| community.organization).collect();
                let owners = owners.join(", ");
                Err(ImportError::unusable(format!(
                    "several organizations have a community “{name}”, name one with --organization: {owners}"
                )))
            }
        }
    }

    fn of(found: Found) -> Result<Self, ImportError> {
        let time_zone = found.time_zone.parse().map_err(|_| {
            ImportError::unusable(format!("the time zone of “{}”, {}, is unknown", found.name, found.time_zone))
        })?;
        Ok(Self { community: found.id, name: found.name, organization: found.org_id, time_zone })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_and_names_are_told_apart() {
        let id = Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001);
        let typed = TypeSafeId::from_type_and_uuid(DynamicType::new("community").expect("a prefix"), id).to_string();
        let other = typed.replace("community", "building");
        let expected = CommunityName::Id(CommunityId::from_uuid(id));
        assert_eq!(CommunityName::from(typed.as_str()), expected);
        assert_eq!(CommunityName::from(id.to_string().as_str()), expected);
        assert_eq!(CommunityName::from("新华小区(道里区) "), CommunityName::Name("新华小区(道里区)".to_owned()));
        assert_eq!(CommunityName::from(other.as_str()), CommunityName::Name(other));
    }
}
