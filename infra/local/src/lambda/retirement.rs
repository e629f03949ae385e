//! When idle environments are ended.
//!
//! Lambda keeps an environment for a while after its last invocation and does not say for how long; people measure five to seven
//! minutes for a quiet function, and less for most environments that a burst has left. Here an environment is a process on the
//! learner's machine, so those of a burst are gone after a minute.

use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use super::execution_environment::ExecutionEnvironment;
use super::{Lambda, LambdaState, held};

/// How long the last environments of a function stay idle.
const IDLE: Duration = Duration::from_secs(7 * 60);
/// How many of them there may be.
const FEW: usize = 4;
/// How long those stay that are more.
const IDLE_AMONG_MANY: Duration = Duration::from_secs(60);
/// How often idle environments are looked at.
const SWEEP: Duration = Duration::from_secs(15);

/// How many of a function's idle environments go, the longest idle first. `idle_since` says since when each is idle, in the order in
/// which they became so.
fn surplus(idle_since: &[Instant], now: Instant) -> usize {
    let idle_for = |limit: Duration| idle_since.partition_point(|since| now.saturating_duration_since(*since) >= limit);
    let beyond_few = idle_since.len().saturating_sub(FEW);
    idle_for(IDLE).max(idle_for(IDLE_AMONG_MANY).min(beyond_few))
}

impl Lambda {
    /// Ends the environments that have been idle for too long at the moment `now`, and returns when their processes are gone.
    /// This happens by itself every 15 seconds; a test says which moment it is.
    pub async fn retire_idle(&self, now: Instant) {
        let deployed: Vec<_> = self.functions().values().cloned().collect();
        let mut retired = Vec::new();
        for function in deployed {
            let mut pool = held(&function.pool);
            let since: Vec<Instant> = pool.idle.iter().map(ExecutionEnvironment::idle_since).collect();
            retired.extend(pool.idle.drain(..surplus(&since, now)));
        }
        end_all(retired).await;
    }

    /// Looks at idle environments from time to time, as long as there is anybody who holds this.
    pub(super) fn sweep(&self) {
        // Without a runtime nothing can be invoked either.
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        let lambda: Weak<LambdaState> = Arc::downgrade(&self.0);
        let mut closing = self.0.closing.subscribe();
        runtime.spawn(async move {
            loop {
                tokio::select! {
                    () = tokio::time::sleep(SWEEP) => {}
                    // An error means that nobody holds it any more.
                    _ = closing.wait_for(|closing| *closing) => return,
                }
                let Some(inner) = lambda.upgrade() else { return };
                Lambda(inner).retire_idle(Instant::now()).await;
            }
        });
    }
}

/// Ends `environments` and waits until their processes are gone: all at once, not one after another.
pub(super) async fn end_all(mut environments: Vec<ExecutionEnvironment>) {
    environments.iter_mut().for_each(ExecutionEnvironment::begin_to_end);
    for environment in environments {
        environment.end().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many go of environments that have been idle for so many seconds.
    fn of(idle_for: &[u64]) -> usize {
        // From a moment on that has a past, also on a machine that has just started.
        let began = Instant::now();
        let now = began + Duration::from_secs(100_000);
        let since: Vec<Instant> = idle_for.iter().map(|seconds| now - Duration::from_secs(*seconds)).collect();
        surplus(&since, now)
    }

    #[test]
    fn a_few_stay_for_seven_minutes() {
        assert_eq!(of(&[]), 0);
        assert_eq!(of(&[419, 419, 60, 0]), 0);
        assert_eq!(of(&[421, 420, 419, 0]), 2);
        assert_eq!(of(&[9_000; 4]), 4);
    }

    #[test]
    fn of_many_those_go_that_are_idle_for_a_minute_until_a_few_are_left() {
        assert_eq!(of(&[59; 400]), 0, "the burst may come again");
        assert_eq!(of(&[60; 400]), 396);
        assert_eq!(of(&[61, 61, 61, 5, 5, 5]), 2);
        assert_eq!(of(&[61, 61, 5, 5, 5, 5, 5, 5]), 2, "six are in use");
        assert_eq!(of(&[500, 500, 500, 5, 5, 5]), 3);
        assert_eq!(of(&[500; 400]), 400);
    }
}
