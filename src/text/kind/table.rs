//! What file names say. All names are lower case here.

use crate::facts::Format;

/// The format that a name stands for, if it is known.
pub(super) fn format_of(path: &str, name: &str) -> Option<Format> {
    by_place(path, name)
        .or_else(|| by_name(name))
        .or_else(|| by_extension(name.rsplit_once('.')?.1))
}

/// Names that mean something in a certain directory.
fn by_place(path: &str, name: &str) -> Option<Format> {
    let parent = || path.rsplit('/').nth(1);
    let within = |dir: &str| parent() == Some(dir);
    match name {
        "config" if within(".kube") => Some(Format::Yaml),
        "config" if within(".aws") || within(".git") || within(".ssh") => Some(Format::Config),
        "hosts" if within("ansible") || within("inventory") || within("inventories") => {
            Some(Format::Config)
        }
        // A readme behind headers (PyPA, core metadata).
        "metadata" if parent().is_some_and(|dir| dir.ends_with(".dist-info")) => {
            Some(Format::Prose)
        }
        _ => None,
    }
}

/// Names without a telling extension.
fn by_name(name: &str) -> Option<Format> {
    let starts = |starts: &[&str]| starts.iter().any(|start| name.starts_with(start));
    Some(match name {
        "makefile" | "gnumakefile" | "bsdmakefile" | "justfile" | ".justfile" | "earthfile"
        | "pkgbuild" | "apkbuild" | "crontab" | ".bashrc" | ".bash_profile" | ".bash_login"
        | ".bash_logout" | ".bash_aliases" | ".bash_history" | ".profile" | ".zshrc"
        | ".zshenv" | ".zprofile" | ".zlogin" | ".zsh_history" | ".history" | ".kshrc"
        | ".cshrc" | ".tcshrc" | ".envrc" | ".xinitrc" | ".tmux.conf" | "gradlew" | "mvnw"
        | "configure" | "caddyfile" => Format::Shell,
        "jenkinsfile" | "gruntfile" | "gulpfile" | "go.mod" | "go.sum" | "go.work" => Format::CLike,
        "sconstruct" | "sconscript" | "build" | "workspace" | "wscript" | "tiltfile"
        | "snakefile" | "buck" => Format::Python,
        "gemfile" | "rakefile" | "vagrantfile" | "guardfile" | "fastfile" | "appfile"
        | "matchfile" | "podfile" | "capfile" | "brewfile" | "dangerfile" | "berksfile"
        | "thorfile" | "puppetfile" | "cheffile" | "appraisals" | "cmakelists.txt"
        | "meson.build" | "meson_options.txt" | ".irbrc" | ".pryrc" | "cpanfile" => Format::Hash,
        ".psql_history" | ".mysql_history" | ".sqlite_history" => Format::Dash,
        ".npmrc" | ".yarnrc" | ".netrc" | "_netrc" | ".pgpass" | "pgpass.conf" | ".htpasswd"
        | "htpasswd" | ".htaccess" | ".pypirc" | ".git-credentials" | "credentials"
        | "pip.conf" | ".my.cnf" | ".s3cfg" | ".boto" | ".passwd" | "passwd" | "shadow"
        | ".gitconfig" | ".gitmodules" | ".gitattributes" | ".editorconfig" | ".hgrc"
        | ".flaskenv" | ".curlrc" | ".wgetrc" | ".dockerenv" | "pipfile" | "cargo.lock"
        | "poetry.lock" | "uv.lock" | "pdm.lock" | "gemfile.lock" | "podfile.lock"
        | "requirements.txt" | "constraints.txt" | ".muttrc" | ".fetchmailrc" | ".msmtprc"
        | ".pg_service.conf" | "ssh_config" | "sshd_config" | ".rhosts" | ".smbcredentials"
        | "fstab" | "environment" => Format::Config,
        "procfile" | "kustomization" | "kubeconfig" | ".kubeconfig" | ".gemrc"
        | ".clang-format" | ".clang-tidy" | ".rubocop" | "yarn.lock" | "pubspec.lock"
        | "mix.lock" | "chart.lock" => Format::Yaml,
        ".dockercfg" | ".dockerconfigjson" | ".bowerrc" | ".firebaserc" | ".swcrc"
        | ".jshintrc" | ".arcconfig" | ".watchmanconfig" | "composer.lock" | "pipfile.lock"
        | "flake.lock" | "deno.lock" | "bun.lock" | "package.resolved" => Format::Json,
        ".terraformrc" | "terraform.rc" => Format::Hcl,
        "nuget.config" | "web.config" | "app.config" | "machine.config" | "packages.config" => {
            Format::Markup
        }
        "license" | "licence" | "copying" | "readme" | "changelog" | "changes" | "authors"
        | "notice" | "todo" | "pkg-info" | "codeowners" | "commit_editmsg" => Format::Prose,
        _ if starts(&["dockerfile", "containerfile"]) => Format::Shell,
        _ if starts(&["makefile.", "gnumakefile."]) => Format::Shell,
        _ if starts(&["jenkinsfile."]) => Format::CLike,
        _ if name == ".env" || starts(&[".env.", ".env-", ".env_"]) => Format::Config,
        _ if is_private_key(name) => Format::Prose,
        _ => return None,
    })
}

