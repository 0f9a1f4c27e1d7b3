//! Credentials that are passed to a client by their position, where no name says what they are: a login, a connection, a key of
//! an account. The clients are data: a row each.

use crate::facts::code::{Call, Expression};

use super::program::Program;
use super::uses::{Use, taken};
use super::{Sighting, Subject};

/// Words at which a program may use one of the clients below; most files with one of these make use of it.
pub(crate) const CUES: &[&str] = &[
    "smtplib",
    "imaplib",
    "poplib",
    "ftplib",
    "paramiko.SSHClient(",
    "import SSHClient",
    "paramiko.Transport(",
    "pymysql.connect(",
    "MySQLdb.connect(",
    "pymssql.connect(",
    "cx_Oracle.connect(",
    "ldap3",
    "simple_bind_s",
    "HTTPBasicAuth",
    "HTTPDigestAuth",
    "auth=(",
    "BasicAuth(",
    "PlainCredentials",
    "PlainTextAuthProvider",
    "ClientSecretCredential",
    "UsernamePasswordCredential",
    "AzureKeyCredential",
    "SharedKeyCredential",
    "AWS.Credentials",
    "Aws::Credentials",
    "BasicAWSCredentials",
    "AwsBasicCredentials",
    "NewStaticCredentials",
    "new Sequelize",
    "ldapjs",
    "neo4j",
    "twilio",
    "telegraf",
    "PlainAuth(",
    "ssh.Password(",
    "SetBasicAuth(",
    "basic_auth(",
    "DriverManager.getConnection",
    "PasswordAuthentication(",
    "new mysqli(",
    "mysqli_connect(",
    "new PDO(",
    "ldap_bind",
    "ftp_login",
    "imap_open",
    "ssh2_auth_password",
    "redis.Redis(",
    "StrictRedis(",
    "import Redis",
    "redis.createClient",
    "Jedis(",
    "aio_pika",
    "amqplib",
    "amqp.Connection(",
    "stomp.Connection",
    "username_pw_set(",
    "OAuth2Client(",
    "auth.OAuth2(",
    "GoogleGenerativeAI(",
    "google.oauth2.credentials",
];

/// A call that takes a credential.
struct Client {
    /// What is called, with its module; `a().b` is a method of what `a` makes, and `.b` one of anything.
    callee: &'static str,
    /// The position of the credential.
    at: Option<usize>,
    /// The keyword or option of a pair of user and password.
    pair: &'static str,
    /// Whether a person may have chosen it.
    password: bool,
}

/// Takes a password at a position.
const fn password(callee: &'static str, at: usize) -> Client {
    Client {
        callee,
        at: Some(at),
        pair: "",
        password: true,
    }
}

/// Takes a key or token at a position.
const fn key(callee: &'static str, at: usize) -> Client {
    Client {
        password: false,
        ..password(callee, at)
    }
}

/// Takes a pair of user and password under a name.
const fn pair(callee: &'static str, name: &'static str) -> Client {
    Client {
        callee,
        at: None,
        pair: name,
        password: true,
    }
}

