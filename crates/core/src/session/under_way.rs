//! What a command of the stack is at, read off the lines that it writes: a build's step, how much of
//! the images has come, which container is still waited for. Said once a second, while it runs.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::emit::Emit;
use crate::event::Event;
use workshop_text::Text;

/// How often it is said.
const SAID: Duration = Duration::from_secs(1);

/// What the command's lines have said so far; cheap to clone, and all clones are one.
#[derive(Clone, Default)]
pub(super) struct UnderWay(Arc<Mutex<Heard>>);

impl UnderWay {
    pub(super) fn hear(&self, line: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).hear(line);
    }

    /// Waits for `command`, and says once a second how long it has run and what it is at.
    pub(super) async fn say_while<T>(&self, emit: &Emit, command: impl Future<Output = T>) -> T {
        let begun = Instant::now();
        let mut seconds = tokio::time::interval_at(tokio::time::Instant::now() + SAID, SAID);
        tokio::pin!(command);
        loop {
            tokio::select! {
                ended = &mut command => return ended,
                _ = seconds.tick() => emit.say(&Event::Progress(self.text(begun.elapsed()))),
            }
        }
    }

    fn text(&self, elapsed: Duration) -> Text {
        let at = self.0.lock().unwrap_or_else(PoisonError::into_inner).at();
        let key = if at.is_some() { "report-under-way-at" } else { "report-under-way" };
        let text = Text::new(key).with("seconds", elapsed.as_secs());
        at.into_iter().fold(text, |text, at| text.with("at", at))
    }
}

#[derive(Default)]
struct Heard {
    /// Layer → bytes that have come, of how many.
    layers: BTreeMap<String, (f64, f64)>,
    /// Stage of a build → the step it is at, of how many, and what that does.
    builds: BTreeMap<String, (u32, u32, String)>,
    /// Container → whether it is where it shall be.
    containers: BTreeMap<String, bool>,
    latest: Option<Kind>,
    /// The stage or container of the latest line.
    name: String,
}

#[derive(Clone, Copy)]
enum Kind {
    Pull,
    Build,
    Containers,
}

impl Heard {
    fn hear(&mut self, line: &str) {
        let line = line.rsplit('\r').find(|part| !part.trim().is_empty()).unwrap_or(line).trim();
        let heard = self.container(line).or_else(|| self.layer(line)).or_else(|| self.step(line));
        self.latest = heard.or(self.latest);
    }

    /// `Container shop-backend-1  Started`
    fn container(&mut self, line: &str) -> Option<Kind> {
        let (name, state) = line.strip_prefix("Container ")?.split_once(char::is_whitespace)?;
        let ends = ["Started", "Healthy", "Running", "Stopped", "Removed", "Restarted", "Killed", "Exited"];
        self.containers.insert(name.to_owned(), ends.contains(&state.trim()));
        name.clone_into(&mut self.name);
        Some(Kind::Containers)
    }

    /// `3e0c8c2e5a3f Downloading [==>     ]  1.2MB/29.1MB`
    fn layer(&mut self, line: &str) -> Option<Kind> {
        let (id, state) = line.split_once(char::is_whitespace)?;
        let is_layer = id.len() == 12 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !is_layer {
            return None;
        }
        let state = state.trim();
        if let Some(sizes) = state.strip_prefix("Downloading") {
            let (come, all) = sizes.rsplit(char::is_whitespace).next()?.split_once('/')?;
            self.layers.insert(id.to_owned(), (bytes(come)?, bytes(all)?));
        } else if ["Download complete", "Extracting", "Pull complete"]
            .iter()
            .any(|word| state.starts_with(word))
        {
            self.layers.entry(id.to_owned()).and_modify(|(come, all)| *come = *all);
        }
        Some(Kind::Pull)
    }

    /// `#9 [backend compiled 3/6] RUN cargo build`, or the older `Step 3/6 : RUN cargo build`
    fn step(&mut self, line: &str) -> Option<Kind> {
        let (stage, number, does) = match line.strip_prefix("Step ") {
            Some(rest) => {
                let (number, does) = rest.split_once(" : ")?;
                ("", number, does)
            }
            None => {
                let (before, does) = line.strip_prefix('#')?.split_once("] ")?;
                let (_, inside) = before.split_once(" [")?;
                let (stage, number) = inside.rsplit_once(' ').unwrap_or(("", inside));
                (stage, number, does)
            }
        };
        let (step, of) = number.split_once('/')?;
        let step = (step.parse().ok()?, of.parse().ok()?, does.to_owned());
        self.builds.insert(stage.to_owned(), step);
        stage.clone_into(&mut self.name);
        Some(Kind::Build)
    }

