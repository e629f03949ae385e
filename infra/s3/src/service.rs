//! S3 as a service that is plugged into the local cloud: at the endpoint, as a destination, and in a deployment.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::body::Body;
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, Request, StatusCode, header};
use axum::response::Response;
use bytes::Bytes;
use local::clock::Clock;
use local::cloud::Cloud;
use local::deployment::HandlerError;
use local::destinations::{Destination, DestinationRecord};
use local::future::BoxFuture;
use local::guard::{self, FetchMetadata, Guard, ListenerKind, TurnedAway};
use local::iam::Identities;
use local::listener::{NotBound, bind};
use local::service::{
    Commit, HostedService, RequiredPermission, Rollback, Server, ServiceAnswer, ServiceApi, ServiceDeps, ServiceError,
    ServiceOperation, ServicePlugin,
};
use serde_json::Value;
use stack::{DestinationKind, Resource, Service, Stack};
use time::macros::format_description;
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::bucket_policy;
use crate::buckets::{self, Buckets, Object, VerifiedKey};
use crate::cloudfront::CloudFront;

/// S3, its website endpoint, and CloudFront.
pub const SERVICE: ServicePlugin = ServicePlugin { answers: &[Service::S3], check: bucket_policy::failures, open };

/// S3 in a cloud that runs.
#[derive(Debug)]
pub struct S3 {
    buckets: Buckets,
    edge: CloudFront,
    websites: Websites,
    identities: Identities,
    clock: Clock,
    stop: watch::Receiver<bool>,
}

fn open<'a>(stack: &'a Stack, deps: &'a ServiceDeps) -> BoxFuture<'a, Result<Arc<dyn HostedService>, ServiceError>> {
    Box::pin(async move {
        let ServiceDeps { clock, guard, identities, stop, .. } = deps;
        let folder = deps.folder.join("buckets");
        let buckets = Buckets::open(&folder, &stack.buckets, identities.clone(), clock.clone())?;
        deps.destinations
            .add(DestinationKind::Bucket, ObjectDestination { buckets: buckets.clone(), clock: clock.clone() });
        let edge = CloudFront::new(stack.distributions.first().cloned(), buckets.clone(), guard.clone());
        let websites =
            Websites { open: Arc::default(), buckets: buckets.clone(), guard: guard.clone(), stop: stop.clone() };
        let (identities, clock, stop) = (identities.clone(), clock.clone(), stop.clone());
        let opened: Arc<dyn HostedService> = Arc::new(S3 { buckets, edge, websites, identities, clock, stop });
        Ok(opened)
    })
}

impl S3 {
    /// S3 in `cloud`, which must have been booted with it.
    pub fn of(cloud: &Cloud) -> &S3 {
        cloud.service().expect("the cloud was booted with s3::SERVICE")
    }

    /// The buckets.
    pub fn buckets(&self) -> &Buckets {
        &self.buckets
    }

    /// The address of the website endpoint for `bucket`; `None` where it is not a website.
    pub fn website_url(&self, bucket: &str) -> Option<String> {
        self.websites.open().get(bucket).map(|address| format!("http://{address}"))
    }

    /// The addresses of all website endpoints, by their buckets.
    pub fn website_urls(&self) -> BTreeMap<String, String> {
        self.websites.open().iter().map(|(bucket, address)| (bucket.clone(), format!("http://{address}"))).collect()
    }

    /// The function whose key S3 has verified.
    fn verified_function(&self, response: &Response) -> Option<String> {
        let VerifiedKey(key) = response.extensions().get()?;
        self.identities.caller(key).function().map(str::to_string)
    }

    /// A response as the caller gets it, with what it says about the caller.
    fn shown(&self, parts: &Parts, mut response: Response) -> ServiceAnswer {
        let function = self.verified_function(&response);
        shown_safely(&FetchMetadata::of(parts), &mut response);
        let denied = (response.status() == StatusCode::FORBIDDEN).then(|| "S3 refuses access".to_string());
        ServiceAnswer { response, function, denied }
    }

    async fn response(&self, parts: &Parts, body: Bytes) -> Response {
        if let Some(bucket) = Buckets::website_of_host(guard::named(parts)) {
            let website = self.buckets.website(bucket, &parts.method, parts.uri.path(), &parts.headers);
            return website.await.map(Body::from);
        }
        let request = Request::from_parts(parts.clone(), body);
        self.buckets.answer(request).await.map(Body::from)
    }
}

/// A call by method and path: what they mean, S3 finds out further in.
#[derive(Debug)]
struct S3Request(String);

impl S3Request {
    fn of(parts: &Parts) -> S3Request {
        S3Request(format!("{} {}", parts.method, parts.uri.path()))
    }
}

impl ServiceOperation for S3Request {
    fn name(&self) -> &str {
        &self.0
    }

    fn permissions(&self, _: &Value) -> Vec<RequiredPermission> {
        // Asked where the key and the bucket's policy are known.
        Vec::new()
    }
}

