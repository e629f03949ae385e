//! Looking at a bucket: what lies in it, what was said about each object, in which order it was put, and whom the policy lets in.

use std::collections::BTreeMap;

use s3::{Object, S3};
use serde_json::{Value, json};
use stack::policy::{AuthorizationRequest, Decision, covers, decide, many};
use stack::{ACCOUNT, Bucket, PublicAccessBlock};

use crate::lab::Lab;

/// How S3 gives an object's own metadata back.
const METADATA: &str = "x-amz-meta-";

/// An object as a bucket has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredObject {
    /// Its key.
    pub key: String,
    /// `Content-Type`, S3's own default where nobody said what it is.
    pub content_type: String,
    /// `Cache-Control`, empty where nobody said how long it may be kept.
    pub cache_control: String,
    /// Its own metadata, names without `x-amz-meta-`.
    pub metadata: BTreeMap<String, String>,
    /// The bytes.
    pub body: Vec<u8>,
}

/// Whom a statement's condition lets in besides the caller of this ARN: a value that is another one, or a pattern, or one that is
/// compared without its case. What other conditions say can only keep out more.
fn lets_in_besides(statement: &Value, own: &str) -> Option<String> {
    let conditions = statement["Condition"].as_object().into_iter().flatten();
    let of_source = conditions.flat_map(|(operator, keys)| {
        let keys = keys.as_object().into_iter().flatten();
        let keys = keys.filter(|(key, _)| key.eq_ignore_ascii_case("aws:SourceArn"));
        keys.flat_map(move |(_, values)| many(values).map(move |value| (operator.as_str(), value)))
    });
    of_source.into_iter().find_map(|(operator, value)| match value.as_str() {
        Some(value) if value != own => Some(value.to_string()),
        _ if operator.contains("IgnoreCase") => Some(format!("{own}, and whatever differs from it in capitals only")),
        _ => None,
    })
}

impl Lab {
    /// The name of a bucket, by its logical id in the template.
    pub fn bucket(&self, logical_id: &str) -> String {
        self.declared_bucket(logical_id).name.clone()
    }

    /// Every object of a bucket, in the order of their keys, by the bucket's logical id.
    pub fn objects(&self, logical_id: &str) -> Vec<StoredObject> {
        let (bucket, buckets) = (self.bucket(logical_id), S3::of(self.local()).buckets());
        let keys = self.cloud().wait(buckets.keys(&bucket));
        keys.into_iter().map(|key| self.object(&bucket, key)).collect()
    }

    /// Puts an object into a bucket, by the bucket's logical id, as somebody did before the check began. Metadata values are
    /// written as they stand.
    pub fn store(&self, logical_id: &str, key: &str, content_type: &str, body: &[u8], metadata: &[(&str, &str)]) {
        let (bucket, buckets) = (self.bucket(logical_id), S3::of(self.local()).buckets());
        let object = Object { content_type, cache_control: "private", body: body.to_vec().into() };
        if let Err(why) = self.cloud().wait(buckets.put_object_with(&bucket, key, object, metadata)) {
            self.stop(&why.to_string());
        }
    }

    /// The keys that were put into a bucket, oldest first; a key that was put twice stands twice.
    pub fn puts(&self, logical_id: &str) -> Vec<String> {
        self.keys_after("PUT", logical_id)
    }

    /// The keys that were deleted from a bucket one by one, oldest first.
    pub fn deletes(&self, logical_id: &str) -> Vec<String> {
        self.keys_after("DELETE", logical_id)
    }

    fn keys_after(&self, method: &str, logical_id: &str) -> Vec<String> {
        let mark = format!("{method} /{}/", self.bucket(logical_id));
        let calls = self.local().trail().events().into_iter();
        let calls = calls.filter(|call| call.event_source == "s3" && (200..300).contains(&call.status));
        calls.filter_map(|call| call.event_name.strip_prefix(&mark).map(str::to_string)).collect()
    }

