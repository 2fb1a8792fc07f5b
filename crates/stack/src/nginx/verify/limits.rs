//! Rules of `limit_req` and `limit_conn`, and of `limit_except`.

use super::args::{Checked, LEAST_ZONE, said, sized_zone};
use super::refusal::Refusal;
use crate::nginx::access::limited_method;
use crate::nginx::directive::{Arg, Directive};
use crate::nginx::quantity::number;
use workshop_text::Text;

/// Whether the arguments are what this directive takes; none where it is another's.
pub(super) fn check(directive: &Directive, first: &Arg) -> Option<Checked> {
    Some(match directive.name.as_str() {
        "limit_req" => limit_req(directive),
        "limit_req_zone" => limit_req_zone(directive),
        "limit_conn" => limit_conn(directive, first),
        "limit_conn_zone" => limit_conn_zone(directive, first),
        "limit_except" => limit_except(directive),
        _ => return None,
    })
}

fn limit_req(directive: &Directive) -> Checked {
    let mut has_zone = false;
    for arg in &directive.args {
        match arg.value.split_once('=') {
            Some(("zone", _)) => has_zone = true,
            Some(("burst", text)) => {
                if number(text).is_none_or(|burst| burst == 0) {
                    return said(directive, arg, format!("invalid burst value \"{}\"", arg.value));
                }
            }
            Some(("delay", text)) => {
                if number(text).is_none_or(|delay| delay == 0) {
                    return said(directive, arg, format!("invalid delay value \"{}\"", arg.value));
                }
            }
            None if arg.value == "nodelay" => {}
            _ => return Err(Refusal::parameter(directive, arg)),
        }
    }
    if has_zone {
        return Ok(());
    }
    let message = Text::new("front-parameter").with("name", "limit_req").with("value", "");
    Err(Refusal::of(directive, message, "\"limit_req\" must have \"zone\" parameter"))
}

fn limit_req_zone(directive: &Directive) -> Checked {
    let (mut zones, mut rates) = (0, 0);
    for arg in &directive.args[1..] {
        match arg.value.split_once('=') {
            Some(("zone", text)) => {
                sized_zone(directive, arg, text, "zone", LEAST_ZONE)?;
                zones += 1;
            }
            Some(("rate", text)) => {
                let rate = text.strip_suffix("r/s").or_else(|| text.strip_suffix("r/m"));
                if rate.and_then(number).is_none_or(|rate| rate == 0) {
                    return said(directive, arg, format!("invalid rate \"{}\"", arg.value));
                }
                rates += 1;
            }
            _ => return Err(Refusal::parameter(directive, arg)),
        }
    }
    match directive.args.first().filter(|_| zones == 0 || rates > 1) {
        Some(arg) => said(directive, arg, "\"limit_req_zone\" must have \"zone\" parameter"),
        None => Ok(()),
    }
}

fn limit_conn(directive: &Directive, first: &Arg) -> Checked {
    let most = directive.args.get(1).unwrap_or(first);
    match number(&most.value) {
        Some(1..=65535) => Ok(()),
        Some(0) | None => said(directive, most, format!("invalid number of connections \"{}\"", most.value)),
        Some(_) => said(directive, most, "connection limit must be less 65536"),
    }
}

fn limit_conn_zone(directive: &Directive, first: &Arg) -> Checked {
    let zone = directive.args.get(1).unwrap_or(first);
    match zone.value.strip_prefix("zone=") {
        Some(text) => sized_zone(directive, zone, text, "zone", LEAST_ZONE),
        None => Err(Refusal::parameter(directive, zone)),
    }
}

fn limit_except(directive: &Directive) -> Checked {
    match directive.args.iter().find(|arg| limited_method(&arg.value).is_none()) {
        Some(arg) => said(directive, arg, format!("invalid method \"{}\"", arg.value)),
        None => Ok(()),
    }
}
