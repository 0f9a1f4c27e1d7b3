//! What an audit says of a literal before the judge looks at it.

use crate::facts::Site;
use crate::judge::Prior;

/// How a literal is to be judged.
#[derive(Clone, Copy)]
pub(crate) struct Reading<'p> {
    /// What made it a candidate.
    pub(crate) prior: Prior,
    /// Its name.
    pub(crate) name: &'p str,
    /// Its role.
    pub(crate) site: Site,
}

impl<'p> Reading<'p> {
    /// By its name.
    pub(crate) fn named(name: &'p str, site: Site) -> Self {
        Self {
            prior: Prior::Named,
            name,
            site,
        }
    }
}
