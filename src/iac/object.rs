//! The object that a program of JavaScript or TypeScript exports, as the tree that YAML would give of it: for
//! configurations that are written as programs. Nothing is run: only what is written out is known, in the object and in
//! the constants beside it.
//!
//! A constant that is an object or a list stands in the place of its name; of others the name stays, so that the way from
//! the constant to where it is used can be told.

use std::collections::HashMap;

use crate::facts::{Entry, Value, entry};
use crate::reference::{RefKind, Reference, Resolved};
use crate::span::Span;

use super::ParseError;
use super::grammar::{self, Grammar};

mod kinds;
mod made;
mod returned;
mod text;
use made::{Made, Maker};

/// How often the parser may ask whether to go on, for so many bytes: programs of people ask once for 130 to 250.
const DENSEST: usize = 80;
/// How often it may ask whatever the length.
const LEAST: usize = 500;
/// How many values a tree may have when names were replaced.
const MOST_NODES: usize = 50_000;
/// How deep names may stand for each other.
const DEPTH: usize = 12;

static GRAMMAR: Grammar = Grammar {
    kinds: kinds::KINDS,
    fields: kinds::FIELDS,
};

/// A program, as far as it is a configuration.
pub(super) struct Program {
    /// What it exports; empty where that is no object.
    pub(super) root: Vec<Entry>,
    /// The constants beside it.
    pub(super) constants: Vec<Entry>,
    /// The line of something that the grammar does not know, from 1.
    pub(super) broken: Option<u32>,
}

/// Reads a program.
pub(super) fn parse(text: &str, is_typed: bool) -> Result<Program, ParseError> {
    let failed = |message: &str| ParseError {
        message: message.to_owned(),
        line: None,
    };
    if grammar::is_deep(text) {
        return Err(failed("the program in it nests too deep"));
    }
    let language: tree_sitter::Language = match is_typed {
        true => tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into(),
        false => tree_sitter_javascript::LANGUAGE.into(),
    };
    let mut parser = grammar::parser(&language)?;
    let most = LEAST + text.len() / DENSEST;
    let tree = grammar::tree(&mut parser, text, most)
        .ok_or_else(|| failed("the program in it takes too long to read"))?;
    let mut maker = Maker::new(text);
    let root = tree.root_node();
    let broken = root.has_error().then(|| line_of(text, first_error(root)));
    GRAMMAR
        .climb(tree.walk(), 0, &mut |node, below: Vec<Made>| {
            maker.make(node, below)
        })
        .ok_or_else(|| failed("the program in it nests too deep"))?;
    let Maker {
        exported,
        constants,
        ..
    } = maker;
    let mut names = Names {
        known: constants.iter().map(|one| (&*one.name, one)).collect(),
        nodes: 0,
    };
    let root = exported.map(|value| names.settled(&value, 0));
    let settled = constants.iter().map(|one| Entry {
        value: names.settled(&one.value, 0),
        ..one.clone()
    });
    Ok(Program {
        constants: settled.collect(),
        root: match root {
            Some(Value::Map(entries)) => entries,
            _ => Vec::new(),
        },
        broken,
    })
}

/// Where the grammar first does not understand a program; its start where that is not told.
fn first_error(root: tree_sitter::Node<'_>) -> usize {
    let mut cursor = root.walk();
    loop {
        let node = cursor.node();
        if node.is_error() || node.is_missing() || !node.has_error() {
            return node.start_byte();
        }
        let mut below = cursor.goto_first_child();
        while below && !cursor.node().has_error() {
            below = cursor.goto_next_sibling();
        }
        if !below {
            return node.start_byte();
        }
    }
}

fn line_of(text: &str, at: usize) -> u32 {
    let before = memchr::memchr_iter(b'\n', &text.as_bytes()[..at.min(text.len())]).count();
    u32::try_from(before + 1).unwrap_or(u32::MAX)
}

/// A pointer to a constant of the program, or to a part of it.
fn name(target: &str, span: Span) -> Value {
    let reference = Reference {
        kind: RefKind::Template,
        target: format!("local.{target}").into(),
        resolved: Resolved::Deploy,
    };
    Value::Reference(reference, span)
}

/// Puts constants in the place of their names.
struct Names<'e> {
    known: HashMap<&'e str, &'e Entry>,
    nodes: usize,
}

