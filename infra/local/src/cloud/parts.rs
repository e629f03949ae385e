//! The parts of a running cloud, for the command, checks and tests.

use super::Cloud;
use crate::activity::ActivityLog;
use crate::clock::Clock;
use crate::cloudtrail::CloudTrail;
use crate::cloudwatch::CloudWatch;
use crate::deployment::Stacks;
use crate::iam::Identities;
use crate::lambda::Lambda;
use crate::logs::Logs;
use crate::service::HostedService;
use crate::sqs::Queues;
use stack::Stack;

impl Cloud {
    /// The stack that the template describes.
    pub fn stack(&self) -> &Stack {
        &self.own().stack
    }

    /// All stacks, as CloudFormation remembers them.
    pub fn stacks(&self) -> &Stacks {
        &self.stacks
    }

    /// The REST API's address with its stage, without a slash at the end; `None` where the template has no API.
    pub fn api_url(&self) -> Option<String> {
        self.own().stack.apis.first().map(|api| format!("http://{}/{}", self.own().addresses.api, api.stage))
    }

    /// The REST API as the site's page asks it: a path where the distribution passes the stage's paths on, and its address elsewhere.
    pub fn page_api(&self) -> Option<String> {
        let Stack { apis, distributions, .. } = &self.own().stack;
        let path = distributions.first().and_then(|distribution| distribution.stage_path(&apis.first()?.stage));
        path.or_else(|| self.api_url())
    }

    /// The site's address; `None` where the template has no distribution.
    pub fn site_url(&self) -> Option<String> {
        self.own().stack.distributions.first().map(|_| format!("http://{}", self.own().addresses.site))
    }

    /// What `AWS_ENDPOINT_URL` is set to.
    pub fn aws_url(&self) -> String {
        format!("http://{}", self.own().addresses.aws)
    }

    /// What the learner's own clients sign with.
    pub fn credentials(&self) -> &crate::signature::Credentials {
        self.identities.learner()
    }

    /// The access keys of execution environments.
    pub fn identities(&self) -> &Identities {
        &self.identities
    }

    /// Time and ids.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// The functions.
    pub fn lambda(&self) -> &Lambda {
        &self.lambda
    }

    /// The log groups.
    pub fn logs(&self) -> &Logs {
        &self.logs
    }

    /// The AWS calls that were made.
    pub fn trail(&self) -> &CloudTrail {
        &self.trail
    }

    /// The activity log.
    pub fn activity(&self) -> &ActivityLog {
        &self.activity
    }

    /// Metrics and alarms.
    pub fn cloudwatch(&self) -> &CloudWatch {
        &self.cloudwatch
    }

    /// The queues.
    pub fn queues(&self) -> &Queues {
        &self.queues
    }

    /// The service of type `S`, if the cloud was booted with it.
    pub fn service<S: HostedService>(&self) -> Option<&S> {
        self.services.of()
    }
}
