//! The commands of a script with the bytes that everything stands at.
//!
//! No grammar of a shell: just enough to say which words make a command, what is put into them, and where the output
//! goes. So it takes scripts of every shell, and of a broken one the commands before and after. Each byte is looked at
//! a bounded number of times, and substitutions nest up to a limit.

use crate::facts::{Command, Literal, Output, Value};
use crate::reference::{RefKind, Reference, Resolved};
use crate::span::Span;

use super::source::{as_block, meaning, piece};
use list::List;

mod assigned;
mod list;
mod word;

/// How deep substitutions may stand in each other; deeper ones are no commands.
const DEPTH: usize = 16;

/// What another tool puts into a script before a shell sees it: `${{ secrets.X }}`.
#[derive(Clone, Copy)]
pub(super) struct Inserts {
    /// One past what starts at a place, if something does.
    pub(super) end: fn(&str, usize) -> Option<usize>,
    /// What that is.
    pub(super) value: fn(&str, Span) -> Value,
}

/// Of a script that no tool changes.
pub(super) const NOTHING: Inserts = Inserts {
    end: |_, _| None,
    value: |_, span| Value::Unknown(span),
};

/// The commands of a script that stands in `source` as `script`.
pub(super) fn commands(source: &str, script: &Literal, inserts: Inserts) -> Vec<Command> {
    let (whole, folded) = as_block(source, script);
    let text = meaning(source, &whole);
    Reader {
        source,
        whole: &whole,
        text,
        at: 0,
        depth: 0,
        close: None,
        folded,
        inserts,
    }
    .list(None)
}

