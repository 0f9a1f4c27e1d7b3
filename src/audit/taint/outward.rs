//! Calls that start a process, send a request, or deploy something: tables of them.

/// Calls that start a process; what it is given as an environment or input is no argument of it.
const STARTS: &[(&[&str], &[&str])] = &[
    (
        &["subprocess"],
        &[
            "run",
            "call",
            "check_call",
            "check_output",
            "Popen",
            "getoutput",
        ],
    ),
    (&["os"], &["system", "popen"]),
    (
        &["", "child_process", "cp"],
        &[
            "exec",
            "execSync",
            "spawn",
            "spawnSync",
            "execFile",
            "execFileSync",
            "execa",
        ],
    ),
];

/// Calls that send a request to the URL that is their first argument.
const REQUESTS: &[(&[&str], &[&str])] = &[
    (&["", "window"], &["fetch", "got", "axios", "urlopen"]),
    (
        &[
            "requests",
            "httpx",
            "axios",
            "got",
            "session",
            "http",
            "https",
            "request",
            "superagent",
        ],
        &[
            "get", "post", "put", "patch", "delete", "head", "request", "urlopen",
        ],
    ),
];

fn among(callee: &str, rows: &[(&[&str], &[&str])]) -> bool {
    let (before, last) = callee.rsplit_once('.').unwrap_or(("", callee));
    let owner = before.rsplit('.').next().unwrap_or_default();
    rows.iter()
        .any(|(owners, methods)| owners.contains(&owner) && methods.contains(&last))
}

/// Calls that deploy a function or a container, in the SDKs of AWS.
const DEPLOYS: &[&str] = &[
    "create_function",
    "update_function_configuration",
    "register_task_definition",
    "createFunction",
    "updateFunctionConfiguration",
    "registerTaskDefinition",
    "CreateFunctionCommand",
    "UpdateFunctionConfigurationCommand",
    "RegisterTaskDefinitionCommand",
];

/// Whether a call deploys something that has an environment.
pub(super) fn deploys(callee: &str) -> bool {
    let last = callee.rsplit('.').next().unwrap_or_default();
    DEPLOYS.contains(&last)
}

/// Whether a name is that of an environment in what is deployed.
pub(super) fn of_environment(name: &str) -> bool {
    matches!(name, "Environment" | "environment")
}

/// Whether a call starts a process.
pub(super) fn starts_process(callee: &str) -> bool {
    among(callee, STARTS)
}

/// Whether a call sends a request.
pub(super) fn requests(callee: &str) -> bool {
    among(callee, REQUESTS)
}
