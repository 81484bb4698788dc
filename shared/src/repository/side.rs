//! Side tasks: taken by workers, watched, ordered about, let go.

use std::collections::HashMap;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::Value;
use tokio_postgres::types::{Json, ToSql};
use uuid::Uuid;

use super::row::milliseconds;
use super::{Repository, RepositoryError, document, statement};
use crate::model::{RecordedError, RunnerId, SideTaskRow, Status};

/// A side task that is ours to run, with what is in force for it.
#[derive(Clone, Debug)]
pub(crate) struct TakenSideTask {
    /// Its registry row.
    pub(crate) place: Uuid,
    pub(crate) name: String,
    pub(crate) config: Value,
    pub(crate) auto_restart: bool,
    pub(crate) restart_delay: Duration,
    pub(crate) max_restarts: u32,
    pub(crate) health_check_interval: Duration,
}

/// What a worker has to know before it takes side tasks or lets go of them.
#[derive(Clone, Debug)]
pub(crate) struct SideOrders {
    /// When it was read.
    pub(crate) now: DateTime<Utc>,
    /// Whether no side task is to run anywhere.
    pub(crate) is_paused: bool,
    /// When that ends by itself.
    pub(crate) paused_until: Option<DateTime<Utc>>,
    /// Which of its own should not run in this process any more: stopped, disabled, retired, to be restarted, or taken over.
    pub(crate) unwanted: Vec<String>,
    /// What it holds without knowing: it took them, and the answer was lost.
    pub(crate) forgotten: Vec<String>,
}

/// What an operator asks of a side task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SideOrder {
    Start,
    Stop,
    Restart,
}

impl SideOrder {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Stop => "stop",
            Self::Restart => "restart",
        }
    }
}

/// What there is to record of a side task.
#[derive(Clone, Debug)]
pub(crate) enum SideNews {
    /// It ended, and will be started again or given up.
    Ended(RecordedError),
    /// It says that it works as it should.
    Healthy,
    /// It does not, for that reason.
    Unhealthy(RecordedError),
}

/// What an instance of a side task came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SideEnding {
    /// It was told to stop.
    LetGo,
    /// It has done what it was for.
    Completed,
    /// It failed too often.
    GivenUp,
}

impl SideEnding {
    const fn status(self) -> Status {
        match self {
            Self::LetGo => Status::Pending,
            Self::Completed => Status::Completed,
            Self::GivenUp => Status::Failed,
        }
    }
}

impl Repository {
    /// What `runner` has to know, which runs these.
    pub(crate) async fn side_orders(&self, runner: RunnerId, names: &[String]) -> Result<SideOrders, RepositoryError> {
        statement!(ORDERS = "read_side_orders.sql", [TIMESTAMPTZ, UUID, TEXT_ARRAY]);
        let row = self.one(&ORDERS, &[&self.clock.now_for_sql(), &runner.0, &names]).await?;
        Ok(SideOrders {
            now: row.get("now"),
            is_paused: row.get("is_paused"),
            paused_until: row.get("paused_until"),
            unwanted: row.get("unwanted"),
            forgotten: row.get("forgotten"),
        })
    }

    /// Takes every side task of these that should run and that nobody runs; of those that each worker runs, what this one
    /// does not run and has not ended for good at the given instant.
    pub(crate) async fn take_side_tasks(
        &self,
        runner: RunnerId,
        environment: &str,
        names: &[&str],
        given_up_too: bool,
        ended_for_good: &HashMap<String, DateTime<Utc>>,
    ) -> Result<Vec<TakenSideTask>, RepositoryError> {
        statement!(
            TAKE = "take_side_tasks.sql",
            [TIMESTAMPTZ, UUID, TEXT, TEXT_ARRAY, BOOL, TEXT_ARRAY, TIMESTAMPTZ_ARRAY]
        );
        let (ended, at): (Vec<&str>, Vec<DateTime<Utc>>) =
            ended_for_good.iter().map(|(name, at)| (name.as_str(), *at)).unzip();
        let now = self.clock.now_for_sql();
        let rows = self.all(&TAKE, &[&now, &runner.0, &environment, &names, &given_up_too, &ended, &at]).await?;
        Ok(rows
            .iter()
            .map(|row| TakenSideTask {
                place: row.get("place"),
                name: row.get("name"),
                config: row.get("config"),
                auto_restart: row.get("auto_restart"),
                restart_delay: milliseconds(row.get("restart_delay")),
                max_restarts: u32::try_from(row.get::<_, i32>("max_restarts")).unwrap_or(0),
                health_check_interval: milliseconds(row.get("health_check_interval")),
            })
            .collect())
    }

