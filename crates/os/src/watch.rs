//! Watches the files of a project for changes.
//!
//! **Invariant:** changes that belong together are reported together: after a change it waits until
//! files are quiet, so that two saves, an editor's rename or a branch switch are one change.

use anyhow::{Context, Result};
use notify::event::ModifyKind;
use notify::{Config, Event, EventHandler, EventKind, PollWatcher, RecursiveMode, Watcher};
use std::collections::{BTreeSet, HashSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, Sender};
use std::time::{Duration, Instant};

/// The time without changes after which files count as quiet; too short to notice.
const QUIET_PERIOD: Duration = Duration::from_millis(12);

/// Changes are reported after this long even if files are never quiet.
const MAX_DELAY: Duration = Duration::from_secs(1);

/// The polling interval on systems without change notifications.
const POLL_INTERVAL: Duration = Duration::from_millis(300);

/// File extensions of project files.
const EXTENSIONS: [&str; 9] = ["ts", "mts", "tsx", "js", "mjs", "json", "yaml", "yml", "md"];

/// Folders that are not watched, besides hidden ones.
const SKIPPED_FOLDERS: [&str; 3] = ["node_modules", "dist", "target"];

/// A watch on the files of a project.
pub struct Watch {
    root: PathBuf,
    watcher: Box<dyn Watcher + Send>,
    /// The watched folders, each watched without its subfolders.
    folders: HashSet<PathBuf>,
    signals: Receiver<Signal>,
    waker: Waker,
}

enum Signal {
    Files(notify::Result<Event>),
    Woken,
}

/// Receives notifications of the system.
struct ChangeHandler(Sender<Signal>);

impl EventHandler for ChangeHandler {
    fn handle_event(&mut self, event: notify::Result<Event>) {
        // The receiver is gone: nothing to do.
        let _ = self.0.send(Signal::Files(event));
    }
}

/// Ends a wait for changes.
#[derive(Clone)]
pub struct Waker(Sender<Signal>);

impl Waker {
    /// Ends the wait, although no file changed.
    pub fn wake(&self) {
        // The receiver is gone: nothing to do.
        let _ = self.0.send(Signal::Woken);
    }
}

impl Watch {
    /// Watches a project; `root` contains no symbolic links. Polls where the system has no change
    /// notifications or too few watches.
    ///
    /// # Errors
    /// When polling does not work either.
    pub fn new(root: &Path) -> Result<Self> {
        let native =
            Self::with(root, |outcome| Ok(Box::new(notify::recommended_watcher(outcome)?)));
        let polling = |_| {
            let config = Config::default().with_poll_interval(POLL_INTERVAL);
            Self::with(root, |outcome| Ok(Box::new(PollWatcher::new(outcome, config)?)))
        };
        native.or_else(polling).with_context(|| format!("could not watch {}", root.display()))
    }

    fn with(
        root: &Path,
        watcher: impl FnOnce(ChangeHandler) -> notify::Result<Box<dyn Watcher + Send>>,
    ) -> notify::Result<Self> {
        let (sender, signals) = mpsc::channel();
        let (watcher, waker) = (watcher(ChangeHandler(sender.clone()))?, Waker(sender));
        let (root, folders) = (root.to_owned(), HashSet::new());
        let mut watch = Self { root, watcher, folders, signals, waker };
        watch.follow()?;
        Ok(watch)
    }

    /// Returns a waker that ends [`Self::next`].
    pub fn waker(&self) -> Waker {
        self.waker.clone()
    }

    /// Waits for the next change and returns the changed files; none if it was woken.
    pub fn next(&mut self) -> Vec<String> {
        loop {
            let mut changed = BTreeSet::new();
            let Ok(first) = self.signals.recv() else { return Vec::new() };
            let until = Instant::now() + MAX_DELAY;
            let mut is_woken = self.add(first, &mut changed);
            loop {
                let wait = QUIET_PERIOD.min(until.saturating_duration_since(Instant::now()));
                let Ok(signal) = self.signals.recv_timeout(wait) else { break };
                is_woken |= self.add(signal, &mut changed);
            }
            if is_woken || !changed.is_empty() {
                return changed.into_iter().collect();
            }
        }
    }

