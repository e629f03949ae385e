//! Many cases at once, and what is said about them.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time;

use crate::case::Case;
use crate::compare;
use crate::dispatch;
use crate::ground::Ground;

/// How many cases run at once. Most of them wait: for a process to start, for a time-out to pass.
const AT_ONCE: usize = 8;
/// No case takes longer: the longest one waits for API Gateway's 29 seconds.
const LIMIT: Duration = Duration::from_secs(90);

/// What became of one case.
#[derive(Debug, Clone)]
pub struct Verdict {
    /// Its place in the file.
    place: usize,
    /// Its name.
    pub id: String,
    /// In what it differs; empty when it passed.
    pub differences: Vec<String>,
    /// The reason beside an optional case, for which it may differ.
    pub excuse: Option<String>,
}

impl Verdict {
    /// Whether the case counts as passed.
    pub fn passed(&self) -> bool {
        self.differences.is_empty() || self.excuse.is_some()
    }
}

impl fmt::Display for Verdict {
    /// One line, for any content: `id  what was expected, what it got; …`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}  {}", self.id, self.differences.join("; ").replace(['\r', '\n'], " "))
    }
}

/// Runs `cases` and gives a verdict for each, in the order of the file.
pub async fn verdicts(cases: Vec<Case>, ground: &Ground) -> Vec<Verdict> {
    let places = Arc::new(Semaphore::new(AT_ONCE));
    let mut running = JoinSet::new();
    for (place, case) in cases.into_iter().enumerate() {
        let (ground, places) = (ground.clone(), Arc::clone(&places));
        running.spawn(async move {
            // The semaphore is never closed, so a refusal cannot come.
            let _turn = places.acquire().await;
            verdict(place, &case, &ground).await
        });
    }
    let mut verdicts = Vec::new();
    while let Some(ended) = running.join_next().await {
        match ended {
            Ok(verdict) => verdicts.push(verdict),
            Err(panic) => verdicts.push(Verdict {
                place: usize::MAX,
                id: "a case".to_string(),
                differences: vec![format!("panicked: {panic}")],
                excuse: None,
            }),
        }
    }
    verdicts.sort_by_key(|verdict| verdict.place);
    verdicts
}

async fn verdict(place: usize, case: &Case, ground: &Ground) -> Verdict {
    let differences = match time::timeout(LIMIT, dispatch::observe(case, ground)).await {
        Err(_) => vec![format!("took longer than {} seconds", LIMIT.as_secs())],
        Ok(Err(inexpressible)) => vec![inexpressible.to_string()],
        Ok(Ok(observed)) => {
            compare::differences(&case.expect, &observed).into_iter().map(|difference| difference.0).collect()
        }
    };
    let excuse = case.difference.clone().filter(|_| case.evidence.is_optional());
    Verdict { place, id: case.id.clone(), differences, excuse }
}
