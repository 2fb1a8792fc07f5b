//! A load run as JSON; `docs/load.md` describes it. Times are in milliseconds, rates a second,
//! shares from 0 to 1.

use std::time::Duration;

use serde_json::{Map, Value, json};

use crate::engine::EngineKind;
use crate::event::LoadRun;
use crate::load::threshold::Seen;
use crate::load::{Load, Plan, Report, Second, Stage, remarks};
use crate::text::Lang;

/// The object at `load`.
pub(super) fn load(run: &LoadRun, lang: Lang) -> Value {
    let report = &run.report;
    let remarks = remarks(&run.plan, report);
    let thresholds = run.thresholds.iter().map(|one| {
        let (seen, unit) = seen(one.seen);
        json!({ "threshold": one.source, "met": one.met, "seen": seen, "unit": unit })
    });
    json!({
        "plan": plan(&run.plan),
        "engine": run.engine.map(EngineKind::name),
        "requests": report.requests,
        "good": report.good,
        "failed": report.failed(),
        "errors": report.errors.iter().map(|(kind, number)| (kind.name().to_owned(), json!(number))).collect::<Map<_, _>>(),
        "statuses": report.statuses.iter().map(|(status, number)| (status.to_string(), json!(number))).collect::<Map<_, _>>(),
        "elapsed_ms": ms(report.elapsed),
        "throughput": rounded(report.throughput),
        "latency_ms": latency(report),
        "distribution": report.distribution.iter().map(|(bound, number)| json!([ms(*bound), number])).collect::<Value>(),
        "shares": report.shares.iter().map(|(server, number)| (server.clone(), json!(number))).collect::<Map<_, _>>(),
        "seconds": report.seconds.iter().map(second).collect::<Value>(),
        "bytes": report.bytes,
        "connections": report.connections,
        "resent": report.resent,
        "redirects": report.redirects,
        "warm_up_requests": report.warm_up_requests,
        "not_sent": report.not_sent,
        "unfinished": report.unfinished,
        "intended_rate": report.intended_rate,
        "sent_rate": report.sent_rate.map(rounded),
        "generator": report.generator.map(|usage| json!({
            "cpu_ms": ms(usage.cpu), "threads": usage.threads, "busy_share": rounded(usage.busy_share),
        })),
        "host_busy": report.host_busy.map(rounded),
        "stopped": report.stopped,
        "thresholds": thresholds.collect::<Value>(),
        "remarks": remarks.iter().map(|text| text.render(lang)).collect::<Value>(),
    })
}

fn plan(plan: &Plan) -> Value {
    let load = match &plan.load {
        Load::Closed { connections } => json!({ "kind": "closed", "connections": connections }),
        Load::Open { rate, connections } => {
            json!({ "kind": "open", "rate": rate, "connections": connections })
        }
        Load::Stages(stages) => {
            let stage = |stage: &Stage| json!({ "takes_ms": ms(stage.takes), "users": stage.users });
            json!({ "kind": "stages", "stages": stages.iter().map(stage).collect::<Value>() })
        }
    };
    json!({
        "url": plan.shown_url(),
        "method": plan.method,
        "load": load,
        "duration_ms": ms(plan.measured()),
        "warm_up_ms": ms(plan.warm_up),
        "timeout_ms": ms(plan.timeout),
        "keep_alive": plan.keep_alive,
        "follow": plan.follow,
        "share_header": plan.share_header,
    })
}

fn latency(report: &Report) -> Value {
    let latency = &report.latency;
    // Of nothing there is no percentile.
    let ms = |time| (!report.distribution.is_empty()).then(|| ms(time));
    json!({
        "p50": ms(latency.p50),
        "p90": ms(latency.p90),
        "p95": ms(latency.p95),
        "p99": ms(latency.p99),
        "p99.9": ms(latency.p99_9),
        "p99.99": ms(latency.p99_99),
        "max": ms(latency.max),
        "mean": ms(latency.mean),
    })
}

fn second(second: &Second) -> Value {
    json!({
        "at": second.at,
        "requests": second.requests,
        "errors": second.errors,
        "p50_ms": measured(second.p50),
        "p99_ms": measured(second.p99),
        "active": second.active,
    })
}

/// A time that was measured; one of zero was not.
fn measured(time: Duration) -> Option<f64> {
    (!time.is_zero()).then(|| ms(time))
}

/// The value in the unit of its threshold.
fn seen(seen: Seen) -> (Value, &'static str) {
    match seen {
        Seen::Time(time) => (json!(ms(time)), "ms"),
        Seen::Share(share) => (json!(rounded(share)), "share"),
        Seen::Number(number) => (json!(rounded(number)), "number"),
        Seen::Nothing => (Value::Null, "none"),
    }
}

/// To a microsecond.
fn ms(time: Duration) -> f64 {
    rounded_to(time.as_secs_f64() * 1e3, 1e3)
}

fn rounded(number: f64) -> f64 {
    rounded_to(number, 1e6)
}

fn rounded_to(number: f64, parts: f64) -> f64 {
    (number * parts).round() / parts
}
