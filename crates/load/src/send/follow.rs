//! Where a redirect leads: [`Hop`], a request after the first. Every address that a redirect names
//! is looked at as the first one was, and looked up once.

use std::collections::HashMap;

use super::worker::Shared;
use crate::error::LoadError;
use crate::plan::Plan;
use crate::report::ErrorKind;
use crate::target::Target;

/// A request that a redirect asks for.
pub(super) struct Hop {
    pub target: Target,
    /// The run's plan with what the redirect changed.
    pub plan: Plan,
}

/// Places by host and port, so that each is looked up once.
pub(super) type Known = HashMap<String, Result<Target, ErrorKind>>;

impl Hop {
    pub(super) const fn is_redirect(status: u16) -> bool {
        matches!(status, 301 | 302 | 303 | 307 | 308)
    }

    pub(super) fn first(target: &Target, plan: &Plan) -> Self {
        Self { target: target.clone(), plan: plan.clone() }
    }
}

/// Where `location` leads from `hop`, whose answer was `status`.
pub(super) async fn next(shared: &Shared, hop: &Hop, status: u16, location: &str) -> Result<Hop, ErrorKind> {
    let url = hop.target.url.join(location).map_err(|_| ErrorKind::Garbage)?;
    let mut plan = hop.plan.clone();
    // As browsers do it (RFC 9110, 15.4): only 307 and 308 keep method and body.
    if !matches!(status, 307 | 308) && plan.method != "HEAD" {
        plan.method = "GET".to_owned();
        plan.body = None;
        plan.headers.retain(|(name, _)| !name.to_ascii_lowercase().starts_with("content-"));
    }
    // A header for the first place is none of another one's business.
    let place = |url: &reqwest::Url| {
        format!("{}:{:?}", url.scheme(), url.host_str().zip(url.port_or_known_default()))
    };
    let key = place(&url);
    if key != place(&hop.target.url) {
        let private = ["host", "authorization", "cookie"];
        plan.headers.retain(|(name, _)| !private.contains(&name.to_ascii_lowercase().as_str()));
    }
    let known = shared.known.borrow().get(&key).cloned();
    let target = match known {
        Some(known) => known,
        None => {
            let found = Target::resolve(url.clone(), &plan.guard).await.map_err(|error| kind(&error));
            shared.known.borrow_mut().insert(key, found.clone());
            found
        }
    }?;
    Ok(Hop { target: Target { url, ..target }, plan })
}

const fn kind(error: &LoadError) -> ErrorKind {
    match error {
        LoadError::Tls { .. } => ErrorKind::Tls,
        LoadError::NotOurs { .. } => ErrorKind::NotOurs,
        LoadError::NameNotFound { .. } => ErrorKind::NameNotFound,
        _ => ErrorKind::Garbage,
    }
}
