//! What may stand: inline markers and the allow list of the configuration. Nothing is dropped; a finding is held.

pub(crate) mod allow;
pub(crate) mod marker;
mod words;
