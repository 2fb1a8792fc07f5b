//! A manager that answers: what it lists of a stack, and of the machines.

use std::collections::HashMap;

use super::listing::{Listing, NAMESPACE};
use super::model::{Kept, Node, Service, Task};
use super::owner;
use crate::docker::client::Client;
use crate::docker::endpoint::Endpoint;
use crate::{EngineError, Project};

/// A manager, with the nodes as it lists them.
pub(super) struct Manager {
    pub client: Client,
    pub address: String,
    pub nodes: Vec<Node>,
}

impl Manager {
    /// The one at `endpoint`.
    ///
    /// # Errors
    /// Nothing answers there, or it is no manager.
    pub(super) async fn at(endpoint: &Endpoint) -> Result<Self, EngineError> {
        let client = Client::new(endpoint)?;
        let nodes = client.list(&["nodes"], &[]).await?;
        Ok(Self { client, address: endpoint.address.clone(), nodes })
    }

    /// What there is of the project's stack: three listings, however many replicas there are.
    ///
    /// # Errors
    /// The manager does not answer.
    pub(super) async fn listing(self, project: &Project) -> Result<Listing, EngineError> {
        let (mut services, tasks) =
            tokio::try_join!(self.services(&project.name), self.tasks(&project.name))?;
        services.retain(|service| owner::is_ours(service, project));
        Ok(Listing { services, tasks, nodes: self.nodes })
    }

    /// The services of a stack, whosever it is.
    pub(super) async fn services(&self, stack: &str) -> Result<Vec<Service>, EngineError> {
        self.client.list(&["services"], &[("filters", &of_stack(stack))]).await
    }

    /// Its tasks, with those that have ended.
    pub(super) async fn tasks(&self, stack: &str) -> Result<Vec<Task>, EngineError> {
        self.client.list(&["tasks"], &[("filters", &of_stack(stack))]).await
    }

    /// Configs or secrets that carry the label.
    pub(super) async fn kept(&self, what: &str, label: &str) -> Result<Vec<Kept>, EngineError> {
        let filters = labelled(label);
        self.client.list(&[what], &[("filters", &filters)]).await
    }
}

/// A filter of the API: what has this label.
pub(super) fn labelled(label: &str) -> String {
    serde_json::to_string(&HashMap::from([("label", [label])])).unwrap_or_default()
}

/// A filter of the API: what is of this stack.
pub(super) fn of_stack(stack: &str) -> String {
    labelled(&format!("{NAMESPACE}={stack}"))
}