struct Reader<'s> {
    source: &'s str,
    whole: &'s Literal,
    /// What is read: the script's bytes, or their meaning.
    text: &'s str,
    at: usize,
    depth: usize,
    /// What ends the substitution that is read.
    close: Option<u8>,
    /// Whether single line ends are blanks.
    folded: bool,
    inserts: Inserts,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn starts(&self, what: &str) -> bool {
        self.text
            .get(self.at..)
            .is_some_and(|rest| rest.starts_with(what))
    }

    fn span(&self, start: usize, end: usize) -> Span {
        piece(self.source, self.whole, start..end).raw
    }

    /// Commands up to `close`, or the end.
    fn list(&mut self, close: Option<u8>) -> Vec<Command> {
        let mut list = List::default();
        while let Some(byte) = self.peek() {
            if Some(byte) == close
                && !(byte == b')' && list.groups.last().is_some_and(|g| g.opened == '('))
            {
                self.at += 1;
                break;
            }
            self.next(byte, &mut list);
        }
        self.finish(&mut list, Output::Terminal);
        list.done
    }

    fn next(&mut self, byte: u8, list: &mut List) {
        if (self.inserts.end)(self.text, self.at).is_some() {
            return self.take(list);
        }
        match byte {
            b'\n' if self.folded && !self.starts("\n\n") => self.at += 1,
            b'\n' => {
                self.at += 1;
                self.finish(list, Output::Terminal);
                self.documents(list);
            }
            b' ' | b'\t' | b'\r' => self.at += 1,
            b'\\' | b'`'
                if self.text[self.at + 1..]
                    .trim_start_matches('\r')
                    .starts_with('\n') =>
            {
                self.at += 1 + self.text[self.at + 1..].find('\n').unwrap_or(0) + 1;
            }
            b'#' => {
                self.at += self.text[self.at..]
                    .find('\n')
                    .unwrap_or(self.text.len() - self.at)
            }
            b'&' if self.starts("&>") => {
                self.at += 1;
                self.redirect(list, 1);
            }
            b'|' if !self.starts("||") => {
                self.at += 1;
                self.finish(list, Output::Pipe);
            }
            b';' | b'&' | b'|' => {
                self.at += 1;
                self.finish(list, Output::Terminal);
            }
            b'(' if self.defines(list) => {}
            b'(' | b')' => {
                self.at += 1;
                self.finish(list, Output::Terminal);
                list.group(if byte == b'(' { "(" } else { ")" });
            }
            b'<' => self.input(list),
            b'>' => self.redirect(list, 1),
            b'0'..=b'9' if self.text[self.at + 1..].starts_with(['<', '>']) => {
                self.at += 1;
                match self.peek() {
                    Some(b'<') => self.input(list),
                    _ => self.redirect(list, byte - b'0'),
                }
            }
            _ => self.take(list),
        }
    }

    /// Takes a word, or a word of the shell's own.
    fn take(&mut self, list: &mut List) {
        let start = self.at;
        let word = self.word();
        if list.words.is_empty() {
            let said = self.text.get(start..self.at).unwrap_or_default();
            if list.group(said) {
                return;
            }
            if said == "function" {
                return self.named(list);
            }
            list.start = start;
        }
        list.end = self.at;
        list.words.push(word);
    }

    /// `name()`: a function whose body comes next.
    fn defines(&mut self, list: &mut List) -> bool {
        let inside = self.text[self.at + 1..].trim_start_matches([' ', '\t']);
        let [Value::Literal(name)] = list.words.as_slice() else {
            return false;
        };
        if !inside.starts_with(')') || name.quoted {
            return false;
        }
        list.defined = Some(meaning(self.source, name).into());
        list.words.clear();
        self.at = self.text.len() - inside.len() + 1;
        true
    }

    /// `function name`, with or without brackets.
    fn named(&mut self, list: &mut List) {
        self.blanks();
        let start = self.at;
        self.word();
        list.defined = self.text.get(start..self.at).map(Into::into);
        self.blanks();
        if self.starts("()") {
            self.at += 2;
        }
    }

    /// `>`, `>>`, `>|`, `>&`, with the file after it. Only what a program says counts, not its errors.
    fn redirect(&mut self, list: &mut List, stream: u8) {
        self.at += 1;
        let copies = self.peek() == Some(b'&');
        if matches!(self.peek(), Some(b'>' | b'|' | b'&')) {
            self.at += 1;
        }
        self.blanks();
        let to = self.word();
        if stream != 1 {
            return;
        }
        let said = match &to {
            Value::Literal(literal) => meaning(self.source, literal),
            _ => "",
        };
        list.errs |= said == if copies { "2" } else { "/dev/stderr" };
        if !copies && !list.errs {
            list.file = Some(to);
        }
    }

    /// `<`, `<<`, `<<-`, `<<<`, `<(`.
    fn input(&mut self, list: &mut List) {
        if self.starts("<<<") {
            self.at += 3;
            self.blanks();
            list.input = Some(self.word());
        } else if self.starts("<<") {
            self.at += 2;
            self.at += usize::from(self.peek() == Some(b'-'));
            self.blanks();
            let start = self.at;
            self.word();
            let mark = self.text.get(start..self.at).unwrap_or_default();
            let plain: String = mark
                .chars()
                .filter(|c| !matches!(c, '\'' | '"' | '\\'))
                .collect();
            let taken_as_is = plain.len() < mark.len();
            if !plain.is_empty() {
                list.waiting.push((list.done.len(), plain, taken_as_is));
            }
        } else {
            self.at += 1;
            if self.peek() == Some(b'(') {
                let word = self.word();
                list.words.push(word);
            } else {
                self.blanks();
                self.word();
            }
        }
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t')) {
            self.at += 1;
        }
    }

    /// The texts of here-documents.
    fn documents(&mut self, list: &mut List) {
        for (command, mark, as_is) in std::mem::take(&mut list.waiting) {
            let start = self.at;
            let mut end = self.text.len();
            while self.at < self.text.len() {
                let line = &self.text[self.at..];
                let length = line.find('\n').map_or(line.len(), |at| at + 1);
                let is_mark = line[..length].trim() == mark;
                if is_mark {
                    end = self.at;
                }
                self.at += length;
                if is_mark {
                    break;
                }
            }
            let after = self.at;
            let text = self.document(start, end, as_is);
            self.at = after;
            if let Some(command) = list.done.get_mut(command) {
                command.input = Some(text);
            }
        }
    }

    /// Ends a command.
    fn finish(&mut self, list: &mut List, output: Output) {
        let file = list.file.take();
        let words = std::mem::take(&mut list.words);
        let input = list.input.take();
        let closed = list.closed.take();
        let errs = std::mem::take(&mut list.errs);
        let output = match file {
            Some(file) => Output::File(file),
            None if errs => Output::Errors,
            None => output,
        };
        if words.is_empty() {
            // What follows a group is meant for all of it.
            if let Some(start) = closed.filter(|_| output != Output::Terminal) {
                for command in list.done.iter_mut().skip(start) {
                    if command.output == Output::Terminal {
                        command.output = output.clone();
                    }
                }
            }
            if list.waiting.is_empty() {
                return;
            }
        }
        list.defined = None;
        let (assigned, words) = self.assigned(words);
        list.done.push(Command {
            assigned,
            words,
            input,
            output,
            function: None,
            span: self.span(list.start, list.end.max(list.start)),
        });
    }
}

/// The value that parts make.
pub(super) fn one(mut parts: Vec<Value>, span: Span) -> Value {
    match parts.len() {
        0 => Value::Literal(Literal {
            raw: Span {
                end: span.start,
                ..span
            },
            text: None,
            quoted: false,
        }),
        1 => parts.remove(0),
        _ => Value::Concat(parts),
    }
}

/// A variable of the shell.
fn variable(name: &str, span: Span) -> Value {
    let reference = Reference {
        kind: RefKind::Environment,
        target: name.into(),
        resolved: Resolved::Runtime,
    };
    Value::Reference(reference, span)
}

#[cfg(test)]
mod tests;
