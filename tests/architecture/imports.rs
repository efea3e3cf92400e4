//! The import rules hold, and the checker sees a violation when there is one.

use super::rules::violations;
use super::source::{SourceFile, rust_files};

#[test]
fn the_import_rules_hold() {
    let files: Vec<_> = ["api/src", "entities/src", "migration/src"].into_iter().flat_map(rust_files).collect();
    assert!(files.len() > 30, "only {} files were found", files.len());
    let found: Vec<_> = files.iter().flat_map(violations).collect();
    assert!(found.is_empty(), "{} violations:\n{}", found.len(), found.join("\n"));
}

fn check(path: &str, text: &str) -> Vec<String> {
    violations(&SourceFile { path: path.to_owned(), text: text.to_owned() })
}

#[track_caller]
fn refused(path: &str, text: &str) {
    let found = check(path, text);
    assert_eq!(found.len(), 1, "{path}: {text}: {found:?}");
}

#[track_caller]
fn allowed(path: &str, text: &str) {
    let found = check(path, text);
    assert!(found.is_empty(), "{path}: {text}: {found:?}");
}

#[test]
fn entities_and_migration_import_nothing_of_ours() {
    refused("entities/src/ticket.rs", "use migration::Migrator;");
    refused("entities/src/ticket.rs", "fn f() { api::clock::now(); }");
    refused("migration/src/m0001.rs", "use entities::ticket::Model as M;");
    allowed("entities/src/ticket.rs", "use crate::values::ids::TicketId; use sea_orm::entity::prelude::*;");
    allowed("migration/src/m0001.rs", "use crate::sql; use sea_orm_migration::prelude::*;");
}

#[test]
fn within_a_domain_roles_point_one_way() {
    let tickets = |role: &str| format!("api/src/domains/tickets/{role}.rs");
    refused(&tickets("graphql"), "use super::repo;");
    refused(&tickets("graphql/types"), "use crate::domains::tickets::repo::Row;");
    refused(&tickets("graphql/types"), "use super::super::policy::may;");
    refused(&tickets("repo"), "use super::service::submit;");
    refused(&tickets("repo/list"), "use super::super::model::Plan;");
    refused(&tickets("repo"), "use crate::clock::Clock;");
    refused(&tickets("policy"), "fn f() { super::repo::find(); }");
    refused(&tickets("service"), "use super::{model, graphql::Ticket};");
    refused(&tickets("service"), "use crate::http::auth::Viewer;");
    refused(&tickets("error"), "use super::service;");

    allowed(&tickets("graphql/types"), "use super::super::service; use crate::domains::tickets::model::Deadline;");
    allowed(&tickets("graphql/types"), "use crate::graphql::scalars::Money; use super::loaders::TicketLoader;");
    allowed(&tickets("service"), "use super::{model, policy, repo}; use crate::db::Tx; use crate::infra::outbox;");
    allowed(&tickets("repo"), "use entities::ticket; use sea_orm::EntityTrait; use crate::db::Sql;");
    allowed(&tickets("repo/list"), "use super::one; use crate::domains::estate::Scope;");
    allowed(&tickets("mod"), "mod repo; mod service; pub use service::submit; pub use repo::Row;");
}

#[test]
fn a_model_is_pure() {
    let model = "api/src/domains/tickets/model.rs";
    refused(model, "use entities::ticket::Model;");
    refused(model, "use crate::clock::Clock;");
    refused(model, "use crate::db::Tx;");
    refused(model, "use super::policy;");
    refused(model, "use crate::domains::estate::Scope;");
    refused(model, "use tokio::time::sleep;");
    refused(model, "pub async fn next() {}");
    refused("api/src/domains/tickets/model/deadline.rs", "use super::super::repo;");
    allowed(model, "use entities::values::ticket::TicketState; use chrono::{DateTime, Utc}; mod deadline;");
    allowed(model, "pub fn next() {} #[cfg(test)] mod tests { use super::*; use super::next; }");
    allowed("api/src/domains/tickets/model/deadline.rs", "use super::Plan; use super::pause::Pause; // async");
}

