//! What becomes of the learner's files once they are brought up: which services stand as the lesson
//! wants them, and what nginx does with requests.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::path::Path;

use super::files::{Demands, Files};
use super::read::Read;
use super::served::Served;
use super::standing;
use crate::verdict::Verdict;
use workshop_stack::compose::{ComposeFile, Service};
use workshop_stack::nginx::{Location, NginxConf, Target, Upstream};
use workshop_text::Text;

/// The learner's application, judged as far as checks have asked for it.
#[derive(Debug)]
pub struct Application {
    /// The files that it is made of.
    pub files: Files,
    standing: OnceCell<BTreeMap<String, Box<Verdict>>>,
    served: OnceCell<Result<Served, Box<Verdict>>>,
}

impl Application {
    /// The application in `dir`, of which a lesson wants this; nothing is read yet.
    pub fn load(dir: &Path, demands: Demands) -> Self {
        Self { files: Files::load(dir, demands), standing: OnceCell::new(), served: OnceCell::new() }
    }

    /// The application of `dir` for no lesson in particular.
    #[cfg(test)]
    pub fn bare(dir: &Path, nginx_path: &str) -> Self {
        let demands = Demands {
            start_name: "start".to_owned(),
            nginx_path: Some(nginx_path.to_owned()),
            entry: Some("nginx".to_owned()),
            ..Demands::default()
        };
        Self::load(dir, demands)
    }

    /// The nginx configuration with what becomes of requests; or why it cannot be judged, or nginx
    /// would not start.
    pub fn served(&self) -> Result<&Served, Box<Verdict>> {
        self.served.get_or_init(|| Served::read(&self.files)).as_ref().map_err(Clone::clone)
    }

    /// A service of the compose file, and the file; or why it does not come up as the lesson wants it.
    pub fn service(&self, name: &str) -> Result<(&Read<ComposeFile>, &Service), Box<Verdict>> {
        let (file, service) = self.files.service_as_written(name)?;
        let standing = self.standing.get_or_init(|| {
            let trouble = |service: &Service| {
                let verdict = standing::trouble(&self.files, file, service)?;
                Some((service.name.value.clone(), Box::new(verdict)))
            };
            file.model.services.iter().filter_map(trouble).collect()
        });
        match standing.get(name) {
            Some(verdict) => Err(verdict.clone()),
            None => Ok((file, service)),
        }
    }

    /// The nginx location that serves `path`, and the file; or why there is none, or why nginx would
    /// not start.
    pub fn location(&self, path: &str) -> Result<(&Read<NginxConf>, Location<'_>), Box<Verdict>> {
        match &self.served()?.refused {
            Some(refused) if !self.files.demands.explains_resolve => Err(refused.clone()),
            _ => self.location_as_written(path),
        }
    }

    /// The same where `resolve` lacks what it needs, for the checks that say which.
    pub(crate) fn location_as_written(
        &self,
        path: &str,
    ) -> Result<(&Read<NginxConf>, Location<'_>), Box<Verdict>> {
        let served = self.served()?;
        let file = &served.file;
        if let Some(ports) = served.wrong_ports().filter(|_| !file.model.servers().is_empty()) {
            return Err(Box::new(wrong_port(served, &ports)));
        }
        let location = served.location(path).ok_or_else(|| {
            let mark = served.get(path).and_then(|answered| answered.block);
            let of_default = || file.place(file.model.default_server()?.directive.span);
            let at = served.place(mark.as_ref()).or_else(of_default);
            let name = at.as_ref().map_or(file.path.as_str(), |at| at.file.as_str());
            let text = Text::new("check-nginx-no-location").with("path", path).with("file", name);
            Box::new(Verdict::not_yet(text).at(at))
        })?;
        Ok((file, location))
    }

    /// Whether nginx looks the name behind `path` up again while it runs; none where that cannot
    /// be said.
    pub(crate) fn resolves_again(&self, path: &str) -> Option<bool> {
        let location = self.served().ok()?.location(path)?;
        match location.proxy_target()?.target {
            Target::Upstream(upstream) => Some(resolves_again(&upstream, &location)),
            Target::Variable { .. } => Some(location.resolver().is_some()),
            Target::Host { .. } => Some(false),
            Target::Unix(_) => None,
        }
    }
}

/// nginx listens, and not where requests come in.
fn wrong_port(served: &Served, ports: &[u16]) -> Verdict {
    let file = &served.file;
    let servers = file.model.servers();
    let written = servers.iter().flat_map(|server| server.own("listen")).filter_map(|listen| listen.arg(0));
    let mut shown: Vec<String> = written.map(str::to_owned).collect();
    if shown.is_empty() {
        shown = ports.iter().map(u16::to_string).collect();
    }
    let seen = Text::verbatim(shown.join(", "));
    let listen = servers.iter().find_map(|server| server.own("listen").next());
    let span = listen.or_else(|| servers.first().map(|server| server.directive)).map(|found| found.span);
    Verdict::not_yet(Text::new("check-nginx-port").with("port", served.port).with("seen", seen.clone()))
        .expected(Text::verbatim(format!("listen {};", served.port)))
        .observed(seen)
        .at(span.and_then(|span| file.place(span)))
}

/// `resolve` needs all three: the parameter on a server, a shared zone, and a resolver.
fn resolves_again(upstream: &Upstream, location: &Location<'_>) -> bool {
    let resolver = upstream.resolver.is_some() || location.server.conf.http_resolver();
    upstream.servers.iter().any(|server| server.resolve) && upstream.zone.is_some() && resolver
}
