//! What a reader of a report must know before the numbers are believed.

use super::plan::Plan;
use super::report::{ErrorKind, Report};
use workshop_text::Text;
use workshop_text::measure::{count, rate};

/// Above this share all cores of the machine count as busy.
const HOST_FULL: f64 = 0.95;

/// Whatever makes the numbers of `report` other than they seem, most important first.
pub fn remarks(plan: &Plan, report: &Report) -> Vec<Text> {
    let mut all = Vec::new();
    if report.stopped {
        all.push(Text::new("load-remark-stopped").with("seconds", tenths(report.elapsed.as_secs_f64())));
    }
    if report.requests > 0 && report.good == 0 {
        all.push(Text::new("load-remark-nothing-good"));
    }
    let host_full = report.host_busy.is_some_and(|busy| busy > HOST_FULL);
    if let (true, Some(intended), Some(sent)) = (report.fell_behind(), report.intended_rate, report.sent_rate)
    {
        let busy = report.generator_saturated() || host_full;
        let key = if busy { "load-remark-not-sent-machine" } else { "load-remark-not-sent-connections" };
        all.push(
            Text::new(key)
                .with("intended", rate(intended))
                .with("sent", rate(sent))
                .with("percent", percent(sent / intended))
                .with("missing", count(report.not_sent))
                .with("connections", plan.connections()),
        );
    } else if report.not_sent > 0 {
        all.push(Text::new("load-remark-late").with("missing", report.not_sent));
    }
    if let Some(usage) = report.generator.filter(|_| report.generator_saturated()) {
        let text = Text::new("load-remark-generator").with("percent", percent(usage.busy_share));
        all.push(text.with("threads", usage.threads));
    }
    if let (true, Some(busy)) = (host_full, report.host_busy) {
        all.push(Text::new("load-remark-host").with("percent", percent(busy)));
    }
    if report.errors.contains_key(&ErrorKind::TimedOut) {
        all.push(Text::new("load-remark-timed-out").with("seconds", tenths(plan.timeout.as_secs_f64())));
    }
    if report.errors.contains_key(&ErrorKind::NoConnection) {
        all.push(Text::new("load-remark-no-connection"));
    }
    if report.unfinished > 0 {
        all.push(Text::new("load-remark-unfinished").with("count", report.unfinished));
    }
    if report.resent > 0 {
        all.push(Text::new("load-remark-resent").with("count", report.resent));
    }
    all
}

/// With one decimal where that says more.
fn tenths(number: f64) -> String {
    let rounded = (number * 10.0).round() / 10.0;
    if rounded.fract() == 0.0 { format!("{rounded:.0}") } else { format!("{rounded:.1}") }
}

fn percent(share: f64) -> String {
    tenths(share * 100.0)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::{Load, Usage};

    fn keys(report: &Report) -> Vec<&'static str> {
        let load = Load::Open { rate: 1000.0, connections: 5 };
        let plan = Plan::get("localhost/", load, Duration::from_secs(1));
        remarks(&plan, report).iter().map(|text| text.key).collect()
    }

    fn usage(busy_share: f64) -> Option<Usage> {
        Some(Usage { cpu: Duration::from_secs(1), threads: 1, busy_share })
    }

    #[test]
    fn a_run_without_a_flaw_needs_no_remark() {
        let report = Report {
            requests: 1000,
            good: 1000,
            intended_rate: Some(1000.0),
            sent_rate: Some(995.0),
            generator: usage(0.5),
            host_busy: Some(0.7),
            ..Report::empty()
        };
        assert_eq!(keys(&report), Vec::<&str>::new());
    }

    #[test]
    fn a_rate_that_was_not_sent_is_put_down_to_what_held_it_back() {
        let slow = Report {
            requests: 500,
            good: 500,
            not_sent: 500,
            intended_rate: Some(1000.0),
            sent_rate: Some(500.0),
            generator: usage(0.1),
            ..Report::empty()
        };
        assert_eq!(keys(&slow), ["load-remark-not-sent-connections"]);
        let busy = Report { generator: usage(0.97), ..slow };
        assert_eq!(keys(&busy), ["load-remark-not-sent-machine", "load-remark-generator"]);
        let full = Report { generator: usage(0.4), host_busy: Some(0.99), ..busy };
        assert_eq!(keys(&full), ["load-remark-not-sent-machine", "load-remark-host"]);
    }

    #[test]
    fn what_is_left_out_is_said() {
        let report = Report {
            requests: 5,
            unfinished: 3,
            resent: 1,
            stopped: true,
            errors: [(ErrorKind::TimedOut, 4), (ErrorKind::NoConnection, 1)].into(),
            ..Report::empty()
        };
        let wanted = [
            "load-remark-stopped",
            "load-remark-nothing-good",
            "load-remark-timed-out",
            "load-remark-no-connection",
            "load-remark-unfinished",
            "load-remark-resent",
        ];
        assert_eq!(keys(&report), wanted);
    }
}
