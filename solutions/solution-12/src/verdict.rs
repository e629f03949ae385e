//! From numbers to a verdict. There are three, because "we do not know" is one.

use std::fmt;

use crate::group::Group;
use crate::hypothesis::Hypothesis;
use crate::percentile::percentile;

/// How many samples must lie beyond the share, so that a few of them do not decide.
const BEYOND: f64 = 10.0;

/// What a measurement says about a hypothesis.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Verdict {
    /// The share was answered in time.
    Holds { took: f64 },
    /// It was not.
    DoesNotHold { took: f64 },
    /// There are too few samples to tell.
    NotDecided { have: usize, need: usize },
}

impl fmt::Display for Verdict {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Verdict::Holds { took } => write!(out, "holds, {took:.1} ms"),
            Verdict::DoesNotHold { took } if took.is_infinite() => write!(out, "does not hold, too many failed"),
            Verdict::DoesNotHold { took } => write!(out, "does not hold, {took:.1} ms"),
            Verdict::NotDecided { have, need } => write!(out, "not decided, {have} samples of {need}"),
        }
    }
}

/// Judges a hypothesis by the samples that it is about.
pub(crate) fn of(hypothesis: &Hypothesis, group: &Group) -> Verdict {
    let took = percentile(group, hypothesis.share);
    // lab-12.4 begin
    // To the nearest: to a computer, 10 / (1 - 0.9) is a hair more than 100, and 10 / (1 - 0.99) a hair less than 1,000.
    let need = (BEYOND / (1.0 - hypothesis.share)).round() as usize;
    match group.count() {
        have if have < need => Verdict::NotDecided { have, need },
        _ if took <= hypothesis.within => Verdict::Holds { took },
        _ => Verdict::DoesNotHold { took },
    }
    // lab-12.4 starter
    // | // TODO(lab-12.4): not decided, unless BEYOND samples are expected beyond the share. How many are needed for 99 of 100?
    // | let _ = (BEYOND, Verdict::NotDecided { have: group.count(), need: 0 });
    // | if took <= hypothesis.within { Verdict::Holds { took } } else { Verdict::DoesNotHold { took } }
    // lab-12.4 end
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::group::Kind;

    fn judged(took: f64, count: usize, share: f64) -> Verdict {
        let claim = Hypothesis { name: String::new(), claim: String::new(), group: Kind::Warm, share, within: 100.0 };
        of(&claim, &Group { took: vec![took; count], failed: 0 })
    }

    #[test]
    fn few_samples_decide_nothing_however_good_they_look() {
        assert_eq!(judged(1.0, 999, 0.99), Verdict::NotDecided { have: 999, need: 1000 });
        assert_eq!(judged(1.0, 1000, 0.99), Verdict::Holds { took: 1.0 });
        assert_eq!(judged(100.5, 100, 0.9), Verdict::DoesNotHold { took: 100.5 });
        assert_eq!(judged(900.0, 3, 0.9), Verdict::NotDecided { have: 3, need: 100 });
    }
}
