//! Rules over facts: one file a rule, its metadata on top, its logic below, and its row here.
//!
//! Most look at one text; those over templates look at a module, whose values are linked.

use std::cell::OnceCell;

use crate::facts::{Facts, Format, Kind};
use crate::rule::Rule;

use handler::Handlers;
use taint::{Carrier, Leak};

mod access_logging;
pub(crate) mod across;
mod advice;
pub(crate) mod cache_without_ttl;
mod ci_all_secrets;
mod ci_checkout_token;
mod ci_inherited;
mod ci_printed;
mod ci_static_credential;
mod ci_unmasked;
mod ci_unsecure_commands;
mod client_in_handler;
mod clients;
mod command_line;
mod copied;
mod crypto_key;
mod docker_layer;
mod env_copy;
mod env_in_code;
mod env_key;
mod env_plaintext;
mod fetch_per_invocation;
mod fixed_iv;
mod grants;
mod handler;
mod hardcoded;
mod identity;
mod insecure_transport;
mod kubernetes_secret;
mod managed_policy;
mod mend;
mod output;
mod parameter_default;
mod parameter_exposed;
mod pipeline;
#[cfg(test)]
pub(crate) mod places;
mod plain_parameter;
mod point;
mod pointers;
mod policies;
mod process_arguments;
mod program;
mod property;
mod provisioner;
mod reading;
mod recovery_disabled;
mod reference_frozen;
mod reference_malformed;
mod reference_unresolved;
mod rotated;
mod rotation_incomplete;
mod rotation_interval;
mod scene;
mod script_arguments;
mod script_logging;
mod script_query;
mod scripted;
mod secret_logging;
mod shared_role;
mod sites;
mod state_backend;
mod state_committed;
mod state_secret;
mod static_credential;
mod static_credential_code;
mod store_expiry;
mod store_key;
mod store_literal;
mod store_rotation;
mod store_transport;
mod taint;
mod url_query;
mod user_data;
mod uses;
mod variables;
mod vault_access;
mod vault_rights;
mod wildcard_decrypt;

pub(crate) use mend::{Mend, Rewrite};
pub(crate) use rotated::rotates;
#[cfg(test)]
pub(crate) use scene::Thing;
pub(crate) use scene::{Scene, Sighting};
pub(crate) use taint::asked;

/// A rule over facts.
pub(crate) struct Audit {
    /// What it says about itself.
    pub(crate) rule: &'static Rule,
    /// Words at which it wants a program read by its grammar; names of credentials are words enough where something
    /// is bound to them. The rarer, the faster.
    pub(crate) cues: &'static [&'static str],
    /// Whether a text with a cue is worth a parse.
    pub(crate) wants: fn(&str) -> bool,
    /// What it sees in a text.
    pub(crate) run: for<'t> fn(&Subject<'t>, &mut Vec<Sighting<'t>>),
}

impl Audit {
    /// Whether it follows secrets, so that its words say where one is read.
    pub(crate) fn follows_secrets(&self) -> bool {
        self.cues == taint::CUES
    }

    /// Whether its words say where a key or a password is used by its place alone.
    pub(crate) fn takes_keys(&self) -> bool {
        [crypto_key::CUES, clients::CUES].contains(&self.cues)
    }
}

/// What audits of single texts look at, with what several of them ask for and only one works out.
pub(crate) struct Subject<'t> {
    /// What the readers say.
    pub(crate) facts: &'t Facts,
    /// The text.
    pub(crate) text: &'t str,
    /// Its kind.
    pub(crate) kind: Kind,
    leaks: OnceCell<(Vec<Leak>, bool)>,
    handlers: OnceCell<Option<Handlers<'t>>>,
}

impl<'t> Subject<'t> {
    pub(crate) fn new(facts: &'t Facts, text: &'t str, kind: Kind) -> Self {
        Self {
            facts,
            text,
            kind,
            leaks: OnceCell::new(),
            handlers: OnceCell::new(),
        }
    }

    /// What follows secrets through the program.
    fn carrier(&self) -> Carrier<'t> {
        let format = self.facts.held.unwrap_or(self.kind.format);
        Carrier::new(self.facts, self.text, format == Format::Python)
    }

    /// The secrets that it puts out.
    fn leaks(&self) -> &[Leak] {
        let leaks = || {
            let mut carrier = self.carrier();
            (carrier.leaks(), carrier.concerns_others())
        };
        &self.leaks.get_or_init(leaks).0
    }

    /// Whether other files may have a secret from it, or are given one, if anybody has asked what it puts out.
    pub(crate) fn concerns_others(&self) -> Option<bool> {
        self.leaks.get().map(|(_, concerns)| *concerns)
    }

    /// Its handlers, if it has any.
    fn handlers(&self) -> Option<&Handlers<'t>> {
        let handlers = || Handlers::new(self.facts, self.text, || self.carrier());
        self.handlers.get_or_init(handlers).as_ref()
    }
}

