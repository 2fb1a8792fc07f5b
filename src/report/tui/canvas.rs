//! The terminal that frames are put on: [`Canvas`] takes it (raw mode, the other screen, no cursor)
//! and gives it back when it is dropped, whatever the way out is, a panic included.

use std::io::{self, Stdout, Write, stdout};
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use ratatui::backend::CrosstermBackend;
use ratatui::crossterm::cursor::{Hide, Show};
use ratatui::crossterm::execute;
use ratatui::crossterm::terminal::{
    DisableLineWrap, EnableLineWrap, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode,
    enable_raw_mode,
};

use super::{Reach, State, draw};

/// Whether the terminal is ours now, so that it is given back once.
static TAKEN: AtomicBool = AtomicBool::new(false);

pub(crate) struct Canvas {
    terminal: ratatui::Terminal<CrosstermBackend<Stdout>>,
}

impl Canvas {
    /// Takes the terminal.
    ///
    /// # Errors
    /// There is none that can be drawn on.
    pub(crate) fn open() -> io::Result<Self> {
        on_panic();
        take()?;
        let terminal =
            ratatui::Terminal::new(CrosstermBackend::new(stdout())).inspect_err(|_| give_back())?;
        Ok(Self { terminal })
    }

    /// Puts what is different now on the screen.
    ///
    /// # Errors
    /// The terminal is gone.
    pub(crate) fn show(&mut self, state: &State) -> io::Result<Reach> {
        let mut reach = Reach::default();
        // In one go where the terminal can: nothing half-drawn is seen.
        self.raw("\u{1b}[?2026h")?;
        self.terminal.draw(|frame| reach = draw(frame, state))?;
        self.raw("\u{1b}[?2026l")?;
        Ok(reach)
    }

    /// Puts everything anew: something else may have written there.
    ///
    /// # Errors
    /// The terminal is gone.
    pub(crate) fn forget(&mut self) -> io::Result<()> {
        // ratatui's own way asks the terminal where its cursor is, and the answer would come as keys.
        self.terminal = ratatui::Terminal::new(CrosstermBackend::new(stdout()))?;
        self.raw("\u{1b}[0m\u{1b}[2J")
    }

    /// Gives the terminal back for a while; [`Self::resume`] takes it again.
    pub(crate) fn pause(&mut self) {
        give_back();
    }

    /// Takes the terminal again, also where it is not known who had it meanwhile.
    ///
    /// # Errors
    /// The terminal is gone.
    pub(crate) fn resume(&mut self) -> io::Result<()> {
        give_back();
        take()?;
        self.forget()
    }

    /// Puts `text` into the clipboard of the person's own terminal (OSC 52), also through ssh.
    ///
    /// # Errors
    /// The terminal is gone.
    pub(crate) fn copy(&mut self, text: &str) -> io::Result<()> {
        self.raw(&format!("\u{1b}]52;c;{}\u{7}", BASE64.encode(text)))
    }

    fn raw(&mut self, codes: &str) -> io::Result<()> {
        let backend = self.terminal.backend_mut();
        backend.write_all(codes.as_bytes())?;
        Write::flush(backend)
    }
}

impl Drop for Canvas {
    fn drop(&mut self) {
        give_back();
    }
}

fn take() -> io::Result<()> {
    TAKEN.store(true, Ordering::SeqCst);
    enable_raw_mode()?;
    execute!(stdout(), EnterAlternateScreen, Hide, DisableLineWrap).inspect_err(|_| give_back())
}

fn give_back() {
    if TAKEN.swap(false, Ordering::SeqCst) {
        let _ = execute!(stdout(), EnableLineWrap, Show, LeaveAlternateScreen);
        let _ = disable_raw_mode();
    }
}

/// A panic is told on a terminal that can show it.
fn on_panic() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            give_back();
            before(panic);
        }));
    });
}