    /// Adds the files of a signal; returns whether it ends the wait.
    fn add(&mut self, signal: Signal, changed: &mut BTreeSet<String>) -> bool {
        match signal {
            Signal::Woken => return true,
            Signal::Files(Ok(event)) if matches!(event.kind, EventKind::Access(_)) => {}
            Signal::Files(Ok(event)) if !event.need_rescan() => {
                event.paths.iter().for_each(|path| self.add_path(path, event.kind, changed));
            }
            // Some changes were lost, so anything may have changed.
            Signal::Files(_) => {
                self.forget(&self.root.clone());
                self.follow_on();
                changed.insert(".".to_owned());
            }
        }
        false
    }

    fn add_path(&mut self, path: &Path, kind: EventKind, changed: &mut BTreeSet<String>) {
        let Ok(below) = path.strip_prefix(&self.root) else { return };
        if below.components().any(|it| is_skipped(&it.as_os_str().to_string_lossy())) {
            return;
        }
        let is_folder = self.folders.contains(path) || path.is_dir();
        if is_folder && !matches!(kind, EventKind::Modify(ModifyKind::Metadata(_))) {
            self.forget(path);
            self.follow_on();
        }
        let extension = path.extension().and_then(|it| it.to_str()).unwrap_or_default();
        if is_folder || EXTENSIONS.contains(&extension) {
            changed.insert(below.to_string_lossy().replace('\\', "/"));
        }
    }

    /// Drops the watches on a folder that appeared or disappeared: it may be another one now.
    fn forget(&mut self, folder: &Path) {
        let gone: Vec<_> =
            self.folders.iter().filter(|it| it.starts_with(folder)).cloned().collect();
        for folder in gone {
            // A deleted folder is no longer watched anyway.
            let _ = self.watcher.unwatch(&folder);
            self.folders.remove(&folder);
        }
    }

    fn follow_on(&mut self) {
        if let Err(error) = self.follow() {
            tracing::warn!(%error, "could not watch a new folder; restart to see its changes");
        }
    }

    /// Watches folders that are not watched yet.
    fn follow(&mut self) -> notify::Result<()> {
        let mut waiting = vec![self.root.clone()];
        while let Some(folder) = waiting.pop() {
            if !self.folders.contains(&folder) && folder.is_dir() {
                self.watcher.watch(&folder, RecursiveMode::NonRecursive)?;
                self.folders.insert(folder.clone());
            }
            for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
                let is_folder = entry.file_type().is_ok_and(|it| it.is_dir());
                if is_folder && !is_skipped(&entry.file_name().to_string_lossy()) {
                    waiting.push(entry.path());
                }
            }
        }
        Ok(())
    }
}

fn is_skipped(name: &str) -> bool {
    name.starts_with('.') || SKIPPED_FOLDERS.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ways_of_saving_a_file_are_one_change() {
        let folder = tempfile::tempdir().unwrap();
        let root = fs::canonicalize(folder.path()).unwrap();
        for folder in ["src/objects", "node_modules/a", ".git"] {
            fs::create_dir_all(root.join(folder)).unwrap();
        }
        let write = |file: &str| fs::write(root.join(file), "x").unwrap();
        let mut watch = Watch::new(&root).unwrap();
        for ignored in ["node_modules/a/index.ts", ".git/HEAD", "src/.a.object.ts.swp", "src/a~"] {
            write(ignored);
        }
        write("src/objects/a.object.ts");
        write("src/objects/a.object.ts");
        write("objectstack.config.ts");
        assert_eq!(watch.next(), ["objectstack.config.ts", "src/objects/a.object.ts"]);
        // An editor writes a temporary file and renames it.
        write("src/objects/.a.tmp");
        fs::rename(root.join("src/objects/.a.tmp"), root.join("src/objects/a.object.ts")).unwrap();
        assert_eq!(watch.next(), ["src/objects/a.object.ts"]);
        // A new folder is watched, and one of the same name that took its place.
        for _ in 0..2 {
            fs::create_dir_all(root.join("src/views")).unwrap();
            assert!(watch.next().contains(&"src/views".to_owned()));
            write("src/views/a.view.ts");
            assert_eq!(watch.next(), ["src/views/a.view.ts"]);
            fs::remove_dir_all(root.join("src/views")).unwrap();
            assert!(watch.next().contains(&"src/views".to_owned()));
        }
        watch.waker().wake();
        assert_eq!(watch.next(), Vec::<String>::new());
    }
}
