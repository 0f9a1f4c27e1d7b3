//! Marks: what a fixture says about its own lines.
//!
//! A mark is a comment on a line of its own, one caret a line up: `#~^ rule-id`, `//~^^ rule-id low`,
//! `<!--~^ rule-id -->`, `#~^ silent: why`, `#~^ twin: A => B`. It stands below the line it speaks of and is taken out before a scan. Where a
//! file has no comments, `NAME.expect` beside it holds lines `TEXT  #~ rule-id`; TEXT stands on one line of NAME.

use barekey::finding::Confidence;

/// What is expected on a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Expected {
    /// A finding of a rule; without a band, any that is reported by default.
    Finding {
        rule: String,
        band: Option<Confidence>,
    },
    /// A candidate that is not reported.
    Silent,
    /// Nothing; a line that is reported with another text in the place of one.
    Twin,
}

/// An expectation and the line it speaks of, counted from 1 in what is scanned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mark {
    pub(crate) line: u32,
    pub(crate) expected: Expected,
}

/// A fixture without its marks.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Marked {
    pub(crate) text: String,
    pub(crate) marks: Vec<Mark>,
    /// `LINE: what is wrong`
    pub(crate) problems: Vec<String>,
}

const LEADERS: [&str; 5] = ["#~^", "//~^", "<!--~^", "--~^", ";~^"];

/// Takes the marks out of a file.
pub(crate) fn split(raw: &str) -> Marked {
    let mut marked = Marked::default();
    // For each line of the file its number in the text, 0 for a mark.
    let mut numbers: Vec<u32> = Vec::new();
    let mut count = 0;
    for (index, line) in raw.split_inclusive('\n').enumerate() {
        let number = index + 1;
        match read(line) {
            None if line.contains("~^") => {
                let problem = "a mark stands on a line of its own, behind a comment sign";
                marked.problems.push(format!("{number}: {problem}"));
            }
            None => {}
            Some(Err(problem)) => marked.problems.push(format!("{number}: {problem}")),
            Some(Ok((up, expected))) => {
                numbers.push(0);
                match index.checked_sub(up).map(|target| numbers[target]) {
                    Some(line) if line > 0 => marked.marks.push(Mark { line, expected }),
                    _ => marked
                        .problems
                        .push(format!("{number}: the carets point at no line")),
                }
                continue;
            }
        }
        count += 1;
        numbers.push(count);
        marked.text.push_str(line);
    }
    marked
}

/// Reads a line as a mark: how many lines up, and what.
fn read(line: &str) -> Option<Result<(usize, Expected), String>> {
    let line = line.trim();
    let leader = LEADERS.iter().find(|leader| line.starts_with(**leader))?;
    let rest = &line[leader.len() - 1..];
    let rest = rest.strip_suffix("-->").unwrap_or(rest);
    let said = rest.trim_start_matches('^');
    let up = rest.len() - said.len();
    Some(expected(said).map(|expected| (up, expected)))
}

/// Reads what a mark says behind its carets.
fn expected(said: &str) -> Result<Expected, String> {
    let said = said
        .strip_prefix(' ')
        .ok_or("a space goes behind the carets")?
        .trim();
    if let Some(why) = said.strip_prefix("silent") {
        let why = why.strip_prefix(':').unwrap_or_default().trim();
        return if why.is_empty() {
            Err("`silent: why` needs the reason".to_owned())
        } else {
            Ok(Expected::Silent)
        };
    }
    if let Some(twin) = said.strip_prefix("twin:") {
        return match twin.split_once(" => ") {
            Some(_) => Ok(Expected::Twin),
            None => Err("`twin: A => B` needs both texts".to_owned()),
        };
    }
    let mut words = said.split_whitespace();
    let rule = words.next().ok_or("a mark names a rule")?.to_owned();
    if !rule
        .bytes()
        .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    {
        return Err(format!("`{rule}` is no rule id"));
    }
    let band = match words.next() {
        None => None,
        Some("low") => Some(Confidence::Low),
        Some("medium") => Some(Confidence::Medium),
        Some("high") => Some(Confidence::High),
        Some(word) => return Err(format!("`{word}` is no confidence")),
    };
    match words.next() {
        None => Ok(Expected::Finding { rule, band }),
        Some(word) => Err(format!("nothing goes behind the confidence: `{word}`")),
    }
}

/// Reads the marks of a sidecar about a text.
pub(crate) fn sidecar(expect: &str, text: &str) -> Marked {
    let mut marked = Marked {
        text: text.to_owned(),
        ..Marked::default()
    };
    for (index, line) in expect.lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        match about(line, text) {
            Ok(mark) => marked.marks.push(mark),
            Err(problem) => marked.problems.push(format!("{}: {problem}", index + 1)),
        }
    }
    marked
}

fn about(line: &str, text: &str) -> Result<Mark, String> {
    let (words, said) = line
        .split_once("  #~")
        .ok_or("a line is `TEXT  #~ rule-id`")?;
    let expected = expected(said)?;
    let lines: Vec<u32> = (1u32..)
        .zip(text.lines())
        .filter(|(_, content)| content.contains(words))
        .map(|(number, _)| number)
        .collect();
    match lines[..] {
        [line] => Ok(Mark { line, expected }),
        [] => Err(format!("`{words}` stands nowhere")),
        _ => Err(format!("`{words}` stands on several lines")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(line: u32, rule: &str, band: Option<Confidence>) -> Mark {
        let rule = rule.to_owned();
        Mark {
            line,
            expected: Expected::Finding { rule, band },
        }
    }

    #[test]
    fn carets_count_lines_of_the_file() {
        let marked = split("a\nb\n  #~^ one\n//~^^^ two low\nc\n<!--~^ silent: a pointer -->\n");
        assert_eq!(marked.text, "a\nb\nc\n");
        assert_eq!(marked.problems, [""; 0]);
        let silent = Mark {
            line: 3,
            expected: Expected::Silent,
        };
        let low = finding(1, "two", Some(Confidence::Low));
        assert_eq!(marked.marks, [finding(2, "one", None), low, silent]);
    }

    #[test]
    fn a_mark_that_cannot_be_read_is_a_problem() {
        for bad in [
            "a\n#~^\n",
            "a\n#~^one\n",
            "a\n#~^ One\n",
            "a\n#~^ one loud\n",
            "a\n#~^ one low now\n",
            "a\n#~^ silent\n",
            "a\n#~^ silent:\n",
            "a\n#~^ twin: a\n",
            "a\n#~^^ one\n",
            "#~^ one\n",
            "a\n#~^ one\n#~^ two\n",
            "a #~^ one\n",
            "a\n%~^ one\n",
        ] {
            assert_eq!(split(bad).problems.len(), 1, "{bad}: {:?}", split(bad));
        }
    }

    #[test]
    fn a_sidecar_names_lines_by_their_text() {
        let marked = sidecar("b  #~ one\n\nc  #~ silent: x\n", "a\nb\nc\n");
        assert_eq!(marked.marks[0], finding(2, "one", None));
        assert_eq!(marked.marks[1].line, 3);
        for bad in ["b #~ one", "z  #~ one", "a  #~ one", "b  #~ One"] {
            assert_eq!(sidecar(bad, "a\na\nb\n").problems.len(), 1, "{bad}");
        }
    }
}
