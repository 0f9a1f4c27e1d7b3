use super::*;
use crate::iac::actions;

/// A script as its commands, a line each: what is set, words, `<` input, and where the output goes.
fn told(source: &str, inserts: Inserts) -> Vec<String> {
    let script = Literal {
        raw: Span::new(0, source.len()),
        text: None,
        quoted: false,
    };
    let all = commands(source, &script, inserts);
    all.iter().map(|command| tell(source, command)).collect()
}

fn tell(source: &str, command: &Command) -> String {
    let mut words: Vec<String> = Vec::new();
    for entry in &command.assigned {
        words.push(format!("{}:={}", entry.name, word(source, &entry.value)));
    }
    words.extend(command.words.iter().map(|value| word(source, value)));
    words.extend(
        command
            .input
            .iter()
            .map(|value| format!("<{}", word(source, value))),
    );
    match &command.output {
        Output::Terminal => {}
        Output::Errors => words.push(">!".to_owned()),
        Output::Pipe => words.push("|".to_owned()),
        Output::File(file) => words.push(format!(">{}", word(source, file))),
    }
    words.join(" ")
}

fn word(source: &str, value: &Value) -> String {
    match value {
        Value::Literal(literal) => meaning(source, literal).to_owned(),
        Value::Reference(reference, _) => format!("[{}]", reference.target),
        Value::Concat(parts) => parts.iter().map(|part| word(source, part)).collect(),
        Value::Commands(inside) => {
            let inside: Vec<String> = inside.iter().map(|c| tell(source, c)).collect();
            format!("$({})", inside.join("; "))
        }
        Value::Either(values) => {
            let values: Vec<String> = values.iter().map(|v| word(source, v)).collect();
            values.join("/")
        }
        Value::Call { arguments, .. } => format!("part{}", word(source, &arguments[0])),
        _ => "?".to_owned(),
    }
}

#[test]
fn commands_and_where_their_output_goes() {
    for (script, expected) in [
        ("echo a b\nls", &["echo a b", "ls"][..]),
        ("echo 'a b' \"c d\"", &["echo a b c d"]),
        ("a && b || c; d & e", &["a", "b", "c", "d", "e"]),
        (
            "echo $X | base64 -d > out.txt",
            &["echo [X] |", "base64 -d >out.txt"],
        ),
        ("echo x >> $GITHUB_ENV", &["echo x >[GITHUB_ENV]"]),
        ("echo x>>\"$GITHUB_ENV\"", &["echo x >[GITHUB_ENV]"]),
        ("a 2>/dev/null", &["a"]),
        ("a > f 2>&1", &["a >f"]),
        ("a &> f", &["a >f"]),
        ("echo x >&2", &["echo x >!"]),
        ("echo x > /dev/stderr", &["echo x >!"]),
        ("a 2>&1", &["a"]),
        ("a \\\n  b \\\n  c", &["a b c"]),
        ("# echo no\necho yes # no", &["echo yes"]),
        ("{ echo a; echo b; } >> f", &["echo a >f", "echo b >f"]),
        ("(echo a; echo b) | c", &["echo a |", "echo b |", "c"]),
        (
            "if a; then echo b; fi > f\necho c",
            &["a >f", "echo b >f", "echo c"],
        ),
        (
            "for i in 1 2; do echo $i; done | sort",
            &["for i in 1 2 |", "echo [i] |", "sort"],
        ),
        (
            "cat <<EOF > f\nx $Y\nEOF\necho z",
            &["cat <x [Y]\n >f", "echo z"],
        ),
        ("cat <<'EOF'\nx $Y\nEOF", &["cat <x $Y\n"]),
        ("tee f <<< \"$X\"", &["tee f <[X]"]),
        ("diff <(a $X) b", &["diff $(a [X]) b"]),
    ] {
        assert_eq!(told(script, NOTHING), expected, "{script}");
    }
}

