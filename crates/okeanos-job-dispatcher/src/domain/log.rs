//! What a process says, bounded: the beginning and the end are kept.

use std::collections::VecDeque;

use serde_json::Value;

use super::job::Failure;

/// Share of the bound that the beginning gets: one in so many.
const HEAD_SHARE: usize = 4;

/// The beginning and the end of what a process says.
#[derive(Debug)]
pub(crate) struct BoundedLog {
    head: String,
    tail: VecDeque<String>,
    tail_bytes: usize,
    left_out: usize,
    bytes_max: usize,
}

impl BoundedLog {
    /// That keeps so many bytes, more or less a line.
    pub(crate) fn new(bytes_max: usize) -> Self {
        Self { head: String::new(), tail: VecDeque::new(), tail_bytes: 0, left_out: 0, bytes_max }
    }

    /// Adds a line.
    pub(crate) fn push(&mut self, line: &str) {
        let head_max = self.bytes_max / HEAD_SHARE;
        if self.tail.is_empty() && self.left_out == 0 && self.head.len() + line.len() < head_max {
            self.head.push_str(line);
            self.head.push('\n');
            return;
        }
        self.tail_bytes += line.len() + 1;
        self.tail.push_back(line.to_owned());
        while self.tail_bytes > self.bytes_max - head_max {
            let Some(gone) = self.tail.pop_front() else { break };
            self.tail_bytes -= gone.len() + 1;
            self.left_out += 1;
        }
    }

    /// The last line.
    pub(crate) fn last(&self) -> Option<&str> {
        self.tail.back().map(String::as_str).or_else(|| self.head.lines().last())
    }

    /// All that was kept.
    pub(crate) fn text(&self) -> String {
        let mut text = self.head.clone();
        if self.left_out > 0 {
            text.push_str(&format!("… {} lines left out …\n", self.left_out));
        }
        for line in &self.tail {
            text.push_str(line);
            text.push('\n');
        }
        text
    }
}

/// A text of a stranger's without control characters: PostgreSQL does not take the zero character, and no terminal should
/// take the others.
pub(crate) fn printable(text: &str) -> String {
    let shown = |c: char| match c {
        '\t' | '\n' | '\r' => ' ',
        c if c.is_control() => char::REPLACEMENT_CHARACTER,
        c => c,
    };
    text.chars().map(shown).collect()
}

/// What a line `okeanos:progress 42 message` says.
pub(crate) fn progress(line: &str) -> Option<(u8, String)> {
    let rest = line.strip_prefix("okeanos:progress ")?.trim_start();
    let (percent, message) = rest.split_once(' ').unwrap_or((rest, ""));
    let percent: f64 = percent.trim_end_matches('%').parse().ok()?;
    if !(0.0..=100.0).contains(&percent) {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is between 0 and 100")]
    let percent = percent as u8;
    let message = message.trim();
    Some((
        percent,
        if message.is_empty() { "running".to_owned() } else { printable(message).chars().take(200).collect() },
    ))
}

/// What a line `okeanos:error {"code": …, "detail": …, "field": …}` says: why the process failed, and the input at fault.
pub(crate) fn failure(line: &str) -> Option<Failure> {
    let problem: Value = serde_json::from_str(line.strip_prefix("okeanos:error ")?).ok()?;
    let text = |name: &str| problem.get(name).and_then(Value::as_str);
    let code = text("code").filter(|code| is_code(code))?;
    let bounded = |text: &str, chars_max| text.chars().take(chars_max).collect::<String>();
    let failure = Failure::new(code, bounded(text("detail").unwrap_or_default(), 1_000));
    Some(match text("field").filter(|field| !field.is_empty()) {
        Some(field) => failure.of_input(bounded(field, 200)),
        None => failure,
    })
}

/// A code of the process's own: `processes/too-large`, and none of ours.
fn is_code(code: &str) -> bool {
    let parts: Vec<_> = code.split('/').collect();
    let plain = |part: &&str| !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase() || c == '-');
    code.len() <= 100 && parts.len() == 2 && parts.iter().all(plain) && parts[0] != "job-dispatcher"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_beginning_and_the_end_are_kept() {
        let mut log = BoundedLog::new(400);
        for n in 0..1_000 {
            log.push(&format!("line {n}"));
        }
        let text = log.text();
        assert!(text.starts_with("line 0\nline 1\n") && text.ends_with("line 998\nline 999\n"), "{text}");
        assert!(text.len() < 450 && text.contains("lines left out"));
        assert_eq!(log.last(), Some("line 999"));
    }

    #[test]
    fn progress_lines() {
        assert_eq!(progress("okeanos:progress 42 reading thetao"), Some((42, "reading thetao".into())));
        assert_eq!(progress("okeanos:progress 7.5%"), Some((7, "running".into())));
        assert_eq!(progress("okeanos:progress 7 a\0b"), Some((7, "a\u{fffd}b".into())));
        for line in ["okeanos:progress", "okeanos:progress x", "okeanos:progress 101", "okeanos:progress NaN", "42"] {
            assert_eq!(progress(line), None, "{line}");
        }
    }

    #[test]
    fn failures() {
        let line = r#"okeanos:error {"code": "processes/too-large", "detail": "it is too large", "field": "source"}"#;
        assert_eq!(failure(line), Some(Failure::new("processes/too-large", "it is too large").of_input("source")));
        let line = r#"okeanos:error {"code": "processes/input-output", "detail": "the disk is full"}"#;
        assert_eq!(failure(line), Some(Failure::new("processes/input-output", "the disk is full")));
        for line in [
            r#"okeanos:error {"code": "job-dispatcher/killed", "detail": "forged"}"#,
            r#"okeanos:error {"code": "<script>"}"#,
            "okeanos:error no",
            "error",
        ] {
            assert_eq!(failure(line), None, "{line}");
        }
    }
}
