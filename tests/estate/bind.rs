//! Residents bind to the units that the household register has under their phone.

use std::sync::Arc;

use api::db::Sql;
use chrono::Duration;
use entities::values::{ResidencyRole, Role, UnitId};
use serde_json::{Value, json};
use support::client::Outcome;
use support::world::register;
use support::{Client, TestApp, World, both};

both!(
    the_name_or_the_last_four_bind,
    what_does_not_match_binds_nothing,
    an_entry_belongs_to_one_account,
    an_ended_residency_is_not_bound,
    repeating_is_harmless,
    every_unit_under_the_phone_is_bound,
    only_residents_bind,
);

const PHONE: &str = "13911112222";
const UNITS: &str = "units { role unit { number communityName buildingName } }";

async fn owner_of(app: &TestApp, world: &World, unit: UnitId) {
    register(app, world.org, unit, "王芳", PHONE, ResidencyRole::Owner).await;
}

async fn bind(client: &Client, input: Value) -> Outcome {
    client.mutate("residencyBind", input, UNITS).await
}

async fn bound(app: &TestApp) -> i64 {
    let sql = Sql::new("SELECT COUNT(*) FROM residency WHERE account_id IS NOT NULL");
    sql.number(app.app.db.read()).await.unwrap()
}

fn first_unit() -> Value {
    json!({ "role": "OWNER", "unit": { "number": "101", "communityName": "邻里花园", "buildingName": "1栋" } })
}

async fn the_name_or_the_last_four_bind(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    for (number, proof) in [
        (1, json!({ "name": " 王芳 " })),
        (2, json!({ "idLastFour": "123x" })),
        (3, json!({ "name": "旧名", "idLastFour": "123X" })),
    ] {
        let phone = format!("1391111000{number}");
        register(&app, world.org, world.home.units[0], "王芳", &phone, ResidencyRole::Owner).await;
        let client = app.resident(&phone).await;
        assert_eq!(client.query("{ viewer { units { role } } }", json!({})).await["viewer"]["units"], json!([]));
        let payload = bind(&client, proof.clone()).await.ok();
        assert_eq!(payload["units"], json!([first_unit()]), "{proof}");
        let data = client.query(&format!("{{ viewer {{ name {UNITS} }} }}"), json!({})).await;
        assert_eq!(
            data["viewer"],
            json!({ "name": "王芳", "units": [first_unit()] }),
            "the register names the account"
        );
        // The register holds one entry for a person, role and beginning.
        app.advance(chrono::Duration::days(1));
    }
}

async fn what_does_not_match_binds_nothing(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    owner_of(&app, &world, world.home.units[0]).await;
    let (client, stranger) = (app.resident(PHONE).await, app.resident("13933334444").await);
    for (client, proof) in [
        (&client, json!({ "name": "王方" })),
        (&client, json!({ "name": "王" })),
        (&client, json!({ "name": "%" })),
        (&client, json!({ "idLastFour": "1234" })),
        (&client, json!({ "idLastFour": "X" })),
        (&stranger, json!({ "name": "王芳" })),
        (&stranger, json!({ "name": "王芳", "idLastFour": "123X" })),
    ] {
        let outcome = bind(client, proof.clone()).await;
        assert_eq!(outcome.refused(), "REGISTER_MISMATCH", "{proof}");
        assert_eq!(outcome.payload["units"], Value::Null);
    }
    for proof in [json!({}), json!({ "name": "" }), json!({ "name": "  ", "idLastFour": " " })] {
        let outcome = bind(&client, proof.clone()).await;
        assert_eq!((outcome.refused().as_str(), outcome.field().as_str()), ("REQUIRED", "input.name"), "{proof}");
    }
    assert_eq!(bound(&app).await, 0);
}

