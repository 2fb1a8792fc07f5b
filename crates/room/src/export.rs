//! What is left after a class: a table, and statements that a learning record store takes (xAPI
//! 1.0.3). Numbers and titles, never a file or a command.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::protocol::{Outcome, Signal};
use crate::state::{Kind, Known, Learner, Past, Room};

/// The columns of the table.
const COLUMNS: &str =
    "number,name,lesson,step,position,of,title,first_seen,minutes,checks,not_yet,environment,passed,hints";

/// A row for each learner and step, times in UTC (RFC 3339), lines as RFC 4180 has them.
pub(crate) fn table(room: &Room) -> String {
    let mut out = format!("{COLUMNS}\r\n");
    for (id, learner) in room.learners() {
        for (place, sum) in &learner.steps {
            let Some(step) = room.steps().get(*place as usize) else { continue };
            let cells = [
                id.to_string(),
                cell(&learner.name),
                cell(&step.lesson),
                cell(&step.step),
                step.position.to_string(),
                step.of.to_string(),
                cell(&step.title),
                moment(sum.first),
                sum.minutes.to_string(),
                sum.checks.to_string(),
                sum.not_yet.to_string(),
                sum.environment.to_string(),
                if sum.passed { "yes" } else { "no" }.to_owned(),
                sum.hints.to_string(),
            ];
            out.push_str(&cells.join(","));
            out.push_str("\r\n");
        }
    }
    out
}

/// In quotes; what a table program would reckon with stays text by the apostrophe before it.
fn cell(text: &str) -> String {
    let reckons = text.trim_start().starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']);
    format!("\"{}{}\"", if reckons { "'" } else { "" }, text.replace('"', "\"\""))
}

fn moment(seconds: u64) -> String {
    let stamp = i64::try_from(seconds).ok().and_then(|seconds| jiff::Timestamp::from_second(seconds).ok());
    stamp.map(|stamp| stamp.to_string()).unwrap_or_default()
}

/// The statements of everybody, the accounts those of the page at `home` (an address that ends
/// with `/`). The same room gives the same ids, so that what is brought in twice is there once.
pub(crate) fn statements(room: &Room, home: &str) -> String {
    let all: Vec<Value> = room
        .learners()
        .iter()
        .flat_map(|(id, learner)| learner.past.iter().map(move |past| (*id, learner, past)))
        .filter_map(|(id, learner, past)| {
            let step = room.steps().get(past.step as usize)?;
            statement(room, home, (id, learner), past, step)
        })
        .collect();
    serde_json::to_string_pretty(&all).expect("statements become JSON")
}

fn statement(
    room: &Room,
    home: &str,
    (id, learner): (u64, &Learner),
    past: &Past,
    step: &Known,
) -> Option<Value> {
    let mut object = format!("urn:workshop:lesson:{}:step:{}", part(&step.lesson), part(&step.step));
    let mut kind = "lesson";
    let verb = match past.what {
        Kind::Arrived => "initialized",
        Kind::Checked(Outcome::Pass) => "passed",
        Kind::Checked(Outcome::NotYet) => "failed",
        Kind::Checked(Outcome::Environment) => "attempted",
        Kind::Hint(which) => {
            object.push_str(&format!(":hint:{which}"));
            kind = "media";
            "experienced"
        }
        Kind::Signal(Signal::Done) => "completed",
        Kind::Signal(Signal::Help) => "asked",
        Kind::Signal(Signal::None) => return None,
    };
    let mut statement = json!({
        "id": uuid(&format!("{}:{id}:{}", room.id, past.number)),
        "actor": {
            "objectType": "Agent",
            "name": learner.name,
            "account": { "homePage": home, "name": format!("{}:{id}", room.id) },
        },
        "verb": {
            "id": format!("http://adlnet.gov/expapi/verbs/{verb}"),
            "display": { "en-US": verb },
        },
        "object": {
            "objectType": "Activity",
            "id": object,
            "definition": {
                "type": format!("http://adlnet.gov/expapi/activities/{kind}"),
                "name": { "und": step.title },
            },
        },
        "timestamp": moment(past.when),
    });
    if let Kind::Checked(outcome) = past.what {
        let mut result = json!({ "duration": format!("PT{}M", past.minutes) });
        // The machine's fault is no failure of anybody's.
        if outcome != Outcome::Environment {
            result["success"] = (outcome == Outcome::Pass).into();
        }
        statement["result"] = result;
    }
    Some(statement)
}

/// A part of an IRI, whatever the id is.
fn part(id: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    id.bytes()
        .map(|byte| if plain(byte) { (byte as char).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

/// A UUID of version 8 (RFC 9562) that follows from `name`.
fn uuid(name: &str) -> String {
    let hash = Sha256::digest(name);
    let mut bytes: [u8; 16] = std::array::from_fn(|place| hash[place]);
    bytes[6] = (bytes[6] & 0x0f) | 0x80;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
}