    /// Records how a side task fares. False: this runner does not run it any more.
    pub(crate) async fn record_side_task(
        &self,
        runner: RunnerId,
        name: &str,
        restarts: u32,
        news: &SideNews,
    ) -> Result<bool, RepositoryError> {
        statement!(RECORD = "record_side_task.sql", [TIMESTAMPTZ, UUID, TEXT, INT4, JSONB, BOOL, TEXT, JSONB]);
        let restarts = i32::try_from(restarts).unwrap_or(i32::MAX);
        let (error, is_healthy, why) = match news {
            SideNews::Ended(error) => (Some(Json(error)), None, None),
            SideNews::Healthy => (None, Some(true), None),
            SideNews::Unhealthy(why) => (None, Some(false), Some(why)),
        };
        let message = why.map(|why| &why.message);
        let sentence = why.and_then(|why| why.sentence.as_ref()).map(Json);
        let now = self.clock.now_for_sql();
        let values: [&(dyn ToSql + Sync); 8] =
            [&now, &runner.0, &name, &restarts, &error, &is_healthy, &message, &sentence];
        Ok(self.maybe(&RECORD, &values).await?.is_some())
    }

    /// Lets go of an instance of a side task; hands back when. `None`: this runner did not run it any more.
    pub(crate) async fn release_side_task(
        &self,
        runner: RunnerId,
        name: &str,
        ending: SideEnding,
    ) -> Result<Option<DateTime<Utc>>, RepositoryError> {
        statement!(RELEASE = "release_side_task.sql", [TIMESTAMPTZ, UUID, TEXT, TEXT]);
        let status = ending.status().as_str();
        let row = self.maybe(&RELEASE, &[&self.clock.now_for_sql(), &runner.0, &name, &status]).await?;
        Ok(row.map(|row| row.get("now")))
    }

    /// Tells all workers what to do with a side task, and records that `actor` did. False: there is no such task.
    pub(crate) async fn order_side_task(
        &self,
        name: &str,
        order: SideOrder,
        actor: &str,
    ) -> Result<bool, RepositoryError> {
        statement!(ORDER = "order_side_task.sql", [TIMESTAMPTZ, TEXT, TEXT, TEXT]);
        let row = self.maybe(&ORDER, &[&self.clock.now_for_sql(), &name, &order.as_str(), &actor]).await?;
        Ok(row.is_some())
    }

    /// The side tasks, by name; retired ones last.
    pub async fn side_tasks(&self) -> Result<Vec<SideTaskRow>, RepositoryError> {
        self.list_side_tasks(None).await
    }

    /// The side task of that name.
    pub async fn side_task(&self, name: &str) -> Result<Option<SideTaskRow>, RepositoryError> {
        Ok(self.list_side_tasks(Some(name)).await?.pop())
    }

    async fn list_side_tasks(&self, name: Option<&str>) -> Result<Vec<SideTaskRow>, RepositoryError> {
        statement!(LIST = "list_side_tasks.sql", [TIMESTAMPTZ, TEXT]);
        let rows = self.all(&LIST, &[&self.clock.now_for_sql(), &name]).await?;
        rows.iter().map(document).collect()
    }
}
