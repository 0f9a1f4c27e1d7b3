//! Barekey finds secrets that lie bare: in source code, in configuration and in infrastructure templates.
//!
//! This is the map of the house. Data flows one way, and a module uses only what stands to its left:
//!
//! ```text
//! words -> config -> judge -> source -> text -> pattern | syntax | iac -> link -> audit -> catalogue -> resolve
//!       -> suppress -> report | fix -> scan -> cli
//! ```
//!
//! - The words ([`span`], [`practice`], [`rule`], [`schema`], [`facts`], [`mod@reference`], [`finding`]) are plain types.
//! - [`config`] reads barekey.yaml.
//! - [`judge`] says whether a candidate is a secret: evidence in, verdict out. There is only one judge.
//! - [`source`] is where bytes come from, [`text`] makes text of them.
//! - [`pattern`] finds candidates by shape, `syntax` reads facts of any text and `iac` those of templates.
//! - `link` follows values through the files of a module, `audit` makes candidates of facts.
//! - [`catalogue`] joins all rules.
//! - `resolve` makes one finding of several reports of one secret, [`suppress`] holds back what is allowed to stand.
//! - [`report`] writes findings, one file a format; [`fix`] mends what can be mended.
//! - [`scan`] wires the rooms. `scan::one::scan_blob` is the one function that all drivers call.

pub mod catalogue;
pub mod config;
pub mod facts;
pub mod finding;
pub mod fix;
pub mod judge;
pub mod pattern;
pub mod practice;
pub mod reference;
pub mod report;
pub mod rule;
pub mod scan;
pub mod schema;
pub mod source;
pub mod span;
pub mod suppress;
pub mod text;

mod audit;
mod iac;
mod link;
mod resolve;
mod syntax;

pub use finding::{Finding, Report};
pub use rule::Rule;
pub use scan::{Plan, Scanner};
