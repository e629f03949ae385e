//! `AWS::CloudFront::Distribution`: origins, and which path is asked of which of them.

use std::borrow::Cow;

use serde::Serialize;

use crate::policy::matches;

/// A CloudFront distribution.
#[derive(Debug, Clone, Serialize)]
pub struct Distribution {
    /// The template's name for it.
    pub logical_id: String,
    /// Its id, upper-case, derived from the logical id.
    pub id: String,
    /// `DefaultRootObject`, without a slash in front.
    pub default_root_object: Option<String>,
    /// `CustomErrorResponses`, by the origin's status. They count for all behaviours.
    pub custom_error_responses: Vec<CustomErrorResponse>,
    /// What is done with a path that no other behaviour matches.
    pub default_cache_behavior: CacheBehavior,
    /// `CacheBehaviors`, in their order: the first that matches a path counts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cache_behaviors: Vec<CacheBehavior>,
}

/// What is done with the paths of one pattern.
#[derive(Debug, Clone, Serialize)]
pub struct CacheBehavior {
    /// `PathPattern`; the default behaviour has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path_pattern: Option<String>,
    /// Whom it asks.
    pub origin: Origin,
    /// Methods that it lets through; `GET` and `HEAD` unless set.
    pub allowed_methods: Vec<String>,
    /// Headers of the response headers policy.
    pub response_headers: Vec<(String, String)>,
}

/// What stands behind a distribution.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// A bucket of the template.
    Bucket {
        /// Its name.
        name: String,
        /// Whether it is read with an origin access control.
        access_control: bool,
        /// `OriginPath`, with a slash in front, or empty.
        #[serde(skip_serializing_if = "String::is_empty")]
        path: String,
    },
    /// A REST API of the template, as a custom origin.
    RestApi(RestApiOrigin),
}

/// A REST API behind a distribution.
#[derive(Debug, Clone, Serialize)]
pub struct RestApiOrigin {
    /// Its host name on AWS, which it must find in the `Host` header.
    pub domain_name: String,
    /// Host and port at which it answers here; nothing where no cloud runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// `OriginPath`, with a slash in front, or empty.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub path: String,
    /// `OriginRequestPolicyId` of the behaviour.
    pub request_policy: OriginRequestPolicy,
}

/// Which of the viewer's headers go to the origin; with both all of its query strings do.
///
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-origin-request-policies.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum OriginRequestPolicy {
    /// All of them, `Host` too.
    AllViewer,
    /// All but `Host`, in whose place the origin's own name stands.
    AllViewerExceptHostHeader,
}

/// What the edge shows instead of an origin's error.
#[derive(Debug, Clone, Serialize)]
pub struct CustomErrorResponse {
    /// The origin's status.
    pub error_code: u16,
    /// The status to answer with.
    pub response_code: u16,
    /// The object to answer with, with a slash in front.
    pub response_page_path: String,
}

/// The name on AWS of the distribution with the id `id`, which `GetAtt` gives as `DomainName`: an id begins with `E`, a name with `d`.
pub fn distribution_domain_name(id: &str) -> String {
    format!("d{}.cloudfront.net", id.strip_prefix('E').unwrap_or(id).to_ascii_lowercase())
}

impl Distribution {
    /// Its name on AWS, which viewers send as `Host`.
    pub fn domain_name(&self) -> String {
        distribution_domain_name(&self.id)
    }

    /// The bucket whose objects are the site: that of the default behaviour.
    pub fn bucket(&self) -> Option<&str> {
        self.default_cache_behavior.bucket()
    }

    /// All its behaviours, the default one last.
    pub fn behaviors(&self) -> impl Iterator<Item = &CacheBehavior> {
        self.cache_behaviors.iter().chain([&self.default_cache_behavior])
    }

    /// Every bucket that it shows.
    pub fn buckets(&self) -> impl Iterator<Item = &str> {
        self.behaviors().filter_map(CacheBehavior::bucket)
    }

    /// The path of the site at which the stage `stage` of an API is, as API Gateway has it: `/dev`. Nothing where the site does not pass
    /// the stage's paths on as they are.
    pub fn stage_path(&self, stage: &str) -> Option<String> {
        let path = format!("/{stage}");
        match &self.behavior(&format!("{path}/")).origin {
            Origin::RestApi(api) if api.path.is_empty() => Some(path),
            Origin::RestApi(_) | Origin::Bucket { .. } => None,
        }
    }