/// Extensions, without the dot.
fn by_extension(extension: &str) -> Option<Format> {
    Some(match extension {
        "c" | "h" | "cc" | "cpp" | "cxx" | "c++" | "hh" | "hpp" | "hxx" | "h++" | "inl" | "ipp"
        | "tpp" | "ixx" | "m" | "mm" | "cs" | "csx" | "cake" | "java" | "jav" | "kt" | "kts"
        | "ktm" | "scala" | "sc" | "sbt" | "groovy" | "gvy" | "gy" | "gradle" | "js" | "mjs"
        | "cjs" | "jsx" | "ts" | "mts" | "cts" | "tsx" | "es" | "es6" | "jsm" | "go" | "rs"
        | "swift" | "php" | "php3" | "php4" | "php5" | "php7" | "phps" | "inc" | "dart" | "d"
        | "zig" | "v" | "sv" | "svh" | "sol" | "proto" | "thrift" | "fbs" | "capnp" | "avdl"
        | "glsl" | "vert" | "frag" | "geom" | "comp" | "hlsl" | "metal" | "wgsl" | "cu" | "cuh"
        | "cl" | "ino" | "pde" | "as" | "hx" | "vala" | "vapi" | "odin" | "jai" | "ceylon"
        | "fs" | "fsx" | "fsi" | "fsscript" | "ml" | "mli" | "mll" | "mly" | "re" | "rei"
        | "res" | "resi" | "pas" | "pp2" | "dpr" | "dfm" | "bicep" | "bicepparam" | "cue"
        | "jsonnet" | "libsonnet" | "css" | "scss" | "sass" | "less" | "styl" | "pcss" | "cls"
        | "trigger" | "apex" | "gleam" | "prisma" | "move" | "cairo" | "qml" | "qbs" | "vb"
        | "vbs" | "bas" | "frm" | "vba" | "erl" | "hrl" | "f" | "f90" | "f95" | "for" | "cob"
        | "cbl" | "cpy" | "abap" | "al" | "x10" | "stan" | "p4" | "map" | "ets" | "hack"
        | "hhi" | "cfc" | "cfm" | "nut" | "gs" | "bal" | "smithy" | "asmx" | "mo" | "carbon"
        | "mojom" | "idl" | "kdl" | "rules" | "jsfl" | "jscad" | "wren" | "chpl" | "g4" | "jj"
        | "y" | "l" | "lex" | "yy" | "dts" | "dtsi" | "ligo" => Format::CLike,
        "py" | "pyw" | "pyi" | "pyx" | "pxd" | "pxi" | "py3" | "bzl" | "bazel" | "star" | "sky"
        | "gyp" | "gypi" | "sage" | "mojo" | "gd" | "smk" | "rpy" | "xsh" | "tac" | "wsgi"
        | "vy" => Format::Python,
        "rb" | "rbw" | "rake" | "gemspec" | "ru" | "podspec" | "jbuilder" | "rabl" | "pl"
        | "pm" | "pod" | "psgi" | "t" | "cgi" | "raku" | "rakumod" | "p6" | "r" | "ex" | "exs"
        | "tcl" | "tk" | "exp" | "jl" | "nim" | "nims" | "nimble" | "cr" | "coffee"
        | "litcoffee" | "cson" | "awk" | "cmake" | "graphql" | "gql" | "graphqls" | "pp"
        | "rego" | "nix" | "feature" | "ls" | "iced" | "ecr" | "rbi" | "rbs" | "arc" | "sed"
        | "gnuplot" | "gp" | "hoon" | "octave" | "toit" | "koka" => Format::Hash,
        "sql" | "psql" | "pgsql" | "mysql" | "plsql" | "tsql" | "pls" | "pks" | "pkb" | "ddl"
        | "dml" | "cql" | "hql" | "prc" | "tab" | "lua" | "luau" | "moon" | "rockspec" | "hs"
        | "lhs" | "hsc" | "purs" | "elm" | "dhall" | "adb" | "ads" | "ada" | "vhd" | "vhdl"
        | "applescript" | "scpt" | "agda" | "idr" | "lean" | "cabal" | "e" | "eiffel" | "nse" => {
            Format::Dash
        }
        "clj" | "cljs" | "cljc" | "cljx" | "edn" | "bb" | "el" | "lisp" | "lsp" | "scm" | "ss"
        | "sld" | "rkt" | "rktl" | "hy" | "fnl" | "janet" | "asm" | "s" | "nasm" | "ahk"
        | "au3" | "ll" | "wat" | "wast" | "jess" | "clp" | "lfe" | "emacs" | "asd" => Format::Lisp,
        "sh" | "bash" | "zsh" | "fish" | "ksh" | "csh" | "tcsh" | "dash" | "ash" | "bats"
        | "command" | "ebuild" | "eclass" | "ps1" | "psm1" | "psd1" | "bat" | "cmd" | "btm"
        | "nu" | "elv" | "dockerfile" | "containerfile" | "mk" | "mak" | "make" | "just"
        | "earth" | "cron" | "crontab" | "expect" | "envrc" | "install" | "zsh-theme" | "spec"
        | "kickstart" | "ks" | "vim" | "vimrc" | "tmux" | "history" => Format::Shell,
        "yml" | "yaml" | "eyaml" | "sls" | "raml" | "cff" | "ldif" | "kubeconfig" | "syntax"
        | "workflow" | "mir" | "sops" | "oas" | "unity" | "prefab" | "asset" | "meta" => {
            Format::Yaml
        }
        "json"
        | "json5"
        | "jsonc"
        | "geojson"
        | "topojson"
        | "ndjson"
        | "jsonl"
        | "jsonld"
        | "webmanifest"
        | "avsc"
        | "har"
        | "ipynb"
        | "code-workspace"
        | "code-snippets"
        | "tfstate"
        | "arb"
        | "sublime-project"
        | "sublime-settings"
        | "gltf"
        | "mcmeta"
        | "postman_collection"
        | "postman_environment"
        | "hjson"
        | "sarif"
        | "babelrc"
        | "dockerconfigjson" => Format::Json,
        "ini" | "cfg" | "conf" | "config" | "cnf" | "properties" | "prop" | "toml" | "env"
        | "editorconfig" | "gitconfig" | "service" | "socket" | "timer" | "mount" | "desktop"
        | "network" | "netdev" | "inf" | "reg" | "npmrc" | "netrc" | "pgpass" | "htpasswd"
        | "pypirc" | "boto" | "s3cfg" | "cf" | "ovpn" | "wg" | "rdp" | "url" | "strings"
        | "ora" | "dsn" | "lock" | "hocon" | "htaccess" | "pro" | "hosts" | "inventory"
        | "repo" | "sources" | "list" | "vars" | "secret" | "secrets" | "credentials" | "creds"
        | "passwd" | "password" | "token" | "my" | "nmconnection" | "udl" | "nginx" | "vhost"
        | "jaas" | "settings" | "flaskenv" | "dotenv" | "tfrc" => Format::Config,
        "tf" | "tfvars" | "hcl" | "nomad" | "tofu" | "tfbackend" | "terraformrc" | "sentinel"
        | "tftest" | "tfquery" => Format::Hcl,
        "xml" | "html" | "htm" | "xhtml" | "shtml" | "dhtml" | "svg" | "xsl" | "xslt" | "xsd"
        | "wsdl" | "wadl" | "dtd" | "plist" | "vue" | "svelte" | "astro" | "marko" | "riot"
        | "hbs" | "handlebars" | "mustache" | "ejs" | "jsp" | "jspx" | "jspf" | "tag" | "asp"
        | "aspx" | "ascx" | "ashx" | "master" | "cshtml" | "vbhtml" | "razor" | "twig"
        | "liquid" | "njk" | "haml" | "slim" | "eex" | "heex" | "leex" | "phtml" | "tmx"
        | "pom" | "csproj" | "vbproj" | "fsproj" | "vcxproj" | "sqlproj" | "proj" | "props"
        | "targets" | "nuspec" | "resx" | "xaml" | "axml" | "storyboard" | "xib" | "rss"
        | "atom" | "kml" | "gpx" | "dita" | "docbook" | "ftl" | "vm" | "jelly" | "tld" | "xul"
        | "jnlp" | "launch" | "iml" | "wxs" | "wxi" | "sitemap" | "opml" | "xlf" | "xliff"
        | "rdf" | "owl" | "jmx" | "rdl" | "rdlc" | "dtsx" | "dtsconfig" | "publishsettings"
        | "pubxml" | "mobileconfig" | "cscfg" | "csdef" | "ccproj" | "entitlements"
        | "stringsdict" | "xcscheme" | "mtaext" | "bpmn" | "dmn" | "zul" | "gsp" | "mjml"
        | "wxl" | "ps1xml" | "testsettings" | "runsettings" => Format::Markup,
        "md" | "markdown" | "mdown" | "mkd" | "mdx" | "rmd" | "qmd" | "rst" | "rest" | "adoc"
        | "asciidoc" | "asc" | "txt" | "text" | "log" | "out" | "err" | "org" | "textile"
        | "wiki" | "mediawiki" | "creole" | "tex" | "ltx" | "sty" | "bib" | "csv" | "tsv"
        | "psv" | "diff" | "patch" | "eml" | "mbox" | "vtt" | "srt" | "po" | "pot" | "pem"
        | "key" | "crt" | "cer" | "csr" | "pub" | "ppk" | "gpg" | "pgp" | "http" | "rtf"
        | "ics" | "vcf" | "man" | "1" | "pug" | "jade" | "puml" | "plantuml" | "mmd" | "dot"
        | "gv" | "trace" | "dump" | "stderr" | "stdout" | "snap" | "nfo" => Format::Prose,
        _ => return None,
    })
}