/// Whether words of a secret that is read stand in a text.
pub(crate) fn reads_secret(text: &str) -> bool {
    taint::reads(text)
}

/// Whether one of the words stands in a text, to the letter.
pub(crate) fn says_one(text: &str, words: &[&str]) -> bool {
    let text = text.as_bytes();
    let mut words = words.iter();
    words.any(|word| memchr::memmem::find(text, word.as_bytes()).is_some())
}

/// Every audit of single texts.
pub(crate) static AUDITS: &[Audit] = &[
    Audit {
        rule: &cache_without_ttl::RULE,
        cues: taint::STORES,
        wants: handler::wants,
        run: cache_without_ttl::run,
    },
    Audit {
        rule: &client_in_handler::RULE,
        cues: taint::STORES,
        wants: handler::wants,
        run: client_in_handler::run,
    },
    Audit {
        rule: &crypto_key::RULE,
        cues: crypto_key::CUES,
        wants: |_| true,
        run: crypto_key::run,
    },
    Audit {
        rule: &env_copy::RULE,
        cues: env_in_code::CUES,
        wants: env_in_code::wants,
        run: env_in_code::run,
    },
    Audit {
        rule: &fetch_per_invocation::RULE,
        cues: taint::STORES,
        wants: handler::wants,
        run: fetch_per_invocation::run,
    },
    Audit {
        rule: &fixed_iv::RULE,
        cues: fixed_iv::CUES,
        wants: |_| true,
        run: fixed_iv::run,
    },
    Audit {
        rule: &hardcoded::RULE,
        cues: clients::CUES,
        wants: |_| true,
        run: hardcoded::run,
    },
    Audit {
        rule: &insecure_transport::RULE,
        cues: store_transport::CUES,
        wants: store_transport::wants,
        run: store_transport::run,
    },
    Audit {
        rule: &process_arguments::RULE,
        cues: taint::CUES,
        wants: process_arguments::wants,
        run: process_arguments::run,
    },
    Audit {
        rule: &secret_logging::RULE,
        cues: secret_logging::CUES,
        wants: secret_logging::wants,
        run: secret_logging::run,
    },
    Audit {
        rule: &static_credential_code::RULE,
        cues: static_credential_code::CUES,
        wants: static_credential_code::wants,
        run: static_credential_code::run,
    },
    Audit {
        rule: &url_query::RULE,
        cues: taint::CUES,
        wants: url_query::wants,
        run: url_query::run,
    },
];

/// A rule over the declarations of a module.
pub(crate) struct ModuleAudit {
    /// What it says about itself.
    pub(crate) rule: &'static Rule,
    /// What it sees in a module.
    pub(crate) run: for<'p> fn(&Scene<'_, 'p>, &mut Vec<Sighting<'p>>),
}

/// The row of an audit of modules.
macro_rules! rows {
    ($($audit:ident),* $(,)?) => {
        &[$(ModuleAudit { rule: &$audit::RULE, run: $audit::run }),*]
    };
}

/// Every audit of modules.
pub(crate) static MODULE_AUDITS: &[ModuleAudit] = rows![
    access_logging,
    ci_all_secrets,
    ci_checkout_token,
    ci_inherited,
    ci_printed,
    ci_static_credential,
    ci_unmasked,
    ci_unsecure_commands,
    command_line,
    docker_layer,
    env_copy,
    env_key,
    env_plaintext,
    grants,
    insecure_transport,
    kubernetes_secret,
    managed_policy,
    output,
    parameter_default,
    parameter_exposed,
    plain_parameter,
    property,
    recovery_disabled,
    reference_frozen,
    reference_malformed,
    reference_unresolved,
    rotation_incomplete,
    rotation_interval,
    script_arguments,
    script_logging,
    script_query,
    shared_role,
    state_backend,
    state_committed,
    state_secret,
    static_credential,
    store_expiry,
    store_key,
    store_literal,
    store_rotation,
    user_data,
    vault_rights,
    wildcard_decrypt,
];
