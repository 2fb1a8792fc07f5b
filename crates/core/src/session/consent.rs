//! The learner's word that this lesson may run its commands. A [`Session`] without
//! it runs none: this is the one place behind which every command of a lesson stands.

use super::Session;
use workshop_engine::EngineError;
use workshop_text::Text;

/// Given by `app::consent` alone, once nothing is left to be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Consent(());

impl Consent {
    /// A yes. To be called only after the learner was asked, or has agreed before.
    pub const fn given() -> Self {
        Self(())
    }
}

impl Session {
    /// Refuses where nobody has agreed.
    pub(super) fn agreed(&self) -> Result<Consent, EngineError> {
        self.consent.ok_or_else(|| EngineError::Refused { reason: Text::new("consent-missing") })
    }
}
