//! The address of the stack's API. It stays the same when a deployment replaces the API.

use std::sync::{Arc, PoisonError, RwLock};

use tokio::net::TcpListener;
use tokio::sync::watch;

use super::error::GatewayError;
use super::{Stage, response};
use crate::guard::{FetchMetadata, Guard, ListenerKind};
use crate::wire::{self, Request};

/// Where requests come in. Cheap to clone.
#[derive(Debug, Clone)]
pub struct ApiListener {
    stages: Arc<RwLock<Vec<Stage>>>,
    guard: Guard,
}

impl ApiListener {
    /// An address that leads nowhere yet, and answers whom `guard` admits.
    pub fn new(guard: Guard) -> ApiListener {
        ApiListener { stages: Arc::default(), guard }
    }

    /// Leads to `stages` from now on, one for each stage. Requests that are being answered end where they began.
    pub fn route_to(&self, stages: Vec<Stage>) {
        *self.stages.write().unwrap_or_else(PoisonError::into_inner) = stages;
    }

    /// The stage that `request` is for. Any of them refuses a stage that there is not.
    fn stage(&self, request: &Request) -> Option<Stage> {
        let stages = self.stages.read().unwrap_or_else(PoisonError::into_inner);
        stages.iter().find(|stage| stage.serves(request)).or(stages.first()).cloned()
    }

    /// Answers on `listener` until `shutdown` turns true or its sender goes away.
    pub async fn serve(self, listener: TcpListener, shutdown: watch::Receiver<bool>) {
        wire::serve(listener, shutdown, move |request| {
            let stage = self.stage(&request);
            let refused = {
                let headers = request.headers.iter();
                let metadata = FetchMetadata::from(
                    &request.method,
                    headers.map(|(name, value)| (name.to_ascii_lowercase(), value.as_str())),
                );
                self.guard.check(ListenerKind::Api, &metadata, |_| false).err()
            };
            async move {
                match stage {
                    _ if let Some(refused) = refused => refused.on_the_wire(),
                    Some(stage) => stage.answer(request).await,
                    // On AWS the host would name no API.
                    None => response::plain(&GatewayError::forbidden()),
                }
            }
        })
        .await;
    }
}