    fn at(&self) -> Option<Text> {
        match self.latest? {
            Kind::Pull => {
                let (come, all) =
                    self.layers.values().fold((0.0, 0.0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
                let text = Text::new("report-under-way-pull").with("come", megabytes(come));
                Some(text.with("all", megabytes(all)))
            }
            Kind::Build => {
                let (step, of, does) = self.builds.get(&self.name)?;
                let text = match self.name.as_str() {
                    "" => Text::new("report-under-way-build"),
                    stage => Text::new("report-under-way-stage").with("stage", stage),
                };
                Some(text.with("step", *step).with("of", *of).with("does", does.as_str()))
            }
            Kind::Containers => {
                let waits = self.containers.iter().filter(|(_, there)| !**there);
                let waits: Vec<String> = waits.map(|(name, _)| name.clone()).collect();
                let text = Text::new("report-under-way-containers").with("of", self.containers.len());
                let text = text.with("there", self.containers.len() - waits.len());
                Some(text.with("missing", waits.len()).with("waits", waits))
            }
        }
    }
}

/// `29.1MB`, in bytes.
fn bytes(size: &str) -> Option<f64> {
    let digits = size.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match &size[digits.len()..] {
        "B" => 1.0,
        "kB" | "KB" => 1e3,
        "MB" => 1e6,
        "GB" => 1e9,
        _ => return None,
    };
    Some(digits.parse::<f64>().ok()? * unit)
}

fn megabytes(bytes: f64) -> String {
    format!("{:.1}", bytes / 1e6)
}

#[cfg(test)]
mod tests {
    use workshop_text::Lang;

    use super::*;

    fn said(lines: &[&str], lang: Lang) -> String {
        let under_way = UnderWay::default();
        lines.iter().for_each(|line| under_way.hear(line));
        under_way.text(Duration::from_millis(12_300)).render(lang)
    }

    #[test]
    fn a_build_says_which_step_of_how_many() {
        let lines = [
            "#8 [backend compiled 2/6] COPY . .",
            "#9 [backend compiled 3/6] RUN cargo build",
            "#9 4.1 Compiling",
        ];
        assert_eq!(said(&lines, Lang::En), "12 s: building backend compiled, step 3 of 6: RUN cargo build");
        assert_eq!(said(&["Step 2/9 : COPY . ."], Lang::Ko), "12초째: 이미지 빌드, 9단계 중 2단계: COPY . .");
    }

    #[test]
    fn a_pull_says_how_much_of_how_much() {
        let lines = [
            " mysql Pulling",
            " 3e0c8c2e5a3f Pulling fs layer",
            " 3e0c8c2e5a3f Downloading [==>    ]  10.5MB/29.5MB",
            " a803e7c4b030 Downloading [>      ]  538.9kB/2.5MB",
        ];
        assert_eq!(said(&lines, Lang::En), "12 s: downloading images, 11.0 of 32.0 MB so far");
        let done = [&lines[..], &[" 3e0c8c2e5a3f Pull complete", " a803e7c4b030 Extracting 1 s"]].concat();
        assert_eq!(said(&done, Lang::Ko), "12초째: 이미지 내려받기, 지금까지 32.0 / 32.0MB");
    }

    #[test]
    fn containers_say_which_are_waited_for() {
        let lines = [
            " Container shop-mysql-1  Waiting",
            " Container shop-redis-1  Healthy",
            " Container shop-web-1  Created",
            " Container shop-redis-1  Healthy",
        ];
        assert_eq!(
            said(&lines, Lang::En),
            "12 s: 1 of 3 containers ready; waiting for shop-mysql-1, shop-web-1"
        );
        assert_eq!(said(&[" Container shop-web-1  Started"], Lang::En), "12 s: 1 of 1 container ready");
    }

    #[test]
    fn lines_that_say_nothing_of_it_are_passed_over() {
        assert_eq!(
            said(&["hello", "#", "#1 [", "Step x/y : z", "0123456789ab Downloading"], Lang::En),
            "12 s"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn it_is_said_each_second_until_the_command_ends() {
        let heard: Arc<Mutex<u32>> = Arc::default();
        let said = Arc::clone(&heard);
        let emit = Emit::new(move |event| {
            *said.lock().expect("nobody panicked") += u32::from(matches!(event, Event::Progress(_)));
        });
        UnderWay::default().say_while(&emit, tokio::time::sleep(Duration::from_millis(3500))).await;
        assert_eq!(*heard.lock().expect("nobody panicked"), 3);
    }
}
