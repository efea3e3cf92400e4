//! SeaORM entities of Linli, one file a table, and the values that they are made of.
//!
//! Nothing here knows HTTP, GraphQL or a rule.
#![allow(missing_docs)] // SeaORM's derives make public items that cannot be documented.

pub mod account;
pub mod building;
pub mod calendar_day;
pub mod callback_attempt;
pub mod community;
pub mod community_ticket_setting;
pub mod contact;
pub mod contact_callback;
pub mod contractor;
pub mod contractor_community;
pub mod contractor_trade;
pub mod disclosure;
pub mod export;
pub mod history_checkpoint;
pub mod history_checkpoint_head;
pub mod history_event;
pub mod idempotency_key;
pub mod late_command;
pub mod organization;
pub mod outbox;
pub mod price_item;
pub mod quote;
pub mod quote_line;
pub mod refresh_token;
pub mod residency;
pub mod role_rights;
pub mod saved_filter;
pub mod service_occurrence;
pub mod service_plan;
pub mod service_policy;
pub mod session;
pub mod setting;
pub mod sign_in_attempt;
pub mod sign_in_code;
pub mod signing_key;
pub mod staff_assignment;
pub mod staff_member;
pub mod staff_trade;
pub mod ticket;
pub mod ticket_attachment;
pub mod ticket_category;
pub mod ticket_comment;
pub mod ticket_escalation;
pub mod ticket_helper;
pub mod ticket_material;
pub mod ticket_notice;
pub mod ticket_rating;
pub mod unit;
pub mod upload;
pub mod upload_part;
pub mod values;
pub mod warranty_term;
pub mod wechat_account;
