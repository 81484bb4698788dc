//! The network between one process and the database: a proxy that may fall silent, as a cut cable does, reset everything, or be
//! slow and lose packets.

use std::collections::HashMap;
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::ops::Range;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use torture::random::Dice;

const OPEN: u8 = 0;
const SILENT: u8 = 1;
const REFUSING: u8 = 2;
const SLOW: u8 = 3;

/// How often a connection that is silent looks whether it still is.
const LOOK_AGAIN: Duration = Duration::from_millis(10);

/// How late what is said arrives on a slow way: between these, in ms.
const LATE: Range<u64> = 100..300;
/// One in so many packets is lost there, and comes when it is sent again.
const LOST: u64 = 100;
/// When that is: the least a system waits for an answer before it repeats itself (Linux, `TCP_RTO_MIN`).
const REPEATED: Duration = Duration::from_millis(200);

/// The way to the database of one process.
#[derive(Debug)]
pub(crate) struct Proxy {
    /// Where it listens, on the loopback.
    pub(crate) port: u16,
    way: Arc<Way>,
}

#[derive(Debug)]
struct Way {
    state: AtomicU8,
    upstream: SocketAddr,
    /// Both ends of each connection there is.
    open: Mutex<HashMap<u64, [TcpStream; 2]>>,
    next: AtomicU64,
}

impl Proxy {
    /// Listens, and hands on to this port.
    pub(crate) fn to(port: u16) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let way = Arc::new(Way {
            state: AtomicU8::new(OPEN),
            upstream: SocketAddr::from((Ipv4Addr::LOCALHOST, port)),
            open: Mutex::default(),
            next: AtomicU64::new(0),
        });
        let proxy = Self { port: listener.local_addr()?.port(), way: way.clone() };
        // Ends with the program: nobody else listens for it.
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let way = way.clone();
                thread::spawn(move || way.join(client));
            }
        });
        Ok(proxy)
    }

    /// From here on nothing arrives, on either side, and nobody is told.
    pub(crate) fn fall_silent(&self) {
        self.way.state.store(SILENT, Ordering::SeqCst);
    }

    /// Every connection is reset, and new ones are, too.
    pub(crate) fn refuse(&self) {
        self.way.state.store(REFUSING, Ordering::SeqCst);
        self.way.open(|open| open.values().flatten().for_each(close));
    }

    /// What is said arrives late, and some of it is lost and comes later still.
    pub(crate) fn slow_down(&self) {
        self.way.state.store(SLOW, Ordering::SeqCst);
    }

    /// All is well again. What was said meanwhile arrives now.
    pub(crate) fn heal(&self) {
        self.way.state.store(OPEN, Ordering::SeqCst);
    }
}

