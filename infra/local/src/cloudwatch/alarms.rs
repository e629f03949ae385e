//! The alarms: those of templates and those that calls have made, with the state of each.
//!
//! An alarm is evaluated at the end of every minute, over the periods that are over by then. When its state changes, that goes to
//! the activity log, with the actions that AWS would take: there is no SNS here.
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html>

use std::collections::BTreeMap;

use super::{CloudWatch, MINUTE, held};
use crate::activity::ActivityEvent;
use stack::{Alarm, AlarmState, Evaluation};

/// An alarm and what became of it; times in milliseconds since 1970.
#[derive(Debug, Clone)]
pub struct WatchedAlarm {
    /// What it is.
    pub alarm: Alarm,
    /// Its state, and why it is so.
    pub evaluation: Evaluation,
    /// When it was made or changed.
    pub configured: i64,
    /// When its state, or the reason for it, changed.
    pub updated: i64,
    /// When it went over into another state.
    pub transitioned: i64,
}

impl CloudWatch {
    /// Makes an alarm, which begins without a state, or changes one, which keeps its own until it is evaluated.
    pub fn put_alarm(&self, alarm: Alarm) {
        self.catch_up();
        let now = self.0.clock.epoch_millis();
        let mut alarms = held(&self.0.alarms);
        if let Some(watched) = alarms.get_mut(&alarm.name) {
            if watched.alarm != alarm {
                (watched.alarm, watched.configured) = (alarm, now);
            }
            return;
        }
        let reason = "Unchecked: Initial alarm creation".to_string();
        let evaluation = Evaluation { state: AlarmState::InsufficientData, reason };
        let name = alarm.name.clone();
        alarms.insert(name, WatchedAlarm { alarm, evaluation, configured: now, updated: now, transitioned: now });
    }

    /// Removes the alarm called `name`; false where there is none.
    pub fn delete_alarm(&self, name: &str) -> bool {
        held(&self.0.alarms).remove(name).is_some()
    }

    /// Puts what `next` declares in the place of what `before` did. What calls have made stays.
    pub(crate) fn deploy(&self, before: &[Alarm], next: &[Alarm]) {
        for gone in before.iter().filter(|old| !next.iter().any(|new| new.name == old.name)) {
            self.delete_alarm(&gone.name);
        }
        // What a call has changed stays until the template says something else.
        for alarm in next.iter().filter(|alarm| !before.contains(alarm)) {
            self.put_alarm(alarm.clone());
        }
    }

    /// All alarms, by their names.
    pub fn alarms(&self) -> Vec<WatchedAlarm> {
        self.catch_up();
        held(&self.0.alarms).values().cloned().collect()
    }

    /// Puts the alarm called `name` into a state until it is evaluated again; false where there is none.
    pub fn set_alarm_state(&self, name: &str, state: AlarmState, reason: String) -> bool {
        self.catch_up();
        self.change(name, Evaluation { state, reason })
    }

    /// Evaluates all alarms at the end of `minute`, counted from 1970.
    pub(super) fn evaluate(&self, minute: i64) {
        let alarms: Vec<Alarm> = held(&self.0.alarms).values().map(|watched| watched.alarm.clone()).collect();
        for alarm in alarms {
            let period = i64::from(alarm.period);
            // The newest period that is over.
            let end = ((minute + 1) * MINUTE).div_euclid(period) * period;
            let range = i64::try_from(alarm.evaluation_range()).unwrap_or(i64::MAX);
            let start = end.saturating_sub(period.saturating_mul(range));
            let found = self.periods(&alarm.metric, (start, end), period, alarm.unit.as_deref());
            let values: BTreeMap<i64, f64> =
                found.iter().map(|found| (found.timestamp, found.samples.get(alarm.statistic))).collect();
            let datapoints: Vec<Option<f64>> =
                (0..range).map(|at| values.get(&(start + at * period)).copied()).collect();
            if let Some(evaluation) = alarm.evaluate(&datapoints) {
                self.change(&alarm.name, evaluation);
            }
        }
    }

    fn change(&self, name: &str, evaluation: Evaluation) -> bool {
        let now = self.0.clock.epoch_millis();
        let mut alarms = held(&self.0.alarms);
        let Some(watched) = alarms.get_mut(name) else { return false };
        let before = watched.evaluation.state;
        let state = evaluation.state;
        if watched.evaluation == evaluation {
            return true;
        }
        let reason = evaluation.reason.clone();
        (watched.evaluation, watched.updated) = (evaluation, now);
        if before != state {
            watched.transitioned = now;
            self.0.activity.put(ActivityEvent::Alarm {
                alarm: name.to_string(),
                from: before.name(),
                to: state.name(),
                reason,
                actions: watched.alarm.actions(state).to_vec(),
            });
        }
        true
    }
}
