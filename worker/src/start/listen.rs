//! Where the HTTP API listens.

use std::io;
use std::net::SocketAddr;

use downbeat::locale::msg;
use tokio::net::TcpListener;

use super::{Say, StartError};

/// How many ports further on a free one is looked for.
const NEIGHBOURS: u16 = 20;

/// Listens exactly there.
pub(super) async fn at(address: SocketAddr) -> Result<TcpListener, StartError> {
    TcpListener::bind(address).await.map_err(|source| match source.kind() {
        io::ErrorKind::AddrInUse => StartError::AddressInUse { address },
        _ => StartError::Listen { address, source },
    })
}

/// Listens there, or on the next free port, and says so.
pub(super) async fn near(wanted: SocketAddr, say: &mut Say<'_>) -> Result<TcpListener, StartError> {
    let last = wanted.port().saturating_add(NEIGHBOURS);
    for port in wanted.port()..=last {
        let address = SocketAddr::new(wanted.ip(), port);
        match at(address).await {
            Err(StartError::AddressInUse { .. }) => {}
            listening => {
                if listening.is_ok() && address != wanted {
                    say(msg::start_port_taken(port.to_string(), wanted.port().to_string()).into());
                }
                return listening;
            }
        }
    }
    Err(StartError::AddressInUse { address: wanted })
}

/// What to open in a browser of this machine.
pub(super) fn url(listener: &TcpListener) -> Result<String, StartError> {
    let unknown = SocketAddr::from(([0, 0, 0, 0], 0));
    let address = listener.local_addr().map_err(|source| StartError::Listen { address: unknown, source })?;
    Ok(format!("http://{}", if address.ip().is_unspecified() { loopback(address) } else { address }))
}

/// An address that stands for all of this machine's is none to open.
fn loopback(address: SocketAddr) -> SocketAddr {
    match address {
        SocketAddr::V4(_) => SocketAddr::from(([127, 0, 0, 1], address.port())),
        SocketAddr::V6(_) => SocketAddr::from(([0, 0, 0, 0, 0, 0, 0, 1], address.port())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_taken_port_is_an_error_or_the_next_one_is_taken() -> Result<(), StartError> {
        let taken = at(SocketAddr::from(([127, 0, 0, 1], 0))).await?;
        let address = taken.local_addr().expect("an address");
        assert!(matches!(at(address).await, Err(StartError::AddressInUse { .. })));

        let mut said = Vec::new();
        let next = near(address, &mut |news| said.push(news)).await?;

        let port = next.local_addr().expect("an address").port();
        assert!((address.port() + 1..=address.port() + NEIGHBOURS).contains(&port), "{port}");
        assert_eq!(said.len(), 1);
        Ok(())
    }
}