impl Way {
    fn open<T>(&self, look: impl FnOnce(&mut HashMap<u64, [TcpStream; 2]>) -> T) -> T {
        look(&mut self.open.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn join(self: Arc<Self>, client: TcpStream) {
        self.wait_while_silent();
        if self.state.load(Ordering::SeqCst) == REFUSING {
            return;
        }
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        // Whoever cannot be joined sees the connection close.
        let _ = self.both_ways(id, client);
        self.open(|open| open.remove(&id));
    }

    fn both_ways(self: &Arc<Self>, id: u64, client: TcpStream) -> io::Result<()> {
        let server = TcpStream::connect(self.upstream)?;
        client.set_nodelay(true)?;
        server.set_nodelay(true)?;
        let ends = [client.try_clone()?, server.try_clone()?];
        self.open(|open| open.insert(id, ends));
        let back = {
            let (way, from, to) = (self.clone(), server.try_clone()?, client.try_clone()?);
            thread::spawn(move || way.hand_on(from, to, Dice::new(id)))
        };
        self.hand_on(client, server, Dice::new(!id));
        // A copying thread has nothing to panic of.
        let _ = back.join();
        Ok(())
    }

    fn hand_on(&self, mut from: TcpStream, mut to: TcpStream, mut dice: Dice) {
        let mut buffer = [0; 16_384];
        while let Ok(count @ 1..) = from.read(&mut buffer) {
            self.wait_while_silent();
            if self.state.load(Ordering::SeqCst) == SLOW {
                thread::sleep(Duration::from_millis(dice.within(LATE)));
                if dice.once_in(LOST) {
                    thread::sleep(REPEATED);
                }
            }
            if to.write_all(&buffer[..count]).is_err() {
                break;
            }
        }
        // That somebody left is not heard either.
        self.wait_while_silent();
        close(&from);
        close(&to);
    }

    fn wait_while_silent(&self) {
        while self.state.load(Ordering::SeqCst) == SILENT {
            thread::sleep(LOOK_AGAIN);
        }
    }
}

/// It may be closed already.
fn close(stream: &TcpStream) {
    let _ = stream.shutdown(Shutdown::Both);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How long it is listened for what must not come.
    const A_WHILE: Duration = Duration::from_millis(100);

    /// The two ends of a connection by a proxy.
    fn connected() -> (Proxy, TcpStream, TcpStream) {
        let server = TcpListener::bind("127.0.0.1:0").unwrap();
        let proxy = Proxy::to(server.local_addr().unwrap().port()).unwrap();
        let client = TcpStream::connect(("127.0.0.1", proxy.port)).unwrap();
        (proxy, client, server.accept().unwrap().0)
    }

    fn read(from: &mut TcpStream) -> io::Result<u8> {
        let mut byte = [0];
        from.read_exact(&mut byte).map(|()| byte[0])
    }

    #[test]
    fn what_one_side_says_the_other_hears() {
        let (_proxy, mut client, mut server) = connected();
        client.write_all(&[7]).unwrap();
        assert_eq!(read(&mut server).unwrap(), 7);
        server.write_all(&[8]).unwrap();
        assert_eq!(read(&mut client).unwrap(), 8);
        drop(client);
        assert!(read(&mut server).is_err(), "it hears that the other has gone");
    }

    #[test]
    fn what_is_said_while_it_is_silent_arrives_when_it_is_healed() {
        let (proxy, mut client, mut server) = connected();
        proxy.fall_silent();
        client.write_all(&[7]).unwrap();
        server.set_read_timeout(Some(A_WHILE)).unwrap();
        assert_eq!(read(&mut server).unwrap_err().kind(), io::ErrorKind::WouldBlock);
        server.set_read_timeout(None).unwrap();
        proxy.heal();
        assert_eq!(read(&mut server).unwrap(), 7);
    }

    #[test]
    fn nobody_hears_that_the_other_has_gone_while_it_is_silent() {
        let (proxy, client, mut server) = connected();
        proxy.fall_silent();
        drop(client);
        server.set_read_timeout(Some(A_WHILE)).unwrap();
        assert_eq!(read(&mut server).unwrap_err().kind(), io::ErrorKind::WouldBlock);
    }

    #[test]
    fn one_that_is_slow_brings_all_in_order_but_late() {
        let (proxy, mut client, mut server) = connected();
        proxy.slow_down();
        client.write_all(&[7]).unwrap();
        server.set_read_timeout(Some(A_WHILE / 10)).unwrap();
        assert_eq!(read(&mut server).unwrap_err().kind(), io::ErrorKind::WouldBlock);
        server.set_read_timeout(None).unwrap();
        client.write_all(&[8]).unwrap();
        assert_eq!([read(&mut server).unwrap(), read(&mut server).unwrap()], [7, 8]);
    }

    #[test]
    fn one_that_refuses_ends_all_connections_and_new_ones_too() {
        let (proxy, mut client, mut server) = connected();
        client.write_all(&[7]).unwrap();
        assert_eq!(read(&mut server).unwrap(), 7);
        proxy.refuse();
        assert!(read(&mut client).is_err() && read(&mut server).is_err());
        let mut late = TcpStream::connect(("127.0.0.1", proxy.port)).unwrap();
        assert!(read(&mut late).is_err());
    }
}
