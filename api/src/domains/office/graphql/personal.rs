//! Personal data: shown in full for a reason, taken along, erased.

use async_graphql::{Context, Enum, ID, InputObject, Object, Result, SimpleObject};

use crate::domains::office::service::{self, Subject};
use crate::error::{Code, Error, Refusal};
use crate::graphql::id::try_parse_id;
use crate::graphql::link::SignedLink;
use crate::graphql::payload::split;
use crate::graphql::{UserError, request};
use crate::payloads;

/// What can be shown in full to whoever gives a reason.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entities::values::PersonalField")]
pub enum PersonalField {
    /// The phone number.
    Phone,
    /// The name.
    Name,
}

/// Asks for something masked.
#[derive(InputObject)]
pub struct PersonalDataRevealInput {
    /// The ticket, contact, recurring service or residency that names the person.
    node_id: ID,
    /// What of the person.
    field: PersonalField,
    /// Why, at most 300 characters; the organization's administrators read it.
    reason: String,
    /// Made by the client; the same key is one reveal.
    idempotency_key: String,
}

/// Asks for all data of the viewer's account.
#[derive(InputObject)]
pub struct DataExportInput {
    /// Made by the client; the same key is one request.
    idempotency_key: String,
}

/// Erases the viewer's account.
#[derive(InputObject)]
pub struct AccountEraseInput {
    /// A code that `signInCodeRequest` has sent to the account's phone.
    code: String,
}

payloads! {
    /// What became of it.
    PersonalDataRevealPayload {
        /// The value in full.
        value: String
    }
    /// What became of it.
    DataExportPayload {
        /// Where the file (JSON) is, for a while.
        link: SignedLink
    }
}

/// The end of an account.
#[derive(SimpleObject)]
pub struct AccountErasePayload {
    /// Whether the account is no more.
    pub erased: bool,
    /// Why it was refused; empty when it happened.
    pub user_errors: Vec<UserError>,
}

fn subject(id: &ID) -> Result<Subject, Refusal> {
    let ticket = try_parse_id(id).map(Subject::Ticket);
    let contact = || try_parse_id(id).map(Subject::Contact);
    let residency = || try_parse_id(id).map(Subject::Residency);
    let plan = || try_parse_id(id).map(Subject::Plan);
    ticket.or_else(contact).or_else(residency).or_else(plan).ok_or_else(|| Refusal::at(Code::InvalidId, "nodeId"))
}

/// Mutations of personal data.
#[derive(Default)]
pub struct PersonalMutation;

#[Object]
impl PersonalMutation {
    /// Shows something masked in full, for a reason (查看隐私信息). It is recorded among the disclosures, and limited by hour.
    /// For staff who see the object but have no daily need of the person's data.
    async fn personal_data_reveal(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What, and why.")] input: PersonalDataRevealInput,
    ) -> Result<PersonalDataRevealPayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<String, Error> = async {
            let what = (subject(&input.node_id)?, input.field.into());
            service::reveal(app, viewer, what, &input.reason, &input.idempotency_key).await
        }
        .await;
        Ok(PersonalDataRevealPayload::from_outcome(context, outcome)?)
    }

    /// Asks for all data of the viewer's own account as a file (导出个人信息): account, sessions, residencies, requests,
    /// comments, ratings, uploads. The address opens it as it is at that moment; every opening is recorded.
    async fn data_export(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The request.")] input: DataExportInput,
    ) -> Result<DataExportPayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome = service::ask_own_data(app, viewer, &input.idempotency_key).await;
        Ok(DataExportPayload::from_outcome(context, outcome)?)
    }

    /// Erases the viewer's own account (注销账号), for good: sessions end at once, phone, name, WeChat and documents go, and
    /// the phone may sign up anew. Tickets and ledgers stay, without the person. Refused while tickets or recurring services
    /// of the account go on, and to staff.
    async fn account_erase(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The code that confirms it.")] input: AccountEraseInput,
    ) -> Result<AccountErasePayload> {
        let request = request(context);
        let outcome = service::erase_account(&request.app, request.viewer()?, &request.client, &input.code).await;
        let (done, user_errors) = split(context, outcome)?;
        Ok(AccountErasePayload { erased: done.is_some(), user_errors })
    }
}
