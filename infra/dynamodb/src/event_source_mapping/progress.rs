//! How far a shard is processed, when several batches of it are on their way at once.
//!
//! Records are finished in any order, but the checkpoint is one place: it stands before the first record that is not
//! finished.

use std::collections::VecDeque;

/// The records between the checkpoint and the newest one read.
#[derive(Debug, Default)]
pub(super) struct Progress {
    /// The place of the first slot, counted from the start of the reader.
    first: u64,
    slots: VecDeque<Slot>,
}

#[derive(Debug)]
struct Slot {
    sequence_number: String,
    done: bool,
}

impl Progress {
    /// Takes the next record in; returns its place.
    pub(super) fn begin(&mut self, sequence_number: &str) -> u64 {
        self.slots.push_back(Slot { sequence_number: sequence_number.to_string(), done: false });
        self.first + u64::try_from(self.slots.len()).unwrap_or_default() - 1
    }

    /// Marks records as done with; returns the new checkpoint if it moves.
    pub(super) fn finish(&mut self, places: impl IntoIterator<Item = u64>) -> Option<String> {
        for place in places {
            let slot = place.checked_sub(self.first).and_then(|at| usize::try_from(at).ok());
            if let Some(slot) = slot.and_then(|at| self.slots.get_mut(at)) {
                slot.done = true;
            }
        }
        let mut checkpoint = None;
        while let Some(slot) = self.slots.pop_front_if(|slot| slot.done) {
            self.first += 1;
            checkpoint = Some(slot.sequence_number);
        }
        checkpoint
    }

    /// How many records are between the checkpoint and the newest one read.
    pub(super) fn open(&self) -> usize {
        self.slots.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checkpoint_waits_for_the_slowest() {
        let mut progress = Progress::default();
        let places: Vec<u64> = ["10", "20", "30", "40"].iter().map(|number| progress.begin(number)).collect();
        assert_eq!(progress.finish([places[1]]), None);
        assert_eq!(progress.finish([places[0]]), Some("20".to_string()));
        assert_eq!(progress.finish([places[0], places[1]]), None, "done is done");
        assert_eq!(progress.begin("50"), 4);
        assert_eq!(progress.finish([places[3], 4]), None);
        assert_eq!(progress.finish([places[2]]), Some("50".to_string()));
        assert_eq!(progress.open(), 0);
    }
}