/// Whether credentials live in a file by design. `name` is without the endings of copies.
pub(super) fn is_credential_file(path: &str, name: &str) -> bool {
    let within = |dir: &str| path.rsplit('/').nth(1) == Some(dir);
    let template = super::TEMPLATES.iter().any(|ending| name.ends_with(ending));
    let by_name = match name {
        ".env"
        | ".npmrc"
        | ".yarnrc"
        | ".yarnrc.yml"
        | ".netrc"
        | "_netrc"
        | ".pgpass"
        | "pgpass.conf"
        | ".htpasswd"
        | "htpasswd"
        | ".pypirc"
        | ".git-credentials"
        | "credentials"
        | "credentials.json"
        | "pip.conf"
        | "pip.ini"
        | ".my.cnf"
        | ".s3cfg"
        | ".boto"
        | ".dockercfg"
        | ".dockerconfigjson"
        | "wp-config.php"
        | "nuget.config"
        | "kubeconfig"
        | ".kubeconfig"
        | ".terraformrc"
        | "terraform.rc"
        | "credentials.tfrc.json"
        | ".envrc"
        | ".flaskenv"
        | ".smbcredentials"
        | ".fetchmailrc"
        | ".msmtprc"
        | ".pg_service.conf"
        | "shadow"
        | ".passwd"
        | "secrets.yml"
        | "secrets.yaml"
        | "secrets.json"
        | "secrets.toml"
        | "auth.json"
        | "master.key"
        | "local.settings.json"
        | ".vault-token"
        | ".gem_credentials"
        | "sftp-config.json"
        | "filezilla.xml"
        | "recentservers.xml"
        | "settings-security.xml"
        | "sitemanager.xml"
        | ".bash_history"
        | ".zsh_history"
        | ".psql_history"
        | ".mysql_history"
        | ".dbshell" => true,
        "config.json" => within(".docker"),
        "config" => within(".kube") || within(".aws"),
        "settings.xml" => within(".m2") || within("maven"),
        "gradle.properties" => within(".gradle"),
        _ => false,
    };
    let starts = [".env.", ".env-", ".env_"]
        .iter()
        .any(|start| name.starts_with(start));
    let ends = [
        ".env",
        ".pem",
        ".key",
        ".ppk",
        ".tfvars",
        ".tfstate",
        ".jks",
        ".ovpn",
        ".publishsettings",
        ".kdb",
        ".htpasswd",
        ".kubeconfig",
    ]
    .iter()
    .any(|ending| name.ends_with(ending));
    !template
        && (by_name
            || starts
            || ends
            || name.ends_with(".auto.tfvars.json")
            || is_private_key(name))
}

