//! Loaders of the estate.

use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use async_graphql::dataloader::Loader as BatchLoader;
use entities::values::{CommunityId, ResidencyRequestId, UnitId};

use crate::domains::estate::service;
use crate::domains::estate::service::{CommunityCounts, CommunityRow, DocumentRow, ResidentRow};
use crate::domains::identity::Viewer;
use crate::graphql::loader::{Loader, SharedError};

/// Asks for a community's counts.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct CountsOf(pub CommunityId);

impl BatchLoader<CountsOf> for Loader {
    type Value = CommunityCounts;
    type Error = SharedError;

    async fn load(&self, keys: &[CountsOf]) -> Result<HashMap<CountsOf, CommunityCounts>, SharedError> {
        let ids: Vec<CommunityId> = keys.iter().map(|key| key.0).collect();
        let rows = service::community_counts(&self.app, &ids).await.map_err(SharedError::from)?;
        Ok(rows.into_iter().map(|row| (CountsOf(row.community_id), row)).collect())
    }
}

/// The viewer of a request, shared by its keys: a request has one.
#[derive(Clone)]
pub struct Asker(Arc<Viewer>);

impl From<Viewer> for Asker {
    fn from(viewer: Viewer) -> Self {
        Self(Arc::new(viewer))
    }
}

/// Asks for a community as the viewer may see it.
#[derive(Clone)]
pub struct CommunityOf(pub CommunityId, pub Asker);

impl PartialEq for CommunityOf {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl Eq for CommunityOf {}

impl Hash for CommunityOf {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl BatchLoader<CommunityOf> for Loader {
    type Value = CommunityRow;
    type Error = SharedError;

    async fn load(&self, keys: &[CommunityOf]) -> Result<HashMap<CommunityOf, CommunityRow>, SharedError> {
        let Some(CommunityOf(_, asker)) = keys.first() else { return Ok(HashMap::new()) };
        let ids: Vec<CommunityId> = keys.iter().map(|key| key.0).collect();
        let rows = service::communities_by_id(&self.app, &asker.0, &ids).await.map_err(SharedError::from)?;
        Ok(rows.into_iter().map(|row| (CommunityOf(row.id, asker.clone()), row)).collect())
    }
}

/// Asks for the documents of a request that the viewer was shown.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct DocumentsOf(pub ResidencyRequestId);

impl BatchLoader<DocumentsOf> for Loader {
    type Value = Vec<DocumentRow>;
    type Error = SharedError;

    async fn load(&self, keys: &[DocumentsOf]) -> Result<HashMap<DocumentsOf, Vec<DocumentRow>>, SharedError> {
        let ids: Vec<ResidencyRequestId> = keys.iter().map(|key| key.0).collect();
        let mut found: HashMap<DocumentsOf, Vec<DocumentRow>> = HashMap::new();
        for row in service::documents_of(&self.app, &ids).await.map_err(SharedError::from)? {
            found.entry(DocumentsOf(row.request_id)).or_default().push(row);
        }
        Ok(found)
    }
}

/// Asks who is tied to a unit, as far as the viewer may know.
#[derive(Clone)]
pub struct ResidentsOf(pub UnitId, pub Asker);

impl PartialEq for ResidentsOf {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl Eq for ResidentsOf {}

impl Hash for ResidentsOf {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl BatchLoader<ResidentsOf> for Loader {
    type Value = Vec<ResidentRow>;
    type Error = SharedError;

    async fn load(&self, keys: &[ResidentsOf]) -> Result<HashMap<ResidentsOf, Vec<ResidentRow>>, SharedError> {
        let Some(ResidentsOf(_, asker)) = keys.first() else { return Ok(HashMap::new()) };
        let ids: Vec<UnitId> = keys.iter().map(|key| key.0).collect();
        let mut found: HashMap<ResidentsOf, Vec<ResidentRow>> = HashMap::new();
        for row in service::residents_of(&self.app, &asker.0, &ids).await.map_err(SharedError::from)? {
            found.entry(ResidentsOf(row.unit_id, asker.clone())).or_default().push(row);
        }
        Ok(found)
    }
}
