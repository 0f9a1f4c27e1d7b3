//! Where values are put out: a table of calls, and of names that are given what is answered.

mod rows;

use rows::ROWS;

/// A place where others can read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::audit) enum Sink {
    /// The output of the program.
    Output,
    /// The console, which is the log of a function.
    Console,
    /// A log.
    Log,
    /// A service that gathers traces and errors.
    Trace,
    /// What is answered to a caller.
    Response,
    /// The text of an error.
    Error,
    /// A file.
    File,
    /// The arguments of a process.
    Process,
    /// The query of a URL.
    Query,
    /// The environment of a function or container that is deployed.
    Environment,
}

impl Sink {
    /// As a finding calls it.
    pub(in crate::audit) fn says(self) -> &'static str {
        match self {
            Self::Output => "the output of the program",
            Self::Console => "the console",
            Self::Log => "the log",
            Self::Trace => "a service that gathers traces and errors",
            Self::Response => "the response",
            Self::Error => "the text of an error",
            Self::File => "a file",
            Self::Process => "the arguments of a process",
            Self::Query => "the query of a URL",
            Self::Environment => "the environment of what is deployed",
        }
    }

    /// How sure it is that this was not meant: a file may be made to hold a secret, and is gone with its container.
    pub(in crate::audit) fn belief(self) -> f32 {
        match self {
            Self::File => 0.55,
            Self::Query => 0.6,
            Self::Response | Self::Error => 0.7,
            _ => 0.8,
        }
    }
}

/// Methods that write to whatever they are called on.
const WRITES: &[&str] = &["write_text", "write_bytes"];

/// Methods that write where they are called on a file that is open.
const WRITES_OPEN: &[&str] = &["write", "writelines", "end"];

/// Calls that open a file.
const OPENS: &[&str] = &["open", "createWriteStream", "NamedTemporaryFile", "fdopen"];

/// Methods that are called on a response in the making: `res.status(200).json(x)`.
const CHAINED: &[&str] = &["status", "code", "type", "header", "set"];

/// What a call puts out, and from which of its arguments on.
pub(super) fn of_call(callee: &str) -> Option<(Sink, usize)> {
    let (before, last) = callee.rsplit_once('.').unwrap_or(("", callee));
    let owner = before.rsplit('.').next().unwrap_or_default();
    let owner = owner.to_ascii_lowercase();
    if !before.is_empty() && WRITES.contains(&last) {
        return Some((Sink::File, 0));
    }
    let row = ROWS.iter().find(|row| {
        row.methods.contains(&last)
            && match row.owners {
                [] => before.is_empty(),
                owners => owners.iter().any(|o| is(&owner, o, row.sink)),
            }
    });
    row.map(|row| (row.sink, row.from))
}

/// Loggers have names of their own before the word: `auditLogger`, `_log`.
fn is(owner: &str, wanted: &str, sink: Sink) -> bool {
    match sink {
        Sink::Log if wanted.len() > 2 && wanted != "context" => owner.ends_with(wanted),
        _ => owner == wanted,
    }
}

/// Whether a call makes a logger.
pub(super) fn makes_logger(callee: &str) -> bool {
    matches!(
        callee.rsplit('.').next().unwrap_or_default(),
        "getLogger" | "get_logger" | "createLogger" | "pino" | "Logger" | "LoggerAdapter"
    )
}

/// The same of a method that is called on the result of another: `res.status(200).json(x)`.
pub(super) fn of_chained(method: &str, before: &str) -> Option<(Sink, usize)> {
    let answers = matches!(method, "send" | "json" | "jsonp" | "end");
    let last = before.rsplit('.').next().unwrap_or_default();
    (answers && CHAINED.contains(&last)).then_some((Sink::Response, 0))
}

/// Whether a method writes to an open file that it is called on.
pub(super) fn writes(method: &str) -> bool {
    WRITES_OPEN.contains(&method)
}

/// Whether a call opens a file.
pub(super) fn opens(callee: &str) -> bool {
    callee
        .rsplit('.')
        .next()
        .is_some_and(|last| OPENS.contains(&last))
}

/// Whether a name is that of what is answered: `context.res`, `ctx.body`.
pub(super) fn of_name(name: &str) -> Option<Sink> {
    matches!(
        name,
        "context.res" | "context.res.body" | "ctx.body" | "ctx.response.body"
    )
    .then_some(Sink::Response)
}

/// Whether a function under this decorator answers with what it gives back: `@app.route("/")`, `@router.get("/")`.
pub(super) fn answers(decorator: &str) -> bool {
    const ROUTERS: &[&str] = &["app", "router", "api", "bp", "blueprint", "application"];
    const METHODS: &[&str] = &[
        "route",
        "get",
        "post",
        "put",
        "patch",
        "delete",
        "api_route",
        "head",
        "options",
    ];
    let Some((owner, method)) = decorator.rsplit_once('.') else {
        return decorator == "api_view";
    };
    let owner = owner.rsplit('.').next().unwrap_or_default();
    if owner == "functions_framework" {
        return method == "http";
    }
    METHODS.contains(&method) && ROUTERS.iter().any(|router| owner.ends_with(router))
}

/// Words of which one stands in every program that puts something out.
pub(super) const WORDS: &[&str] = &[
    "console.", "print", "log", "stdout", "stderr", "raise ", "throw ", "res.", "esponse", "echo",
    "write", "dump", "jsonify", "body", "route(", "@app", "@router", "reject(",
];