impl ServiceApi for S3 {
    fn admit(&self, guard: &Guard, parts: &Parts, sender: &FetchMetadata<'_>) -> Result<(), TurnedAway> {
        let (bucket, _) = buckets::addressed(&parts.headers, parts.uri.path()).unwrap_or_default();
        // A preflight asks for nothing but the rules.
        let preflight = parts.method == Method::OPTIONS;
        let admits = |origin: &str| preflight || self.buckets.admits(&bucket, origin, &parts.method);
        guard.check(ListenerKind::S3, sender, admits)?;
        match !preflight && guard.keeps_out(sender, &bucket) {
            true => Err(TurnedAway::Upload { bucket }),
            false => Ok(()),
        }
    }

    fn operation(&self, parts: &Parts) -> Box<dyn ServiceOperation> {
        Box::new(S3Request::of(parts))
    }

    /// Chunked bodies and forms are signed as S3 alone knows.
    fn verifies_callers(&self) -> bool {
        true
    }

    fn refusal_of_head<'a>(&'a self, parts: &'a Parts) -> BoxFuture<'a, Option<ServiceAnswer>> {
        Box::pin(async move {
            // A website reads no bodies, and a preflight has none.
            if Buckets::website_of_host(guard::named(parts)).is_some() || parts.method == Method::OPTIONS {
                return None;
            }
            let request = Request::from_parts(parts.clone(), ());
            let refusal = self.buckets.refusal_of_head(request).await?;
            Some(self.shown(parts, refusal.map(Body::from)))
        })
    }

    fn answer<'a>(&'a self, parts: &'a Parts, body: Bytes) -> BoxFuture<'a, ServiceAnswer> {
        Box::pin(async move { self.shown(parts, self.response(parts, body).await) })
    }
}

/// Objects come from strangers, too. A browser that shows one as a page takes it for what it is said to be, and runs nothing of it. S3
/// itself says neither, so no other client gets these headers.
fn shown_safely(sender: &FetchMetadata<'_>, response: &mut Response) {
    if sender.is_browser() {
        let headers = response.headers_mut();
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox; frame-ancestors 'none'"));
    }
}

impl HostedService for S3 {
    fn start<'a>(
        &'a self,
        stack: &'a Stack,
        site: &'a mut Option<TcpListener>,
    ) -> BoxFuture<'a, Result<Vec<Server>, ServiceError>> {
        Box::pin(async move {
            let mut servers = self.websites.serve(self.websites.bound(stack).await?);
            if let Some(site) = site.take() {
                servers.push(Box::pin(self.edge.clone().serve(site, self.stop.clone())));
            }
            Ok(servers)
        })
    }

    fn make<'a>(
        &'a self,
        resource: &'a Resource,
        _: &'a Stack,
        next: &'a Stack,
    ) -> BoxFuture<'a, Result<Option<Rollback>, String>> {
        Box::pin(async move {
            if resource.resource_type != "AWS::S3::Bucket" {
                return Ok(None);
            }
            let bucket = next.buckets.iter().find(|bucket| bucket.name == resource.physical_id);
            let Some(bucket) = bucket else { return Ok(None) };
            let new = self.buckets.create(bucket);
            let new = new.map_err(|error| HandlerError::of_change("S3", &error).reason(&self.clock))?;
            let (buckets, name) = (self.buckets.clone(), bucket.name.clone());
            let way_back: Rollback = Box::pin(async move {
                buckets.delete(&name);
            });
            Ok(new.then_some(way_back))
        })
    }

    fn has<'a>(&'a self, resource: &'a Resource) -> BoxFuture<'a, bool> {
        Box::pin(async { resource.resource_type == "AWS::S3::Bucket" && self.buckets.has(&resource.physical_id) })
    }

    fn remove<'a>(&'a self, resource: &'a Resource) -> BoxFuture<'a, Result<(), String>> {
        Box::pin(async move {
            if resource.resource_type != "AWS::S3::Bucket" || self.buckets.delete(&resource.physical_id) {
                return Ok(());
            }
            let message = "The bucket you tried to delete is not empty".to_string();
            let refused = HandlerError { service: "S3", status: 409, error_type: "BucketNotEmpty", message };
            Err(refused.reason(&self.clock))
        })
    }

    fn object<'a>(&'a self, bucket: &'a str, key: &'a str, version: Option<&'a str>) -> BoxFuture<'a, Option<Bytes>> {
        Box::pin(async move {
            let headers = http::HeaderMap::new();
            let response = self.buckets.object_version(Method::GET, (bucket, key), version, &headers).await;
            (response.status() == StatusCode::OK).then(|| response.into_body())
        })
    }

    fn prepare<'a>(&'a self, next: &'a Stack) -> BoxFuture<'a, Result<Commit, ServiceError>> {
        Box::pin(async move {
            let bound = self.websites.bound(next).await?;
            let (buckets, edge, websites) = (self.buckets.clone(), self.edge.clone(), self.websites.clone());
            let switch: Commit = Box::new(move |_: &Stack, new: &Stack| {
                buckets.declare(&new.buckets);
                edge.deploy(new.distributions.first().cloned());
                websites.serve(bound)
            });
            Ok(switch)
        })
    }
}

