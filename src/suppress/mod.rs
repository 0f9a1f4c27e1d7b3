//! What may stand: inline markers, the allow list of the configuration, the baseline. Nothing is dropped; a finding is
//! held.

pub(crate) mod allow;
pub mod baseline;
pub(crate) mod identity;
pub(crate) mod marker;
mod words;
