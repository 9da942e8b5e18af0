//! What can be set.

/// One setting: its name (`listen` is the flag `--listen` and the variable `SURETY_LISTEN`), default and meaning.
pub struct Setting {
    /// The name in `surety.toml`.
    pub name: &'static str,
    /// What holds when nobody says otherwise, as it would be written.
    pub default: &'static str,
    /// What it does and which values are allowed.
    pub help: &'static str,
}

/// Every setting.
pub const SETTINGS: &[Setting] = &[
    Setting { name: "listen", default: "127.0.0.1:3000", help: "address and port to listen on" },
    Setting {
        name: "database_url",
        default: "sqlite://data/surety.db",
        help: "sqlite://PATH or postgres://USER:PASSWORD@HOST/DATABASE; to another machine over TLS with a certificate that \
               is checked (sslmode=verify-full), unless the URL ends with another ?sslmode=: verify-ca, require, prefer or \
               disable; sslrootcert=PATH adds an authority",
    },
    Setting {
        name: "database_connections",
        default: "8",
        help: "connections to the database, 1 to 200 (SQLite: for reading)",
    },
    Setting {
        name: "public_url",
        default: "",
        help: "where others reach the instance, such as https://trust.example.com (default: from listen)",
    },
    Setting {
        name: "default_plan",
        default: "free",
        help: "plan of every workspace but the first: free, basic or professional",
    },
    Setting {
        name: "registration",
        default: "open",
        help: "who may make an account: open (everybody), invite (whoever has an invitation) or closed (nobody); the first \
               person always may",
    },
    Setting {
        name: "second_factor",
        default: "optional",
        help: "who must have a second factor besides the password: optional (nobody), operators or everyone; whoever has \
               none yet sets one up after signing in",
    },
    Setting {
        name: "smtp_url",
        default: "",
        help: "the server that takes mail: smtps://USER:PASSWORD@HOST:PORT, or smtp:// with STARTTLS, which another machine \
               must offer unless the URL ends with ?tls=opportunistic or ?tls=none (neither with a password); user and \
               password percent-encoded, or neither (default: no mail is sent)",
    },
    Setting {
        name: "mail_from",
        default: "",
        help: "from whom mail comes, such as Surety <surety@example.com>; required with smtp_url",
    },
    Setting {
        name: "master_key",
        default: "",
        help: "64 hex digits that encrypt stored secrets (default: data/master.key, made at the first start; \
               required with Postgres)",
    },
    Setting {
        name: "ingest_queue",
        default: "16384",
        help: "payments that may wait to be written, 1 to 1000000; more are answered 503",
    },
    Setting {
        name: "rate_limits",
        default: "auth=5/15m,public=100/m,default=100/m",
        help: "requests and their time (s, m or h) for each of auth, public and default, \
               such as auth=5/15m,public=100/m,default=100/m; or off",
    },
    Setting {
        name: "trusted_proxies",
        default: "",
        help: "networks of the proxies in front, separated by commas, such as 10.0.0.0/8,2001:db8::/32: only their \
               X-Forwarded-For is believed",
    },
    Setting {
        name: "webhooks_allow_loopback",
        default: "false",
        help: "true or false: whether webhooks may go to this machine, and without TLS (for development)",
    },
    Setting {
        name: "webhook_hosts",
        default: "",
        help: "hosts that webhooks may go to, separated by commas, such as *.example.com,hooks.example.org:8443: names, all \
               names below one, or addresses, each with or without a port (default: every public host)",
    },
    Setting {
        name: "breached_passwords_url",
        default: "",
        help: "whom to ask, by five digits of a hash, whether a chosen password got out somewhere: the range API of Have I \
               Been Pwned (https://api.pwnedpasswords.com/range) or a mirror of it at a public address or \
               on this machine (default: nobody)",
    },
    Setting {
        name: "data_folder",
        default: "",
        help: "folder for archives of accounts and the list of erased accounts, shared by all processes (default: beside \
               the SQLite database; with Postgres: data)",
    },
    Setting {
        name: "retention",
        default: "audit=365,addresses=30,contests=365",
        help: "days, 1 to 36500, that are kept: audit (entries of the audit log), addresses (from where a key was last \
               used), contests (after their answer), such as audit=365,addresses=30,contests=365",
    },
    Setting {
        name: "log",
        default: "info",
        help: "what is logged: error, warn, info, debug or trace, also for single modules (info,sqlx=debug)",
    },
    Setting { name: "log_format", default: "text", help: "text or json" },
];
