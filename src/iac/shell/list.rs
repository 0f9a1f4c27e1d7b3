//! A list of commands while it is read: what belongs together, and to which function.

use crate::facts::{Command, Value};

/// A list of commands that is being read.
#[derive(Default)]
pub(super) struct List {
    pub(super) done: Vec<Command>,
    pub(super) words: Vec<Value>,
    pub(super) input: Option<Value>,
    pub(super) file: Option<Value>,
    /// Whether what it says goes to where errors are told.
    pub(super) errs: bool,
    pub(super) start: usize,
    pub(super) end: usize,
    /// Those that are open.
    pub(super) groups: Vec<Group>,
    /// The function whose body comes next.
    pub(super) defined: Option<Box<str>>,
    /// The first command of the group that was just closed.
    pub(super) closed: Option<usize>,
    /// Here-documents whose text begins on the next line: the command, how it ends, and whether it is taken as it is.
    pub(super) waiting: Vec<(usize, String, bool)>,
}

/// Commands that belong together.
pub(super) struct Group {
    /// What opened it.
    pub(super) opened: char,
    /// Its first command.
    pub(super) start: usize,
    /// The function whose body it is.
    function: Option<Box<str>>,
}

impl List {
    /// Whether a word, or a bracket, opens or closes a group, or stands before a command.
    pub(super) fn group(&mut self, word: &str) -> bool {
        let opens = match word {
            "if" => 'i',
            "while" | "until" => 'd',
            "{" => '{',
            "(" => '(',
            "fi" | "done" | "}" | ")" => {
                let opened = match word {
                    "fi" => 'i',
                    "done" => 'd',
                    "}" => '{',
                    _ => '(',
                };
                if self
                    .groups
                    .last()
                    .is_some_and(|group| group.opened == opened)
                {
                    let closed = self.groups.pop();
                    self.closed = closed.map(|group| self.close(group));
                }
                return true;
            }
            // Its own words go on to the end of the line.
            "for" | "select" => {
                self.open('d');
                return false;
            }
            "then" | "else" | "elif" | "do" | "!" | "time" | "in" => return true,
            _ => return false,
        };
        self.open(opens);
        true
    }

    fn open(&mut self, opened: char) {
        let bodies = matches!(opened, '{' | '(');
        self.groups.push(Group {
            opened,
            start: self.done.len(),
            function: self.defined.take().filter(|_| bodies),
        });
    }

    /// Ends a group; gives its first command.
    fn close(&mut self, group: Group) -> usize {
        if let Some(function) = group.function {
            for command in &mut self.done[group.start..] {
                command.function.get_or_insert_with(|| function.clone());
            }
        }
        group.start
    }
}
