//! Findings for people: the lines around a secret with a mark under it, why it is believed, and what to do next.

mod counts;

use std::collections::HashMap;
use std::io::{self, Write};

use annotate_snippets::{
    AnnotationKind, Element, Group, Level as Sign, Message, Origin, Renderer, Snippet, Title,
};

use super::level::Level;
use super::{Options, Refused, escape, shown};
use crate::finding::{Finding, Held, Place, Related, Report};
use crate::rule::{Class, Rule, RuleId};

/// Places of one secret that are listed.
const PLACES: usize = 20;
/// Reasons that are given.
const REASONS: usize = 3;
/// Columns of a line that are shown; an excerpt is narrower.
const WIDTH: usize = 240;

/// Writes findings, then notices, a hint how to allow one, and the counts.
pub(super) fn write(report: &Report, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let renderer = if options.color {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    let renderer = renderer.hyperlink(options.hyperlinks).term_width(WIDTH);
    let rules: HashMap<&RuleId, &Rule> = report.rules.iter().map(|rule| (&rule.id, rule)).collect();
    let secrets = secrets(report, options);
    for secret in &secrets {
        let rule = rules.get(&secret[0].rule).copied();
        let text = renderer.render(&groups(secret, rule, options));
        writeln!(out, "{}\n", located(&text, secret[0]))?;
    }
    counts::notices(report, options, out)?;
    if options.quiet {
        return Ok(());
    }
    if let Some(secret) = secrets.iter().find(|secret| secret[0].held.is_none()) {
        let rule = escape::visible(secret[0].rule.as_str());
        ways_on(&rule, options.refused, out)?;
    }
    counts::summary(report, options, out)
}

/// What can be done about findings that stay.
fn ways_on(rule: &str, refused: Option<Refused>, out: &mut dyn Write) -> io::Result<()> {
    let (what, again) = match refused {
        None => {
            return writeln!(
                out,
                "allow: to keep one on purpose, say so in a comment on its line: `barekey:allow[{rule}] reason`\n"
            );
        }
        Some(Refused::Commit) => ("commit", "git commit"),
        Some(Refused::Push) => ("push", "git push"),
    };
    writeln!(
        out,
        "The {what} is refused. The ways on, the best one first:\n  \
         move   keep the value in a secret store and a pointer to it here, as `next` says above; change it if it was ever pushed\n  \
         allow  say why it may stand, in a comment on its line: `barekey:allow[{rule}] reason`\n  \
         list   work it off later: `barekey baseline create` (or `update`), and add .barekey-baseline to the {what}\n  \
         skip   this once, on your word: `SKIP=barekey {again}`\n"
    )
}

/// What is told at the end, where the report itself goes elsewhere or is for machines: errors are told by the caller.
pub(super) fn write_summary(
    report: &Report,
    options: &Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    counts::notes(report, out)?;
    counts::summary(report, options, out)
}

/// Findings of equal values together, in the order of the first of each.
fn secrets<'a>(report: &'a Report, options: &Options) -> Vec<Vec<&'a Finding>> {
    let mut secrets: Vec<Vec<&Finding>> = Vec::new();
    let mut seen = HashMap::new();
    for finding in shown(report, options) {
        let next = secrets.len();
        let index = match &finding.secret {
            Some(_) => *seen
                .entry((finding.group, finding.held.is_some()))
                .or_insert(next),
            None => next,
        };
        match secrets.get_mut(index) {
            Some(places) => places.push(finding),
            None => secrets.push(vec![finding]),
        }
    }
    secrets
}

fn groups<'a>(secret: &[&'a Finding], rule: Option<&'a Rule>, options: &Options) -> Vec<Group<'a>> {
    let first = secret[0];
    let main = title(first, rule, options)
        .element(place(&first.place, AnnotationKind::Primary))
        .elements(notes(secret, rule, options));
    let related = first.related.iter().map(|related| {
        Sign::NOTE
            .secondary_title(escape::visible(&related.message))
            .element(place(&related.place, AnnotationKind::Context))
    });
    std::iter::once(main)
        .chain(related)
        .chain(way(first))
        .collect()
}

