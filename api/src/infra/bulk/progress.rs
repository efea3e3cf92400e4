//! A progress bar on stderr; silent when nobody watches.

use indicatif::{ProgressBar, ProgressStyle};

/// How far a run has come. Clones move the same bar.
#[derive(Clone)]
pub struct Progress(ProgressBar);

impl Progress {
    /// A bar on stderr, which draws nothing when stderr is no terminal.
    pub fn on_terminal(label: &'static str) -> Self {
        let bar = ProgressBar::new(0).with_message(label);
        if let Ok(style) = ProgressStyle::with_template("{msg} {wide_bar} {percent}% {elapsed} (eta {eta})") {
            bar.set_style(style);
        }
        Self(bar)
    }

    /// A bar that nobody sees.
    pub fn hidden() -> Self {
        Self(ProgressBar::hidden())
    }

    /// `done` of `total` is behind us. Positions are absolute: a transaction that runs again moves the bar back.
    pub fn at(&self, (done, total): (u64, u64)) {
        self.0.set_length(total.max(1));
        self.0.set_position(done);
    }

    /// Takes the bar off the screen.
    pub fn finish(&self) {
        self.0.finish_and_clear();
    }
}
