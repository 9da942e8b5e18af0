//! `surety`: the server and its command line.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Arg, ArgMatches, Command};
use model::Plan;
use service::{Clock, Entropy, ReplacedKey, RevokedKey, Services, SigningPurpose};
use surety::config::{Config, NextMasterKey, SETTINGS};
use surety::serve::why;

// A fifth of the time under load goes into small allocations on several threads.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn command() -> Command {
    let email =
        Arg::new("email").value_name("EMAIL").required(true).help("the account's e-mail address");
    let plan = Arg::new("plan")
        .value_name("PLAN")
        .required(true)
        .value_parser(clap::builder::PossibleValuesParser::new(Plan::TEXTS));
    Command::new("surety")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Vouches for AI agents with money")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(with_settings(Command::new("serve").about("Runs the server")))
        .subcommand(with_settings(
            Command::new("demo").about("Fills an empty database with half a year of payments"),
        ))
        .subcommand(
            Command::new("score")
                .about("Recomputes a trust score from a file of payments, without a server")
                .arg(Arg::new("file").value_name("FILE").required(true)),
        )
        .subcommand(with_settings(
            Command::new("openapi").about("Prints the description of the APIs (OpenAPI 3.1)"),
        ))
        .subcommand(with_settings(
            Command::new("import-account")
                .about("Reads an account's archive from another instance; import only files that you trust")
                .arg(Arg::new("file").value_name("FILE").required(true)),
        ))
        .subcommand(with_settings(
            Command::new("rotate-master-key")
                .about("Seals every stored secret under a new master key, while no server runs"),
        ))
        .subcommand(with_settings(
            Command::new("rotate-signing-key")
                .about("Lets a new key sign tokens or certificates; servers may run and take it up at once")
                .arg(
                    Arg::new("what")
                        .value_name("WHAT")
                        .required(true)
                        .value_parser(SigningPurpose::TEXTS)
                        .help("what the key signs"),
                )
                .arg(
                    Arg::new("revoke")
                        .long("revoke")
                        .value_name("KID")
                        .num_args(0..=1)
                        .require_equals(true)
                        .default_missing_value("")
                        .help(
                            "for a key that leaked: nothing that it signed is taken any more. Whoever has a token signs in anew, or \
                             every certificate that it signed is worth nothing and has to be issued again. Without KID: \
                             the key that is replaced",
                        ),
                ),
        ))
        .subcommand(
            Command::new("admin")
                .about("Manages accounts")
                .subcommand_required(true)
                .arg_required_else_help(true)
                .subcommand(with_settings(
                    Command::new("set-plan")
                        .about("Puts an account on a plan")
                        .arg(email.clone())
                        .arg(plan),
                ))
                .subcommand(with_settings(
                    Command::new("reset-link")
                        .about("Prints a link to choose another password, good for an hour and once")
                        .arg(email.clone()),
                ))
                .subcommand(with_settings(
                    Command::new("remove-factors")
                        .about("Takes the second factor away from whoever lost it, and ends all sessions")
                        .arg(email.clone()),
                ))
                .subcommand(with_settings(
                    Command::new("end-sessions")
                        .about("Signs somebody out everywhere, browsers and tokens, or everybody")
                        .arg(email.clone().required(false).required_unless_present("all"))
                        .arg(
                            Arg::new("all")
                                .long("all")
                                .action(clap::ArgAction::SetTrue)
                                .conflicts_with("email")
                                .help("everybody on the instance"),
                        ),
                ))
                .subcommand(with_settings(
                    Command::new("invite")
                        .about("Prints a link to make an account with, good for a week and once")
                        .arg(email.required(false).help("the one address that may use it")),
                )),
        )
}

/// Every setting as a flag, and the file to read the others from.
fn with_settings(command: Command) -> Command {
    let settings = SETTINGS.iter().map(|setting| {
        Arg::new(setting.name)
            .long(setting.name.replace('_', "-"))
            .value_name(setting.name.to_uppercase())
            .help(setting.help)
    });
    let file = Arg::new("config")
        .long("config")
        .value_name("FILE")
        .help("settings file (default: surety.toml)");
    command.args(settings).arg(file)
}

fn read_flags(matches: &ArgMatches) -> BTreeMap<String, String> {
    SETTINGS
        .iter()
        .filter_map(|s| Some((s.name.to_owned(), matches.get_one::<String>(s.name)?.clone())))
        .collect()
}

fn config_file(matches: &ArgMatches) -> Option<PathBuf> {
    matches.get_one::<String>("config").map(PathBuf::from)
}

fn read_config(matches: &ArgMatches) -> anyhow::Result<Config> {
    Config::read(&read_flags(matches), config_file(matches).as_deref())
}