    /// The behaviour that is used for `path`, which is as the viewer sent it.
    ///
    /// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html#DownloadDistValuesPathPattern>
    pub fn behavior(&self, path: &str) -> &CacheBehavior {
        let path = without_dots(path);
        let is_for_path = |behavior: &&CacheBehavior| {
            behavior.path_pattern.as_deref().is_some_and(|pattern| {
                // With the slash in front or without, a pattern means the same.
                // Case matters, as in policies.
                matches(pattern.trim_start_matches('/'), path.trim_start_matches('/'))
            })
        };
        self.cache_behaviors.iter().find(is_for_path).unwrap_or(&self.default_cache_behavior)
    }
}

impl CacheBehavior {
    /// The bucket that it reads.
    fn bucket(&self) -> Option<&str> {
        match &self.origin {
            Origin::Bucket { name, .. } => Some(name),
            Origin::RestApi(_) => None,
        }
    }
}

/// `path` as it is compared with patterns: `/a/../b` is `/b` (RFC 3986, 5.2.4). The origin gets what was sent.
fn without_dots(path: &str) -> Cow<'_, str> {
    if !path.split('/').any(|segment| segment == "." || segment == "..") {
        return Cow::Borrowed(path);
    }
    let mut kept: Vec<&str> = Vec::new();
    let mut segments = path.split('/').peekable();
    while let Some(segment) = segments.next() {
        let is_last = segments.peek().is_none();
        match segment {
            "." | ".." => {
                // Never above the root, which is the empty segment before the first slash.
                if segment == ".." && kept.len() > 1 {
                    kept.pop();
                }
                if is_last {
                    kept.push("");
                }
            }
            _ => kept.push(segment),
        }
    }
    Cow::Owned(kept.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn behavior(pattern: Option<&str>, bucket: &str) -> CacheBehavior {
        CacheBehavior {
            path_pattern: pattern.map(str::to_string),
            origin: Origin::Bucket { name: bucket.into(), access_control: true, path: String::new() },
            allowed_methods: vec!["GET".into(), "HEAD".into()],
            response_headers: Vec::new(),
        }
    }

    #[test]
    fn the_first_pattern_that_matches_counts() {
        let patterns = ["/dev/*", "img/*.pn?", "/d*v/*/x", "/exact", "*.css"];
        let distribution = Distribution {
            logical_id: "Site".into(),
            id: "E1".into(),
            default_root_object: None,
            custom_error_responses: Vec::new(),
            default_cache_behavior: behavior(None, "-"),
            cache_behaviors: patterns.map(|pattern| behavior(Some(pattern), pattern)).into(),
        };
        for (path, expected) in [
            ("/dev/board", "/dev/*"),
            ("/dev/", "/dev/*"),
            ("/dev/a.css", "/dev/*"),
            // The pattern has a slash more.
            ("/dev", "-"),
            ("/device/board", "-"),
            ("/Dev/board", "-"),
            ("/img/a.png", "img/*.pn?"),
            ("/img/a/b.pnx", "img/*.pn?"),
            ("/img/a.pn", "-"),
            ("/d-v/a/b/x", "/d*v/*/x"),
            ("/exact", "/exact"),
            ("/exact/", "-"),
            ("/a/b.css", "*.css"),
            ("/", "-"),
            ("", "-"),
            // Matched as what it leads to.
            ("/css/../dev/board", "/dev/*"),
            ("/../dev/./board", "/dev/*"),
            ("/dev/../index.html", "-"),
            ("/dev/..", "-"),
            ("/dev/.", "/dev/*"),
        ] {
            assert_eq!(distribution.behavior(path).bucket(), Some(expected), "{path}");
        }
        let shown: Vec<&str> = distribution.buckets().collect();
        assert_eq!(shown.len(), 6, "{shown:?}");
    }

    #[test]
    fn a_stage_is_on_the_site_where_its_paths_are_passed_on_as_they_are() {
        let api = |path: &str| {
            Origin::RestApi(RestApiOrigin {
                domain_name: "a".into(),
                address: None,
                path: path.into(),
                request_policy: OriginRequestPolicy::AllViewerExceptHostHeader,
            })
        };
        for (pattern, origin_path, expected) in [
            ("/dev/*", "", Some("/dev")),
            ("/d*", "", Some("/dev")),
            ("/dev/*", "/v1", None),
            ("/dev", "", None),
            ("/api/*", "/dev", None),
        ] {
            let asked = CacheBehavior { origin: api(origin_path), ..behavior(Some(pattern), "-") };
            let distribution = Distribution {
                logical_id: "Site".into(),
                id: "E1".into(),
                default_root_object: None,
                custom_error_responses: Vec::new(),
                default_cache_behavior: behavior(None, "-"),
                cache_behaviors: vec![asked],
            };
            assert_eq!(distribution.stage_path("dev").as_deref(), expected, "{pattern} to {origin_path:?}");
        }
    }
}
