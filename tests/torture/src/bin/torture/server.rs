//! The PostgreSQL of a run: a cluster of its own with durable settings, which may be restarted, starved and filled.

use std::fs;
use std::io::Write;
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use postgres::{Client, Config, NoTls};

use crate::Failure;

/// The role and the database of the product; it owns the database and is otherwise nobody.
pub(crate) const ROLE: &str = "torture";
/// How many connections there may be.
pub(crate) const MOST_CONNECTIONS: usize = 100;
/// How large the disk is, where it is one that can be filled.
const DISK: &str = "768m";

/// Settings beside the defaults, which are durable.
const SETTINGS: &str = "
listen_addresses = '127.0.0.1'
max_connections = 100
max_wal_size = 128MB
min_wal_size = 64MB
shared_buffers = 64MB
log_min_messages = warning
log_lock_waits = on
log_line_prefix = '%m [%p] '
";

/// The server, and where it lives.
#[derive(Debug)]
pub(crate) struct Server {
    folder: PathBuf,
    programs: Option<PathBuf>,
    account: Option<Account>,
    /// Where it listens, on the loopback.
    pub(crate) port: u16,
    on_small_disk: bool,
}

/// Who the server runs as, where this process is root, which it refuses to be.
#[derive(Clone, Debug)]
pub(crate) struct Account {
    pub(crate) name: String,
    uid: u32,
    gid: u32,
}

/// How the server is stopped.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Stop {
    /// It cuts all connections and ends in order.
    Fast,
    /// It drops dead.
    Immediate,
}

impl Stop {
    fn word(self) -> &'static str {
        match self {
            Self::Fast => "fast",
            Self::Immediate => "immediate",
        }
    }
}

impl Server {
    /// Makes a cluster in the folder, starts a server on it, and makes the product's database.
    pub(crate) fn start(folder: &Path, programs: Option<&Path>, small_disk: bool) -> Result<Self, Failure> {
        let folder = folder.join("postgres");
        fs::create_dir(&folder)?;
        let on_small_disk = small_disk && mounts(&folder);
        let server = Self {
            programs: programs.map(Path::to_owned).or_else(usual_programs),
            account: account()?,
            port: free_port()?,
            folder,
            on_small_disk,
        };
        if let Some(account) = &server.account {
            chown(&server.folder, Some(account.uid), Some(account.gid))?;
        }
        server.run("initdb", &["-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-locale", "-D", &server.data()])?;
        let mut settings = fs::OpenOptions::new().append(true).open(server.folder.join("data/postgresql.conf"))?;
        let (port, socket) = (server.port, server.folder.display());
        write!(settings, "{SETTINGS}port = {port}\nunix_socket_directories = '{socket}'\n")?;
        server.up()?;
        let mut admin = server.admin_of("postgres")?;
        admin.batch_execute(&format!("create role {ROLE} login"))?;
        admin.batch_execute(&format!("create database {ROLE} owner {ROLE}"))?;
        Ok(server)
    }

    /// Whether its disk is one that can be filled.
    pub(crate) fn is_on_small_disk(&self) -> bool {
        self.on_small_disk
    }

    /// Who it runs as, where that is somebody else.
    pub(crate) fn account(&self) -> Option<&Account> {
        self.account.as_ref()
    }

    /// Where its socket is, and its disk.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The address of the database for whoever may do everything.
    pub(crate) fn admin_address(&self) -> String {
        format!("host={} port={} user=postgres dbname={ROLE}", self.folder.display(), self.port)
    }

    /// A connection that may do everything, to the product's database.
    pub(crate) fn admin(&self) -> Result<Client, Failure> {
        self.admin_of(ROLE)
    }

    /// A connection as the product has it.
    pub(crate) fn connect(&self) -> Result<Client, postgres::Error> {
        let mut config = Config::new();
        config.host("127.0.0.1").port(self.port).user(ROLE).dbname(ROLE).connect_timeout(Duration::from_secs(5));
        config.connect(NoTls)
    }

    fn admin_of(&self, database: &str) -> Result<Client, Failure> {
        let mut config = Config::new();
        config.host_path(&self.folder).port(self.port).user("postgres").dbname(database);
        Ok(config.application_name("torture").connect_timeout(Duration::from_secs(5)).connect(NoTls)?)
    }

