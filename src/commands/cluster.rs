//! `cluster`: several Docker engines on this machine as one swarm, to cut off and to lose.

use std::time::{Duration, SystemTime};

use tokio::sync::mpsc;

use crate::app::error::{AppError, exit};
use crate::app::{Ctx, swarm};
use crate::cli;
use crate::engine::swarm::cluster::{Cluster, ClusterError, Healed, Plan, Stop};
use crate::event::{Event, Tone};
use crate::load::units;
use crate::signals;
use crate::text::Text;

/// What a cluster is called that is no workspace's and was given no name.
const USUAL: &str = "lab";

pub(crate) async fn run(ctx: &Ctx, name: Option<String>, verb: Option<cli::Cluster>) -> Result<u8, AppError> {
    let verb = verb.unwrap_or(cli::Cluster::Status);
    let lesson = name.is_none().then(|| swarm::lesson_here(ctx)).flatten();
    let own = lesson.as_ref().map(|(workspace, _)| swarm::cluster_name(workspace));
    let name = name.or(own).unwrap_or_else(|| USUAL.to_owned());
    let cluster = Cluster::named(&ctx.registry.folder(swarm::CLUSTERS)?, &name).map_err(told)?;
    match verb {
        cli::Cluster::Up { nodes, image } => {
            let mut images = image;
            if let Some((workspace, lesson)) = &lesson {
                images.extend(swarm::base_images(ctx, lesson, workspace).await);
            }
            up(ctx, cluster, Plan { nodes, images }).await
        }
        cli::Cluster::Status => status(ctx, cluster).await,
        cli::Cluster::Env => env(ctx, cluster).await,
        cli::Cluster::Load { images } => load(ctx, cluster, images).await,
        cli::Cluster::Cut { node, time } => cut(ctx, cluster, node, time.as_deref()).await,
        cli::Cluster::Heal { node } => heal(ctx, cluster, node).await,
        cli::Cluster::Kill { node } => kill(ctx, cluster, node).await,
        cli::Cluster::Down => down(ctx, cluster, &name).await,
    }
}

async fn up(ctx: &Ctx, cluster: Cluster, plan: Plan) -> Result<u8, AppError> {
    let is_one = plan.nodes == 1;
    let view = working(ctx, move |stop, say| {
        cluster.up(&plan, stop, say)?;
        cluster.status()
    })
    .await?;
    ctx.emit(Event::Cluster(view));
    match is_one {
        true => ctx.notice(Tone::Info, Text::new("cluster-one-node")),
        false => ctx.notice(Tone::Next, Text::new("cluster-up-next")),
    }
    Ok(exit::PASS)
}

async fn status(ctx: &Ctx, cluster: Cluster) -> Result<u8, AppError> {
    let view = working(ctx, move |_, _| cluster.status()).await?;
    ctx.emit(Event::Cluster(view));
    Ok(exit::PASS)
}

/// The line that leads Docker's own client to a manager of it, for a shell to read.
async fn env(ctx: &Ctx, cluster: Cluster) -> Result<u8, AppError> {
    let view = working(ctx, move |_, _| cluster.status()).await?;
    let manager = view.told_by.as_ref().and_then(|name| view.nodes.iter().find(|node| node.name == *name));
    let Some(manager) = manager else {
        return Err(AppError::Environment { text: Text::new("cluster-no-manager"), next: None });
    };
    ctx.emit(Event::Prompt(manager.export()));
    Ok(exit::PASS)
}

async fn load(ctx: &Ctx, cluster: Cluster, images: Vec<String>) -> Result<u8, AppError> {
    let named = images.clone();
    working(ctx, move |stop, say| {
        say(Text::new("cluster-doing-images").with("images", images.clone()));
        cluster.load(&images, stop)
    })
    .await?;
    ctx.notice(Tone::Done, Text::new("cluster-loaded").with("images", named));
    Ok(exit::PASS)
}