    /// Whether a bucket's policy lets the CloudFront distribution `id` do `action` with `key`, or with the bucket itself.
    pub fn policy_lets_distribution(&self, logical_id: &str, id: &str, action: &str, key: Option<&str>) -> bool {
        let bucket = self.declared_bucket(logical_id);
        let arn = format!("arn:aws:s3:::{}", bucket.name);
        let resource = key.map_or(arn.clone(), |key| format!("{arn}/{key}"));
        let source = format!("arn:aws:cloudfront::{ACCOUNT}:distribution/{id}");
        let context = [("AWS:SourceArn", source.as_str()), ("AWS:SourceAccount", ACCOUNT)];
        let principal = Some("cloudfront.amazonaws.com");
        let request = AuthorizationRequest {
            action,
            resource: &resource,
            principal,
            context: &context,
            ..AuthorizationRequest::default()
        };
        decide(&bucket.policy, &request) == Decision::Allowed
    }

    /// What a bucket's policy allows beyond reading objects through the CloudFront distribution `id` of this account, as a sentence;
    /// nothing where it allows no more. Statements are compared as patterns, so nothing has to be guessed.
    pub fn policy_lets_in_more(&self, logical_id: &str, id: &str) -> Option<String> {
        const CLOUDFRONT: &str = "cloudfront.amazonaws.com";
        let bucket = self.declared_bucket(logical_id);
        let bucket_arn = format!("arn:aws:s3:::{}", bucket.name);
        let objects = format!("{bucket_arn}/*");
        let policy = bucket.policy.as_ref()?;
        let allowing = many(&policy["Statement"]).filter(|statement| statement["Effect"] == "Allow");
        let beyond = allowing.filter_map(|statement| {
            let principal = &statement["Principal"];
            if *principal != json!({ "Service": CLOUDFRONT }) && *principal != json!({ "Service": [CLOUDFRONT] }) {
                return Some((statement, format!("lets in {}", whom(principal))));
            }
            let foreign =
                |pattern: &Value| !pattern.as_str().is_some_and(|pattern| pattern.eq_ignore_ascii_case("s3:GetObject"));
            if let Some(action) = patterns(statement, "Action").into_iter().find(foreign) {
                return Some((statement, format!("allows {action}")));
            }
            // The bucket's own ARN names none of its objects, so beside theirs it lets nobody do anything.
            let harmless = |pattern: &str| pattern == bucket_arn || covers(&objects, pattern);
            let outside = |pattern: &Value| !pattern.as_str().is_some_and(harmless);
            if let Some(resource) = patterns(statement, "Resource").into_iter().find(outside) {
                return Some((statement, format!("reaches {resource}")));
            }
            let own = format!("arn:aws:cloudfront::{ACCOUNT}:distribution/{id}");
            let of_another_account = own.replace(ACCOUNT, "210987654321");
            let other = own.replace(id, "E2ZZZZZZZZZZZZ");
            let asked = [
                (vec![], "a call that names no distribution"),
                (
                    vec![("AWS:SourceArn", other.as_str()), ("AWS:SourceAccount", ACCOUNT)],
                    "every distribution of the account",
                ),
                (
                    vec![("AWS:SourceArn", of_another_account.as_str()), ("AWS:SourceAccount", "210987654321")],
                    "a distribution of another account",
                ),
            ];
            // One object for each of its patterns, whether or not there is one today.
            let resources = patterns(statement, "Resource");
            let others = asked.iter().find_map(|(context, who)| {
                let alone = json!({ "Version": policy["Version"], "Statement": [statement] });
                let mut reached = resources.iter().filter_map(|pattern| pattern.as_str());
                let pattern = reached.find(|pattern| {
                    let request = AuthorizationRequest {
                        action: "s3:GetObject",
                        resource: &pattern.replace(['*', '?'], "x"),
                        principal: Some(CLOUDFRONT),
                        context,
                        ..AuthorizationRequest::default()
                    };
                    decide([&alone], &request) == Decision::Allowed
                })?;
                let keys = pattern.split_once('/').map_or("", |(_, keys)| keys);
                let what = if keys == "*" { String::new() } else { format!(" to {keys}") };
                Some((statement, format!("lets in {who}{what}")))
            });
            others.or_else(|| lets_in_besides(statement, &own).map(|more| (statement, format!("lets in {more}"))))
        });
        let found = beyond.into_iter().next();
        let named = |statement: &Value| statement["Sid"].as_str().map_or("one".to_string(), str::to_string);
        found.map(|(statement, what)| format!("its statement {} {what}", named(statement)))
    }

