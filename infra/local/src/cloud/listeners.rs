//! The sockets of a local cloud, bound before anything is served on them.

#[cfg(feature = "buckets")]
use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr};

use tokio::net::TcpListener;

use super::BootError;
use crate::stack::Stack;
use crate::vpc::{Doors, Reach};

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

/// The functions in a VPC, each with a door to the AWS endpoint of its own.
#[derive(Debug)]
pub(super) struct Rooms(pub(super) Vec<Room>);

#[derive(Debug)]
pub(super) struct Room {
    pub(super) function: String,
    pub(super) reach: Reach,
    pub(super) listener: TcpListener,
    pub(super) door: SocketAddr,
}

impl Rooms {
    /// Rooms for those functions of `stack` that have no door yet.
    pub(super) async fn of(stack: &Stack, doors: &Doors) -> Result<Rooms, BootError> {
        let mut rooms = Vec::new();
        let in_vpc = stack.functions.iter().filter(|function| function.vpc_config.is_some());
        for function in in_vpc.filter(|function| doors.of(&function.name).is_none()) {
            let (listener, door) = bind("AWS endpoint in a VPC", 0).await?;
            rooms.push(Room {
                function: function.name.clone(),
                reach: Reach::of(function, &stack.network),
                listener,
                door,
            });
        }
        Ok(Rooms(rooms))
    }

    /// Gives each function its door, behind which nobody answers yet.
    pub(super) fn open(&self, doors: &Doors) {
        for room in &self.0 {
            doors.open(&room.function, room.door, room.reach.clone());
        }
    }
}

/// Buckets that are websites, each with an address of its own.
#[cfg(feature = "buckets")]
#[derive(Debug)]
pub(super) struct Websites(pub(super) Vec<(String, TcpListener, SocketAddr)>);

#[cfg(feature = "buckets")]
impl Websites {
    /// Addresses for those websites of `stack` that have none in `open`.
    pub(super) async fn of(stack: &Stack, open: &BTreeMap<String, SocketAddr>) -> Result<Websites, BootError> {
        let mut websites = Vec::new();
        let all = stack.buckets.iter().filter(|bucket| bucket.website.is_some());
        for bucket in all.filter(|bucket| !open.contains_key(&bucket.name)) {
            let (listener, address) = bind("website endpoint", 0).await?;
            websites.push((bucket.name.clone(), listener, address));
        }
        Ok(Websites(websites))
    }
}

async fn bind(what: &'static str, port: u16) -> Result<(TcpListener, SocketAddr), BootError> {
    let refused = |why: std::io::Error| match why.kind() {
        ErrorKind::AddrInUse => BootError::PortInUse { what, port },
        _ => BootError::NoPort { what, port, why },
    };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(refused)?;
    let address = listener.local_addr().map_err(refused)?;
    Ok((listener, address))
}