async fn cut(ctx: &Ctx, cluster: Cluster, node: String, time: Option<&str>) -> Result<u8, AppError> {
    let time = time.map(units::duration).transpose().map_err(|error| AppError::Usage(error.text()))?;
    let name = node.clone();
    let until = time.map(|time: Duration| SystemTime::now() + time);
    working(ctx, move |stop, say| {
        cluster.cut(&node, until, stop)?;
        if let Some(time) = time {
            let seconds = u32::try_from(time.as_secs()).unwrap_or(u32::MAX);
            say(Text::new("cluster-doing-cut").with("node", node.as_str()).with("seconds", seconds));
            cluster.wait_healed(&node, stop)?;
        }
        Ok(())
    })
    .await?;
    match time {
        Some(_) => ctx.notice(Tone::Done, Text::new("cluster-joined").with("node", name)),
        None => {
            ctx.notice(Tone::Done, Text::new("cluster-cut-done").with("node", name.as_str()));
            ctx.notice(Tone::Next, Text::new("cluster-cut-next").with("node", name));
        }
    }
    Ok(exit::PASS)
}

async fn heal(ctx: &Ctx, cluster: Cluster, node: String) -> Result<u8, AppError> {
    let name = node.clone();
    let healed = working(ctx, move |stop, _| cluster.heal(&node, stop)).await?;
    let (tone, key) = match healed {
        Healed::WasWhole => (Tone::Info, "cluster-was-whole"),
        Healed::Joined => (Tone::Done, "cluster-joined"),
        Healed::Started => (Tone::Done, "cluster-started"),
    };
    ctx.notice(tone, Text::new(key).with("node", name));
    Ok(exit::PASS)
}

async fn kill(ctx: &Ctx, cluster: Cluster, node: String) -> Result<u8, AppError> {
    let name = node.clone();
    working(ctx, move |_, _| cluster.kill(&node)).await?;
    ctx.notice(Tone::Done, Text::new("cluster-killed").with("node", name.as_str()));
    ctx.notice(Tone::Next, Text::new("cluster-cut-next").with("node", name));
    Ok(exit::PASS)
}

async fn down(ctx: &Ctx, cluster: Cluster, name: &str) -> Result<u8, AppError> {
    let was_there = working(ctx, move |_, _| cluster.down()).await?;
    let (tone, key) = match was_there {
        true => (Tone::Done, "cluster-gone"),
        false => (Tone::Info, "cluster-none"),
    };
    ctx.notice(tone, Text::new(key).with("name", name));
    Ok(exit::PASS)
}

/// Does `work` on a thread of its own and says what it is at. A signal stops it; what it had begun is
/// whole again, or gone, when this comes back.
async fn working<T: Send + 'static>(
    ctx: &Ctx,
    work: impl FnOnce(&Stop, &dyn Fn(Text)) -> Result<T, ClusterError> + Send + 'static,
) -> Result<T, AppError> {
    let (stop, (tell, mut told_of)) = (Stop::default(), mpsc::unbounded_channel());
    let heard = stop.clone();
    let say = move |text: Text| {
        // Nobody listens any more once the command is given up.
        let _ = tell.send(text);
    };
    let mut work = tokio::task::spawn_blocking(move || work(&heard, &say));
    let (mut ended, mut is_stopped) = (std::pin::pin!(signals::ended()), false);
    let done = loop {
        tokio::select! {
            biased;
            () = &mut ended, if !is_stopped => {
                is_stopped = true;
                stop.say();
                ctx.emit(Event::Progress(Text::new("cluster-doing-stop")));
            }
            Some(text) = told_of.recv() => ctx.emit(Event::Progress(text)),
            done = &mut work => break done,
        }
    };
    match done {
        Ok(done) => done.map_err(told),
        Err(_) => Err(AppError::Interrupted),
    }
}

fn told(error: ClusterError) -> AppError {
    match error {
        ClusterError::Stopped => AppError::Interrupted,
        error => AppError::Cluster(error),
    }
}