async fn an_entry_belongs_to_one_account(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    owner_of(&app, &world, world.home.units[0]).await;
    let first = app.resident(PHONE).await;
    bind(&first, json!({ "name": "王芳" })).await.ok();
    // The number was given to somebody else, who has an account of their own.
    let mut moved = Sql::new("UPDATE account SET phone = '13955556666' WHERE");
    moved.with(" phone = ", PHONE);
    app.change(&moved).await;
    let second = app.resident(PHONE).await;
    assert_eq!(bind(&second, json!({ "name": "王芳" })).await.refused(), "REGISTER_MISMATCH");
    let data = second.query("{ viewer { units { role } } }", json!({})).await;
    assert_eq!(data["viewer"]["units"], json!([]));
    let data = first.query("{ viewer { units { role } } }", json!({})).await;
    assert_eq!(data["viewer"]["units"], json!([{ "role": "OWNER" }]));
}

async fn an_ended_residency_is_not_bound(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    owner_of(&app, &world, world.home.units[0]).await;
    let mut end = Sql::new("UPDATE residency SET");
    end.with(" ended_at = ", app.clock.now() + Duration::hours(1));
    app.change(&end).await;
    let client = app.resident(PHONE).await;
    app.advance(Duration::hours(1));
    assert_eq!(bind(&client, json!({ "name": "王芳" })).await.refused(), "REGISTER_MISMATCH");
    assert_eq!(bound(&app).await, 0);
    for state in ["PENDING", "REJECTED"] {
        app.change(&Sql::new(format!("UPDATE residency SET ended_at = NULL, review_state = '{state}'"))).await;
        assert_eq!(bind(&client, json!({ "name": "王芳" })).await.refused(), "REGISTER_MISMATCH", "{state}");
    }
    app.change(&Sql::new("UPDATE residency SET review_state = 'APPROVED'")).await;
    bind(&client, json!({ "name": "王芳" })).await.ok();
    // It ends while it is bound: nothing is left of it.
    app.change(&end).await;
    let data =
        client.query("{ viewer { units { role } } units { totalCount } communities { totalCount } }", json!({})).await;
    let nothing =
        json!({ "viewer": { "units": [] }, "units": { "totalCount": 0 }, "communities": { "totalCount": 0 } });
    assert_eq!(data, nothing);
}

async fn repeating_is_harmless(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    owner_of(&app, &world, world.home.units[0]).await;
    let client = app.resident(PHONE).await;
    for proof in [json!({ "name": "王芳" }), json!({ "name": "王芳" }), json!({ "idLastFour": "123X" })] {
        assert_eq!(bind(&client, proof).await.ok()["units"], json!([first_unit()]));
    }
    assert_eq!(bound(&app).await, 1);
}

async fn every_unit_under_the_phone_is_bound(app: Arc<TestApp>) {
    let (world, other) = (World::build(&app, 1).await, World::build(&app, 2).await);
    owner_of(&app, &world, world.home.units[0]).await;
    register(&app, world.org, world.elsewhere.units[1], "王芳", PHONE, ResidencyRole::Tenant).await;
    register(&app, other.org, other.home.units[2], "王芳", PHONE, ResidencyRole::Proxy).await;
    register(&app, world.org, world.home.units[1], "李四", "13900001111", ResidencyRole::Owner).await;
    let client = app.resident(PHONE).await;
    let payload = bind(&client, json!({ "name": "王芳" })).await.ok();
    let found = payload["units"].as_array().unwrap();
    let mut ties: Vec<_> =
        found.iter().map(|home| (home["role"].as_str().unwrap(), home["unit"]["number"].as_str().unwrap())).collect();
    ties.sort_unstable();
    assert_eq!(ties, [("OWNER", "101"), ("PROXY", "103"), ("TENANT", "102")]);
    assert_eq!(bound(&app).await, 3);
}

async fn only_residents_bind(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let desk = world.worker(&app, 1, Role::FrontDesk, &[]).await;
    register(&app, world.org, world.home.units[0], "员工1-1", &desk.phone, ResidencyRole::Owner).await;
    assert_eq!(bind(&desk.client, json!({ "name": "员工1-1" })).await.refused(), "FORBIDDEN");
    assert_eq!(bind(&app.anonymous(), json!({ "name": "员工1-1" })).await.refused(), "UNAUTHENTICATED");
    assert_eq!(bound(&app).await, 0);
    let home = app.resident(&desk.phone).await;
    bind(&home, json!({ "name": "员工1-1" })).await.ok();
}
