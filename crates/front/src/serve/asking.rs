//! What would become of a request: the phases of a configuration gone through without a connection, a name
//! looked up, or a log written. [`Asked`] answers questions about a configuration, as the static
//! checks put them, with the same steps that serve real requests.

use std::net::SocketAddr;
use std::sync::Arc;

use async_trait::async_trait;
use futures_util::FutureExt as _;
use hyper::header::{self, HeaderMap, HeaderValue};
use hyper::{Method, Request};

use super::client::ClientConnection;
use super::context::Context;
use super::fate::{Answered, Fate, Question};
use super::live::{Counters, Live, Shared};
use super::reply::Outcome;
use super::variables::eval;
use super::{phases, reading};
use crate::compiled::Compiled;
use crate::log::Logs;
use crate::names::{LookupError, Names};
use crate::value::{Own, Value};
use crate::view::View;
use crate::wire::head::Length;

/// A configuration that can be asked.
pub struct Asked {
    live: Arc<Live>,
}

/// Nobody is looked up.
struct Nobody;

#[async_trait]
impl Names for Nobody {
    async fn lookup(&self, _: &str, _: u16) -> Result<Vec<SocketAddr>, LookupError> {
        Err(LookupError::NotFound)
    }
}

impl Asked {
    /// Asks `compiled`, with the container's files of `view`. Nothing is logged and no name is looked up.
    pub fn new(compiled: Compiled, view: View) -> Self {
        let shared = Shared { names: Box::new(Nobody), logs: Logs::nowhere(), counters: Counters::default() };
        Self { live: Live::for_questions(compiled, view, Arc::new(shared)) }
    }

    /// The container's ports that others than the container itself can reach.
    pub fn ports(&self) -> Vec<u16> {
        self.live
            .compiled
            .ports
            .iter()
            .filter(|(_, port)| !port.only_here)
            .map(|(number, _)| *number)
            .collect()
    }

    /// What becomes of a request; none for one that is no request.
    pub fn ask(&self, question: &Question<'_>) -> Option<Answered> {
        let closed = Answered { fate: Fate::Closed, block: None };
        let port = self.live.compiled.ports.get(&question.port);
        let Some(port) = port.filter(|port| !port.only_here || question.client.is_loopback()) else {
            return Some(closed);
        };
        if port.tls {
            // "The plain HTTP request was sent to HTTPS port".
            return Some(Answered { fate: Fate::Status { status: 400, location: None }, block: None });
        }
        let mut context = self.context(question)?;
        if let Some(status) = reading::refusal(&mut context, None, Length::Known(0)) {
            return Some(Answered { fate: Fate::Status { status, location: None }, block: None });
        }
        let outcome = phases::run(&mut context, &mut None).now_or_never()?;
        let block = context.conf.mark.clone();
        let fate = match (context.passed.take(), outcome) {
            (Some(passed), _) => Fate::Passed(passed),
            (None, Outcome::Close(_)) => Fate::Closed,
            (None, Outcome::Reply(reply)) => Fate::Status {
                status: context.error_status.unwrap_or(reply.status),
                location: reply.headers.get(header::LOCATION).and_then(text),
            },
        };
        Some(Answered { fate, block })
    }

    /// What `written`, a value of nginx's own variables, is for a request.
    pub fn value(&self, question: &Question<'_>, written: &str) -> Option<String> {
        let mut context = self.context(question)?;
        reading::refusal(&mut context, None, Length::Known(0));
        context.find_real_ip();
        let value = Value::parse(written, &Own::default()).ok()?;
        Some(String::from_utf8_lossy(&eval(&value, &context)).into_owned())
    }

    fn context(&self, question: &Question<'_>) -> Option<Context> {
        let mut request = Request::new(());
        *request.method_mut() = Method::from_bytes(question.method.as_bytes()).ok()?;
        *request.uri_mut() = question.target.parse().ok()?;
        let headers: &mut HeaderMap = request.headers_mut();
        headers.insert(header::HOST, HeaderValue::from_str(question.host).ok()?);
        for (name, value) in question.headers {
            let name = header::HeaderName::from_bytes(name.as_bytes()).ok()?;
            headers.insert(name, HeaderValue::from_str(value).ok()?);
        }
        let client = ClientConnection::new(
            1,
            SocketAddr::new(question.client, 40_000),
            question.port,
            Arc::clone(&self.live),
        )?;
        Some(reading::context(&Arc::new(client), request.into_parts().0, None))
    }
}

fn text(value: &HeaderValue) -> Option<String> {
    value.to_str().ok().map(str::to_owned)
}
