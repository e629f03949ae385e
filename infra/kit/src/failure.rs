//! The kinds of failure that belong to one TODO, no matter what was asked.
//!
//! A reply that API Gateway cannot use turns every test of a lab red. A check attributes that failure to the TODO that causes it
//! ([`Lab::attribute`](crate::Lab::attribute), [`Deployment::attribute`](crate::Deployment::attribute)), so that no explanation sends
//! a learner to the TODO that the test happened to be about.

/// A way in which a lab fails before a test can judge its own TODO.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// The template cannot be read at all.
    UnreadableTemplate,
    /// AWS refuses to create the resource with this logical id. A mapping that a function's event makes is called as SAM calls it:
    /// the function's id and the event's in one word. For a mistake that is seen before anything is created, a place in the resource
    /// will do as well: `BoardAuthorsRole.Properties.AssumeRolePolicyDocument`. Of several that fit, the first one counts.
    ResourceRefused(&'static str),
    /// The template has no event for a request whose path begins like this. Of several that fit, the first one counts.
    Unrouted(&'static str),
    /// The stage's throttle answers a request with 429.
    RequestThrottled,
    /// Lambda refuses to run the function for want of concurrency.
    FunctionThrottled,
    /// The function returns an error. A panic is none.
    FunctionError,
    /// API Gateway cannot use the reply, or its JSON is not valid JSON.
    MalformedReply,
}

/// The TODO of each failure that a check has attributed to one.
#[derive(Debug, Clone, Default)]
pub(crate) struct Attributions(Vec<(Failure, &'static str)>);

impl Attributions {
    pub(crate) fn add(&mut self, failure: Failure, todo: &'static str) {
        self.0.push((failure, todo));
    }

    /// The TODO that `failure` is attributed to.
    pub(crate) fn todo(&self, failure: Failure) -> Option<&'static str> {
        self.0.iter().find(|(known, _)| *known == failure).map(|(_, todo)| *todo)
    }

    /// The TODO of a resource that AWS refuses to create.
    pub(crate) fn todo_of_resource(&self, logical_id: &str) -> Option<&'static str> {
        let is_it = |failure: &Failure| matches!(failure, Failure::ResourceRefused(id) if *id == logical_id);
        self.0.iter().find(|(failure, _)| is_it(failure)).map(|(_, todo)| *todo)
    }

    /// The TODO of a mistake at a place of the template, `BoardAuthorsRole.Properties.Policies[0]`.
    pub(crate) fn todo_of_place(&self, place: &str) -> Option<&'static str> {
        let is_in = |failure: &Failure| {
            let Failure::ResourceRefused(known) = failure else { return false };
            place.strip_prefix(known).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        };
        self.0.iter().find(|(failure, _)| is_in(failure)).map(|(_, todo)| *todo)
    }

    /// The TODO of a request that no event in the template fits.
    pub(crate) fn todo_of_path(&self, path: &str) -> Option<&'static str> {
        let begins = |failure: &Failure| matches!(failure, Failure::Unrouted(start) if path.starts_with(start));
        self.0.iter().find(|(failure, _)| begins(failure)).map(|(_, todo)| *todo)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_path_that_fits_decides() {
        let mut attributions = Attributions::default();
        attributions.add(Failure::Unrouted("/board/"), "lab-02.2");
        attributions.add(Failure::Unrouted("/board"), "lab-02.1");
        attributions.add(Failure::ResourceRefused("Board"), "lab-02.3");
        assert_eq!(attributions.todo_of_path("/board/welcome"), Some("lab-02.2"));
        assert_eq!(attributions.todo_of_path("/board?limit=1"), Some("lab-02.1"));
        assert_eq!(attributions.todo_of_path("/hello"), None);
        assert_eq!(attributions.todo_of_resource("Board"), Some("lab-02.3"));
        attributions.add(Failure::ResourceRefused("Role.Properties.AssumeRolePolicyDocument"), "lab-02.1");
        attributions.add(Failure::ResourceRefused("Role"), "lab-02.2");
        assert_eq!(
            attributions.todo_of_place("Role.Properties.AssumeRolePolicyDocument.Statement[0]"),
            Some("lab-02.1")
        );
        assert_eq!(attributions.todo_of_place("Role.Properties.Policies[0]"), Some("lab-02.2"));
        assert_eq!(attributions.todo_of_place("RoleOfAnother.Properties"), None);
        assert_eq!(attributions.todo(Failure::FunctionError), None);
    }
}
