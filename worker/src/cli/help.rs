//! The whole command line with its sentences: `cli-about-<command>`, `cli-arg-<argument>`.

use clap::CommandFactory;
use clap::builder::styling::{AnsiColor, Style, Styles};
use downbeat::locale::{Locale, format, msg};

use super::Cli;
use crate::failure::Exit;

const HEADER: Style = AnsiColor::Yellow.on_default().bold();
const LITERAL: Style = AnsiColor::Green.on_default();
pub(super) const STYLES: Styles =
    Styles::styled().header(HEADER).usage(HEADER).literal(LITERAL).placeholder(AnsiColor::Cyan.on_default());

/// The whole command line, with its help in that language.
#[must_use]
pub fn command(locale: Locale) -> clap::Command {
    translated(Cli::command(), "worker", locale)
}

fn translated(command: clap::Command, path: &str, locale: Locale) -> clap::Command {
    let say = |message| locale.render(&message);
    let usage = say(msg::cli_heading_usage());
    let examples = command.get_after_help().map(|lines| examples(&lines.to_string(), locale)).unwrap_or_default();
    let after = if path == "worker" { format!("{}\n\n{examples}", exit_codes(locale)) } else { examples };
    let about = locale.lookup(&format!("cli-about-{path}")).unwrap_or_default();
    command
        .help_template(format!("{{about}}\n\n{HEADER}{usage}{HEADER:#} {{usage}}\n\n{{all-args}}{{after-help}}\n"))
        .about(about)
        .after_help(after)
        .subcommand_help_heading(say(msg::cli_heading_commands()))
        .subcommand_value_name(say(msg::cli_usage_command()))
        .mut_args(|argument| described(argument, path, locale))
        .mut_subcommands(|sub| {
            let name = sub.get_name();
            let path = if path == "worker" { name.to_owned() } else { format!("{path}-{name}") };
            translated(sub, &path, locale)
        })
}

fn examples(lines: &str, locale: Locale) -> String {
    let heading = locale.render(&msg::cli_heading_examples());
    let lines = lines.lines().map(|line| format!("\n  {LITERAL}worker{LITERAL:#} {line}"));
    std::iter::once(format!("{HEADER}{heading}{HEADER:#}")).chain(lines).collect()
}

fn exit_codes(locale: Locale) -> String {
    let heading = locale.render(&msg::cli_heading_exit_codes());
    let lines =
        Exit::ALL.iter().map(|exit| format!("\n  {LITERAL}{:>3}{LITERAL:#}  {}", *exit as u8, exit.meaning(locale)));
    std::iter::once(format!("{HEADER}{heading}{HEADER:#}")).chain(lines).collect()
}

/// An argument with its own sentence, else the one shared by all of its name; allowed values and default after it.
fn described(argument: clap::Arg, path: &str, locale: Locale) -> clap::Arg {
    let say = |message| locale.render(&message);
    let id = argument.get_id().as_str().replace('_', "-");
    let own = format!("cli-arg-{path}-{id}");
    let mut help = [own, format!("cli-arg-{id}")].iter().find_map(|id| locale.lookup(id)).unwrap_or_default();
    let takes_values = argument.get_action().takes_values();
    if takes_values {
        let values: Vec<_> = argument.get_possible_values().iter().map(|value| value.get_name().to_owned()).collect();
        if !values.is_empty() {
            help = say(msg::cli_help_values(help, format::one_of(values)));
        }
        if let [default] = argument.get_default_values() {
            help = say(msg::cli_help_default(default.to_string_lossy(), help));
        }
    }
    let heading = match (argument.is_global_set() || id == "version", argument.is_positional()) {
        (true, _) => msg::cli_heading_global(),
        (false, true) => msg::cli_heading_arguments(),
        (false, false) => msg::cli_heading_options(),
    };
    argument.help(help).help_heading(say(heading)).hide_possible_values(takes_values).hide_default_value(takes_values)
}