    /// Whether its postmaster lives.
    pub(crate) fn is_up(&self) -> bool {
        self.run("pg_ctl", &["-D", &self.data(), "status"]).is_ok()
    }

    /// Starts it and waits until it serves.
    pub(crate) fn up(&self) -> Result<(), Failure> {
        let log = self.folder.join("server.log");
        self.run("pg_ctl", &["-D", &self.data(), "-l", &log.display().to_string(), "-w", "-t", "60", "start"])
    }

    /// Stops it and waits until it has ended.
    pub(crate) fn down(&self, how: Stop) -> Result<(), Failure> {
        self.run("pg_ctl", &["-D", &self.data(), "-m", how.word(), "-w", "-t", "60", "stop"])
    }

    fn data(&self) -> String {
        self.folder.join("data").display().to_string()
    }

    fn run(&self, program: &str, arguments: &[&str]) -> Result<(), Failure> {
        let path = self.programs.as_ref().map_or_else(|| PathBuf::from(program), |folder| folder.join(program));
        let mut command = Command::new(&path);
        command.args(arguments).current_dir("/").stdin(Stdio::null());
        // The server inherits these: a pipe would never end.
        command.stdout(Stdio::null()).stderr(Stdio::null());
        // A Ctrl-C at the terminal is for the conductor.
        command.process_group(0);
        if let Some(account) = &self.account {
            command.uid(account.uid).gid(account.gid);
        }
        let status = command.status().map_err(|error| format!("{}: {error}", path.display()))?;
        if status.success() { Ok(()) } else { Err(format!("{} {arguments:?}: {status}", path.display()).into()) }
    }
}

impl Drop for Server {
    /// Ends it for good, and gives its disk back.
    fn drop(&mut self) {
        // It may be down already.
        let _ = self.down(Stop::Immediate);
        if self.on_small_disk {
            let _ = Command::new("umount").arg(&self.folder).status();
        }
    }
}

/// Makes the folder a disk of its own that is soon full; false where that is not allowed.
fn mounts(folder: &Path) -> bool {
    let size = format!("size={DISK},mode=0700");
    let mut mount = Command::new("mount");
    mount.args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(folder).stdout(Stdio::null()).stderr(Stdio::null());
    mount.status().is_ok_and(|status| status.success())
}

/// The server programs, where distributions keep them; the newest version.
fn usual_programs() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let folders = versions.filter_map(|entry| {
        let version: u32 = entry.file_name().to_str()?.parse().ok()?;
        let folder = entry.path().join("bin");
        folder.join("initdb").exists().then_some((version, folder))
    });
    let newest = folders.max_by_key(|(version, _)| *version).map(|(_, folder)| folder);
    let single = ["/usr/libexec/postgresql", "/opt/homebrew/bin"].map(PathBuf::from);
    newest.or_else(|| single.into_iter().find(|folder| folder.join("initdb").exists()))
}

/// Who to be where this process is root: `postgres`, or else `nobody`.
fn account() -> Result<Option<Account>, Failure> {
    if !rustix::process::geteuid().is_root() {
        return Ok(None);
    }
    let accounts = fs::read_to_string("/etc/passwd")?;
    let named = |wanted: &str| {
        let line = accounts.lines().find(|line| line.split(':').next() == Some(wanted))?;
        let mut fields = line.split(':').skip(2);
        let (uid, gid) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
        Some(Account { name: wanted.to_owned(), uid, gid })
    };
    named("postgres").or_else(|| named("nobody")).map(Some).ok_or_else(|| "root, and nobody else to be".into())
}

/// A port nobody listens on at this moment.
pub(crate) fn free_port() -> Result<u16, Failure> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// Fills the disk of this folder with a file, which is handed back; it is to be deleted.
pub(crate) fn fill(folder: &Path) -> Result<PathBuf, Failure> {
    let path = folder.join("filler");
    let mut file = fs::File::create(&path)?;
    for piece in [1 << 20, 4_096] {
        let zeros = vec![0; piece];
        while file.write_all(&zeros).is_ok() {}
    }
    if file.metadata()?.size() == 0 {
        return Err("there was no room even before".into());
    }
    Ok(path)
}
