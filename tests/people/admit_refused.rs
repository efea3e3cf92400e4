//! Who may not admit, remove, leave or end, and what is wrong with what was sent.

use std::sync::Arc;

use api::graphql::id::wire_id;
use entities::values::{ResidencyId, ResidencyRole, Role, UnitId};
use serde_json::{Value, json};
use support::{TestApp, World, both};

use super::shared::{about, admit, counted, resident, residents};

both!(whoever_may_not_changes_nothing, what_is_wrong_is_named, a_unit_has_room_for_thirty);

async fn whoever_may_not_changes_nothing(app: Arc<TestApp>) {
    let (world, other) = (World::build(&app, 1).await, World::build(&app, 2).await);
    let unit = world.home.units[0];
    let owner = world.resident(&app, 1, unit, ResidencyRole::Owner).await;
    let family = resident(
        &{
            admit(&owner, &world, json!({})).await.ok();
            residents(&owner, unit).await
        },
        "小李",
    );
    let worker = async |number, role| world.worker(&app, number, role, &[]).await.client;
    let away = world.worker_at(&app, 20, Role::FrontDesk, Some(world.elsewhere.community), &[]).await.client;
    let contractor = world.worker_at(&app, 21, Role::Contractor, None, &[]).await.client;
    // What each hears of: admitting, removing, leaving as somebody else, ending.
    let viewers = [
        ("owner", owner.clone(), [None, None, Some("NOT_FOUND"), Some("FORBIDDEN")]),
        (
            "tenant",
            world.resident(&app, 3, unit, ResidencyRole::Tenant).await,
            ["FORBIDDEN", "NOT_FOUND", "NOT_FOUND", "FORBIDDEN"].map(Some),
        ),
        (
            "family",
            world.resident(&app, 4, unit, ResidencyRole::Family).await,
            ["FORBIDDEN", "NOT_FOUND", "NOT_FOUND", "FORBIDDEN"].map(Some),
        ),
        (
            "proxy",
            world.resident(&app, 5, unit, ResidencyRole::Proxy).await,
            ["FORBIDDEN", "NOT_FOUND", "NOT_FOUND", "FORBIDDEN"].map(Some),
        ),
        (
            "neighbour",
            world.resident(&app, 6, world.home.units[1], ResidencyRole::Owner).await,
            ["NOT_FOUND", "NOT_FOUND", "NOT_FOUND", "FORBIDDEN"].map(Some),
        ),
        ("stranger", app.resident("13977778888").await, ["NOT_FOUND", "NOT_FOUND", "NOT_FOUND", "FORBIDDEN"].map(Some)),
        ("elsewhere", away, ["FORBIDDEN", "FORBIDDEN", "FORBIDDEN", "NOT_FOUND"].map(Some)),
        ("foreign", other.admin(&app).await, ["FORBIDDEN", "FORBIDDEN", "FORBIDDEN", "NOT_FOUND"].map(Some)),
        ("nobody", app.anonymous(), ["UNAUTHENTICATED"; 4].map(Some)),
        ("steward", worker(11, Role::Steward).await, ["FORBIDDEN"; 4].map(Some)),
        ("technician", worker(12, Role::Technician).await, ["FORBIDDEN"; 4].map(Some)),
        ("dispatcher", worker(13, Role::Dispatcher).await, ["FORBIDDEN"; 4].map(Some)),
        ("collector", worker(14, Role::Collector).await, ["FORBIDDEN"; 4].map(Some)),
        ("finance", worker(15, Role::Finance).await, ["FORBIDDEN"; 4].map(Some)),
        ("leader", worker(16, Role::TeamLeader).await, ["FORBIDDEN"; 4].map(Some)),
        ("contractor", contractor, ["FORBIDDEN"; 4].map(Some)),
    ];
    let before = counted(&app).await;
    for (who, client, codes) in &viewers {
        let [admits, removes, leaves, ends] = codes;
        if let Some(code) = admits {
            let outcome = admit(client, &world, json!({ "phone": "13700000009" })).await;
            assert_eq!(outcome.refused(), *code, "{who} admits");
        }
        for (mutation, code, more) in [
            ("residentRemove", removes, json!({})),
            ("residencyLeave", leaves, json!({})),
            ("residencyEnd", ends, json!({ "reason": "MOVED_OUT" })),
        ] {
            let Some(code) = code else { continue };
            assert_eq!(about(client, mutation, &family, more).await.refused(), *code, "{who} {mutation}");
        }
    }
    assert_eq!(counted(&app).await, before);
    // An id that nothing has answers as one that is not seen.
    let missing: Value = json!(wire_id(app.clock.new_id::<ResidencyId>()).to_string());
    let desk = worker(17, Role::FrontDesk).await;
    for (client, mutation) in [(&owner, "residentRemove"), (&owner, "residencyLeave"), (&desk, "residencyEnd")] {
        let more = if mutation == "residencyEnd" { json!({ "reason": "SOLD" }) } else { json!({}) };
        let outcome = about(client, mutation, &missing, more).await;
        assert_eq!((outcome.refused(), outcome.field()), ("NOT_FOUND".to_owned(), "input.residencyId".to_owned()));
    }
}

async fn what_is_wrong_is_named(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let owner = world.resident(&app, 1, world.home.units[0], ResidencyRole::Owner).await;
    let missing = wire_id(app.clock.new_id::<UnitId>()).to_string();
    let before = counted(&app).await;
    for (more, code, field) in [
        (json!({ "role": "OWNER" }), "INVALID_VALUE", "role"),
        (json!({ "phone": "12345" }), "INVALID_PHONE", "phone"),
        (json!({ "name": " " }), "REQUIRED", "name"),
        (json!({ "name": "长".repeat(61) }), "TOO_LONG", "name"),
        (json!({ "mayAdmit": true }), "INVALID_VALUE", "mayAdmit"),
        (json!({ "endsOn": "2027-01-01" }), "INVALID_VALUE", "endsOn"),
        (json!({ "role": "TENANT", "endsOn": "2026-03-01" }), "INVALID_VALUE", "endsOn"),
        (json!({ "role": "TENANT", "endsOn": "9999-12-31" }), "INVALID_VALUE", "endsOn"),
        (json!({ "unitId": missing }), "NOT_FOUND", "unitId"),
        (json!({ "unitId": "unit_x" }), "INVALID_ID", "unitId"),
        (json!({ "phone": "13900010001" }), "ALREADY_EXISTS", "phone"),
        (json!({ "idempotencyKey": " " }), "INVALID_VALUE", "idempotencyKey"),
    ] {
        let outcome = admit(&owner, &world, more.clone()).await;
        assert_eq!((outcome.refused(), outcome.field()), (code.to_owned(), format!("input.{field}")), "{more}");
    }
    assert_eq!(counted(&app).await, before);
}

async fn a_unit_has_room_for_thirty(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let owner = world.resident(&app, 1, world.home.units[0], ResidencyRole::Owner).await;
    let new = |number: usize| json!({ "phone": format!("137000000{number:02}"), "name": format!("小李{number}") });
    for number in 0..27 {
        admit(&owner, &world, new(number)).await.ok();
    }
    // Five at once for the last two places.
    let outcomes = futures_util::future::join_all((30..35).map(|number| admit(&owner, &world, new(number)))).await;
    let refused = outcomes.iter().filter(|it| it.codes() == ["TOO_MANY"]).count();
    assert_eq!(refused, 3, "{outcomes:?}");
    let one = residents(&owner, world.home.units[0]).await[5]["id"].clone();
    about(&owner, "residentRemove", &one, json!({})).await.ok();
    admit(&owner, &world, new(40)).await.ok();
}
