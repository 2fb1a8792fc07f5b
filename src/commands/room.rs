//! `room`: the presenter's laptop serves the room's page until Ctrl-C. Who comes, who is stuck and
//! who asks for help is said here too, for somebody without a browser.

use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::time::Duration;

use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;
use workshop_room::board::Board;
use workshop_room::protocol::Signal;
use workshop_room::{FOLDER, Invitation, RoomError, Server, Wanted};

use crate::app::Ctx;
use crate::app::error::{AppError, exit};
use crate::app::network::shared_address;
use crate::cli::Room;
use crate::event::{Event, Tone};
use crate::report::screen_size;
use crate::signals;
use crate::text::Text;

/// Where a room listens that is not told otherwise.
const PORT: u16 = 8970;
/// A room that was written to so lately may be one that only fell over.
const RECENT: Duration = Duration::from_secs(12 * 60 * 60);
/// The least time between two lines about the room.
const EVERY: Duration = Duration::from_secs(5);

pub(crate) async fn run(ctx: &Ctx, room: &Room) -> Result<u8, AppError> {
    let rooms = ctx.registry.folder(FOLDER)?;
    let wanted = wanted(ctx, room, &rooms)?;
    let server = Server::open(&rooms, &wanted).map_err(refused)?;
    let serving = server.serve().map_err(|error| refused(RoomError::Disk(rooms, error)))?;
    let invitation = server.invitation();
    invite(ctx, &invitation, room)?;
    let ended = tokio::select! {
        biased;
        () = signals::interrupted() => Ok(exit::PASS),
        () = signals::told_to_end() => Err(AppError::Interrupted),
        () = tell(ctx, &server) => Ok(exit::PASS),
    };
    drop(serving);
    close(ctx, &server);
    ended
}

fn wanted(ctx: &Ctx, room: &Room, rooms: &Path) -> Result<Wanted, AppError> {
    let resume = resumed(ctx, room, rooms)?;
    let name = match (&room.name, &room.lesson) {
        (Some(name), _) => name.clone(),
        (None, Some(id)) => ctx.library.find(id)?.prose(ctx.lang)?.title,
        (None, None) => ctx.say(&Text::new("room-name")),
    };
    let address = match room.listen {
        None if room.share => Some(shared_address().ok_or_else(|| {
            let text = Text::new("room-no-network");
            AppError::Environment { text, next: Some(Text::new("room-no-network-next")) }
        })?),
        address => address,
    };
    let told = address.is_some() || room.port.is_some();
    let fresh = resume.is_none().then_some(IpAddr::from([127, 0, 0, 1]));
    let address = address.or(fresh).or_else(|| told.then_some(IpAddr::from([127, 0, 0, 1])));
    let listen = address.map(|address| SocketAddr::new(address, room.port.unwrap_or(PORT)));
    Ok(Wanted {
        name,
        listen,
        any_port: room.port.is_none() && resume.is_none(),
        resume,
        hosts: room.host.clone(),
    })
}

/// The folder of the room to go on with; none for a new one.
fn resumed(ctx: &Ctx, room: &Room, rooms: &Path) -> Result<Option<std::path::PathBuf>, AppError> {
    let latest = workshop_room::latest(rooms);
    if room.resume {
        let (folder, _) = latest.ok_or_else(|| AppError::Usage(Text::new("room-none-to-resume")))?;
        return Ok(Some(folder));
    }
    let recent = latest.filter(|(_, written)| written.elapsed().is_ok_and(|ago| ago < RECENT));
    let Some((folder, written)) = recent.filter(|_| room.name.is_none() && room.lesson.is_none()) else {
        return Ok(None);
    };
    let minutes = written.elapsed().map_or(0, |ago| ago.as_secs() / 60);
    if ctx.interactive {
        let question = Text::new("room-resume-question").with("minutes", minutes);
        return Ok(ctx.asker.confirm(&ctx.say(&question))?.then_some(folder));
    }
    ctx.notice(Tone::Info, Text::new("room-resume-hint").with("minutes", minutes));
    Ok(None)
}

fn refused(error: RoomError) -> AppError {
    let (text, next) = match &error {
        RoomError::Open(listen) => {
            let at = listen.map(|at| at.to_string()).unwrap_or_default();
            (Text::new("room-open-already").with("at", at), Some(Text::new("room-open-already-next")))
        }
        RoomError::Listen(at, kind) => {
            let why = match kind {
                std::io::ErrorKind::AddrInUse => "room-port-taken",
                std::io::ErrorKind::AddrNotAvailable => "room-address-not-ours",
                std::io::ErrorKind::PermissionDenied => "room-port-refused",
                _ => "room-cannot-listen",
            };
            (Text::new(why).with("at", at.to_string()), Some(Text::new("room-listen-next")))
        }
        RoomError::Disk(path, error) => {
            let text = Text::new("room-disk").with("path", path.display().to_string());
            (text.with("reason", crate::workspace::disk::reason(error)), None)
        }
        RoomError::NoRandom(error) => (Text::new("app-no-random").with("reason", error.to_string()), None),
    };
    AppError::Environment { text, next }
}

