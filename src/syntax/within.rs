//! Programs within files of another language: cells of notebooks, script blocks of pages.
//!
//! What is read is put together as one text, of which is known where each piece stands in the file; the facts are those of
//! the text with the places of the file.

use std::ops::Range;

use crate::facts::code::{Action, Argument, Expression, Member, Name};
use crate::facts::{Facts, Format, Literal};
use crate::span::Span;

use super::language::Language;
use super::program::Program;

/// A program that a file holds.
pub(super) struct Held {
    pub(super) language: &'static Language,
    pieces: Pieces,
}

/// A piece of a program and what it was made of.
struct Piece {
    /// Where it starts in the program.
    at: usize,
    /// Its bytes in the file: as many as in the program, unless it is an escape.
    from: Range<usize>,
    escape: bool,
}

/// A program that is being put together.
#[derive(Default)]
pub(super) struct Pieces {
    text: String,
    pieces: Vec<Piece>,
}

impl Pieces {
    /// Bytes of the program so far.
    pub(super) fn len(&self) -> usize {
        self.text.len()
    }

    /// Adds what stands in the file as it is meant.
    pub(super) fn copy(&mut self, file: &str, from: Range<usize>) {
        if !from.is_empty() {
            let at = self.text.len();
            self.text.push_str(&file[from.clone()]);
            let escape = false;
            self.pieces.push(Piece { at, from, escape });
        }
    }

    /// Adds a character that is written otherwise in the file.
    pub(super) fn put(&mut self, stands: char, from: Range<usize>) {
        let at = self.text.len();
        self.text.push(stands);
        let escape = true;
        self.pieces.push(Piece { at, from, escape });
    }

    /// Adds what does not stand in the file.
    pub(super) fn add(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Puts blanks in the place of lines that are no program, from a place on.
    pub(super) fn blank_lines(&mut self, from: usize, is: impl Fn(&str) -> bool) {
        let lines = self.text[from..].split_inclusive('\n');
        let blank = |line: &str| match is(line) {
            true => line
                .bytes()
                .map(|b| if b == b'\n' { '\n' } else { ' ' })
                .collect(),
            false => line.to_owned(),
        };
        let lines: String = lines.map(blank).collect();
        self.text.replace_range(from.., &lines);
    }

    /// As a program; none where there is nothing.
    pub(super) fn held(self, language: &'static Language) -> Option<Held> {
        let pieces = self;
        (!pieces.pieces.is_empty()).then_some(Held { language, pieces })
    }
}

impl Held {
    /// The program.
    pub(super) fn text(&self) -> &str {
        &self.pieces.text
    }

    /// What was read of it, with the places of the file; all beside it is no program.
    pub(super) fn placed(&self, mut program: Program, file: &str) -> Program {
        program.facts.held = Some(match self.language.name() {
            "Python" => Format::Python,
            _ => Format::CLike,
        });
        let mut mover = Mover { held: self, file };
        mover.facts(&mut program.facts);
        program.texts.iter_mut().for_each(|span| mover.span(span));
        program.texts.extend(self.gaps(file.len()));
        program.texts.sort_unstable();
        program
    }

    /// What of the file is no program.
    fn gaps(&self, end: usize) -> impl Iterator<Item = Span> {
        let pieces = &self.pieces.pieces;
        let starts = std::iter::once(0).chain(pieces.iter().map(|piece| piece.from.end));
        let ends = pieces.iter().map(|piece| piece.from.start).chain([end]);
        let between = starts.zip(ends).filter(|(start, end)| start < end);
        between.map(|(start, end)| Span::new(start, end))
    }

    /// The piece that holds a byte of the program, or the last one before it.
    fn piece(&self, at: usize) -> &Piece {
        let next = self.pieces.pieces.partition_point(|piece| piece.at <= at);
        &self.pieces.pieces[next.saturating_sub(1)]
    }

    /// Where a byte of the program starts in the file.
    fn start(&self, at: usize) -> usize {
        let piece = self.piece(at);
        match piece.escape {
            true => piece.from.start,
            false => (piece.from.start + at.saturating_sub(piece.at)).min(piece.from.end),
        }
    }

