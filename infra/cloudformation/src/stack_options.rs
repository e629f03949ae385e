//! What a template is loaded with: the choices made at deployment, and the addresses of the running cloud.

use std::collections::{BTreeMap, BTreeSet};

use super::{AllowedFolders, kinds};
use stack::model::CompileModel;
use stack::{ApiSnapshot, REGION, api_domain_name, distribution_domain_name};

/// Everything that a stack depends on besides its template.
#[derive(Debug, Clone)]
pub struct StackOptions {
    /// `AWS::StackName`; `board` unless set.
    pub stack_name: String,
    /// `AWS::StackId` of a stack that has one already. Without it, the id is made of the name.
    pub stack_id: Option<String>,
    /// Values of parameters. A name that the template does not know is an error.
    pub parameters: BTreeMap<String, String>,
    /// Values of the last deployment, for parameters that are not given one now. Names that the template no longer knows are let
    /// go.
    pub previous: BTreeMap<String, String>,
    /// What the other stacks of the account export, where there is an account to look at.
    pub exports: Option<BTreeMap<String, String>>,
    /// The ARNs of the roles and users that the account has before the deployment, where there is an account to look at.
    pub principals: Option<BTreeSet<String>>,
    /// What the deployments of the template's APIs hold that were made earlier, by their ids.
    pub deployed: BTreeMap<String, ApiSnapshot>,
    /// Where the local cloud answers.
    pub addresses: Addresses,
    /// Where code may lie, when functions are built from it; anywhere without.
    pub allowed_folders: Option<AllowedFolders>,
    /// Whether the code of functions lies in buckets, as in a template that `sam deploy` sends; otherwise it is in folders.
    pub packaged: bool,
    /// Whether what services refuse of resources is left for their creation ([`Stack::refused_creations`]), as in a deployment;
    /// otherwise it is an error of the template, with its line.
    ///
    /// [`Stack::refused_creations`]: stack::Stack::refused_creations
    pub creates: bool,
    /// What tries models out; without it they are taken as they stand.
    pub models: Option<CompileModel>,
    /// `AWS::Region`. A local cloud is in one region; a look ahead may be at another.
    pub region: String,
}

impl Default for StackOptions {
    fn default() -> StackOptions {
        let (parameters, previous, exports, principals, deployed, addresses) = Default::default();
        StackOptions {
            stack_name: "board".to_string(),
            stack_id: None,
            parameters,
            previous,
            exports,
            principals,
            deployed,
            addresses,
            allowed_folders: None,
            packaged: false,
            creates: false,
            models: None,
            region: REGION.to_string(),
        }
    }
}

impl StackOptions {
    /// `AWS::StackId`.
    pub(super) fn stack_id(&self) -> String {
        self.stack_id.clone().unwrap_or_else(|| stack::stack_arn(&self.stack_name, &kinds::uuid(&self.stack_name)))
    }
}

/// Addresses that only the running cloud knows. Without them the template's are those of AWS.
#[derive(Debug, Clone, Default)]
pub struct Addresses {
    /// Host and port of the edge, which `GetAtt Distribution.DomainName` gives.
    pub site_domain: Option<String>,
    /// Host and port of the REST API, which stand for `{api id}.execute-api.{region}.amazonaws.com`.
    pub api_domain: Option<String>,
    /// Host and port of S3, where a bucket's name is the first part of the path: `{bucket}.s3.{region}.amazonaws.com` becomes
    /// `{host and port}/{bucket}`.
    pub s3_domain: Option<String>,
}

impl Addresses {
    /// The domain of the distribution with this id.
    pub(super) fn site_domain(&self, id: &str) -> String {
        match &self.site_domain {
            Some(domain) => domain.clone(),
            None => distribution_domain_name(id),
        }
    }

    /// `text`, made by a function of the template, with the addresses of the running cloud in it.
    ///
    /// Templates write `https://` in front of both domains, because on AWS nothing else answers. The local cloud speaks
    /// http, so an allowed origin or a content security policy would name a page that nobody can open. Where a template writes
    /// `http://` in front of the site's domain, that is another origin, and it stays another one: it becomes `https://`. A bucket's
    /// address is another matter of the same kind. The API's host
    /// is replaced as a whole; `*` in its place, as in a content security policy, stands for any API and becomes this
    /// one. All APIs of a stack share the address.
    pub(super) fn localised(&self, text: String) -> String {
        let text = match &self.site_domain {
            Some(domain) => {
                let (plain, secure) = (format!("http://{domain}"), format!("https://{domain}"));
                let others = text.split(&secure).map(|between| between.replace(&plain, &secure));
                others.collect::<Vec<_>>().join(&plain)
            }
            None => text,
        };
        let (api, s3) = (api_domain_name(""), format!(".s3.{REGION}.amazonaws.com"));
        let mut local = String::new();
        let mut rest = text.as_str();
        while let Some((before, after)) = rest.split_once("https://") {
            local.push_str(before);
            let host = after.find(|c: char| !(c.is_ascii_alphanumeric() || ".-*".contains(c))).unwrap_or(after.len());
            let bucket = after[..host].strip_suffix(&s3).filter(|bucket| !bucket.contains('*'));
            match (&self.api_domain, &self.s3_domain, bucket) {
                (Some(domain), _, _) if after[..host].ends_with(&api) => {
                    local.push_str(&format!("http://{domain}"));
                    rest = &after[host..];
                }
                (_, Some(domain), Some(bucket)) => {
                    local.push_str(&format!("http://{domain}/{bucket}"));
                    rest = &after[host..];
                }
                _ => {
                    local.push_str("https://");
                    rest = after;
                }
            }
        }
        local.push_str(rest);
        local
    }
}
