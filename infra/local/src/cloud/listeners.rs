//! The sockets of a local cloud, bound before anything is served on them.

use std::net::SocketAddr;

use tokio::net::TcpListener;

use super::BootError;
use crate::listener::bind;
use crate::vpc::{FunctionEndpoints, Reach};
use stack::Stack;

/// Ports on 127.0.0.1; zero takes any that is free.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ports {
    /// The site's.
    pub site: u16,
    /// The REST API's.
    pub api: u16,
    /// The AWS endpoint's.
    pub aws: u16,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Listening {
    pub(super) site: SocketAddr,
    pub(super) api: SocketAddr,
    pub(super) aws: SocketAddr,
}

/// Ports that are taken, on which nothing is served yet.
#[derive(Debug)]
pub(super) struct Bound {
    pub(super) site: TcpListener,
    pub(super) api: TcpListener,
    pub(super) aws: TcpListener,
    pub(super) addresses: Listening,
}

impl Bound {
    pub(super) async fn of(ports: Ports) -> Result<Bound, BootError> {
        let (site, api, aws) =
            (bind("site", ports.site).await?, bind("API", ports.api).await?, bind("AWS endpoint", ports.aws).await?);
        let addresses = Listening { site: site.1, api: api.1, aws: aws.1 };
        Ok(Bound { site: site.0, api: api.0, aws: aws.0, addresses })
    }
}

/// Listeners for functions in a VPC: each has an AWS endpoint of its own.
#[derive(Debug)]
pub(super) struct VpcListeners(pub(super) Vec<VpcListener>);

#[derive(Debug)]
pub(super) struct VpcListener {
    pub(super) function: String,
    pub(super) reach: Reach,
    pub(super) listener: TcpListener,
    pub(super) address: SocketAddr,
}

impl VpcListeners {
    /// Listeners for those functions of `stack` that have no endpoint yet.
    pub(super) async fn of(stack: &Stack, function_endpoints: &FunctionEndpoints) -> Result<VpcListeners, BootError> {
        let mut vpc_listeners = Vec::new();
        let in_vpc = stack.functions.iter().filter(|function| function.vpc_config.is_some());
        for function in in_vpc.filter(|function| function_endpoints.of(&function.name).is_none()) {
            let (listener, address) = bind("AWS endpoint in a VPC", 0).await?;
            vpc_listeners.push(VpcListener {
                function: function.name.clone(),
                reach: Reach::of(function, &stack.vpc_resources),
                listener,
                address,
            });
        }
        Ok(VpcListeners(vpc_listeners))
    }

    /// Gives each function its endpoint, where nobody answers yet.
    pub(super) fn register(&self, function_endpoints: &FunctionEndpoints) {
        for listener in &self.0 {
            function_endpoints.insert(&listener.function, listener.address, listener.reach.clone());
        }
    }
}
