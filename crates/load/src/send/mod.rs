//! Sends what a plan says: starts the [`worker`] threads, and gathers what they count.

mod answer;
mod chunked;
mod deadline;
mod follow;
mod gather;
mod line;
mod pace;
mod request;
mod tally;
mod ticker;
mod worker;

use std::time::{Duration, Instant};

use tokio::net::TcpStream;
use tokio::sync::{mpsc, watch};

use self::gather::{Gather, Times};
use self::pace::Part;
use self::request::Request;
use self::tally::Message;
use self::worker::Orders;
use super::error::LoadError;
use super::machine::{HostTimes, allow_open_files};
use super::plan::Plan;
use super::report::{Progress, Report};
use super::target::{Target, parse};

/// How long the first connection may take.
const FIRST: Duration = Duration::from_secs(5);
/// How often it is said how far the run is.
const SAID_AGAIN: Duration = Duration::from_millis(250);
/// What a thread needs before it can send.
const THREAD_STARTS: Duration = Duration::from_millis(3);

/// As [`super::run`], which documents it.
pub(crate) async fn run(
    plan: &Plan,
    progress: impl FnMut(&Progress) + Send,
    stop: watch::Receiver<bool>,
) -> Result<Report, LoadError> {
    plan.validate()?;
    let target = Target::resolve(parse(&plan.url)?, &plan.guard).await?;
    let request = Request::new(plan, &target.url)?;
    allow_open_files(u64::from(plan.connections()) + 100);
    let open = first_connection(&target).await?;
    let mut crew = Crew::start(plan, &target, &request, open)?;
    crew.hear(progress, stop).await?;
    let ended = || LoadError::System { reason: "a thread ended before its time".to_owned() };
    crew.gather.report(plan).ok_or_else(ended)
}

/// The threads at work, and what they have handed over. Dropped, it ends them.
struct Crew {
    gather: Gather,
    heard: mpsc::UnboundedReceiver<Message>,
    halt: watch::Sender<bool>,
}

impl Crew {
    fn start(
        plan: &Plan,
        target: &Target,
        request: &Request,
        open: std::net::TcpStream,
    ) -> Result<Self, LoadError> {
        let threads = threads(plan);
        let begin = Instant::now() + THREAD_STARTS * threads;
        let (halt, halted) = watch::channel(false);
        let (out, heard) = mpsc::unbounded_channel();
        let mut open = Some(open);
        for index in 0..threads {
            let orders = Orders {
                plan: plan.clone(),
                target: target.clone(),
                request: request.clone(),
                part: Part { index, of: threads },
                begin,
                open: open.take(),
                out: out.clone(),
                stop: halted.clone(),
            };
            let thread = std::thread::Builder::new().name(format!("load-{index}"));
            thread.spawn(move || worker::run(orders)).map_err(|error| system(&error))?;
        }
        Ok(Self { gather: Gather::new(Times::new(plan, begin), threads), heard, halt })
    }

    /// Gathers until all threads have ended.
    async fn hear(
        &mut self,
        mut progress: impl FnMut(&Progress) + Send,
        mut stop: watch::Receiver<bool>,
    ) -> Result<(), LoadError> {
        let gather = &mut self.gather;
        let mut said = tokio::time::interval(SAID_AGAIN);
        let mut heard_stop = false;
        loop {
            tokio::select! {
                message = self.heard.recv() => match message {
                    Some(Message::Failed(error)) => return Err(system(&error)),
                    Some(Message::Slice(part, slice)) => gather.slice(part, &slice),
                    Some(Message::Done(totals)) => gather.done(*totals),
                    None => break,
                },
                stopped = stop.wait_for(|stop| *stop), if !heard_stop => {
                    heard_stop = true;
                    // Where whoever could have stopped it has gone, it goes on to its end.
                    if stopped.is_ok() {
                        gather.stop(Instant::now());
                        let _ = self.halt.send(true);
                    }
                }
                () = tokio::time::sleep_until(gather.next_look().into()), if gather.looks() => {
                    gather.look(HostTimes::now());
                }
                _ = said.tick() => progress(&gather.progress(Instant::now())),
            }
        }
        // The threads may have ended before it was the turn of the last look.
        if gather.looks() {
            gather.look(HostTimes::now());
        }
        Ok(())
    }
}

/// Whether somebody listens there; the first user goes on with the connection.
async fn first_connection(target: &Target) -> Result<std::net::TcpStream, LoadError> {
    let address = target.address.to_string();
    let connected = tokio::time::timeout(FIRST, TcpStream::connect(target.address)).await;
    let stream = match connected {
        Ok(Ok(stream)) => stream,
        Ok(Err(error)) if error.kind() == std::io::ErrorKind::ConnectionRefused => {
            return Err(LoadError::Refused { address });
        }
        _ => return Err(LoadError::Unreachable { address, seconds: FIRST.as_secs() }),
    };
    let _ = stream.set_nodelay(true);
    stream.into_std().map_err(|error| system(&error))
}

/// As many as the plan says, but none without a connection.
fn threads(plan: &Plan) -> u32 {
    let wanted = if plan.threads == 0 { Plan::default_threads() } else { plan.threads };
    u32::try_from(wanted).unwrap_or(u32::MAX).clamp(1, plan.connections().clamp(1, 256))
}

fn system(error: &std::io::Error) -> LoadError {
    LoadError::System { reason: workshop_disk::reason(error) }
}
