//! Files of every dialect that are cut, nested too deep, or stand for more than they are.

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
        for deep in ["- ", "[", "{a: ", "&a [", "? ", "---\n"] {
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