#[test]
fn words_and_what_is_put_into_them() {
    for (script, expected) in [
        ("a \"$X-${Y}\"", "a [X]-[Y]"),
        ("a '$X'", "a $X"),
        ("a \\$X \"\\$Y\"", "a $X $Y"),
        ("a ${X:-none} ${X%%.*} ${#X}", "a [X]/none part[X] ?"),
        ("a $(b $(c $X) `d`)", "a $(b $(c [X]) $(d))"),
        ("a `b $X`", "a $(b [X])"),
        ("a $((1 + 2)) $? $1", "a ? ? ?"),
        ("a $env:X ${env:Y}", "a [X] [Y]"),
        ("X=1 Y=\"$Z\" a", "X:=1 Y:=[Z] a"),
        ("export X=$(a)", "X:=$(a) export"),
        ("$env:X = \"$Y\"", "X:=[Y]"),
        ("a --x=1 y=2", "a --x=1 y=2"),
        ("a 'it''s", "a its"),
    ] {
        assert_eq!(told(script, NOTHING), [expected], "{script}");
    }
}

#[test]
fn expressions_are_put_in_before_the_shell() {
    for (script, expected) in [
        ("a ${{ secrets.X }}", "a [secrets.X]"),
        (
            "a '${{ secrets.X }}' \"b${{ secrets.Y }}\"",
            "a [secrets.X] b[secrets.Y]",
        ),
        ("X=${{ secrets.X }} a", "X:=[secrets.X] a"),
        ("cat <<'EOF'\n${{ secrets.X }}\nEOF", "cat <[secrets.X]\n"),
    ] {
        assert_eq!(told(script, actions::INSERTS), [expected], "{script}");
    }
}

#[test]
fn everything_stands_at_its_place() {
    let source = "run: |\n  a --token=\"s3cret\" \\\n    b\n";
    let start = source.find('a').unwrap();
    let script = Literal {
        raw: Span::new(start, source.len()),
        text: Some("a --token=\"s3cret\" \\\n  b\n".into()),
        quoted: false,
    };
    let all = commands(source, &script, NOTHING);
    let Some(Value::Concat(parts)) = all[0].words.get(1) else {
        panic!("{all:?}");
    };
    let Value::Literal(secret) = &parts[1] else {
        panic!("{parts:?}");
    };
    assert_eq!(&source[secret.raw.range()], "s3cret");
}

#[test]
fn folded_lines_are_one() {
    let source = "a\n  b\n\n  c\n";
    let script = Literal {
        raw: Span::new(0, source.len()),
        text: Some("a b\nc\n".into()),
        quoted: false,
    };
    let told: Vec<String> = commands(source, &script, NOTHING)
        .iter()
        .map(|c| tell(source, c))
        .collect();
    assert_eq!(told, ["a b", "c"]);
}

#[test]
fn hostile_scripts_come_to_an_end() {
    for unit in [
        "$(", "`", "(", "{ ", "\"$(", "<<E\n", "${", "$((", "'", "\"", "\\", "${{", "if ", "<(",
        "> ", "é$(",
    ] {
        let script = unit.repeat(100_000);
        told(&script, actions::INSERTS);
        told(&format!("{script}echo $X"), NOTHING);
    }
    let script = "echo \"a ${{ secrets.X }} $(b | c) é\" > f <<E\ntext $Y\nE\n`d` && { e; } | f";
    for end in (0..=script.len()).filter(|end| script.is_char_boundary(*end)) {
        told(&script[..end], actions::INSERTS);
    }
}

/// The function that each command stands in.
#[test]
fn functions_and_their_commands() {
    for (script, expected) in [
        ("a() { b; c; }\nd", &["a", "a", ""][..]),
        ("a ()\n{\n  b\n}\nd", &["a", ""]),
        ("function a {\n  if b; then c; fi\n}\nd", &["a", "a", ""]),
        ("function a() { b; }; d", &["a", ""]),
        ("a() ( b; c )\nd", &["a", "a", ""]),
        (
            "a() {\n  case $1 in\n  x) b ;;\n  esac\n}\nd",
            &["a", "a", "a", "a", ""],
        ),
        ("a() { b() { c; }; d; }", &["b", "a"]),
        ("a b() { c; }", &["", ""]),
        ("(a; b)", &["", ""]),
    ] {
        let whole = Literal {
            raw: Span::new(0, script.len()),
            text: None,
            quoted: false,
        };
        let all = commands(script, &whole, NOTHING);
        let functions: Vec<&str> = all
            .iter()
            .map(|command| command.function.as_deref().unwrap_or_default())
            .collect();
        assert_eq!(functions, expected, "{script}");
    }
}
