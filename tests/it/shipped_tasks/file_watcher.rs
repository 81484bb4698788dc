use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use downbeat::task::{Registry, TaskResult};
use downbeat::tasks::file_watcher::{Config, FileWatcher};
use downbeat::testing;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::heard::Heard;
use crate::support::World;

/// A watcher at work, and the folder it watches.
struct Watcher {
    folder: Folder,
    heard: Heard,
    stop: CancellationToken,
    running: JoinHandle<TaskResult<()>>,
    _world: World,
}

impl Watcher {
    async fn start(prepare: impl FnOnce(&Path)) -> Self {
        let world = World::new().await;
        let repository = world.app(Registry::builder()).await.repository().clone();
        let folder = Folder::new();
        prepare(&folder.0);
        let (heard, stop) = (Heard::begin(), CancellationToken::new());
        let config = Config { folders: vec![folder.0.clone()], debounce_ms: 300, ..Config::default() };
        let told = stop.clone();
        let running = tokio::spawn(async move { testing::run_side(&FileWatcher, config, &repository, told).await });
        Self { folder, heard, stop, running, _world: world }
    }

    async fn stop(self) {
        self.stop.cancel();
        timeout(Duration::from_secs(5), self.running).await.expect("ends promptly").unwrap().unwrap();
    }
}

/// A folder of its own, gone with the test.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("watched-{}", Uuid::now_v7()));
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // Gone already, in a test that is about that.
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[tokio::test]
async fn a_file_is_told_of_when_it_is_created_changed_and_removed() {
    let mut watcher = Watcher::start(|folder| fs::create_dir(folder.join("within")).unwrap()).await;
    watcher.heard.until("watching").await;
    let file = watcher.folder.0.join("within/notes.txt");

    fs::File::create(&file).unwrap();
    watcher.heard.until("notes.txt was created").await;
    fs::write(&file, "something").unwrap();
    watcher.heard.until("notes.txt was changed").await;
    fs::remove_file(&file).unwrap();
    watcher.heard.until("notes.txt was removed").await;
    watcher.stop().await;
}

#[tokio::test]
async fn many_files_are_counted_rather_than_named() {
    let mut watcher = Watcher::start(|_| {}).await;
    watcher.heard.until("watching").await;
    for n in 0..80 {
        fs::File::create(watcher.folder.0.join(n.to_string())).unwrap();
    }
    watcher.heard.until("and 30 more files changed").await;
    watcher.stop().await;
}

#[tokio::test]
async fn a_folder_that_vanishes_is_watched_again_when_it_comes_back() {
    let mut watcher = Watcher::start(|_| {}).await;
    watcher.heard.until("watching").await;

    fs::remove_dir(&watcher.folder.0).unwrap();
    watcher.heard.until("has vanished").await;
    fs::create_dir(&watcher.folder.0).unwrap();
    watcher.heard.until("watching").await;
    fs::write(watcher.folder.0.join("notes.txt"), "").unwrap();
    watcher.heard.until("notes.txt").await;
    watcher.stop().await;
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_told_of_once_and_waited_for() {
    let mut watcher = Watcher::start(|folder| fs::remove_dir(folder).unwrap()).await;
    watcher.heard.until("WARN cannot watch").await;
    fs::create_dir(&watcher.folder.0).unwrap();
    assert!(watcher.heard.next().await.contains("watching"));
    watcher.stop().await;
}

#[tokio::test]
async fn without_folders_it_waits_to_be_stopped() {
    let world = World::new().await;
    let app = world.app(Registry::builder()).await;
    let stop = CancellationToken::new();
    let watching = testing::run_side(&FileWatcher, Config::default(), app.repository(), stop.clone());
    let mut watching = std::pin::pin!(watching);
    assert!(futures_util::poll!(&mut watching).is_pending());
    stop.cancel();
    watching.await.unwrap();
}