fn main() -> ExitCode {
    match run(&command().get_matches()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("surety: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(matches: &ArgMatches) -> anyhow::Result<()> {
    let text = |m: &ArgMatches, name: &str| m.get_one::<String>(name).cloned().unwrap_or_default();
    match matches.subcommand() {
        Some(("serve", m)) => {
            let config = read_config(m)?;
            surety::log::start(&config)?;
            runtime()?.block_on(surety::serve::serve(config))
        }
        Some(("demo", m)) => {
            let log_in = runtime()?.block_on(surety::demo::fill(read_config(m)?.service))?;
            println!("Sign in as {} with the password {}", log_in.email, log_in.password);
            Ok(())
        }
        Some(("score", m)) => {
            println!("{}", surety::score::score_file(&PathBuf::from(text(m, "file")))?);
            Ok(())
        }
        Some(("openapi", m)) => {
            let url =
                surety::config::Config::public_url(&read_flags(m), config_file(m).as_deref())?;
            println!("{:#}", surety::api::gopi::specification(&url));
            Ok(())
        }
        Some(("import-account", m)) => {
            let config = read_config(m)?;
            runtime()?.block_on(import_account(config, PathBuf::from(text(m, "file"))))
        }
        Some(("rotate-master-key", m)) => {
            let config = read_config(m)?;
            let next = Config::next_master_key(&read_flags(m), config_file(m).as_deref())?;
            runtime()?.block_on(rotate_master_key(config, next))
        }
        Some(("rotate-signing-key", m)) => {
            let purpose = text(m, "what").parse().map_err(why)?;
            let revoked = m.get_one::<String>("revoke").map(|kid| match kid.as_str() {
                "" => RevokedKey::Replaced,
                kid => RevokedKey::Earlier(kid.to_owned()),
            });
            runtime()?.block_on(rotate_signing_key(read_config(m)?, purpose, revoked))
        }
        Some(("admin", m)) => match m.subcommand() {
            Some(("set-plan", m)) => {
                let config = read_config(m)?;
                runtime()?.block_on(set_plan(config, text(m, "email"), text(m, "plan").parse()?))
            }
            Some(("reset-link", m)) => {
                let (config, email) = (read_config(m)?, text(m, "email"));
                runtime()?.block_on(print_link(config, async |s| s.reset_link(&email).await))
            }
            Some(("remove-factors", m)) => {
                runtime()?.block_on(remove_factors(read_config(m)?, text(m, "email")))
            }
            Some(("end-sessions", m)) => {
                let email = (!m.get_flag("all")).then(|| text(m, "email"));
                runtime()?.block_on(end_sessions(read_config(m)?, email))
            }
            Some(("invite", m)) => {
                let (config, email) = (read_config(m)?, text(m, "email"));
                runtime()?.block_on(print_link(config, async |s| s.invitation_link(&email).await))
            }
            _ => Ok(()),
        },
        _ => Ok(()),
    }
}

/// Opens the instance, does one thing there and closes it again, whatever became of that.
async fn at_instance<T>(
    config: Config,
    act: impl AsyncFnOnce(&Services) -> Result<T, service::Error>,
) -> anyhow::Result<T> {
    let services =
        Services::open(config.service, Clock::system(), Entropy::system()).await.map_err(why)?;
    let done = act(&services).await.map_err(why);
    services.close().await;
    done
}

async fn set_plan(config: Config, email: String, plan: Plan) -> anyhow::Result<()> {
    let workspace = at_instance(config, async |s| s.set_plan(&email, plan).await).await?;
    println!("{email} is on the plan {} now.", workspace.plan);
    Ok(())
}

async fn remove_factors(config: Config, email: String) -> anyhow::Result<()> {
    at_instance(config, async |s| s.remove_factors(&email).await).await?;
    println!("{email} signs in with the password alone now. All sessions have ended.");
    Ok(())
}

/// Of whoever has this address; `None`: of everybody.
async fn end_sessions(config: Config, email: Option<String>) -> anyhow::Result<()> {
    let ended = at_instance(config, async |s| match &email {
        Some(email) => s.end_sessions(email).await,
        None => s.end_all_sessions().await,
    });
    println!("Sessions that have ended: {}. API keys go on working.", ended.await?);
    Ok(())
}

async fn print_link(
    config: Config,
    make: impl AsyncFnOnce(&Services) -> Result<String, service::Error>,
) -> anyhow::Result<()> {
    println!("{}", at_instance(config, make).await?);
    Ok(())
}

async fn import_account(config: Config, file: PathBuf) -> anyhow::Result<()> {
    let imported = at_instance(config, async |s| s.import_account(&file).await).await?;
    let email = &imported.email;
    println!("{} rows were imported. {email} chooses a password by this link,", imported.rows);
    println!("which works once, within an hour:");
    println!("{}", imported.link);
    println!("Later, `surety admin reset-link {email}` prints another one.");
    println!("API keys and webhook secrets do not travel: make new ones.");
    Ok(())
}

async fn rotate_master_key(config: Config, next: NextMasterKey) -> anyhow::Result<()> {
    let store = &config.service.store;
    if let Some(key) = next.shown() {
        println!("The new master key, for the setting master_key: {key}");
    }
    // An earlier try may have been cut off between the database and the file.
    let done = Services::master_key_fits(store, &next.key).await.map_err(why)?;
    let count = if done {
        None
    } else {
        let keys = (&config.service.master_key, &next.key);
        Some(service::rotate_master_key(store, &Entropy::system(), keys).await.map_err(why)?)
    };
    next.take_over()?;
    match count {
        Some(count) => println!("{count} secrets are sealed under the new master key."),
        None => println!("The secrets were sealed under the new master key already."),
    }
    Ok(())
}

async fn rotate_signing_key(
    config: Config,
    purpose: SigningPurpose,
    revoked: Option<RevokedKey>,
) -> anyhow::Result<()> {
    let rotate = async |s: &Services| s.rotate_signing_key(purpose, revoked.as_ref()).await;
    let ReplacedKey { kid, replaced } = at_instance(config, rotate).await?;
    println!("{kid} signs now, in the place of {replaced}.");
    let (one, all) = match purpose {
        SigningPurpose::Tokens => ("Tokens", "Whoever has a token signs in anew."),
        SigningPurpose::Certificates => (
            "Certificates",
            "Their owners have to issue new ones. Whoever keeps a copy of /.well-known/jwks.json has to fetch it anew.",
        ),
    };
    match revoked {
        None => println!("{one} that it signed still hold."),
        Some(RevokedKey::Replaced) => println!("{one} that it signed hold no more. {all}"),
        Some(RevokedKey::Earlier(kid)) => println!("{one} that {kid} signed hold no more. {all}"),
    }
    Ok(())
}

fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_multi_thread().enable_all().build()?)
}