    /// Where a byte of the program ends in the file.
    fn end(&self, at: usize) -> usize {
        let piece = self.piece(at);
        match piece.escape {
            true => piece.from.end,
            false => (piece.from.start + (at + 1).saturating_sub(piece.at)).min(piece.from.end),
        }
    }
}

/// Gives facts of a program the places of the file.
struct Mover<'h> {
    held: &'h Held,
    file: &'h str,
}

impl Mover<'_> {
    fn span(&mut self, span: &mut Span) {
        let (start, end) = (span.start as usize, span.end as usize);
        let place = self.held.start(start);
        *span = match start < end {
            true => Span::new(place, self.held.end(end - 1).max(place)),
            false => Span::new(place, place),
        };
    }

    fn facts(&mut self, facts: &mut Facts) {
        for binding in &mut facts.bindings {
            binding.path.0.iter_mut().for_each(|name| self.span(name));
            self.literal(&mut binding.value);
        }
        for function in &mut facts.functions {
            self.span(&mut function.span);
            function.decorators.iter_mut().for_each(|d| self.value(d));
            for parameter in &mut function.parameters {
                self.name(&mut parameter.name);
                parameter.default.iter_mut().for_each(|d| self.value(d));
            }
        }
        for call in &mut facts.calls {
            self.span(&mut call.span);
            self.name(&mut call.callee);
            call.receiver.iter_mut().for_each(|r| self.value(r));
            for Argument { name, value } in &mut call.arguments {
                name.iter_mut().for_each(|name| self.name(name));
                self.value(value);
            }
        }
        for step in &mut facts.steps {
            self.span(&mut step.span);
            match &mut step.action {
                Action::Bind { target, value } => {
                    self.name(target);
                    self.value(value);
                }
                Action::Return(value) | Action::Throw(value) => self.value(value),
                Action::Call(_) | Action::Way { .. } | Action::Join { .. } => {}
            }
        }
        for import in &mut facts.imports {
            self.span(&mut import.span);
        }
    }

    /// A name keeps what it is called.
    fn name(&mut self, name: &mut Name) {
        let program = self.held.text();
        let called = program.get(name.span.range()).unwrap_or_default();
        self.span(&mut name.last);
        self.span(&mut name.span);
        if name.path.is_none() && self.file.get(name.span.range()) != Some(called) {
            name.path = Some(called.into());
        }
    }

    /// A text keeps its meaning.
    fn literal(&mut self, literal: &mut Literal) {
        let program = self.held.text();
        let meant = program.get(literal.raw.range()).unwrap_or_default();
        self.span(&mut literal.raw);
        if literal.text.is_none() && self.file.get(literal.raw.range()) != Some(meant) {
            literal.text = Some(meant.into());
        }
    }

    /// Values are no deeper than `program` makes them.
    fn value(&mut self, value: &mut Expression) {
        match value {
            Expression::Text(literal) => self.literal(literal),
            Expression::Plain(span) | Expression::Unknown(span) => self.span(span),
            Expression::Name(name) => self.name(name),
            Expression::Part { of, span, .. } => {
                self.value(of);
                self.span(span);
            }
            Expression::Concat(values) | Expression::Either(values) | Expression::List(values) => {
                values.iter_mut().for_each(|value| self.value(value));
            }
            Expression::Map(members) => {
                for Member { name, value } in members {
                    self.name(name);
                    self.value(value);
                }
            }
            Expression::Call(_) | Expression::Function(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::{lang, program};

    /// The names and texts of a program with their values, as they stand in the file.
    fn read(path: &str, text: &str) -> Vec<String> {
        let language = lang::of(path).unwrap();
        let Some(program) = program::read(text, language).unwrap() else {
            return Vec::new();
        };
        let facts = program.facts;
        let shown = |binding: &crate::facts::Binding| {
            let slice = |span: Span| &text[span.range()];
            let name = slice(*binding.path.0.last().unwrap());
            let meant = binding.value.text.as_deref();
            format!("{name}={}", meant.unwrap_or(slice(binding.value.raw)))
        };
        facts.bindings.iter().map(shown).collect()
    }

    #[test]
    fn script_blocks() {
        for (path, text, expected) in [
            ("a.html", "<script>token = 'a'</script>", vec!["token=a"]),
            (
                "a.html",
                "<SCRIPT type=module>token = 'a'</SCRIPT >",
                vec!["token=a"],
            ),
            (
                "a.html",
                "<p>token = 'b'</p><script>f()</script><script>token = 'a'</script>",
                vec!["token=a"],
            ),
            (
                "a.html",
                "<script data-x='>'>token = 'a'</script>",
                vec!["token=a"],
            ),
            (
                "a.html",
                "<script>if (a < b) token = 'ä'</script>",
                vec!["token=ä"],
            ),
            ("a.html", "<script src='a'></script>token = 'b'", vec![]),
            (
                "a.html",
                "<script type=\"application/json\">token = 'b'</script>",
                vec![],
            ),
            (
                "a.html",
                "<script type='text/x-template'>token = 'b'</script>",
                vec![],
            ),
            ("a.html", "<scripted>token = 'b'</scripted>", vec![]),
            ("a.html", "<script>token = 'b'", vec![]),
            ("a.html", "<script", vec![]),
            ("a.html", "<script/>", vec![]),
            (
                "a.vue",
                "<script lang=\"ts\">const token: string = 'a' as string</script>",
                vec!["token=a"],
            ),
            ("a.vue", "<template>token = 'b'</template>", vec![]),
            (
                "a.svelte",
                "<script lang='ts'>export let token: string = 'a';</script>",
                vec!["token=a"],
            ),
        ] {
            assert_eq!(read(path, text), expected, "{text}");
        }
    }

    fn notebook(kernel: &str, source: &str) -> String {
        format!(
            r#"{{"cells": [{{"cell_type": "markdown", "source": ["token = 'x'"]}}, {{"cell_type": "code", "outputs": [{{"text": ["token = 'y'"]}}], "source": {source}}}], "metadata": {{"kernelspec": {{"name": "k", "language": "{kernel}"}}}}}}"#
        )
    }

    #[test]
    fn cells_of_notebooks() {
        for (kernel, source, expected) in [
            (
                "python",
                r#"["token = 'a'\n", "key = 'b'"]"#,
                vec!["token=a", "key=b"],
            ),
            (
                "python",
                r#""token = \"a\"\nkey = 'b'""#,
                vec!["token=a", "key=b"],
            ),
            ("python", r#"["if x:\n", "\ttoken = 'a'"]"#, vec!["token=a"]),
            (
                "python",
                r#"["\u0074oken = '\u003ca\u003e'"]"#,
                vec![r"\u0074oken=<a>"],
            ),
            (
                "python",
                r#"["token = 'ä\ud83d\ude00'"]"#,
                vec!["token=ä😀"],
            ),
            (
                "python",
                r#"["%env TOKEN=x\n", "!ls token=x\n", "token = 'a'"]"#,
                vec!["token=a"],
            ),
            ("python", r#"["%%time\n", "token = 'a'"]"#, vec!["token=a"]),
            ("python", r#"["%%bash\n", "token='a'"]"#, vec![]),
            ("python", r#"[]"#, vec![]),
            (
                "typescript",
                r#"["const token: string = 'a';"]"#,
                vec!["token=a"],
            ),
            ("R", r#"["token = 'a'"]"#, vec![]),
        ] {
            let text = notebook(kernel, source);
            let found = read("a.ipynb", &text);
            let own: Vec<_> = found.iter().map(String::as_str).collect();
            assert_eq!(own, expected, "{source}");
        }
    }

    #[test]
    fn what_is_no_notebook_is_none() {
        let whole = notebook("python", r#"["token = \"a\u0041\"\n"]"#);
        for end in 0..whole.len() {
            assert_eq!(read("a.ipynb", &whole[..end]), [""; 0], "{end}");
        }
        assert_eq!(read("a.ipynb", &"[".repeat(100_000)), [""; 0]);
        assert_eq!(
            read("a.ipynb", "{\"cell_type\": \"code\", \"source\": \"\\"),
            [""; 0]
        );
    }
}
