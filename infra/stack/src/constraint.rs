//! The words in which AWS's services refuse a member of a request that does not keep to their model.

/// What is wrong with one member: `shown` is its value as the service shows it, `place` the way to it, and `bound` what it must do
/// or be, after "Member must".
#[must_use]
pub fn violation(shown: &str, place: &str, bound: &str) -> String {
    format!("Value {shown} at '{place}' failed to satisfy constraint: Member must {bound}")
}

/// The message of a refusal for these violations, of which there is at least one.
#[must_use]
pub fn message(violations: &[String]) -> String {
    let errors = if violations.len() == 1 { "error" } else { "errors" };
    format!("{} validation {errors} detected: {}", violations.len(), violations.join("; "))
}

/// The message for one member alone.
#[must_use]
pub fn refusal(shown: &str, place: &str, bound: &str) -> String {
    message(&[violation(shown, place, bound)])
}
