//! Plans that the server keeps for a busy shift, and what happens where it has forgotten them.

use downbeat::model::Status;

use crate::minutely::minutely;
use crate::support::{World, history, pulse};

/// With each claim, writes down how many plans its connection keeps, and forgets them.
const FORGETFUL: &str = "
    create table kept (plans bigint);
    create function forget() returns trigger language plpgsql as $$
    begin
      insert into kept select count(*) from pg_prepared_statements;
      deallocate all;
      return null;
    end $$;
    create trigger forget after insert on cron_task_executions for each statement execute function forget()";

#[tokio::test]
async fn a_busy_shift_keeps_its_plans_and_goes_on_without_them_where_the_server_forgot_them() {
    const MINUTES: usize = 20;
    let world = World::new().await;
    let app = world.app(minutely(1)).await;
    pulse(&app).await;
    app.log_way().await;
    let client = world.client().await;
    client.batch_execute(FORGETFUL).await.unwrap();

    for minute in 1..=MINUTES {
        world.set(&format!("12:{minute:02}:00"));
        assert_eq!(pulse(&app).await.results.len(), 1, "minute {minute}");
    }

    let executions = history(&app, "minutely-0").await;
    assert!(executions.iter().all(|execution| execution.status == Status::Completed));
    assert_eq!(executions.len(), MINUTES);
    let row = client.query_one("select count(*) filter (where plans > 0), count(*) from kept", &[]).await.unwrap();
    let (with, claims): (i64, i64) = (row.get(0), row.get(1));
    assert!(with > 0, "no plan was ever kept");
    assert!(with < claims, "none is kept any more once one was gone");
}

#[tokio::test]
async fn plans_outlive_a_change_of_the_tables_they_are_for() {
    let world = World::new().await;
    let app = world.app(minutely(1)).await;
    pulse(&app).await;
    app.log_way().await;
    let client = world.client().await;

    for minute in 1..=20 {
        if minute == 10 {
            client
                .batch_execute("alter table cron_task_executions alter column task_name type varchar(200)")
                .await
                .unwrap();
            client.batch_execute("alter table cron_tasks alter column schedule type varchar(200)").await.unwrap();
        }
        world.set(&format!("12:{minute:02}:00"));
        assert_eq!(pulse(&app).await.results.len(), 1, "minute {minute}");
    }
}