const CLIENTS: &[Client] = &[
    // Mail.
    password("smtplib.SMTP().login", 1),
    password("smtplib.SMTP_SSL().login", 1),
    password("imaplib.IMAP4().login", 1),
    password("imaplib.IMAP4_SSL().login", 1),
    password("poplib.POP3().pass_", 0),
    password("poplib.POP3_SSL().pass_", 0),
    password("smtp.PlainAuth", 2),
    password("imap_open", 2),
    // Files and shells.
    password("ftplib.FTP", 2),
    password("ftplib.FTP_TLS", 2),
    password("ftplib.FTP().login", 1),
    password("ftplib.FTP_TLS().login", 1),
    password("ftp_login", 2),
    password("paramiko.SSHClient().connect", 3),
    password("paramiko.Transport().auth_password", 1),
    password("ssh.Password", 0),
    password("ssh2_auth_password", 2),
    // Databases and brokers.
    password("pymysql.connect", 2),
    password("MySQLdb.connect", 2),
    password("pymssql.connect", 2),
    password("cx_Oracle.connect", 1),
    password("cassandra.auth.PlainTextAuthProvider", 1),
    password("pika.PlainCredentials", 1),
    password("redis.Redis", 3),
    password("redis.StrictRedis", 3),
    password("redis.createClient().auth", 0),
    password("Jedis().auth", 0),
    password("aio_pika.connect", 3),
    password("aio_pika.connect_robust", 3),
    password("amqplib.credentials.plain", 1),
    password("amqp.Connection", 2),
    password("stomp.Connection().connect", 1),
    password(".username_pw_set", 1),
    pair("neo4j.GraphDatabase.driver", "auth"),
    password("neo4j-driver.auth.basic", 1),
    password("sequelize", 2),
    password("sequelize.Sequelize", 2),
    password("DriverManager.getConnection", 2),
    password("mysqli", 2),
    password("mysqli_connect", 2),
    password("PDO", 2),
    // Directories.
    password("ldap.initialize().simple_bind_s", 1),
    password("ldap3.Connection", 2),
    password("ldapjs.createClient().bind", 1),
    password("ldap_bind", 2),
    // Requests.
    password("requests.auth.HTTPBasicAuth", 1),
    password("requests.auth.HTTPDigestAuth", 1),
    password("aiohttp.BasicAuth", 1),
    pair("requests.get", "auth"),
    pair("requests.post", "auth"),
    pair("requests.put", "auth"),
    pair("requests.patch", "auth"),
    pair("requests.delete", "auth"),
    pair("requests.request", "auth"),
    pair("httpx.get", "auth"),
    pair("httpx.post", "auth"),
    pair("httpx.Client", "auth"),
    pair("httpx.AsyncClient", "auth"),
    pair("jira.JIRA", "basic_auth"),
    pair("elasticsearch.Elasticsearch", "basic_auth"),
    pair("elasticsearch.Elasticsearch", "http_auth"),
    password(".SetBasicAuth", 1),
    password(".basic_auth", 1),
    password("UsernamePasswordCredentials", 1),
    password("PasswordAuthentication", 1),
    // Platforms.
    key("aws-sdk.Credentials", 1),
    key("Aws.Credentials.new", 1),
    key("BasicAWSCredentials", 1),
    key("AwsBasicCredentials.create", 1),
    key("credentials.NewStaticCredentials", 1),
    key("credentials.NewStaticCredentialsProvider", 1),
    key("azure.identity.ClientSecretCredential", 2),
    key("@azure/identity.ClientSecretCredential", 2),
    key("azidentity.NewClientSecretCredential", 2),
    password("azure.identity.UsernamePasswordCredential", 2),
    password("@azure/identity.UsernamePasswordCredential", 3),
    key("azure.core.credentials.AzureKeyCredential", 0),
    key("@azure/core-auth.AzureKeyCredential", 0),
    key("@azure/storage-blob.StorageSharedKeyCredential", 1),
    key("azblob.NewSharedKeyCredential", 1),
    key("StorageSharedKeyCredential", 1),
    key("google-auth-library.OAuth2Client", 1),
    key("googleapis.google.auth.OAuth2", 1),
    key("google.oauth2.credentials.Credentials", 0),
    key("@google/generative-ai.GoogleGenerativeAI", 0),
    // Services.
    key("twilio.rest.Client", 1),
    key("twilio", 1),
    key("telegraf.Telegraf", 0),
];

/// Every call of a client that is given a constant.
pub(super) fn run<'t>(subject: &Subject<'t>, out: &mut Vec<Sighting<'t>>) {
    let Subject {
        facts, text, kind, ..
    } = *subject;
    let program = Program { facts, text };
    taken(&program, uses(&program), kind, out);
}

/// The credentials that clients are given.
pub(super) fn uses<'t>(program: &Program<'t>) -> Vec<Use<'t>> {
    let mut uses = Vec::new();
    for call in &program.facts.calls {
        let callee = called(program, call);
        for client in CLIENTS.iter().filter(|client| is(client.callee, &callee)) {
            let Some(value) = credential(client, call, program.text) else {
                continue;
            };
            let end = format!("passed to {}", call.callee.dotted(program.text));
            uses.push(Use {
                rule: &super::hardcoded::RULE,
                call,
                value,
                detail: end.clone(),
                end,
                password: client.password,
            });
        }
    }
    uses
}

fn is(row: &str, callee: &str) -> bool {
    match row.strip_prefix('.') {
        Some(method) => callee.rsplit('.').next() == Some(method) && callee.len() > method.len(),
        None => row == callee,
    }
}

/// What is called; a method of an object that this file makes with what makes it: `smtplib.SMTP().login`.
pub(super) fn called(program: &Program<'_>, call: &Call) -> String {
    let callee = program.callee(call);
    let made = match &call.receiver {
        Some(Expression::Call(number)) => program.facts.calls.get(*number as usize),
        Some(_) => None,
        None => program.maker(call),
    };
    match (made, callee.rsplit('.').next()) {
        (Some(made), Some(method)) => format!("{}().{method}", program.callee(made)),
        _ => callee,
    }
}

fn credential<'t>(client: &Client, call: &'t Call, text: &str) -> Option<&'t Expression> {
    if let Some(at) = client.at {
        return call.at(at);
    }
    match call.named(client.pair, text)? {
        Expression::List(values) if values.len() == 2 => values.last(),
        _ => None,
    }
}
