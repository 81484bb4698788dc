//! Says which files in some folders change.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use futures_util::future::join_all;
use notify::event::{EventKind, ModifyKind, RenameMode};
use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher};
use tokio::sync::mpsc::{self, Receiver};
use tokio::time::{sleep, timeout};

use crate::task::prelude::*;

/// How often a folder is looked for that is not there, and one that is quiet is looked after.
const LOOK_AGAIN: Duration = Duration::from_secs(1);
/// Events that may wait for us. Of a storm of more, the rest is dropped: its files are too many to tell apart anyway.
const MOST_EVENTS: usize = 1024;
/// Files told of by name in one window; the others are counted.
const MOST_LINES: usize = 50;

/// Says which files in some folders change.
pub struct FileWatcher;

/// What is watched.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// The folders. None: it has nothing to do.
    #[schemars(inner(length(min = 1)))]
    pub folders: Vec<PathBuf>,
    /// Whether the folders within them are watched too.
    pub recursive: bool,
    /// A file is told of once in this many milliseconds, however often it changes.
    #[schemars(range(max = 3_600_000))]
    pub debounce_ms: u64,
}

impl Default for Config {
    fn default() -> Self {
        Self { folders: Vec::new(), recursive: true, debounce_ms: 200 }
    }
}

impl SideTask for FileWatcher {
    type Config = Config;

    const DEFINITION: SideTaskDefinition = SideTaskDefinition {
        description: "Watches for file changes",
        category: Category::Monitoring,
        ..SideTaskDefinition::new("file-watcher")
    };

    async fn run(&self, cx: SideContext<Config>, stop: CancellationToken) -> TaskResult<()> {
        let watches = cx.config.folders.iter().map(|folder| keep_watching(folder, &cx.config));
        // Ends at once when told to: dropping a watch closes it.
        stop.run_until_cancelled(join_all(watches)).await;
        stop.cancelled().await;
        Ok(())
    }
}

/// Watches a folder for as long as it is polled, also one that vanishes and comes back.
async fn keep_watching(folder: &Path, config: &Config) {
    let name = folder.display();
    let mut told = false;
    loop {
        match watch(folder, config.recursive).await {
            Ok((_watcher, events)) => {
                tracing::info!(folder = %name, "watching {name}");
                tell_changes(folder, events, config).await;
                tracing::warn!(folder = %name, "{name} has vanished; looking for it");
                told = true;
            }
            Err(error) if !told => {
                tracing::warn!(folder = %name, %error, "cannot watch {name}; trying again");
                told = true;
            }
            Err(_) => {}
        }
        sleep(LOOK_AGAIN).await;
    }
}

/// Begins to watch. The watch lasts as long as the watcher.
async fn watch(folder: &Path, recursive: bool) -> TaskResult<(RecommendedWatcher, Receiver<Event>)> {
    let (sender, events) = mpsc::channel(MOST_EVENTS);
    let mode = if recursive { RecursiveMode::Recursive } else { RecursiveMode::NonRecursive };
    let folder = folder.to_owned();
    // Off the runtime's threads: it reads every folder within the folder.
    let begin = move || {
        let mut watcher = notify::recommended_watcher(move |event| match event {
            Ok(event) => _ = sender.try_send(event),
            Err(error) => tracing::warn!(%error, "a change was missed"),
        })?;
        watcher.watch(&folder, mode)?;
        Ok::<_, notify::Error>(watcher)
    };
    Ok((tokio::task::spawn_blocking(begin).await??, events))
}

/// Tells of changes until the folder has vanished.
async fn tell_changes(folder: &Path, mut events: Receiver<Event>, config: &Config) {
    loop {
        let window = match timeout(LOOK_AGAIN, events.recv()).await {
            Ok(Some(first)) => window(first, &mut events, config).await,
            Ok(None) => return,
            Err(_quiet) => Window::default(),
        };
        window.tell();
        if window.removed(folder) || !tokio::fs::try_exists(folder).await.unwrap_or(false) {
            return;
        }
    }
}

/// What becomes known between a first event and the end of its debounce window.
async fn window(first: Event, events: &mut Receiver<Event>, config: &Config) -> Window {
    let mut window = Window::default();
    window.add(first);
    let rest = async {
        while let Some(event) = events.recv().await {
            window.add(event);
        }
    };
    // It ends by time; by itself only when the watcher is gone.
    let _ = timeout(Duration::from_millis(config.debounce_ms), rest).await;
    window
}

const REMOVED: &str = "removed";

/// What last happened to each file.
#[derive(Debug, Default, PartialEq, Eq)]
struct Window(BTreeMap<PathBuf, &'static str>);

impl Window {
    fn add(&mut self, event: Event) {
        let change = match event.kind {
            EventKind::Create(_) | EventKind::Modify(ModifyKind::Name(RenameMode::To)) => "created",
            EventKind::Remove(_) | EventKind::Modify(ModifyKind::Name(RenameMode::From)) => REMOVED,
            // Told of already, as the two above.
            EventKind::Modify(ModifyKind::Name(RenameMode::Both)) => return,
            EventKind::Modify(_) | EventKind::Any | EventKind::Other => "changed",
            EventKind::Access(_) => return,
        };
        self.0.extend(event.paths.into_iter().map(|path| (path, change)));
    }

    fn tell(&self) {
        for (file, change) in self.0.iter().take(MOST_LINES) {
            let file = file.display();
            tracing::info!(%file, change, "{file} was {change}");
        }
        let more = self.0.len().saturating_sub(MOST_LINES);
        if more > 0 {
            tracing::info!(more, "and {more} more files changed");
        }
    }

    /// Whether the folder itself went, even if another stands in its place by now.
    fn removed(&self, folder: &Path) -> bool {
        self.0.get(folder) == Some(&REMOVED)
    }
}

#[cfg(test)]
mod tests {
    use notify::event::{AccessKind, CreateKind, DataChange, RemoveKind};

    use super::*;

    fn window(events: &[(EventKind, &str)]) -> Window {
        let mut window = Window::default();
        for (kind, path) in events {
            window.add(Event::new(*kind).add_path(path.into()));
        }
        window
    }

    const CREATED: EventKind = EventKind::Create(CreateKind::File);
    const CHANGED: EventKind = EventKind::Modify(ModifyKind::Data(DataChange::Any));
    const GONE: EventKind = EventKind::Remove(RemoveKind::Any);

    #[test]
    fn a_file_is_told_of_once_by_what_last_happened_to_it() {
        let window = window(&[(CREATED, "/f/a"), (CHANGED, "/f/a"), (CREATED, "/f/b"), (GONE, "/f/b")]);
        assert_eq!(window.0, BTreeMap::from([("/f/a".into(), "changed"), ("/f/b".into(), "removed")]));
    }

    #[test]
    fn looking_at_a_file_does_not_change_it() {
        assert_eq!(window(&[(EventKind::Access(AccessKind::Any), "/f/a")]), Window::default());
    }

    #[test]
    fn a_rename_removes_one_file_and_creates_another() {
        let name = |mode| EventKind::Modify(ModifyKind::Name(mode));
        let window = window(&[(name(RenameMode::From), "/f/a"), (name(RenameMode::To), "/f/b")]);
        assert_eq!(window.0, BTreeMap::from([("/f/a".into(), "removed"), ("/f/b".into(), "created")]));
    }

    #[test]
    fn the_folder_is_gone_when_it_was_removed_itself() {
        assert!(window(&[(GONE, "/f")]).removed(Path::new("/f/")));
        assert!(!window(&[(CHANGED, "/f"), (GONE, "/f/a")]).removed(Path::new("/f")));
    }
}
