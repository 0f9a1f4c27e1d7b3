//! A bar for scans that take long. A thread reads the counts now and then; the scan itself knows nothing of it.

use std::sync::atomic::Ordering;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use barekey::scan::Progress;
use indicatif::{HumanBytes, HumanCount, ProgressBar, ProgressDrawTarget};

/// A scan that ends sooner shows nothing.
const PATIENCE: Duration = Duration::from_secs(1);
const TICK: Duration = Duration::from_millis(100);

/// Runs `work` and shows its progress on standard error if `shown`.
pub(super) fn with_bar<T>(shown: bool, work: impl FnOnce(&Progress) -> T) -> T {
    let progress = Progress::default();
    if !shown {
        return work(&progress);
    }
    thread::scope(|scope| {
        let (done, wait) = mpsc::channel::<()>();
        let counts = &progress;
        scope.spawn(move || watch(counts, &wait));
        let result = work(counts);
        drop(done); // ends the wait
        result
    })
}

fn watch(progress: &Progress, wait: &mpsc::Receiver<()>) {
    if wait.recv_timeout(PATIENCE) != Err(RecvTimeoutError::Timeout) {
        return;
    }
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    while wait.recv_timeout(TICK) == Err(RecvTimeoutError::Timeout) {
        let files = progress.files.load(Ordering::Relaxed);
        let bytes = progress.bytes.load(Ordering::Relaxed);
        bar.set_message(format!(
            "{} files, {}",
            HumanCount(files),
            HumanBytes(bytes)
        ));
        bar.tick();
    }
    bar.finish_and_clear();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_work_does_not_wait_for_the_bar() {
        let start = std::time::Instant::now();
        assert_eq!(with_bar(true, |_| 7), 7);
        assert!(start.elapsed() < PATIENCE / 2);
    }
}