/// Makes objects of what Lambda gave up; the key says when and from where.
#[derive(Debug)]
struct ObjectDestination {
    buckets: Buckets,
    clock: Clock,
}

impl ObjectDestination {
    /// `aws/lambda/{prefix}/2026/11/22/2026-11-22T09.41.00-{uuid}`.
    fn key(&self, prefix: &str) -> String {
        let form = format_description!("[year]/[month]/[day]/[year]-[month]-[day]T[hour].[minute].[second]");
        let moment = self.clock.now().format(&form).unwrap_or_default();
        format!("aws/lambda/{prefix}/{moment}-{}", self.clock.uuid())
    }
}

impl Destination for ObjectDestination {
    fn send<'a>(&'a self, arn: &'a str, record: DestinationRecord) -> BoxFuture<'a, Result<(), String>> {
        Box::pin(async move {
            let bucket = arn.rsplit(':').next().unwrap_or_default();
            let key = self.key(&record.prefix);
            let object =
                Object { content_type: "application/json", cache_control: "no-store", body: Bytes::from(record.body) };
            self.buckets.put_object(bucket, &key, object).await.map_err(|error| error.to_string())
        })
    }
}

/// Buckets that are websites, each with an address of its own. Cheap to clone.
#[derive(Debug, Clone)]
struct Websites {
    open: Arc<Mutex<BTreeMap<String, SocketAddr>>>,
    buckets: Buckets,
    guard: Guard,
    stop: watch::Receiver<bool>,
}

impl Websites {
    /// Addresses for those websites of `stack` that have none yet.
    async fn bound(&self, stack: &Stack) -> Result<Vec<(String, TcpListener, SocketAddr)>, NotBound> {
        let mut bound = Vec::new();
        for bucket in stack.buckets.iter().filter(|bucket| bucket.website.is_some()) {
            if !self.open().contains_key(&bucket.name) {
                let (listener, address) = bind("website endpoint", 0).await?;
                bound.push((bucket.name.clone(), listener, address));
            }
        }
        Ok(bound)
    }

    /// What answers on them.
    fn serve(&self, bound: Vec<(String, TcpListener, SocketAddr)>) -> Vec<Server> {
        let server = |(bucket, listener, address): (String, TcpListener, SocketAddr)| -> Server {
            self.guard.add_pages(address);
            self.open().insert(bucket.clone(), address);
            Box::pin(self.buckets.clone().serve_website(bucket, listener, self.guard.clone(), self.stop.clone()))
        };
        bound.into_iter().map(server).collect()
    }

    fn open(&self) -> MutexGuard<'_, BTreeMap<String, SocketAddr>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn other_services_read_the_version_that_they_name() {
        let folder = tempfile::tempdir().unwrap();
        let (clock, guard) = (Clock::real(), Guard::default());
        let identities = Identities::new(local::iam::draw_credentials(&clock), &[], None);
        let bucket =
            stack::Bucket { name: "code".into(), versioning: Some("Enabled".into()), ..stack::Bucket::default() };
        let buckets = Buckets::open(folder.path(), &[bucket], identities.clone(), clock.clone()).unwrap();
        let put = async |body: &'static str| {
            let object = Object { content_type: "application/zip", cache_control: "no-store", body: body.into() };
            buckets.put_object("code", "f.zip", object).await.unwrap();
        };
        put("old").await;
        let latest = buckets.object(Method::HEAD, "code", "f.zip", &http::HeaderMap::new()).await;
        let old = latest.headers()["x-amz-version-id"].to_str().unwrap();
        put("new").await;
        let (_, stop) = watch::channel(false);
        let edge = CloudFront::new(None, buckets.clone(), guard.clone());
        let websites = Websites { open: Arc::default(), buckets: buckets.clone(), guard, stop: stop.clone() };
        let s3 = S3 { buckets: buckets.clone(), edge, websites, identities, clock, stop };
        assert_eq!(s3.object("code", "f.zip", Some(old)).await.unwrap(), "old");
        assert_eq!(s3.object("code", "f.zip", None).await.unwrap(), "new");
        assert_eq!(s3.object("code", "f.zip", Some("null")).await, None);
    }

    #[test]
    fn a_browser_is_told_to_run_nothing_of_an_object() {
        for (agent, has_them) in [("Mozilla/5.0 (X11; Linux x86_64) Chrome/130.0.0.0", true), ("Boto3/1.42", false)] {
            let parts = Request::get("/bucket/key").header("user-agent", agent).body(()).unwrap().into_parts().0;
            let mut response = Response::new(Body::empty());
            shown_safely(&FetchMetadata::of(&parts), &mut response);
            for name in ["x-content-type-options", "content-security-policy"] {
                assert_eq!(response.headers().contains_key(name), has_them, "{agent}: {name}");
            }
        }
    }

    #[test]
    fn operations_are_called_by_method_and_path() {
        let parts = Request::put("/bucket/key?acl").body(()).unwrap().into_parts().0;
        let operation = S3Request::of(&parts);
        assert_eq!((operation.name(), operation.permissions(&Value::Null)), ("PUT /bucket/key", Vec::new()));
    }
}
