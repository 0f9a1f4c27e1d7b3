//! Jupyter notebooks: JSON whose cells hold programs, line by line (nbformat 4, and 3 with its worksheets).

use std::sync::OnceLock;

use crate::syntax::language::Language;
use crate::syntax::within::{Held, Pieces};

pub(super) static LANGUAGE: Language = Language {
    name: "Jupyter",
    endings: &["ipynb"],
    holds: Some(cells),
    grammar: || tree_sitter_python::LANGUAGE.into(),
    kinds: &[],
    operators: &[],
    requires: &[],
    table: OnceLock::new(),
};

/// Objects and lists within others, at most.
const DEEPEST: usize = 64;

/// The code of all cells as one program, in the language of the kernel.
fn cells(text: &str) -> Option<Held> {
    let mut reader = Json::new(text);
    reader.read()?;
    let language = super::named(reader.kernel.unwrap_or("python"))?;
    let mut pieces = Pieces::default();
    for cell in &reader.cells {
        if !is_of_another_language(text, cell) {
            let start = pieces.len();
            cell.iter()
                .for_each(|line| decode(text, *line, &mut pieces));
            pieces.blank_lines(start, |line| line.trim_start().starts_with(['%', '!', '?']));
            pieces.add("\n");
        }
    }
    pieces.held(language)
}

/// Whether the first line hands the cell to another program: `%%bash`. Some of these only measure or keep.
fn is_of_another_language(text: &str, cell: &[(usize, usize)]) -> bool {
    const OWN: &[&str] = &["time", "timeit", "capture", "prun", "python", "python3"];
    let Some((start, end)) = cell.first() else {
        return true;
    };
    let line = text[*start..*end].trim_start();
    let Some(magic) = line.strip_prefix("%%") else {
        return false;
    };
    let end = magic.find(|c: char| !c.is_ascii_alphanumeric());
    !OWN.contains(&&magic[..end.unwrap_or(magic.len())])
}

/// What a string of JSON stands for (RFC 8259, section 7).
fn decode(text: &str, (start, end): (usize, usize), pieces: &mut Pieces) {
    let mut rest = start..end;
    while let Some(at) = memchr::memchr(b'\\', &text.as_bytes()[rest.clone()]) {
        let at = rest.start + at;
        pieces.copy(text, rest.start..at);
        let (length, stands) = escape(&text[at..end]);
        pieces.put(stands, at..(at + length).min(end));
        rest.start = (at + length).min(end);
    }
    pieces.copy(text, rest);
}

/// How long an escape is, and the character that it stands for.
fn escape(text: &str) -> (usize, char) {
    let unit = |at: usize| u32::from_str_radix(text.get(at..at + 4)?, 16).ok();
    match text.as_bytes().get(1) {
        Some(b'n') => (2, '\n'),
        Some(b't') => (2, '\t'),
        Some(b'r') => (2, '\r'),
        Some(b'b' | b'f') => (2, ' '),
        Some(b'u') => match (unit(2), text.get(6..8), unit(8)) {
            (Some(high @ 0xD800..=0xDBFF), Some("\\u"), Some(low @ 0xDC00..=0xDFFF)) => {
                let code = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
                (12, char::from_u32(code).unwrap_or(' '))
            }
            (Some(code), ..) => (6, char::from_u32(code).unwrap_or(' ')),
            _ => (2, ' '),
        },
        Some(byte) if byte.is_ascii() => (2, char::from(*byte)),
        _ => (1, ' '),
    }
}

/// A cell that is being read: what it is, and the lines of its source.
#[derive(Default)]
struct Cell {
    code: bool,
    lines: Vec<(usize, usize)>,
}

/// A pass over JSON that keeps only what is asked for. What is no JSON ends it.
struct Json<'t> {
    text: &'t str,
    at: usize,
    /// The keys that lead to the place, and whether each is that of an object.
    path: Vec<(bool, &'t str)>,
    open: Vec<Cell>,
    cells: Vec<Vec<(usize, usize)>>,
    kernel: Option<&'t str>,
}

impl<'t> Json<'t> {
    fn new(text: &'t str) -> Self {
        Self {
            text,
            at: 0,
            path: Vec::new(),
            open: Vec::new(),
            cells: Vec::new(),
            kernel: None,
        }
    }

    /// Goes through all of it; none where it is cut or nested too deep.
    fn read(&mut self) -> Option<()> {
        let bytes = self.text.as_bytes();
        while let Some(byte) = bytes.get(self.at) {
            match byte {
                b'{' | b'[' => {
                    self.path.push((*byte == b'{', ""));
                    (self.path.len() <= DEEPEST).then_some(())?;
                    if *byte == b'{' {
                        self.open.push(Cell::default());
                    }
                }
                b'}' | b']' => {
                    let (object, _) = self.path.pop()?;
                    if object {
                        let cell = self.open.pop()?;
                        self.cells.extend(cell.code.then_some(cell.lines));
                    }
                }
                b'"' => {
                    let string = self.string()?;
                    self.take(string);
                }
                _ => {}
            }
            self.at += 1;
        }
        self.path.is_empty().then_some(())
    }

    /// The bytes between the quotes of the string that begins here; ends at its last quote.
    fn string(&mut self) -> Option<(usize, usize)> {
        let bytes = self.text.as_bytes();
        let start = self.at + 1;
        let mut at = start;
        loop {
            at += memchr::memchr2(b'"', b'\\', bytes.get(at..)?)?;
            if bytes[at] == b'"' {
                self.at = at;
                return Some((start, at));
            }
            at += 2;
        }
    }

    /// A string is a key, or a value of the last one.
    fn take(&mut self, (start, end): (usize, usize)) {
        let string = &self.text[start..end];
        let after = self.text[end + 1..].trim_start();
        let Some(last) = self.path.last_mut() else {
            return;
        };
        if last.0 && after.starts_with(':') {
            last.1 = string;
            return;
        }
        let mut keys = self.path.iter().filter(|(object, _)| *object).rev();
        let (key, above) = (keys.next(), keys.next());
        let key = key.map_or("", |(_, key)| key);
        match (key, self.open.last_mut()) {
            ("cell_type", Some(cell)) => cell.code = string == "code",
            ("source" | "input", Some(cell)) => cell.lines.push((start, end)),
            ("language", _) if above.is_some_and(|(_, key)| *key == "kernelspec") => {
                self.kernel = Some(string);
            }
            ("name", _) if above.is_some_and(|(_, key)| *key == "language_info") => {
                self.kernel.get_or_insert(string);
            }
            _ => {}
        }
    }
}
