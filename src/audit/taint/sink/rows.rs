//! The calls that put out what they are given.

use super::Sink;

/// A call that puts out what it is given.
pub(super) struct Row {
    /// Endings of what the method belongs to, in small letters; empty for functions.
    pub(super) owners: &'static [&'static str],
    /// What is called.
    pub(super) methods: &'static [&'static str],
    pub(super) sink: Sink,
    /// The first argument that is put out.
    pub(super) from: usize,
}

const fn row(
    owners: &'static [&'static str],
    methods: &'static [&'static str],
    sink: Sink,
    from: usize,
) -> Row {
    Row {
        owners,
        methods,
        sink,
        from,
    }
}

const LEVELS: &[&str] = &[
    "debug",
    "info",
    "warn",
    "warning",
    "error",
    "critical",
    "exception",
    "fatal",
    "log",
    "trace",
    "verbose",
    "silly",
    "notice",
];

/// Every such call.
pub(super) const ROWS: &[Row] = &[
    row(&[], &["print", "pprint"], Sink::Output, 0),
    row(
        &["pprint", "rich"],
        &["print", "pprint", "pp"],
        Sink::Output,
        0,
    ),
    row(
        &["stdout", "stderr"],
        &["write", "writelines"],
        Sink::Output,
        0,
    ),
    row(&["click", "typer"], &["echo", "secho"], Sink::Output, 0),
    row(&["console"], &["print"], Sink::Output, 0),
    row(&["sys"], &["exit"], Sink::Output, 0),
    row(&["warnings"], &["warn"], Sink::Output, 0),
    row(&["tqdm"], &["write"], Sink::Output, 0),
    row(&["syslog"], &["syslog"], Sink::Log, 0),
    row(&["logging"], &["LoggerAdapter"], Sink::Log, 1),
    row(&["contextvars"], &["bind_contextvars"], Sink::Log, 0),
    row(
        &["log", "logger"],
        &["bind", "child", "append_keys", "appendKeys", "http"],
        Sink::Log,
        0,
    ),
    row(
        &["core"],
        &["info", "debug", "notice", "warning", "error", "setFailed"],
        Sink::Log,
        0,
    ),
    row(&["core"], &["setOutput"], Sink::Log, 1),
    row(&["", "console"], &["assert"], Sink::Error, 1),
    row(
        &["console"],
        &[
            "log", "info", "warn", "error", "debug", "trace", "dir", "table",
        ],
        Sink::Console,
        0,
    ),
    row(
        &["log", "logger", "logging", "winston", "loguru", "pino"],
        LEVELS,
        Sink::Log,
        0,
    ),
    row(&["context", "ctx"], &["log"], Sink::Log, 0),
    row(&["util"], &["log", "debuglog"], Sink::Log, 0),
    row(&[], &["log", "logger", "debug"], Sink::Log, 0),
    row(
        &["sentry", "sentry_sdk"],
        &[
            "captureMessage",
            "capture_message",
            "setContext",
            "set_context",
            "setExtra",
            "set_extra",
            "setTag",
            "set_tag",
            "captureException",
        ],
        Sink::Trace,
        0,
    ),
    row(
        &["tracer", "segment", "subsegment", "span"],
        &[
            "putAnnotation",
            "putMetadata",
            "put_annotation",
            "put_metadata",
            "addAnnotation",
            "addMetadata",
            "setAttribute",
            "set_attribute",
        ],
        Sink::Trace,
        1,
    ),
    row(
        &["res", "response", "reply", "send", "status"],
        &["send", "json", "jsonp", "end", "write"],
        Sink::Response,
        0,
    ),
    row(&["nextresponse", "response"], &["json"], Sink::Response, 0),
    row(&["h"], &["response"], Sink::Response, 0),
    row(
        &[],
        &[
            "jsonify",
            "JsonResponse",
            "HttpResponse",
            "JSONResponse",
            "PlainTextResponse",
            "HTMLResponse",
            "Response",
            "NextResponse",
            "make_response",
        ],
        Sink::Response,
        0,
    ),
    row(
        &["func", "flask", "web"],
        &[
            "HttpResponse",
            "jsonify",
            "make_response",
            "json_response",
            "Response",
        ],
        Sink::Response,
        0,
    ),
    row(&["", "flask"], &["render_template"], Sink::Response, 1),
    row(&["", "shortcuts"], &["render"], Sink::Response, 2),
    row(
        &["", "fs", "promises", "fsp"],
        &[
            "writeFile",
            "writeFileSync",
            "appendFile",
            "appendFileSync",
            "outputFile",
            "outputFileSync",
        ],
        Sink::File,
        1,
    ),
    row(
        &["json", "yaml", "pickle", "toml"],
        &["dump", "safe_dump"],
        Sink::File,
        0,
    ),
];
