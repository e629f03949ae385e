//! The address of the stack's API. It stays the same when a deployment replaces the API.

use std::sync::{Arc, PoisonError, RwLock};

use tokio::net::TcpListener;
use tokio::sync::watch;

use super::error::GatewayError;
use super::{Gateway, response};
use crate::guard::{FetchMetadata, Guard, ListenerKind};
use crate::wire;

/// Where requests come in. Cheap to clone.
#[derive(Debug, Clone)]
pub struct ApiListener {
    gateway: Arc<RwLock<Option<Gateway>>>,
    guard: Guard,
}

impl ApiListener {
    /// An address that leads nowhere yet, and answers whom `guard` admits.
    pub fn new(guard: Guard) -> ApiListener {
        ApiListener { gateway: Arc::default(), guard }
    }

    /// Leads to `gateway` from now on, or to none. Requests that are being answered end where they began.
    pub fn route_to(&self, gateway: Option<Gateway>) {
        *self.gateway.write().unwrap_or_else(PoisonError::into_inner) = gateway;
    }

    /// Answers on `listener` until `shutdown` turns true or its sender goes away.
    pub async fn serve(self, listener: TcpListener, shutdown: watch::Receiver<bool>) {
        wire::serve(listener, shutdown, move |request| {
            let gateway = self.gateway.read().unwrap_or_else(PoisonError::into_inner).clone();
            let refused = {
                let headers = request.headers.iter();
                let metadata = FetchMetadata::from(
                    &request.method,
                    headers.map(|(name, value)| (name.to_ascii_lowercase(), value.as_str())),
                );
                self.guard.check(ListenerKind::Api, &metadata, |_| false).err()
            };
            async move {
                match gateway {
                    _ if let Some(refused) = refused => refused.on_the_wire(),
                    Some(gateway) => gateway.answer(request).await,
                    // On AWS the host would name no API.
                    None => response::plain(&GatewayError::forbidden()),
                }
            }
        })
        .await;
    }
}