/// Whether a name is one that `ssh-keygen` gives.
fn is_private_key(name: &str) -> bool {
    let kinds = [
        "id_rsa",
        "id_dsa",
        "id_ecdsa",
        "id_ed25519",
        "id_ecdsa_sk",
        "id_ed25519_sk",
        "ssh_host_",
    ];
    !name.ends_with(".pub") && kinds.iter().any(|kind| name.starts_with(kind))
}

/// Whether a package manager wrote the file.
pub(super) fn is_lock_file(name: &str) -> bool {
    let known = matches!(
        name,
        "package-lock.json"
            | "npm-shrinkwrap.json"
            | "yarn.lock"
            | "pnpm-lock.yaml"
            | "pnpm-lock.yml"
            | "bun.lock"
            | "deno.lock"
            | "poetry.lock"
            | "pipfile.lock"
            | "pdm.lock"
            | "uv.lock"
            | "conda-lock.yml"
            | "pixi.lock"
            | "cargo.lock"
            | "go.sum"
            | "go.work.sum"
            | "composer.lock"
            | "gemfile.lock"
            | "podfile.lock"
            | "cartfile.resolved"
            | "package.resolved"
            | "mix.lock"
            | "rebar.lock"
            | "pubspec.lock"
            | "chart.lock"
            | "flake.lock"
            | "packages.lock.json"
            | "paket.lock"
            | "project.assets.json"
            | "gradle.lockfile"
            | "buildscript-gradle.lockfile"
            | "verification-metadata.xml"
            | "module.bazel.lock"
            | "cabal.project.freeze"
            | "stack.yaml.lock"
            | "shard.lock"
            | "berksfile.lock"
            | "conan.lock"
            | "symfony.lock"
    );
    known || name.ends_with(".lock.hcl") || name.ends_with("-lock.json")
}
