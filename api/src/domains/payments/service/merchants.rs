//! Merchants: their credentials lie sealed in the database, and are opened once for each node.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use entities::merchant;
use entities::values::{AccountId, CommunityId, MerchantId, OrganizationId, PaymentMethod, TypedId as _};
use serde_json::json;
use uuid::Uuid;

use super::super::error::PaymentError;
use super::super::repo;
use super::{method_of, reader};
use crate::clock::Clock;
use crate::db::Tx;
use crate::domains::estate::lock_organization;
use crate::domains::identity::{Right, Scope, Viewer};
use crate::error::Error;
use crate::infra::crypto;
use crate::infra::gateways::{Gateway, GatewayError, Merchant, Patience};
use crate::infra::history::{self, Actor, NewEvent, ObjectKind};
use crate::infra::idempotency::{Once, once};
use crate::infra::master_key::MasterKey;
use crate::state::App;

/// A merchant's gateway as it was opened, by the merchant's version.
type Opened = HashMap<MerchantId, (i32, Arc<dyn Gateway>)>;

/// The gateways of all merchants, as this node has opened them.
pub struct Merchants {
    seal_key: crypto::Key,
    opened: Mutex<Opened>,
}

impl Merchants {
    /// None is opened yet.
    pub fn new(master: &MasterKey) -> Self {
        Self { seal_key: master.derive("merchants v1"), opened: Mutex::default() }
    }

    fn seal(&self, id: MerchantId, merchant: &Merchant) -> Result<Vec<u8>, Error> {
        crypto::seal(&self.seal_key, id.uuid().as_bytes(), &serde_json::to_vec(merchant)?)
    }

    /// The gateway of a merchant.
    pub fn gateway(&self, clock: &Clock, row: &merchant::Model) -> Result<Arc<dyn Gateway>, Error> {
        let known = |opened: &Opened| opened.get(&row.id).filter(|(version, _)| *version == row.version).cloned();
        if let Some((_, gateway)) = known(&self.opened.lock().unwrap_or_else(PoisonError::into_inner)) {
            return Ok(gateway);
        }
        let plain = crypto::open(&self.seal_key, row.id.uuid().as_bytes(), &row.sealed)?;
        let merchant: Merchant = serde_json::from_slice(&plain)?;
        let opened = merchant.open(clock, Patience::default());
        let gateway = opened.map_err(|_| Error::internal("a merchant's credentials cannot be used"))?;
        let mut all = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        all.insert(row.id, (row.version, Arc::clone(&gateway)));
        Ok(gateway)
    }
}

/// A merchant without its credentials.
#[derive(Clone, Debug, PartialEq)]
pub struct MerchantRow {
    /// The merchant.
    pub id: MerchantId,
    /// Of which community.
    pub community_id: CommunityId,
    /// At which gateway.
    pub gateway: PaymentMethod,
    /// The merchant's number there.
    pub number: String,
    /// Rises with each change.
    pub version: i32,
}

impl From<merchant::Model> for MerchantRow {
    fn from(row: merchant::Model) -> Self {
        Self {
            id: row.id,
            community_id: row.community_id,
            gateway: row.gateway,
            number: row.number,
            version: row.version,
        }
    }
}

/// What a gateway gave a community.
#[derive(Clone, Debug)]
pub struct NewMerchant {
    /// Which community.
    pub community_id: CommunityId,
    /// The credentials.
    pub merchant: Merchant,
}

/// Refuses credentials that no client can be made of; the merchant's number at its gateway.
fn number_of(clock: &Clock, merchant: &Merchant) -> Result<String, Error> {
    match merchant.open(clock, Patience::default()) {
        Ok(gateway) => Ok(gateway.merchant().to_owned()),
        Err(GatewayError::Credentials(field)) => Err(PaymentError::Credentials(field).into()),
        Err(_) => Err(PaymentError::Invalid("merchant").into()),
    }
}

/// Sets a community's merchant at a gateway. The one before takes no new payments, and keeps its own: they are asked about,
/// refunded and reconciled with its credentials.
pub async fn set_merchant(app: &App, viewer: &Viewer, new: NewMerchant, key: &str) -> Result<MerchantRow, Error> {
    let staff = viewer.require_staff()?;
    let scope = staff.scope(Right::MerchantManage)?;
    let number = number_of(&app.clock, &new.merchant)?;
    let id: MerchantId = app.clock.new_id();
    // The digest of credentials is no secret that could be turned back, and stands only beside the key.
    let input = (new.community_id, serde_json::to_string(&new.merchant)?);
    let command = Once { account: viewer.account_id, mutation: "merchantSet", key, input: &input, result: id.uuid() };
    let actor = Actor { account_id: Some(viewer.account_id), staff_id: Some(staff.staff_id) };
    let (app_, scope_, new, org) = (app.clone(), scope.clone(), new.clone(), staff.org_id);
    let made = once(app, command, move |tx| {
        let (app, scope, new, number) = (app_.clone(), scope_.clone(), new.clone(), number.clone());
        Box::pin(async move {
            lock_organization(tx, org).await?;
            if !repo::sees_community(tx, &scope, new.community_id).await? {
                return Err(PaymentError::NotFound("communityId").into());
            }
            replace(tx, &app, actor, (org, id), &new, number).await?;
            Ok(id.uuid())
        })
    })
    .await?;
    let row = repo::get_merchant(reader(app), MerchantId(made)).await?;
    Ok(row.ok_or_else(|| Error::internal("a merchant is gone"))?.into())
}

