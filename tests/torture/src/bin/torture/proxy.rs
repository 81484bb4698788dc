//! The network between one process and the database: a proxy that may fall silent, as a cut cable does, or reset everything.

use std::collections::HashMap;
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

const OPEN: u8 = 0;
const SILENT: u8 = 1;
const REFUSING: u8 = 2;

/// How often a connection that is silent looks whether it still is.
const LOOK_AGAIN: Duration = Duration::from_millis(10);

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
            thread::spawn(move || way.hand_on(from, to))
        };
        self.hand_on(client, server);
        // A copying thread has nothing to panic of.
        let _ = back.join();
        Ok(())
    }

    fn hand_on(&self, mut from: TcpStream, mut to: TcpStream) {
        let mut buffer = [0; 16_384];
        while let Ok(count @ 1..) = from.read(&mut buffer) {
            self.wait_while_silent();
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
