//! Where the browser of a demo's step comes in: this machine's own address, or with `--share` the one
//! that others reach, where it answers.

use crate::app::network;
use crate::commands::demo::show::{Show, Stop};
use crate::engine::Detail;
use crate::event::Tone;
use crate::text::Text;

impl Show<'_> {
    /// Says where a browser comes in, where that is new or `again` is asked for.
    pub(crate) async fn say_address(&mut self, again: bool) -> Result<(), Stop> {
        let observed = self.session.engine.observe(&self.session.project(), Detail::Listing).await;
        let url = observed.ok().and_then(|seen| self.session.entry_url(&seen));
        if url.is_some() && (again || url != self.address) {
            self.address.clone_from(&url);
            self.say_url(url.unwrap_or_default()).await?;
        }
        Ok(())
    }

    async fn say_url(&mut self, own: String) -> Result<(), Stop> {
        let mut meaning = None;
        let mut url = own;
        if self.share {
            let address = network::shared_address();
            let shared = match address {
                Some(address) => network::shared_url(&url, address).await,
                None => None,
            };
            let key = match (&shared, address) {
                (Some(_), _) => "demo-address-shared",
                (None, Some(_)) => "demo-address-not-shared",
                (None, None) => "demo-address-no-network",
            };
            url = shared.unwrap_or(url);
            meaning = Some(Text::new(key).with("url", url.as_str()));
        }
        self.stage.notice(Tone::Info, Text::new("demo-address").with("url", url)).await?;
        match meaning {
            Some(meaning) => Ok(self.stage.notice(Tone::Warning, meaning).await?),
            None => Ok(()),
        }
    }
}
