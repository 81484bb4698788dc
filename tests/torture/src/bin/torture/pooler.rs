//! PgBouncer in transaction mode, with a pool of five.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::Failure;
use crate::server::{ROLE, Server, free_port};

const PROGRAMS: [&str; 3] = ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer", "/opt/homebrew/bin/pgbouncer"];
const PATIENCE: Duration = Duration::from_secs(10);

/// A PgBouncer in front of the server; it ends when dropped.
#[derive(Debug)]
pub(crate) struct Pooler {
    process: Child,
    /// Where it listens, on the loopback.
    pub(crate) port: u16,
}

impl Pooler {
    /// Starts it and waits until it listens. `None`: it is not installed.
    pub(crate) fn start(folder: &Path, server: &Server) -> Result<Option<Self>, Failure> {
        let Some(program) = PROGRAMS.iter().find(|program| Path::new(program).exists()) else {
            return Ok(None);
        };
        let port = free_port()?;
        let file = folder.join("pgbouncer.ini");
        let settings = format!(
            "[databases]\n* = host=127.0.0.1 port={} user={ROLE}\n[pgbouncer]\nlisten_addr = 127.0.0.1\n\
             listen_port = {port}\nunix_socket_dir =\nauth_type = any\npool_mode = transaction\n\
             default_pool_size = 5\nmax_client_conn = 500\nserver_login_retry = 1\nlog_connections = 0\n\
             log_disconnections = 0\n",
            server.port
        );
        fs::write(&file, settings)?;
        let log = fs::File::create(folder.join("pgbouncer.log"))?;
        let mut command = Command::new(program);
        if let Some(account) = server.account() {
            command.args(["-u", &account.name]);
        }
        command.arg(&file).stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log).process_group(0);
        let mut pooler = Self { process: command.spawn()?, port };
        let begun = Instant::now();
        while TcpStream::connect(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).is_err() {
            if let Some(status) = pooler.process.try_wait()? {
                return Err(format!("PgBouncer ended: {status}").into());
            }
            if begun.elapsed() > PATIENCE {
                return Err("PgBouncer does not listen".into());
            }
            thread::sleep(Duration::from_millis(20));
        }
        Ok(Some(pooler))
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