#[test]
fn between_domains_only_exports_and_only_leftwards() {
    let service = "api/src/domains/billing/service.rs";
    refused(service, "use crate::domains::estate::repo::find;");
    refused(service, "use crate::domains::estate::repo;");
    refused(service, "use crate::domains::{identity::Viewer, estate::{Scope, policy::scope}};");
    refused(service, "use crate::domains::estate; fn f() { estate::repo::find(); }");
    refused(service, "use crate::domains as d; use d::estate as e; fn f() { e::repo::find(); }");
    refused(service, "use super::super::estate::model::Calendar;");
    refused(service, "use crate::domains::tickets::Ticket;");
    refused(service, "fn f() -> crate::domains::insight::Report { todo!() }");
    refused("api/src/domains/identity/repo.rs", "use crate::domains::estate::Scope;");
    refused("api/src/http/mod.rs", "use crate::domains::identity::service;");
    refused("api/src/main.rs", "use api::domains::identity::service::create;");

    allowed(service, "use crate::domains::estate::{Scope, scope_of}; use crate::domains::identity::Viewer;");
    allowed(service, "use crate::domains::estate; fn f(s: estate::Scope) { estate::Scope::system(\"x\"); }");
    allowed("api/src/domains/insight/repo.rs", "use crate::domains::{estate::Scope, tickets::TicketRow};");
    allowed("api/src/http/mod.rs", "use crate::domains::identity::Viewer;");
}

#[test]
fn graphql_types_may_name_each_other() {
    let types = "api/src/domains/estate/graphql/types.rs";
    allowed(types, "use crate::domains::tickets::graphql::{Ticket, TicketLoader};");
    allowed("api/src/graphql/roots.rs", "use crate::domains::tickets::graphql::TicketQueries;");
    refused(types, "use crate::domains::tickets::repo::Row;");
    refused(types, "use crate::domains::tickets::submit;");
    refused("api/src/domains/estate/service.rs", "use crate::domains::identity::graphql::Account;");
}

#[test]
fn what_is_below_the_domains_knows_none() {
    for file in ["infra/outbox.rs", "db/mod.rs", "error/mod.rs", "clock.rs"] {
        refused(&format!("api/src/{file}"), "use crate::domains::estate::Scope;");
    }
}

#[test]
fn each_library_has_its_place() {
    refused("api/src/domains/tickets/service.rs", "use sea_orm::EntityTrait;");
    refused("api/src/domains/tickets/service.rs", "use sea_orm as orm;");
    refused("api/src/domains/tickets/service.rs", "fn f() -> sea_orm::DbErr { todo!() }");
    refused("api/src/infra/outbox.rs", "use {std::fmt, sea_orm::Value};");
    refused("api/src/clock.rs", "#[derive(async_graphql::Enum)] enum E {}");
    refused("api/src/graphql/mod.rs", "use axum::Router;");
    refused("api/src/state.rs", "use ::axum::Router;");
    allowed("api/src/db/sql.rs", "use sea_orm::Value;");
    allowed("api/src/error/mod.rs", "use sea_orm::DbErr;");
    allowed("api/src/infra/outbox/repo.rs", "use sea_orm::Value;");
    allowed("api/src/domains/tickets/repo/list.rs", "use sea_orm::Value;");
    allowed("api/src/domains/tickets/graphql.rs", "use async_graphql::Object;");
    allowed("api/src/http/graphql.rs", "use async_graphql::Request; use axum::Router;");
}

#[test]
fn comments_and_strings_name_nothing() {
    let text = r####"
        //! `sea_orm::Value` and axum::Router
        /* axum::Router /* axum::Router */ axum::Router */
        const A: &str = "axum::Router \" axum::Router";
        const B: &str = r#"axum::Router " axum::Router"#;
        const C: [char; 3] = ['"', '\'', '\\'];
        const D: &[u8] = b"axum::Router";
        fn f<'a>(r#type: &'a str) -> impl Sized + use<'a> { Vec::<u8>::new() }
    "####;
    allowed("api/src/state.rs", text);
    refused("api/src/state.rs", &format!("{text} use axum::Router;"));
    let found = check("api/src/state.rs", "// one\n\nuse axum::{\n    Router,\n};");
    assert!(found[0].starts_with("api/src/state.rs:4: `axum::Router`"), "{found:?}");
}