/// Where the value goes from the place of the finding.
fn way(finding: &Finding) -> impl Iterator<Item = Group<'_>> {
    onward(finding).map(|step| {
        Sign::NOTE
            .secondary_title(format!("then: {}", escape::visible(&step.message)))
            .element(place(&step.place, AnnotationKind::Context))
    })
}

/// The steps of a flow behind the place of the finding.
fn onward(finding: &Finding) -> impl Iterator<Item = &Related> {
    let steps = finding.flow.iter().flat_map(|flow| &flow.steps);
    steps.skip_while(|step| {
        step.place.region == finding.place.region && step.place.path == finding.place.path
    })
}

fn title<'a>(finding: &'a Finding, rule: Option<&'a Rule>, options: &Options) -> Title<'a> {
    let sign = match Level::of(finding) {
        Level::Error => Sign::ERROR,
        Level::Warning => Sign::WARNING,
        Level::Note => Sign::NOTE,
    };
    let title = sign
        .primary_title(escape::visible(&finding.message))
        .id(escape::visible(finding.rule.as_str()));
    match rule.and_then(|rule| rule.references.first()) {
        Some(page) if options.hyperlinks => title.id_url(escape::visible(page)),
        _ => title,
    }
}

/// Where it stands, and the lines there.
fn place(place: &Place, kind: AnnotationKind) -> Element<'_> {
    let path = escape::path(&place.path);
    let (text, mark) = escape::excerpt(&place.excerpt);
    if text.is_empty() {
        let start = place.region.start;
        return Origin::path(path)
            .line(start.line as usize)
            .char_column(start.column as usize)
            .into();
    }
    let snippet = Snippet::source(text)
        .path(path)
        .line_start(place.excerpt.first_line as usize)
        .fold(false);
    snippet.annotation(kind.span(mark)).into()
}

/// Puts the columns of the file where the renderer counted those of the excerpt, which may be cut or escaped.
fn located(text: &str, finding: &Finding) -> String {
    let related = finding
        .related
        .iter()
        .chain(onward(finding))
        .map(|related| &related.place);
    let (mut done, mut rest) = (String::with_capacity(text.len()), text);
    for place in std::iter::once(&finding.place).chain(related) {
        let (excerpt, mark) = escape::excerpt(&place.excerpt);
        let before = excerpt[..mark.start]
            .rsplit('\n')
            .next()
            .unwrap_or_default();
        let line = format!("{}:{}:", escape::path(&place.path), place.region.start.line);
        let counted = format!("{line}{}", before.chars().count() + 1);
        if let Some((head, tail)) = rest.split_once(&counted) {
            done.push_str(&format!("{head}{line}{}", place.region.start.column));
            rest = tail;
        }
    }
    done + rest
}

fn notes<'a>(
    secret: &[&'a Finding],
    rule: Option<&'a Rule>,
    options: &Options,
) -> Vec<Message<'a>> {
    let first = secret[0];
    let note = |name: &'static str, text: String| {
        Sign::NOTE
            .with_name(name)
            .message(escape::visible(&text).into_owned())
    };
    let mut notes = vec![note("why", why(first))];
    if let Some(bytes) = first.secret.as_ref().filter(|_| options.show_secrets) {
        notes.push(note(
            "secret",
            String::from_utf8_lossy(bytes.reveal()).into_owned(),
        ));
    }
    if let Some(elsewhere) = elsewhere(secret) {
        notes.push(note("also", elsewhere));
    }
    if let Some(commit) = &first.commit {
        let date = commit.date.as_deref().unwrap_or("an unknown date");
        notes.push(note("since", format!("commit {} of {date}", commit.id)));
    }
    if let Some(held) = &first.held {
        notes.push(note("held", held_by(held)));
    }
    let next = first
        .next
        .as_deref()
        .or_else(|| rule.map(|rule| &*rule.fix));
    notes.extend(next.map(|next| note("next", next.to_owned())));
    notes
}

