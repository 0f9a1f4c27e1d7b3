//! All integration tests in one binary: one link, one run.

#![allow(clippy::unwrap_used, reason = "a test may fail by panic")]

mod action;
mod architecture;
mod baseline;
mod baseline_merge;
mod cli;
mod faults;
mod faults_config;
mod faults_files;
mod fix;
mod fix_styles;
mod fixtures;
mod flows;
mod git_changes;
mod git_ci;
mod git_history;
mod git_hook;
mod git_hook_global;
mod git_hostile;
mod git_news;
mod git_push;
mod git_staged;
mod git_states;
mod git_support;
mod hook;
mod marks;
mod masking;
mod rules;
mod sarif;
mod support;
