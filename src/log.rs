//! The log: lines on standard error, one for each thing that happened.

use std::io::{self, Write};

use tracing_subscriber::EnvFilter;

use crate::config::Config;

/// Writes from now on what the settings ask for. Refuses a filter that cannot be read.
pub fn start(config: &Config) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(&config.log).map_err(|e| {
        anyhow::anyhow!(
            "log: {:?} is not allowed ({e}). Allowed: info, or info,sqlx=debug",
            config.log
        )
    })?;
    let lines = tracing_subscriber::fmt().with_env_filter(filter);
    if config.log_json {
        lines.json().with_writer(io::stderr).init();
    } else {
        // No colours: what steers a terminal then comes from others only, and is escaped.
        lines.with_ansi(false).with_writer(|| OneLine(io::stderr())).init();
    }
    Ok(())
}

/// Keeps whoever is quoted in a line from beginning another one, or from steering the terminal that shows it: control
/// characters are written as `\n` or `\u{1b}`. The subscriber writes each line at once.
struct OneLine<W>(W);

impl<W: Write> Write for OneLine<W> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let (text, end) = match line.strip_suffix(b"\n") {
            Some(text) => (text, &b"\n"[..]),
            None => (line, &b""[..]),
        };
        if !text.iter().any(u8::is_ascii_control) {
            return self.0.write_all(line).map(|()| line.len());
        }
        let mut escaped = Vec::with_capacity(line.len() + 16);
        for byte in text {
            if byte.is_ascii_control() {
                escaped.extend(
                    char::from(*byte).escape_default().map(|c| u8::try_from(c).unwrap_or(b'?')),
                );
            } else {
                escaped.push(*byte);
            }
        }
        escaped.extend_from_slice(end);
        self.0.write_all(&escaped).map(|()| line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::sync::{Arc, Mutex};

    #[derive(Clone, Default)]
    struct Kept(Arc<Mutex<Vec<u8>>>);

    impl Write for Kept {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn what_others_answered_stays_on_its_line() {
        let kept = Kept::default();
        let writer = kept.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_ansi(false)
            .with_writer(move || OneLine(writer.clone()))
            .finish();
        tracing::subscriber::with_default(subscriber, || {
            let why = "550 no\r\n2026-01-01 ERROR forged \u{1b}[2J";
            tracing::warn!(error = %why, "a mail was refused: {why}");
            tracing::warn!("the next one");
        });
        let text = String::from_utf8(kept.0.lock().unwrap().clone()).unwrap();
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(lines.len(), 2, "{text}");
        assert!(lines[0].contains(r"550 no\r\n2026-01-01 ERROR forged"), "{text}");
        assert!(!text.contains('\u{1b}'), "{text}");
    }
}