/// The strongest reasons that speak for a secret, and the confidence.
fn why(finding: &Finding) -> String {
    let mut reasons: Vec<_> = finding
        .verdict
        .reasons
        .iter()
        .filter(|reason| reason.weight > 0.0)
        .collect();
    reasons.sort_by(|a, b| b.weight.total_cmp(&a.weight));
    reasons.truncate(REASONS);
    let words: Vec<&str> = reasons.iter().map(|reason| reason.text.as_ref()).collect();
    let (band, confidence) = (finding.verdict.band().as_str(), finding.verdict.confidence);
    if words.is_empty() {
        format!("{band} confidence ({confidence:.2})")
    } else {
        format!("{}; {band} confidence ({confidence:.2})", words.join(", "))
    }
}

/// The other places of a secret.
fn elsewhere(secret: &[&Finding]) -> Option<String> {
    let (first, others) = secret.split_first()?;
    let places = match others.len() {
        0 => return None,
        1 => "1 more place".to_owned(),
        count => format!("{count} more places"),
    };
    let revoke = if first.class == Class::Leak {
        "; revoke this first"
    } else {
        ""
    };
    let mut listed: Vec<String> = others
        .iter()
        .take(PLACES)
        .map(|other| {
            let start = other.place.region.start;
            format!(
                "{}:{}:{}",
                escape::path(&other.place.path),
                start.line,
                start.column
            )
        })
        .collect();
    if others.len() > PLACES {
        listed.push(format!("and {} others", others.len() - PLACES));
    }
    Some(format!(
        "the same secret stands in {places}{revoke}: {}",
        listed.join(", ")
    ))
}

fn held_by(held: &Held) -> String {
    match held {
        Held::Threshold => "the confidence is below the threshold".to_owned(),
        Held::Marker {
            line,
            reason: Some(reason),
        } => format!("the marker in line {line} allows it: {reason}"),
        Held::Marker { line, reason: None } => format!("the marker in line {line} allows it"),
        Held::Config { entry } => format!("the configuration allows it: {entry}"),
        Held::Known => "it stood there before".to_owned(),
        Held::Baseline => "it stands in the baseline".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{Format, sample};

    fn written(report: &Report, options: &Options) -> String {
        sample::written(Format::Pretty, report, options)
    }

    #[test]
    fn findings() {
        insta::assert_snapshot!(written(&sample::report(), &sample::options()));
    }

    #[test]
    fn held_findings_and_time() {
        let options = Options {
            show_held: true,
            elapsed: Some(std::time::Duration::from_millis(1234)),
            ..sample::options()
        };
        insta::assert_snapshot!(written(&sample::report(), &options));
    }

    #[test]
    fn a_refusal_names_the_ways_on() {
        for (refused, again) in [(Refused::Commit, "git commit"), (Refused::Push, "git push")] {
            let options = Options {
                refused: Some(refused),
                ..sample::options()
            };
            let text = written(&sample::report(), &options);
            for part in [
                "barekey:allow[aws-secret-access-key] reason",
                "barekey baseline",
                again,
            ] {
                assert!(text.contains(part), "{text}");
            }
            assert!(!written(&sample::clean(), &options).contains("refused"));
        }
    }

    #[test]
    fn hostile_names_and_content() {
        insta::assert_snapshot!(written(&sample::hostile(), &sample::options()));
    }

    #[test]
    fn nothing_found() {
        insta::assert_snapshot!(written(&sample::clean(), &sample::options()));
    }

    #[test]
    fn quiet_leaves_the_findings_only() {
        let text = written(
            &sample::report(),
            &Options {
                quiet: true,
                ..sample::options()
            },
        );
        assert!(
            text.contains("error[") && !text.contains("allow:") && !text.contains("scanned"),
            "{text}"
        );
        assert!(text.contains("incomplete"), "{text}");
    }

    #[test]
    fn colours_and_links_only_when_asked_for() {
        let color = written(
            &sample::report(),
            &Options {
                color: true,
                ..sample::options()
            },
        );
        assert!(color.contains("\u{1b}[1m") && !color.contains("\u{1b}]8;;"));
        assert!(color.contains("dist/app.min.js:2:90001"), "{color}");
        let links = written(
            &sample::report(),
            &Options {
                color: true,
                hyperlinks: true,
                ..sample::options()
            },
        );
        assert!(
            links.contains("\u{1b}]8;;https://docs.aws.amazon.com/"),
            "{links}"
        );
    }
}
