//! Objects, read from packs, and from `git cat-file --batch` where they are elsewhere: processes that are started when needed,
//! and kept for the next question.

use std::io::{self, BufRead as _, BufReader, Read, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::sync::{Arc, Mutex, PoisonError};

use super::packs::{self, Packs};
use super::{Git, Oid, Repository};
use crate::source::{Content, WHOLE_LIMIT};

/// An object that was read.
pub(crate) struct Object {
    /// Its name.
    pub(crate) oid: Oid,
    /// `blob`, `tree`, `commit` or `tag`.
    pub(crate) kind: Kind,
    /// What it holds.
    pub(crate) content: Content,
}

/// What an object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Blob,
    Tree,
    Commit,
    Tag,
}

impl Kind {
    fn parse(word: &[u8]) -> Option<Self> {
        match word {
            b"blob" => Some(Self::Blob),
            b"tree" => Some(Self::Tree),
            b"commit" => Some(Self::Commit),
            b"tag" => Some(Self::Tag),
            _ => None,
        }
    }
}

/// The objects of a repository, for any number of threads.
#[derive(Clone)]
pub(crate) struct Objects(Arc<Pool>);

/// Packs, and the processes that nobody uses at the moment.
struct Pool {
    git: Git,
    idle: Mutex<Vec<Reader>>,
    packs: Arc<Packs>,
}

/// How much memory a process may take for packs: there is one for each thread, and a pack may be larger than memory.
const MEMORY: [&str; 6] = [
    "-c",
    "core.packedGitWindowSize=1m",
    "-c",
    "core.packedGitLimit=64m",
    "-c",
    "core.deltaBaseCacheLimit=32m",
];

/// A running `git cat-file --batch`.
struct Reader {
    child: Child,
    /// Closed before the child is waited for.
    questions: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Objects {
    /// The objects of the repository that `git` is asked about.
    pub(crate) fn new(git: &Git) -> Self {
        Self::with(git, Packs::default())
    }

    /// The same for many questions: packs are read here.
    pub(crate) fn packed(repository: &Repository) -> Self {
        let packs = Packs::open(&repository.objects, repository.names);
        Self::with(&repository.git, packs)
    }

    fn with(git: &Git, packs: Packs) -> Self {
        Self(Arc::new(Pool {
            git: git.clone(),
            idle: Mutex::default(),
            packs: Arc::new(packs),
        }))
    }

    /// Puts things in an order in which a batch reads their objects quickly.
    pub(crate) fn sort<T>(&self, things: &mut [T], oid: impl Fn(&T) -> Oid) {
        self.0.packs.sort(things, oid);
    }

    /// Starts a process while git is asked for something else.
    pub(crate) fn prepare(&self) {
        // If that fails now, the first question says why.
        if let Ok(reader) = Reader::start(&self.0.git) {
            self.0.give(reader);
        }
    }

    /// Reads an object by any name that git knows it by; none where nothing has that name.
    ///
    /// # Errors
    /// When the object is damaged, or git cannot be asked.
    pub(crate) fn find(&self, name: &str) -> io::Result<Option<Object>> {
        if name.contains('\n') {
            return Ok(None);
        }
        let mut reader = self.0.take()?;
        let Some((oid, kind, size)) = reader.ask(name)? else {
            self.0.give(reader);
            return Ok(None);
        };
        let mut rest = Rest {
            reader: Some(reader),
            left: size,
            pool: Arc::clone(&self.0),
        };
        let content = if size > WHOLE_LIMIT as u64 {
            Content::Stream(Box::new(rest))
        } else {
            let mut bytes = Vec::with_capacity(size as usize);
            rest.read_to_end(&mut bytes)?;
            Content::Whole(bytes)
        };
        Ok(Some(Object { oid, kind, content }))
    }

    /// Reads an object that must be there.
    ///
    /// # Errors
    /// When it is missing or damaged, or git cannot be asked.
    pub(crate) fn get(&self, oid: Oid) -> io::Result<Object> {
        self.find(&oid.to_string())?.ok_or_else(|| missing(oid))
    }
}

/// For many questions at once: packs, and a process where one is needed.
pub(crate) struct Batch {
    objects: Objects,
    packed: packs::Reader,
    reader: Option<Reader>,
}

impl Objects {
    /// For one thread that has many questions.
    pub(crate) fn batch(&self) -> Batch {
        Batch {
            objects: self.clone(),
            packed: packs::Reader::new(&self.0.packs),
            reader: None,
        }
    }
}

/// As many questions as surely fit into the buffer of a pipe, so that nobody waits for anybody.
pub(crate) const AT_ONCE: usize = 256;

impl Batch {
    /// Reads objects, at most [`AT_ONCE`], and gives each to `each` with its number.
    pub(crate) fn read(&mut self, oids: &[Oid], mut each: impl FnMut(usize, io::Result<Object>)) {
        let mut elsewhere = Vec::new();
        for (number, oid) in oids.iter().enumerate() {
            let Some((kind, bytes)) = self.packed.read(oid) else {
                elsewhere.push(number);
                continue;
            };
            let (oid, content) = (*oid, Content::Whole(bytes));
            each(number, Ok(Object { oid, kind, content }));
        }
        let oids: Vec<Oid> = elsewhere.iter().map(|&number| oids[number]).collect();
        self.ask(&oids, |number, object| each(elsewhere[number], object));
    }

