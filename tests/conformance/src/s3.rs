//! The harness for S3's website and REST endpoints.

use local::cloud::Cloud;
use s3::{DEFAULT_CONTENT_TYPE, Object, S3};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use stack::{Bucket, CorsRule, PublicAccessBlock, RedirectAllRequestsTo, Stack, WebsiteConfiguration};

use crate::api_gateway;
use crate::case::{Case, Inexpressible, only_known, typed};
use crate::ground::{self, Ground};
use crate::observed::Observed;

const BUCKET: &str = "bucket-of-the-case";

/// `given.website`, as S3's API spells it or, for redirects, as CloudFormation does.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct GivenWebsite {
    #[serde(rename = "bucket")]
    _bucket: Option<String>,
    #[serde(rename = "IndexDocument", default)]
    index_document: String,
    #[serde(rename = "ErrorDocument")]
    error_document: Option<String>,
    #[serde(rename = "RedirectAllRequestsTo")]
    redirect_all_requests_to: Option<GivenRedirect>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GivenRedirect {
    #[serde(rename = "HostName")]
    host_name: String,
    #[serde(rename = "Protocol")]
    protocol: Option<String>,
}

/// Sets `case` up and says what was observed.
pub async fn observe(case: &Case, ground: &Ground) -> Result<Observed, Inexpressible> {
    let known = ["website", "bucket_exists", "bucket_public", "caller_allows", "endpoint", "objects", "cors"];
    only_known("given", &case.given, &known)?;
    let rest = match case.given.get("endpoint").and_then(Value::as_str) {
        Some("rest") => true,
        None | Some("website") => false,
        Some(other) => return Err(Inexpressible::new(format_args!("given.endpoint {other}"))),
    };
    let buckets: Vec<Bucket> = bucket(&case.given, rest)?.into_iter().collect();
    let there = !buckets.is_empty();
    let cloud = ground.boot(Stack { name: "case".into(), buckets, ..Stack::default() }).await?;
    if there {
        put(&cloud, &case.given).await?;
    }
    let mut ask = api_gateway::request(case)?;
    match rest {
        true => ask.path = format!("/{BUCKET}{}", ask.path),
        false => ask.headers.push(("Host".into(), format!("{BUCKET}.s3-website.{}.amazonaws.com", stack::REGION))),
    }
    let answer = ask.send(ground::socket_of(&cloud.aws_url())?).await.map_err(Inexpressible::new);
    cloud.shutdown().await;
    Ok(Observed::of_answer(answer?))
}

/// The bucket of the case, with a policy that lets anybody do what the case's caller may; `None` where there is to be none.
fn bucket(given: &Map<String, Value>, rest: bool) -> Result<Option<Bucket>, Inexpressible> {
    let website: Option<GivenWebsite> = match given.get("website") {
        None | Some(Value::Null) => None,
        Some(website) => Some(typed("given.website", website)?),
    };
    let exists = match given.get("bucket_exists") {
        Some(exists) => typed("given.bucket_exists", exists)?,
        None => rest || website.is_some(),
    };
    let actions: Vec<String> = match (given.get("caller_allows"), given.get("bucket_public")) {
        (Some(actions), _) => typed("given.caller_allows", actions)?,
        (None, Some(Value::Bool(false))) => Vec::new(),
        _ => vec!["s3:GetObject".into(), "s3:ListBucket".into()],
    };
    let arn = format!("arn:aws:s3:::{BUCKET}");
    let statement =
        json!({ "Effect": "Allow", "Principal": "*", "Action": actions, "Resource": [arn, format!("{arn}/*")] });
    let cors_rules: Vec<Map<String, Value>> =
        given.get("cors").map_or(Ok(Vec::new()), |rules| typed("given.cors", rules))?;
    Ok(exists.then(|| Bucket {
        logical_id: "Bucket".into(),
        name: BUCKET.into(),
        public_access_block: if actions.is_empty() { PublicAccessBlock::ALL } else { PublicAccessBlock::default() },
        policy: (!actions.is_empty()).then(|| json!({ "Statement": statement })),
        policy_logical_id: None,
        website: website.map(configuration),
        cors_rules: cors_rules.iter().map(cors_rule).collect(),
        versioning: None,
    }))
}

fn configuration(given: GivenWebsite) -> WebsiteConfiguration {
    let redirect =
        |given: GivenRedirect| RedirectAllRequestsTo { host_name: given.host_name, protocol: given.protocol };
    WebsiteConfiguration {
        index_document: given.index_document,
        error_document: given.error_document,
        redirect_all_requests_to: given.redirect_all_requests_to.map(redirect),
        routing_rules: Vec::new(),
    }
}

fn cors_rule(given: &Map<String, Value>) -> CorsRule {
    let texts = |name: &str| {
        let values = given.get(name).and_then(Value::as_array).into_iter().flatten();
        values.filter_map(Value::as_str).map(str::to_string).collect()
    };
    CorsRule {
        allowed_origins: texts("AllowedOrigins"),
        allowed_methods: texts("AllowedMethods"),
        allowed_headers: texts("AllowedHeaders"),
        exposed_headers: texts("ExposeHeaders"),
        max_age_seconds: given
            .get("MaxAgeSeconds")
            .and_then(Value::as_u64)
            .and_then(|seconds| u32::try_from(seconds).ok()),
    }
}

/// Puts the objects: a text alone has no content type, an object can name one.
async fn put(cloud: &Cloud, given: &Map<String, Value>) -> Result<(), Inexpressible> {
    for (key, value) in given.get("objects").and_then(Value::as_object).into_iter().flatten() {
        let (body, content_type) = match value {
            Value::String(body) => (body.clone(), None),
            Value::Object(object) => {
                only_known(&format!("given.objects.{key}"), object, &["body", "content_type", "ContentType"])?;
                let named = object.get("content_type").or(object.get("ContentType")).and_then(Value::as_str);
                (object.get("body").and_then(Value::as_str).unwrap_or_default().to_string(), named)
            }
            other => return Err(Inexpressible::new(format_args!("given.objects.{key}: {other}"))),
        };
        let content_type = content_type.unwrap_or(DEFAULT_CONTENT_TYPE);
        let object = Object { content_type, cache_control: "no-store", body: body.into() };
        S3::of(cloud).buckets().put_object(BUCKET, key, object).await.map_err(Inexpressible::new)?;
    }
    Ok(())
}