/// Says how to come in.
fn invite(ctx: &Ctx, invitation: &Invitation, room: &Room) -> Result<(), AppError> {
    let listen = invitation.listen;
    let shown = if listen.ip().is_unspecified() { shared_address() } else { Some(listen.ip()) };
    let shown = SocketAddr::new(shown.unwrap_or(IpAddr::from([127, 0, 0, 1])), listen.port());
    let address = match room.host.first() {
        Some(host) => format!("https://{host}"),
        None => format!("http://{shown}"),
    };
    let join = format!("{address}/#{}", invitation.code);
    let say = |key| Text::new(key).with("address", address.as_str()).with("code", invitation.code.as_str());
    ctx.notice(Tone::Done, say("room-opened").with("name", invitation.name.as_str()));
    if let Some(picture) = picture(ctx, &join) {
        ctx.emit(Event::Prompt(picture));
    }
    ctx.notice(Tone::Info, say("room-join-page").with("join", join));
    ctx.notice(Tone::Info, say("room-join-command"));
    let board = format!("{address}/board#{}", invitation.key);
    ctx.notice(Tone::Info, say("room-board").with("board", board));
    let phone = format!("{address}/phone#{}", invitation.phone_code);
    ctx.notice(Tone::Info, say("room-phone").with("phone", phone));
    let (tone, reach) = match listen.ip().is_loopback() {
        true if room.host.is_empty() => (Tone::Info, "room-only-here"),
        true => (Tone::Info, "room-behind-proxy"),
        false => (Tone::Warning, "room-who-can-reach"),
    };
    ctx.notice(tone, Text::new(reach).with("at", shown.to_string()));
    ctx.notice(Tone::Next, Text::new("room-end-hint"));
    Ok(())
}

/// The address as a picture for a phone, where there is a terminal that has room for it.
fn picture(ctx: &Ctx, join: &str) -> Option<String> {
    let style = ctx.asker.style();
    if !style.terminal || !style.unicode || style.in_words || ctx.global.json || ctx.global.quiet {
        return None;
    }
    let code = QrCode::new(join).ok()?;
    let drawn = code.render::<Dense1x2>().dark_color(Dense1x2::Dark).light_color(Dense1x2::Light).build();
    let (rows, columns) = screen_size();
    let fits = drawn.lines().count() + 2 < rows && drawn.lines().all(|line| line.chars().count() < columns);
    fits.then_some(drawn)
}

/// Says what has changed, as long as the room is open.
async fn tell(ctx: &Ctx, server: &Server) {
    let mut changes = server.changes();
    let mut before = Said::default();
    loop {
        if changes.changed().await.is_err() {
            return;
        }
        let board = server.board();
        before.tell(ctx, &board);
        tokio::time::sleep(EVERY).await;
    }
}

/// What was said last.
#[derive(Default)]
struct Said {
    counts: (usize, usize, usize, usize),
    helped: BTreeSet<u64>,
}

impl Said {
    fn tell(&mut self, ctx: &Ctx, board: &Board) {
        let counts = (board.count, board.stuck, board.help, board.done);
        if std::mem::replace(&mut self.counts, counts) != counts {
            let text = Text::new("room-counts").with("count", board.count).with("stuck", board.stuck);
            ctx.notice(Tone::Info, text.with("help", board.help).with("done", board.done));
            if let Some(most) = board.failing.first().filter(|most| most.count > 1) {
                let text = Text::new("room-most-failing").with("title", most.title.as_str());
                ctx.notice(Tone::Info, text.with("count", most.count).with("words", most.words.as_str()));
            }
        }
        let asking: Vec<_> = board.learners.iter().filter(|row| row.signal == Signal::Help).collect();
        for row in asking.iter().filter(|row| !self.helped.contains(&row.id)) {
            let at = row.at.as_ref().map(|at| format!("{}. {}", at.position, at.title)).unwrap_or_default();
            let key = if at.is_empty() { "room-asks" } else { "room-asks-at" };
            ctx.notice(Tone::Warning, Text::new(key).with("name", row.name.as_str()).with("at", at));
        }
        self.helped = asking.iter().map(|row| row.id).collect();
    }
}

/// Leaves the table, and says where.
fn close(ctx: &Ctx, server: &Server) {
    match server.leave_table() {
        Ok((table, statements)) => {
            let text = Text::new("room-closed").with("table", table.display().to_string());
            ctx.notice(Tone::Done, text.with("statements", statements.display().to_string()));
        }
        Err(error) => {
            let text = Text::new("room-disk").with("path", server.folder().display().to_string());
            ctx.notice(Tone::Warning, text.with("reason", crate::workspace::disk::reason(&error)));
        }
    }
    ctx.notice(Tone::Next, Text::new("room-go-on"));
}
