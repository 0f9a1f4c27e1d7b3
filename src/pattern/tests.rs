//! The oracle: the prefilter and its windows find what every regex over everything finds.

use proptest::prelude::*;
use std::sync::LazyLock;

use super::*;

static ALL: LazyLock<Patterns> = LazyLock::new(|| {
    Patterns::new(
        BUILTIN.to_vec(),
        crate::judge::names::STEMS,
        &[],
        "barekey:",
    )
});

/// Every example and counterexample.
static EXAMPLES: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let of = |p: &'static Pattern| p.examples.iter().chain(p.counterexamples.iter());
    BUILTIN.iter().flat_map(of).map(|e| &**e).collect()
});

fn check(text: &[u8]) {
    let mut hits = Hits::default();
    ALL.scan(text, &mut hits);
    let naive = ALL.scan_naive(text);
    if hits.matches == naive {
        return;
    }
    let told = |list: &[Match], other: &[Match]| -> Vec<String> {
        let only = list.iter().filter(|m| !other.contains(m));
        only.map(|m| {
            let secret = String::from_utf8_lossy(m.secret.of(text)).into_owned();
            format!("{} at {}: {secret}", ALL.get(*m).rule.id, m.secret.start)
        })
        .collect()
    };
    panic!(
        "only by windows: {:#?}\nonly by regexes alone: {:#?}",
        told(&hits.matches, &naive),
        told(&naive, &hits.matches)
    );
}

/// A generator as small as it gets: the tests shuffle the same way everywhere.
fn dice(seed: &mut u64, bound: usize) -> usize {
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    (*seed >> 11) as usize % bound
}

#[test]
fn every_example_alone() {
    EXAMPLES.iter().for_each(|e| check(e.as_bytes()));
}

#[test]
fn all_examples_in_one_text() {
    for joint in ["\n", " ", "\"", "\n\n\n\n"] {
        check(EXAMPLES.join(joint).as_bytes());
    }
}

#[test]
fn pieces_of_examples_shuffled() {
    let mut seed = 0x5EED_u64;
    for _ in 0..40 {
        let mut text = Vec::new();
        while text.len() < 6000 {
            let example = EXAMPLES[dice(&mut seed, EXAMPLES.len())].as_bytes();
            let start = dice(&mut seed, 4) / 3 * dice(&mut seed, example.len());
            let end = match dice(&mut seed, 3) {
                0 => start + dice(&mut seed, example.len() - start + 1),
                _ => example.len(),
            };
            text.extend_from_slice(&example[start..end]);
            text.extend_from_slice([&b"\n"[..], b" ", b"", b"\"", b"\xFF\x00"][dice(&mut seed, 5)]);
        }
        check(&text);
    }
}

#[test]
fn at_the_edges_of_windows() {
    for pattern in BUILTIN {
        let reach = pattern.compile().unwrap().max_length;
        let example = &*pattern.examples[0];
        for gap in [0, 1, reach - 1, reach, reach + 1, 2 * reach, 2 * reach + 1] {
            let noise = "~".repeat(gap.min(20_000));
            check(format!("{noise}{example}{noise}{example}").as_bytes());
        }
    }
}

/// Texts are read in several places at once: no word is lost or found twice where these meet.
#[test]
fn stems_wherever_they_stand() {
    const WORD: &str = "connection_string";
    let noise = "secre pas_connection_ tok";
    for length in [0, 1, 17, 250, 251, 252, 253, 1000] {
        let around = noise.repeat(length / noise.len() + 1);
        for at in 0..=length {
            let text = format!("{}{WORD}{}", &around[..at], &around[..length - at]);
            let mut hits = Hits::default();
            ALL.scan(text.as_bytes(), &mut hits);
            assert_eq!(hits.seen.stems, [at as u32], "{length}");
        }
    }
}

/// Anchors as they are and with other case, token characters, what stands around tokens, and noise.
fn part() -> impl Strategy<Value = String> {
    let anchors: Vec<String> = BUILTIN
        .iter()
        .flat_map(|p| p.anchors.iter().map(ToString::to_string))
        .collect();
    prop_oneof![
        3 => prop::sample::select(anchors.clone()),
        1 => prop::sample::select(anchors).prop_map(|a| a.to_ascii_uppercase()),
        4 => "[0-9A-Za-z]{1,44}",
        2 => "[0-9a-f]{8,64}",
        1 => "[0-9A-Za-z+/_=-]{1,90}",
        3 => "[ =:\"'\n.,-]{1,4}",
        1 => "\\PC{0,6}",
        1 => prop::sample::select(EXAMPLES.clone()).prop_map(str::to_owned),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_of_anchors_tokens_and_noise(parts in prop::collection::vec(part(), 0..60)) {
        check(parts.concat().as_bytes());
    }
}
