//! The address of the stack's API, which stays while deployments put one API in the place of another.

use std::sync::{Arc, PoisonError, RwLock};

use tokio::net::TcpListener;
use tokio::sync::watch;

use super::error::GatewayError;
use super::{Gateway, response};
use crate::wire;

/// Where requests come in. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Entrance(Arc<RwLock<Option<Gateway>>>);

impl Entrance {
    /// Leads to `gateway` from now on, or to none. Requests that are being answered end where they began.
    pub fn lead_to(&self, gateway: Option<Gateway>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = gateway;
    }

    /// Answers on `listener` until `shutdown` turns true or its sender goes away.
    pub async fn serve(self, listener: TcpListener, shutdown: watch::Receiver<bool>) {
        wire::serve(listener, shutdown, move |request| {
            let gateway = self.0.read().unwrap_or_else(PoisonError::into_inner).clone();
            async move {
                match gateway {
                    Some(gateway) => gateway.answer(request).await,
                    // On AWS the host would name no API.
                    None => response::plain(&GatewayError::forbidden()),
                }
            }
        })
        .await;
    }
}