async fn replace(
    tx: &Tx,
    app: &App,
    actor: Actor,
    (org_id, id): (OrganizationId, MerchantId),
    new: &NewMerchant,
    number: String,
) -> Result<(), Error> {
    let gateway = method_of(new.merchant.kind());
    if let Some(before) = repo::merchant_of(tx, new.community_id, gateway).await? {
        retire(tx, app, actor, &before).await?;
    }
    let now = app.clock.now();
    let row = merchant::Model {
        id,
        org_id,
        community_id: new.community_id,
        gateway,
        number: number.clone(),
        sealed: app.merchants.seal(id, &new.merchant)?,
        active: true,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    repo::insert(tx, row).await?;
    note(tx, app, actor, (org_id, id.uuid()), ("SET", json!({ "gateway": gateway, "number": number }))).await
}

async fn retire(tx: &Tx, app: &App, actor: Actor, row: &merchant::Model) -> Result<(), Error> {
    if !repo::retire_merchant(tx, row).await? {
        return Err(PaymentError::Stale.into());
    }
    note(tx, app, actor, (row.org_id, row.id.uuid()), ("RETIRED", json!({ "gateway": row.gateway }))).await
}

async fn note(
    tx: &Tx,
    app: &App,
    actor: Actor,
    (org_id, object_id): (OrganizationId, Uuid),
    (kind, payload): (&'static str, serde_json::Value),
) -> Result<(), Error> {
    let event = NewEvent {
        org_id,
        object_kind: ObjectKind::Merchant,
        object_id,
        kind,
        from_state: None,
        to_state: None,
        actor,
        payload,
        occurred_at: app.clock.now(),
    };
    history::append(tx, &app.clock, event).await
}

/// Takes a merchant out of use: the community takes no new payments by its gateway.
pub async fn retire_merchant(app: &App, viewer: &Viewer, id: MerchantId, key: &str) -> Result<MerchantRow, Error> {
    let staff = viewer.require_staff()?;
    let scope = staff.scope(Right::MerchantManage)?;
    let command = Once { account: viewer.account_id, mutation: "merchantRetire", key, input: &id, result: id.uuid() };
    let actor = Actor { account_id: Some(viewer.account_id), staff_id: Some(staff.staff_id) };
    let (app_, org) = (app.clone(), staff.org_id);
    once(app, command, move |tx| {
        let (app, scope) = (app_.clone(), scope.clone());
        Box::pin(async move {
            lock_organization(tx, org).await?;
            let row = repo::get_merchant(tx, id).await?.ok_or(PaymentError::NotFound("merchantId"))?;
            if !repo::sees_community(tx, &scope, row.community_id).await? {
                return Err(PaymentError::NotFound("merchantId").into());
            }
            retire(tx, &app, actor, &row).await?;
            Ok(id.uuid())
        })
    })
    .await?;
    let row = repo::get_merchant(reader(app), id).await?;
    Ok(row.ok_or_else(|| Error::internal("a merchant is gone"))?.into())
}

/// A community's merchants in use.
pub async fn merchants(app: &App, viewer: &Viewer, community: CommunityId) -> Result<Vec<MerchantRow>, Error> {
    let scope: Scope = viewer.require_staff()?.scope(Right::MerchantManage)?;
    if !repo::sees_community(reader(app), &scope, community).await? {
        return Err(PaymentError::NotFound("communityId").into());
    }
    let rows = repo::list_merchants(reader(app), &scope, community).await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// Sets the demo's merchant, unless it is set so already; for whoever opens a demo.
pub async fn seed_merchant(app: &App, org: OrganizationId, by: AccountId, new: NewMerchant) -> Result<(), Error> {
    let number = number_of(&app.clock, &new.merchant)?;
    let gateway = method_of(new.merchant.kind());
    if let Some(known) = repo::merchant_of(reader(app), new.community_id, gateway).await? {
        let plain = crypto::open(&app.merchants.seal_key, known.id.uuid().as_bytes(), &known.sealed)?;
        if plain == serde_json::to_vec(&new.merchant)? {
            return Ok(());
        }
    }
    let actor = Actor { account_id: Some(by), staff_id: None };
    let app_ = app.clone();
    app.db
        .write(move |tx| {
            let (app, new, number) = (app_.clone(), new.clone(), number.clone());
            Box::pin(async move {
                lock_organization(tx, org).await?;
                let id = app.clock.new_id();
                replace(tx, &app, actor, (org, id), &new, number).await
            })
        })
        .await
}
