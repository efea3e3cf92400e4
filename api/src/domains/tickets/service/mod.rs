//! The use cases of tickets.

mod assigning;
mod attach;
mod browse;
mod changes;
mod charge;
mod clocks;
mod commands;
mod completing;
mod contact;
mod contractor;
mod dispatching;
mod export;
mod found;
mod household;
mod lines;
mod paper;
mod payer;
mod person;
mod price_list;
mod quoting;
mod reference;
mod replay;
mod report;
mod services;
mod settings;
mod setup;
mod slots;
mod step;
mod submit;
mod warranty;

pub use super::repo::{
    AttachmentRow, ContactCall, ContactCountRow, ContactCursor, ContactFilter, ContactGrouping, ContactList,
    ContactPeriod, ContactRow, ContractorRow, Grouping, HelperRow, LateRow, Named, OnTimeRow, OverdueRow,
    PlaceId as Place, PlanFilter, PlanRow, PriceItemRow, PriceList, QuoteRow, ReferenceKinds, ReportFilter, TicketCard,
    TicketCursor, TicketFilter, UnitMatch, WorkList,
};
pub use assigning::{add_helper, remove_helper, reschedule, urge};
pub use attach::{NewAttachment, attach};
pub use browse::{
    Facts, attachments_of, attempts_of, available_actions, comments_of, counts, escalations_of, helpers_of,
    histories_of, household_of, page, ratings_of, sees_contact, sees_internal, staff_names, ticket, total, trades_of,
    work_of,
};
pub use changes::{Standing, changes};
pub use charge::amount_due;
pub use commands::{
    CallbackNote, Field, Marks, Step, accept, callback, cancel, claim, comment, decline, dispatch, pause, rate,
    reaccept, reinspect, reopen, report_unsolved, resume, start, transfer,
};
pub use completing::{Completion, complete};
pub use contact::{
    ContactStep, NewContact, TicketWish, answer_contact, calls_of, contact, contact_callback, contact_counts,
    contact_to_ticket, contacts, contacts_of_tickets, contacts_of_units, join_contact, record_contact, total_contacts,
};
pub use contractor::{
    ContractorChange, NewContractor, change_contractor, contractor, contractor_details, contractors, count_contractors,
    create_contractor,
};
pub use dispatching::{Suggestion, dispatch_automatically, suggest};
pub use export::{
    contact_count_heads, contact_count_rows, contact_heads, contact_rows, on_time_heads, on_time_rows, ticket_heads,
    ticket_rows,
};
pub use household::{
    SEARCH_MAX, open_tickets_of, opens_households, past_tickets_of, people_of, search_units, tickets_by_id,
};
pub use lines::NewLine;
pub use paper::{
    NoticeRow, PublicNotice, WorkOrder, create_notice, notice_ends_at, notice_token, notices_of, print_link,
    public_notice, revoke_notice, sees_notices, work_order,
};
pub use payer::set_payer;
pub use person::{forget_person, open_matters, own_tickets, person_of_contact, person_of_plan, person_of_ticket};
pub use price_list::{
    NewPriceItem, count_prices, price_item, price_list, prices, retire_price_item, seed_prices, set_price_item,
};
pub use quoting::{
    approve_quote, materials_of, quote, quote_lines_of, quotes_of, refuse_quote, submit_quote, withdraw_quote,
};
pub use reference::{ReferenceStanding, reference_changes, reference_known};
pub use replay::{
    FieldCommand, Outcome, QUEUE_MAX, Queued, Status, count_late_commands, late_commands, replay, resolve_late_command,
};
pub use report::{on_time, overdue_board};
pub use services::{
    NewPlan, PlanStep, SeedPlace, count_plans, create_plan, end_plan, make_plan, next_dates, plan, plans,
    plans_of_tickets, records_of, resume_plan, seed_service_plan, skip_date, suspend_plan, taken_of,
};
pub use settings::{SettingChange, Settings, set_ticket_settings, set_work_minutes, ticket_settings};
pub use setup::{categories, ensure_defaults, policies, seed_defaults, set_policy};
pub use slots::offered as offered_slots;
pub use submit::{NewTicket, submit};
pub use warranty::{CategoryCoverage, NewWarrantyTerm, WarrantyTerm, set_warranty_term, warranties_of, warranty_terms};

use super::error::TicketError;
use super::model::text::TextFault;

/// Says which input field a text fault belongs to.
fn at(field: &'static str) -> impl Fn(TextFault) -> TicketError {
    move |fault| match fault {
        TextFault::Empty => TicketError::Required(field),
        TextFault::TooLong(max) => TicketError::TooLong(field, max),
    }
}