    /// Whether all four public-access blocks of a bucket are on.
    pub fn is_public_access_blocked(&self, logical_id: &str) -> bool {
        self.declared_bucket(logical_id).public_access_block == PublicAccessBlock::ALL
    }

    /// Whether the template has this text in it, such as an account's number that was typed in.
    pub fn template_says(&self, text: &str) -> bool {
        std::fs::read_to_string(self.place().template()).is_ok_and(|template| template.contains(text))
    }

    /// What the CORS rules of a bucket allow beyond these origins, methods and headers, as a sentence; nothing where they allow no more.
    pub fn cors_rules_let_in_more(
        &self,
        logical_id: &str,
        origin: &str,
        method: &str,
        headers: &[&str],
    ) -> Option<String> {
        let rules = &self.declared_bucket(logical_id).cors_rules;
        let beyond = |names: Vec<&String>, what: &str, wanted: &dyn Fn(&str) -> bool| {
            names.into_iter().find(|name| !wanted(name)).map(|name| format!("{what} {name}"))
        };
        let origins = rules.iter().flat_map(|rule| &rule.allowed_origins).collect();
        let methods = rules.iter().flat_map(|rule| &rule.allowed_methods).collect();
        let names = rules.iter().flat_map(|rule| &rule.allowed_headers).collect();
        let every = |more: String| match more.contains('*') {
            true => format!("{more} (whatever begins and ends so: other people's pages too)"),
            false => more,
        };
        beyond(origins, "the origin", &|name| name == origin)
            .map(every)
            .or_else(|| beyond(methods, "the method", &|name| name == method))
            .or_else(|| {
                beyond(names, "the header", &|name| headers.iter().any(|known| known.eq_ignore_ascii_case(name)))
            })
            .or_else(|| {
                let exposed = rules.iter().flat_map(|rule| &rule.exposed_headers).next();
                exposed.map(|name| format!("a page to read the answer's {name}"))
            })
    }

    /// The id of the template's distribution.
    pub fn distribution(&self) -> String {
        match self.local().stack().distributions.first() {
            Some(distribution) => distribution.id.clone(),
            None => self.stop("template.yaml has no AWS::CloudFront::Distribution"),
        }
    }

    fn object(&self, bucket: &str, key: String) -> StoredObject {
        // A plain GET, with no headers of its own.
        let (method, headers) = Default::default();
        let read = S3::of(self.local()).buckets().object(method, bucket, &key, &headers);
        let answer = self.cloud().wait(read);
        let mut named: BTreeMap<String, String> = BTreeMap::new();
        for (name, value) in answer.headers() {
            named.insert(name.as_str().to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned());
        }
        let metadata =
            named.iter().filter_map(|(name, value)| Some((name.strip_prefix(METADATA)?.into(), value.clone())));
        StoredObject {
            metadata: metadata.collect(),
            content_type: named.get("content-type").cloned().unwrap_or_default(),
            cache_control: named.get("cache-control").cloned().unwrap_or_default(),
            body: answer.body().to_vec(),
            key,
        }
    }

    fn declared_bucket(&self, logical_id: &str) -> &Bucket {
        let buckets = &self.local().stack().buckets;
        match buckets.iter().find(|bucket| bucket.logical_id == logical_id) {
            Some(bucket) => bucket,
            None => self.stop(&format!("template.yaml has no bucket {logical_id}")),
        }
    }
}

/// The patterns of a statement; everything where it says only what it is not about.
fn patterns(statement: &Value, key: &str) -> Vec<Value> {
    if statement[key].is_null() { vec![json!("*")] } else { many(&statement[key]).cloned().collect() }
}

/// Whom a statement names, in words.
fn whom(principal: &Value) -> String {
    if principal.is_null() { "everybody but those whom it names".to_string() } else { principal.to_string() }
}