impl Names<'_> {
    fn settled(&mut self, value: &Value, depth: usize) -> Value {
        self.nodes += 1;
        if self.nodes > MOST_NODES {
            return Value::Unknown(Span::default());
        }
        let mut all = |values: &[Value]| values.iter().map(|v| self.settled(v, depth)).collect();
        match value {
            Value::Reference(reference, span) => match reference.target.strip_prefix("local.") {
                Some(path) => self.followed(path, *span, depth),
                None => value.clone(),
            },
            Value::Concat(parts) => Value::Concat(all(parts)),
            Value::Either(values) => Value::Either(all(values)),
            Value::List(values) => Value::List(all(values)),
            Value::Map(entries) => Value::Map(self.spread(entries, depth)),
            other => other.clone(),
        }
    }

    /// What a name leads to: an object or a list itself, of anything else the name; nothing that is not in the program.
    fn followed(&mut self, path: &str, span: Span, depth: usize) -> Value {
        let mut parts = path.split('.');
        let constant = parts.next().and_then(|name| self.known.get(name));
        let mut value = constant.map(|one| &one.value);
        for part in parts {
            value = match value {
                Some(Value::Map(entries)) => entry(entries, part).map(|one| &one.value),
                // What another name stands for, or is filled in from one, links find out.
                Some(Value::Reference(..)) => return name(path, span),
                _ => None,
            };
        }
        match value {
            Some(_) if depth >= DEPTH => Value::Unknown(span),
            Some(value @ (Value::Map(_) | Value::List(_))) => self.settled(value, depth + 1),
            Some(Value::Reference(to, _)) if to.target.starts_with("local.") => {
                let inner = self.followed(&to.target["local.".len()..], span, depth + 1);
                match inner {
                    Value::Reference(..) => name(path, span),
                    other => other,
                }
            }
            Some(Value::Unknown(_)) | None => Value::Unknown(span),
            Some(_) => name(path, span),
        }
    }

    /// Entries with those that `...` adds; the last of a name counts.
    fn spread(&mut self, entries: &[Entry], depth: usize) -> Vec<Entry> {
        let mut all: Vec<Entry> = Vec::with_capacity(entries.len());
        let mut places: HashMap<Box<str>, usize> = HashMap::new();
        for one in entries {
            let value = self.settled(&one.value, depth);
            let added = match (&*one.name, value) {
                ("...", Value::Map(inner)) => inner,
                // What it adds is not known.
                ("...", _) => Vec::new(),
                (_, value) => vec![Entry {
                    value,
                    ..one.clone()
                }],
            };
            for one in added {
                match places.get(&one.name) {
                    Some(&at) => all[at] = one,
                    None => {
                        places.insert(one.name.clone(), all.len());
                        all.push(one);
                    }
                }
            }
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is exported, written short.
    fn shown(program: &str, value: &Value) -> String {
        let all = |values: &[Value], sign: &str| {
            let shown: Vec<String> = values.iter().map(|v| shown(program, v)).collect();
            shown.join(sign)
        };
        match value {
            Value::Literal(literal) => {
                let raw = &program[literal.raw.range()];
                format!("'{}'", literal.text.as_deref().unwrap_or(raw))
            }
            Value::Plain(span) => program[span.range()].to_owned(),
            Value::Reference(to, _) => to.target.to_string(),
            Value::Concat(values) => all(values, "+"),
            Value::Either(values) => format!("({})", all(values, "|")),
            Value::List(values) => format!("[{}]", all(values, " ")),
            Value::Map(entries) => {
                let shown = entries
                    .iter()
                    .map(|e| format!("{}:{}", e.name, shown(program, &e.value)));
                format!("{{{}}}", shown.collect::<Vec<_>>().join(" "))
            }
            Value::Unknown(_) => "?".to_owned(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_a_program_exports() {
        for (text, is_typed, expected) in [
            (
                "module.exports = {a: 'b', 'c-d': 1};",
                false,
                "{a:'b' c-d:1}",
            ),
            (
                "exports.x = {a: 1}; module.exports.y = {a: 2};",
                false,
                "{}",
            ),
            ("export default {a: [true, null]}", false, "{a:[true null]}"),
            (
                "const c: AWS = {a: 'b'};\nmodule.exports = c;",
                true,
                "{a:'b'}",
            ),
            ("export default <AWS>{a: {b: 'c'}}", true, "{a:{b:'c'}}"),
            (
                "const c = {a: 'b'} satisfies AWS;\nexport = c",
                true,
                "{a:'b'}",
            ),
            (
                "export default {a: x as string, b: (1)} as AWS",
                true,
                "{a:? b:1}",
            ),
            (
                "const s = 'x'; export default {s, t: s}",
                false,
                "{s:local.s t:local.s}",
            ),
            (
                "const e = {a: 'x', b: {c: 'y'}}; export default {v: e, w: e.b.c, u: e['a'], n: e.z}",
                false,
                "{v:{a:'x' b:{c:'y'}} w:local.e.b.c u:local.e.a n:?}",
            ),
            (
                "const b = {a: 1, z: 2}; export default {a: 0, ...b, z: 3, ...other}",
                false,
                "{a:1 z:3}",
            ),
            (
                "export default {a: process.env.KEY, b: process.env['K'], c: process.env.X || 'd', e: process.env.Y!}",
                true,
                "{a:KEY b:K c:(X|'d') e:Y}",
            ),
            (
                "export default {a: `x${s}y`, b: 'p' + process.env.Q, c: ok ? 'm' : 'n'}",
                false,
                "{a:'x'+?+'y' b:'p'+Q c:('m'|'n')}",
            ),
            (
                "export default {a: '\\u0041\\n\\'', b: `\\${self:x}`}",
                false,
                "{a:'A\n'' b:'${self:x}'}",
            ),
            (
                "export default {[k]: 1, ['l']: 2, m() { return 'x' }, f: () => ({a: 1}), g: f('x')}",
                false,
                "{l:2 f:? g:?}",
            ),
            (
                "function f() { const a = 'inner'; module.exports = {a} }\nexport default {a}",
                false,
                "{a:?}",
            ),
            (
                "const a = b, b = a; export default {a, b}",
                false,
                "{a:? b:?}",
            ),
            ("const a = {...a}; export default a", false, "{}"),
            ("module.exports = () => ({a: 'b'});", false, "{a:'b'}"),
            (
                "module.exports = async () => { const k = 'x'; return {a: k, b: await f()}; };",
                false,
                "{a:local.k b:?}",
            ),
            (
                "export default function () { return {a: 'b'} }",
                true,
                "{a:'b'}",
            ),
            (
                "const make = (): AWS => ({a: 'b'});\nexport = make();",
                true,
                "{a:'b'}",
            ),
            (
                "async function make() { return {a: 'b'} }\nmodule.exports = make;",
                false,
                "{a:'b'}",
            ),
            (
                "module.exports = (async () => { const o = {c: 'd'}; return {a: 'b', ...o} })();",
                false,
                "{a:'b' c:'d'}",
            ),
            // What a branch returns is not known to be it, and what another function returns is not exported.
            (
                "module.exports = () => { if (x) { return {a: 'b'} } };",
                false,
                "{}",
            ),
            (
                "const make = () => ({a: 'b'}); module.exports = other();",
                false,
                "{}",
            ),
            (
                "const make = () => 'b'; module.exports = {a: make(), c: make}",
                false,
                "{a:? c:?}",
            ),
            ("module.exports = {a: 'b' + f()}", false, "{a:'b'+?}"),
        ] {
            let program = parse(text, is_typed).map_err(|e| e.message).unwrap();
            let root = Value::Map(program.root);
            assert_eq!(shown(text, &root), expected, "{text}");
            assert_eq!(program.broken, None, "{text}");
        }
        let broken = parse("\nexport default {a: 'b', c: }", false);
        assert_eq!(broken.map_err(|e| e.message).unwrap().broken, Some(2));
    }

    #[test]
    fn hostile_programs_come_to_an_end() {
        let doubled: Vec<String> = (1..40)
            .map(|i| format!("const a{i} = [a{0}, a{0}, a{0}];\n", i - 1))
            .collect();
        let bomb = format!(
            "const a0 = ['x'];\n{}export default {{a: a39}}",
            doubled.concat()
        );
        assert!(parse(&bomb, false).is_ok());
        for unit in [
            "{a:",
            "[",
            "(",
            "a?b:",
            "a+",
            "`${",
            "...",
            "'",
            "a.",
            "!",
            "export default {",
        ] {
            let _ = parse(&format!("export default {}", unit.repeat(20_000)), true);
        }
    }
}
