//! `linli audit verify` finds what was altered or lost behind the service's back.

use std::sync::Arc;

use api::db::Sql;
use entities::history_event;
use entities::values::{ResidencyRole, Role};
use sea_orm::{EntityTrait as _, IntoActiveModel as _, QueryOrder as _};
use serde_json::json;
use support::{Program, TestApp, World, both};

both!(what_was_altered_or_lost_is_found);

async fn what_was_altered_or_lost_is_found(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let owner = world.resident(&app, 1, world.home.units[0], ResidencyRole::Owner).await;
    let dispatcher = world.worker(&app, 1, Role::Dispatcher, &[]).await;
    let technician = world.worker(&app, 2, Role::Technician, &[entities::values::Trade::Plumbing]).await;
    owner.submit(world.repair("untouched")).await;
    let ticket = owner.submit(world.repair("watched")).await;
    dispatcher.client.step("ticketDispatch", &ticket, json!({ "assigneeId": technician.wire })).await.ok();
    technician.client.step("ticketAccept", &ticket, json!({})).await.ok();
    let program = Program::over(app.database());
    let laws = api::domains::payments::laws().len();
    let none = format!(
        "2 histories checked, 0 broken\n4 events; 0 checkpoints with 0 heads, 0 wrong\n\
        no checkpoint yet: the worker makes one a day, `linli audit checkpoint` makes one now\n{laws} laws of money checked, 0 broken\n"
    );
    assert!(laws > 40, "{laws}");
    assert_eq!(verify(&program).await, Ok(none));

    let query = history_event::Entity::find().order_by_desc(history_event::Column::RecordedAt);
    let events = query.order_by_desc(history_event::Column::Seq).all(app.app.db.read()).await.unwrap();
    let watched: Vec<_> = events.iter().filter(|event| event.object_id == events[0].object_id).collect();
    assert_eq!(watched.len(), 3);
    let (last, middle) = (watched[0], watched[1]);

    for (column, sql) in [
        ("kind", "kind = 'CANCELLED'"),
        ("to_state", "to_state = 'CLOSED'"),
        ("from_state", "from_state = NULL"),
        ("staff_id", "staff_id = NULL"),
        ("account_id", "account_id = NULL"),
        ("payload", "payload = '{}'"),
        ("payload_version", "payload_version = 2"),
    ] {
        let mut alter = Sql::new(format!("UPDATE history_event SET {sql} WHERE"));
        assert_eq!(app.change(alter.with(" id = ", middle.id)).await, 1);
        let found = verify(&program).await.expect_err(column);
        assert!(found.contains("Altered { seq: 2 }"), "{column}: {found}");
        put_back(&app, middle).await;
        assert!(verify(&program).await.is_ok(), "{column} was put back");
    }
    for (event, found_as) in [(middle, "Gap { expected: 2 }"), (last, "Tail { found: 2, named: 3 }")] {
        delete(&app, event).await;
        let found = verify(&program).await.expect_err(found_as);
        assert!(found.contains(found_as) && found.contains("2 histories checked, 1 broken"), "{found}");
        put_back(&app, event).await;
    }
    assert!(verify(&program).await.is_ok());
}

both!(a_checkpoint_is_made_and_its_note_holds);

async fn a_checkpoint_is_made_and_its_note_holds(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let owner = world.resident(&app, 1, world.home.units[0], ResidencyRole::Owner).await;
    owner.submit(world.repair("noted")).await;
    let program = Program::over(app.database());
    let made = program.run(&["audit", "checkpoint"]).await.ok();
    let note = made.lines().nth(1).unwrap();
    assert!(made.starts_with("checkpoint 1: 1 objects with 1 new events\n") && note.starts_with("1:"), "{made}");
    let printed = verify(&program).await.unwrap();
    assert!(printed.contains("1 checkpoints with 1 heads, 0 wrong\nnewest checkpoint: 1, made 20"), "{printed}");
    program.run(&["audit", "verify", "--expect", note]).await.ok();
    let other = note.replace("1:", "2:");
    let finished = program.run(&["audit", "verify", "--expect", &other]).await;
    assert!(finished.code == Some(1) && finished.stdout.contains("NotThere { checkpoint: 2 }"), "{finished:#?}");
    let complaint = program.run(&["audit", "verify", "--expect", "what?"]).await.failed();
    assert!(complaint.contains("NUMBER:HASH"), "{complaint}");
}

/// What the command printed: `Ok` with exit code 0, `Err` with 1.
async fn verify(program: &Program) -> Result<String, String> {
    let finished = program.run(&["audit", "verify"]).await;
    match finished.code {
        Some(0) => Ok(finished.stdout),
        Some(1) if !finished.stdout.is_empty() => Err(finished.stdout),
        _ => panic!("{finished:#?}"),
    }
}

async fn delete(app: &TestApp, event: &history_event::Model) {
    let mut delete = Sql::new("DELETE FROM history_event WHERE");
    assert_eq!(app.change(delete.with(" id = ", event.id)).await, 1);
}

async fn put_back(app: &TestApp, event: &history_event::Model) {
    let mut delete = Sql::new("DELETE FROM history_event WHERE");
    app.change(delete.with(" id = ", event.id)).await;
    let row = event.clone().into_active_model();
    app.app
        .db
        .write(move |tx| {
            let row = row.clone();
            Box::pin(async move {
                history_event::Entity::insert(row).exec_without_returning(tx).await?;
                Ok(())
            })
        })
        .await
        .unwrap();
}
