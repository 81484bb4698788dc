//! Where the HTTP API listens.

use std::io;
use std::net::SocketAddr;

use downbeat::locale::msg;
use tokio::net::{TcpListener, TcpSocket};

use super::{Say, StartError};

/// How many ports further on a free one is looked for.
const NEIGHBOURS: u16 = 20;

/// So many may wait to be accepted. Of more that come at once, some try again after a second; the default is 128.
const BACKLOG: u32 = 1_024;

/// Listens exactly there.
pub(super) fn at(address: SocketAddr) -> Result<TcpListener, StartError> {
    let listening = || {
        let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
        // A worker that is started again does not wait for what the one before has closed.
        socket.set_reuseaddr(true)?;
        socket.bind(address)?;
        socket.listen(BACKLOG)
    };
    listening().map_err(|source| match source.kind() {
        io::ErrorKind::AddrInUse => StartError::AddressInUse { address },
        _ => StartError::Listen { address, source },
    })
}

/// Listens there, or on the next free port, and says so.
pub(super) fn near(wanted: SocketAddr, say: &mut Say<'_>) -> Result<TcpListener, StartError> {
    let last = wanted.port().saturating_add(NEIGHBOURS);
    for port in wanted.port()..=last {
        let address = SocketAddr::new(wanted.ip(), port);
        match at(address) {
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
    use std::net::TcpStream;
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn hundreds_that_come_at_once_wait_to_be_accepted() -> Result<(), StartError> {
        let listener = at(SocketAddr::from(([127, 0, 0, 1], 0)))?;
        let address = listener.local_addr().expect("an address");
        // One that does not find room is only tried again after a second.
        let connect =
            |_| TcpStream::connect_timeout(&address, Duration::from_millis(900)).expect("there is room to wait");
        let waiting: Vec<_> = (0..400).map(connect).collect();
        assert_eq!(waiting.len(), 400);
        Ok(())
    }

    #[tokio::test]
    async fn a_taken_port_is_an_error_or_the_next_one_is_taken() -> Result<(), StartError> {
        let taken = at(SocketAddr::from(([127, 0, 0, 1], 0)))?;
        let address = taken.local_addr().expect("an address");
        assert!(matches!(at(address), Err(StartError::AddressInUse { .. })));

        let mut said = Vec::new();
        let next = near(address, &mut |news| said.push(news))?;

        let port = next.local_addr().expect("an address").port();
        assert!((address.port() + 1..=address.port() + NEIGHBOURS).contains(&port), "{port}");
        assert_eq!(said.len(), 1);
        Ok(())
    }
}
