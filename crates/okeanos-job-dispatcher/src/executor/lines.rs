//! What a process says, line by line, in bounded memory.

use tokio::{
    io::{AsyncRead, AsyncReadExt},
    sync::mpsc,
};

/// Longer lines are cut.
const LINE_BYTES_MAX: usize = 4_096;

/// Sends each line until the process closes its end. A reader that is slow makes the process wait: nothing piles up.
pub(super) async fn forward(mut from: impl AsyncRead + Unpin, to: mpsc::Sender<String>) {
    let (mut chunk, mut line, mut cut) = (vec![0; 8_192], Vec::new(), false);
    loop {
        // A pipe that breaks has nothing more to say.
        let count = from.read(&mut chunk).await.unwrap_or(0);
        if count == 0 {
            break;
        }
        for byte in &chunk[..count] {
            if *byte == b'\n' {
                send(&to, &line, cut).await;
                line.clear();
                cut = false;
            } else if line.len() < LINE_BYTES_MAX {
                line.push(*byte);
            } else {
                cut = true;
            }
        }
    }
    if !line.is_empty() {
        send(&to, &line, cut).await;
    }
}

async fn send(to: &mpsc::Sender<String>, line: &[u8], cut: bool) {
    let text = String::from_utf8_lossy(line);
    let text = text.trim_end_matches('\r');
    let line = if cut { format!("{text}…") } else { text.to_owned() };
    // Nobody listens any more: the attempt has ended.
    to.send(line).await.unwrap_or_default();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn lines_are_cut_and_the_last_needs_no_end() {
        let (sender, mut receiver) = mpsc::channel(10);
        let text = format!("one\r\n{}\n\nlast", "x".repeat(10_000));
        forward(text.as_bytes(), sender).await;
        let mut lines = Vec::new();
        while let Some(line) = receiver.recv().await {
            lines.push(line);
        }
        assert_eq!((lines[0].as_str(), lines[1].chars().count()), ("one", LINE_BYTES_MAX + 1));
        assert_eq!(lines[2..], ["", "last"]);
    }
}
