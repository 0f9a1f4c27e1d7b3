//! Files of every dialect that are cut, nested too deep, or stand for more than they are.

use proptest::prelude::*;

use super::*;

/// One small file of each dialect and format among the fixtures.
fn samples() -> BTreeMap<String, (String, String)> {
    let mut samples: BTreeMap<String, (String, String)> = BTreeMap::new();
    for (_, files) in fixtures(&[""]) {
        for (name, raw) in files {
            let text = unmarked(&name, &raw).text;
            let outcome = scan_blob(&engine(), &mut Scratch::default(), blob(&name, &text));
            let Some(template) = outcome.template else {
                continue;
            };
            let Some(first) = template.declarations.first() else {
                continue;
            };
            let key = format!("{:?} {:?}", first.dialect, template.text.kind.format);
            let known = samples.get(&key);
            if known.is_none_or(|(_, other)| text.len() < other.len()) {
                samples.insert(key, (name, text));
            }
        }
    }
    samples
}

fn blob(path: &str, text: &str) -> Blob {
    Blob {
        path: Arc::from(path),
        content: Content::Whole(text.as_bytes().to_vec()),
    }
}

#[test]
fn every_dialect_is_cut_anywhere() {
    let engine = engine();
    let samples = samples();
    assert!(samples.len() > 10, "{:?}", samples.keys());
    for (name, text) in samples.values() {
        for cut in (0..text.len()).filter(|cut| text.is_char_boundary(*cut)) {
            assert_eq!(scan(&engine, &[(name, &text[..cut])]).len(), 1);
        }
    }
}

/// What has no tree is still read by patterns.
#[test]
fn every_dialect_is_nested_deep() {
    let engine = engine();
    let units = [
        "[", "{", "(", "- ", "{\"a\":", "a {\n", "\"${", "$(", "'${", "[{(",
    ];
    for (dialect, (name, text)) in samples() {
        for unit in units {
            let url = "postgres://orders:hG7kq2PzW9vLmQ4x@db.internal:5432/orders";
            let deep = format!("{text}\nurl: {url}\n{}", unit.repeat(100_000));
            let outcomes = scan(&engine, &[(&name, &deep)]);
            let mut found = outcomes[0].findings.iter();
            let of_url = |f: &Finding| f.rule.as_str() == "url-password";
            assert!(found.any(of_url), "{dialect} {unit}");
        }
    }
}

#[test]
fn aliases_stand_for_no_more_than_is_counted() {
    let engine = engine();
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let below = format!("*a{}, ", level - 1).repeat(10);
        bomb.push_str(&format!(
            "a{level}: &a{level} [{}]\n",
            below.trim_end_matches(", ")
        ));
    }
    for (dialect, (name, text)) in samples() {
        if !dialect.ends_with("Yaml") {
            continue;
        }
        let text = format!("{bomb}{text}");
        assert_eq!(scan(&engine, &[(&name, &text)]).len(), 1, "{dialect}");
    }
}

/// Whatever a file is cut to, and however deep it goes, patterns and the plain reader still see it.
#[test]
fn broken_and_deep_manifests() {
    for head in [
        "apiVersion: v1\nkind: Secret\nstringData:\n",
        "services:\n  a:\n    image: b\n    environment:\n",
    ] {
        for deep in [
            "- ",
            "[",
            "{a: ",
            "&a [",
            "? ",
            "---\n",
            "{{",
            "{{}}",
            "{{ a }}\n",
            "a: {{ b }} ",
        ] {
            let text = format!("{head}{}", deep.repeat(100_000));
            assert_eq!(scan(&engine(), &[("a.yaml", &text)]).len(), 1);
        }
        let text = format!("API_TOKEN: hG7kq2PzW9vLmQ4x\n{head}  - \"unclosed\n");
        assert_eq!(
            scan(&engine(), &[("a.yaml", &text)])[0].findings.len(),
            1,
            "{head}"
        );
    }
    for unit in [
        "ARG A \\\n",
        "RUN <<E\n",
        "COPY [",
        "ENV A=$(",
        "FROM a\n",
        "#\n",
    ] {
        let text = format!("FROM a\n{}", unit.repeat(20_000));
        assert_eq!(scan(&engine(), &[("Dockerfile", &text)]).len(), 1, "{unit}");
    }
    let script = format!("--build-arg {}", "$(".repeat(100_000));
    assert_eq!(
        scan(&engine(), &[("a.sh", &script), ("Makefile", &script)]).len(),
        2
    );
}

/// The programs in `fixtures/`, in every language.
fn programs() -> Vec<(String, String)> {
    let all = fixtures(&[""]).into_iter().flat_map(|(_, files)| files);
    let programs = all.filter(|(name, _)| crate::syntax::lang::of(name).is_some());
    let programs: Vec<_> = programs.collect();
    for language in crate::syntax::lang::LANGUAGES {
        let is = |(name, _): &&(String, String)| {
            let of = crate::syntax::lang::of(name);
            of.is_some_and(|l| l.name() == language.name())
        };
        let shown = programs.iter().find(is).is_some();
        assert!(shown, "no fixture in {}", language.name());
    }
    programs
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// Wherever a program ends, nothing breaks, and patterns see what stands behind.
    #[test]
    fn programs_cut_at_any_byte(pick in any::<prop::sample::Index>(), cut in any::<prop::sample::Index>(), spare in any::<bool>()) {
        thread_local! {
            static PROGRAMS: (Engine, Vec<(String, String)>) = (engine(), programs());
        }
        PROGRAMS.with(|(engine, programs)| {
            let (name, text) = pick.get(programs);
            let mut bytes = text.as_bytes()[..cut.index(text.len() + 1)].to_vec();
            if spare {
                bytes.extend(b"\nglpat-q4Xz8vBn2MkLr7TdYw3P\n");
            }
            let before = bytes.clone();
            let blob = Blob {
                path: Arc::from(&**name),
                content: Content::Whole(bytes),
            };
            let outcome = scan_blob(engine, &mut Scratch::default(), blob);
            let token = |f: &Finding| f.rule.as_str().starts_with("gitlab");
            let template = outcome.template.is_some();
            let seen = template || !spare || outcome.findings.iter().any(token);
            prop_assert!(seen, "{}: {}", name, String::from_utf8_lossy(&before));
            Ok(())
        })?;
    }
}