    /// Has git read them.
    fn ask(&mut self, oids: &[Oid], mut each: impl FnMut(usize, io::Result<Object>)) {
        let mut done = 0;
        while done < oids.len() {
            let from = done;
            let read = self.read_on(&oids[from..], &mut |number, object| {
                done = from + number + 1;
                each(from + number, object);
            });
            if let Err(error) = read {
                // The process has ended over this one; the next gets a new one.
                self.reader = None;
                each(done, Err(error));
                done += 1;
            }
        }
    }

    fn read_on(
        &mut self,
        oids: &[Oid],
        each: &mut dyn FnMut(usize, io::Result<Object>),
    ) -> io::Result<()> {
        let reader = match &mut self.reader {
            Some(reader) => reader,
            none => none.insert(self.objects.0.take()?),
        };
        let questions: String = oids.iter().map(|oid| format!("{oid}\n")).collect();
        let asked = reader.questions.as_mut().ok_or(io::ErrorKind::BrokenPipe)?;
        asked.write_all(questions.as_bytes())?;
        for (number, oid) in oids.iter().enumerate() {
            let Some((_, kind, size)) = reader.answer(&oid.to_string())? else {
                each(number, Err(missing(*oid)));
                continue;
            };
            if size <= WHOLE_LIMIT as u64 {
                let mut bytes = vec![0; size as usize];
                reader
                    .answers
                    .read_exact(&mut bytes)
                    .map_err(|_| damaged(&oid.to_string()))?;
                reader.answers.read_exact(&mut [0])?;
                let (oid, content) = (*oid, Content::Whole(bytes));
                each(number, Ok(Object { oid, kind, content }));
                continue;
            }
            // A large one is read as a stream, which this process cannot be as long as there are other answers in it.
            let left = &mut reader.answers.by_ref().take(size + 1);
            if io::copy(left, &mut io::sink())? <= size {
                return Err(damaged(&oid.to_string()));
            }
            each(number, self.objects.get(*oid));
        }
        Ok(())
    }
}

impl Drop for Batch {
    fn drop(&mut self) {
        if let Some(reader) = self.reader.take() {
            self.objects.0.give(reader);
        }
    }
}

fn missing(oid: Oid) -> io::Error {
    io::Error::other(format!("object {oid} is missing"))
}

impl Pool {
    fn take(&self) -> io::Result<Reader> {
        let idle = self
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        match idle {
            Some(reader) => Ok(reader),
            None => Reader::start(&self.git),
        }
    }

