//! The role that a function runs with, unless the template gives it one.

use super::error::{Refusal, Sam};
use super::intrinsics::{if_argument, is_no_value};
use super::policies::{self, SamPolicyKind};
use super::resource::{Attributes, Made};
use crate::tree::{Node, list, map};

/// A role in the making: events add to what it may do.
pub(super) struct Role {
    made: Made,
    managed: Vec<Node>,
    inline: Vec<Node>,
}

/// Who may assume the role of something that `service` runs.
pub(super) fn assumed_by(service: &str) -> Node {
    map! {
        "Version" => "2012-10-17",
        "Statement" => list![map! {
            "Action" => list!["sts:AssumeRole"],
            "Effect" => "Allow",
            "Principal" => map! { "Service" => list![service] },
        }],
    }
}

/// An inline policy with one statement.
pub(super) fn inline(name: String, action: &str, resource: impl Into<Node>) -> Node {
    map! { "PolicyName" => name, "PolicyDocument" => map! { "Statement" => list![allow(action, resource)] } }
}

/// A statement that allows one action.
pub(super) fn allow(action: &str, resource: impl Into<Node>) -> Node {
    map! { "Action" => action, "Effect" => "Allow", "Resource" => resource.into() }
}

/// What lets the function write to a bucket: `arn` is the bucket's.
pub(super) fn bucket_policy(id: &str, arn: &Node) -> Node {
    let objects = map! { "Fn::Join" => list!["/", list![arn, "*"]] };
    let statements = list![allow("s3:PutObject", objects), allow("s3:ListBucket", arn)];
    map! { "PolicyName" => format!("{id}S3Policy"), "PolicyDocument" => map! { "Statement" => statements } }
}

impl Role {
    /// The role called `id`, with AWS's policies in `managed` and the inline policies in `inline`.
    pub(super) fn new(id: String, attributes: Attributes, managed: Vec<String>, inline: Vec<Node>) -> Role {
        let managed = managed.into_iter().map(Node::from).collect();
        Role { made: Made::new(id, "AWS::IAM::Role", attributes), managed, inline }
    }

    /// The resource itself.
    pub(super) fn made(&mut self) -> &mut Made {
        &mut self.made
    }

    /// Its ARN.
    pub(super) fn arn(&self) -> Node {
        self.made.arn()
    }

    /// Adds the policies of the function `id`.
    pub(super) fn add_policies(&mut self, id: &str, policies: Option<&Node>, partition: &str) -> Sam<()> {
        for (at, policy) in policies::entries(policies).into_iter().enumerate() {
            match policies::kind(&policy)? {
                SamPolicyKind::Statement => {
                    let name = format!("{}Policy{at}", self.made.id);
                    let wrap = |document: &Node| {
                        map! { "PolicyName" => name.as_str(), "PolicyDocument" => document }
                    };
                    self.inline.push(either_side(&policy, |side| !is_no_value(side), wrap));
                }
                SamPolicyKind::Managed => {
                    let arn = |name: &Node| match name.str() {
                        Some(name) => policies::managed_arn(name, partition).into(),
                        None => name.clone(),
                    };
                    self.add_managed(either_side(&policy, |side| side.str().is_some(), arn));
                }
                SamPolicyKind::Template | SamPolicyKind::Unknown => {
                    return Refusal::resource(
                        id,
                        format!("Policy at index {at} in the 'Policies' property is not valid"),
                    );
                }
            }
        }
        Ok(())
    }

    /// Adds a managed policy, once.
    pub(super) fn add_managed(&mut self, arn: Node) {
        if !self.managed.iter().any(|known| known.same(&arn)) {
            self.managed.push(arn);
        }
    }

    /// Adds an inline policy, unless one with the same document is there.
    pub(super) fn add_inline(&mut self, policy: Node) {
        let document = policy.get("PolicyDocument");
        let same = |known: &Node| match (known.get("PolicyDocument"), document) {
            (Some(known), Some(document)) => known.same(document),
            _ => false,
        };
        if !self.inline.iter().any(same) {
            self.inline.push(policy);
        }
    }

    /// The finished resource.
    pub(super) fn finish(mut self) -> Made {
        self.made.set("ManagedPolicyArns", self.managed);
        if !self.inline.is_empty() {
            self.made.set("Policies", self.inline);
        }
        self.made
    }
}

/// `change` on the value, or on those sides of its `Fn::If` that are `fit`.
fn either_side(value: &Node, fit: impl Fn(&Node) -> bool, change: impl Fn(&Node) -> Node) -> Node {
    let Some(argument) = if_argument(value) else { return change(value) };
    let mut parts = argument.items().to_vec();
    for part in parts.iter_mut().skip(1).filter(|part| fit(part)) {
        *part = change(part);
    }
    map! { "Fn::If" => parts }
}