    fn give(&self, reader: Reader) {
        self.idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(reader);
    }
}

impl Reader {
    fn start(git: &Git) -> io::Result<Self> {
        let mut child = git
            .command(&[&MEMORY[..], &["cat-file", "--batch"]].concat())
            .stdin(Stdio::piped())
            .spawn()?;
        let streams = child.stdin.take().zip(child.stdout.take());
        let (questions, answers) = streams.ok_or_else(|| io::Error::other("git has no streams"))?;
        Ok(Self {
            child,
            questions: Some(questions),
            answers: BufReader::with_capacity(64 << 10, answers),
        })
    }

    /// Asks for an object, and reads all of the answer but the content and the line break behind it.
    fn ask(&mut self, name: &str) -> io::Result<Option<(Oid, Kind, u64)>> {
        let questions = self.questions.as_mut().ok_or(io::ErrorKind::BrokenPipe)?;
        questions
            .write_all(format!("{name}\n").as_bytes())
            .map_err(|_| damaged(name))?;
        self.answer(name)
    }

    /// Reads all of an answer but the content and the line break behind it.
    fn answer(&mut self, name: &str) -> io::Result<Option<(Oid, Kind, u64)>> {
        let mut line = Vec::new();
        self.answers
            .read_until(b'\n', &mut line)
            .map_err(|_| damaged(name))?;
        match heading(&line) {
            Some(heading) => Ok(Some(heading)),
            None if line.is_empty() => Err(damaged(name)),
            None => Ok(None),
        }
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        drop(self.questions.take());
        // It may be in the middle of an answer that nobody waits for.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Git ends without an answer when an object cannot be unpacked.
fn damaged(name: &str) -> io::Error {
    io::Error::other(format!("object {name} is damaged or cannot be read"))
}

/// `OID KIND SIZE`; a name with spaces, which is said to be `missing`, has another form.
fn heading(line: &[u8]) -> Option<(Oid, Kind, u64)> {
    let mut words = line.trim_ascii_end().split(|&byte| byte == b' ');
    let oid = Oid::parse(words.next()?)?;
    let kind = Kind::parse(words.next()?)?;
    let size = std::str::from_utf8(words.next()?).ok()?.parse().ok()?;
    words.next().is_none().then_some((oid, kind, size))
}

/// The content of an answer that was not read yet; the process is free again at its end.
struct Rest {
    reader: Option<Reader>,
    left: u64,
    pool: Arc<Pool>,
}

impl Rest {
    /// Reads the line break behind the content.
    fn finish(&mut self) -> io::Result<()> {
        if let Some(mut reader) = self.reader.take() {
            reader.answers.read_exact(&mut [0])?;
            self.pool.give(reader);
        }
        Ok(())
    }
}

impl Read for Rest {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Some(reader) = self.reader.as_mut() else {
            return Ok(0);
        };
        let most = self.left.min(buffer.len() as u64) as usize;
        if most > 0 {
            let read = reader.answers.read(&mut buffer[..most])?;
            if read == 0 {
                self.reader = None;
                return Err(io::Error::other("git ended early: the object is damaged"));
            }
            self.left -= read as u64;
            if self.left > 0 {
                return Ok(read);
            }
            self.finish()?;
            return Ok(read);
        }
        if self.left == 0 {
            self.finish()?;
        }
        Ok(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings() {
        let hex = "8ba3a16384aacc37d01564b28401755ce8053f51";
        let line = format!("{hex} blob 12\n");
        let (oid, kind, size) = heading(line.as_bytes()).unwrap();
        assert_eq!(
            (oid.to_string().as_str(), kind, size),
            (hex, Kind::Blob, 12)
        );
        for line in [
            "x missing\n",
            "",
            "HEAD ambiguous\n",
            &format!("{hex} missing\n"),
        ] {
            assert!(heading(line.as_bytes()).is_none(), "{line}");
        }
    }
}
