//! The small part of Markdown that the error pages use, as HTML: headings, paragraphs, lists, fenced code, `code`, links.

use super::legend::escaped;

/// A page of its own.
pub fn page(title: &str, markdown: &str) -> String {
    format!(
        concat!(
            "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">",
            "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">",
            "<title>{title} · Okeanos</title><link rel=\"icon\" href=\"/icon.svg\"><link rel=\"stylesheet\" href=\"/page.css\"></head>",
            "<body><p><a href=\"/\">Okeanos</a></p><main>{body}</main></body></html>",
        ),
        title = escaped(title),
        body = html(markdown),
    )
}

/// The blocks of a text.
pub fn html(markdown: &str) -> String {
    let mut out = String::new();
    let mut paragraph: Vec<&str> = Vec::new();
    let mut items: Vec<String> = Vec::new();
    let mut code: Option<String> = None;
    for line in markdown.lines() {
        if line.trim_start().starts_with("```") {
            close(&mut out, &mut paragraph, &mut items);
            match code.take() {
                Some(text) => out.push_str(&format!("<pre><code>{text}</code></pre>")),
                None => code = Some(String::new()),
            }
            continue;
        }
        if let Some(text) = &mut code {
            text.push_str(&escaped(line));
            text.push('\n');
            continue;
        }
        let level = line.bytes().take_while(|b| *b == b'#').count();
        if (1..=3).contains(&level) && line.as_bytes().get(level) == Some(&b' ') {
            close(&mut out, &mut paragraph, &mut items);
            out.push_str(&format!("<h{level}>{}</h{level}>", inline(line[level..].trim())));
        } else if let Some(item) = line.strip_prefix("- ").or_else(|| line.strip_prefix("* ")) {
            if !paragraph.is_empty() {
                close(&mut out, &mut paragraph, &mut items);
            }
            items.push(item.to_owned());
        } else if line.trim().is_empty() {
            close(&mut out, &mut paragraph, &mut items);
        } else if let Some(item) = items.last_mut() {
            item.push(' ');
            item.push_str(line.trim());
        } else {
            paragraph.push(line.trim());
        }
    }
    close(&mut out, &mut paragraph, &mut items);
    if let Some(text) = code {
        out.push_str(&format!("<pre><code>{text}</code></pre>"));
    }
    out
}

fn close(out: &mut String, paragraph: &mut Vec<&str>, items: &mut Vec<String>) {
    if !paragraph.is_empty() {
        out.push_str(&format!("<p>{}</p>", inline(&paragraph.join(" "))));
        paragraph.clear();
    }
    if !items.is_empty() {
        let items: String = items.drain(..).map(|item| format!("<li>{}</li>", inline(&item))).collect();
        out.push_str(&format!("<ul>{items}</ul>"));
    }
}

/// Code and links inside a line; everything else is text.
fn inline(text: &str) -> String {
    let mut out = String::new();
    for (i, part) in text.split('`').enumerate() {
        if i % 2 == 1 {
            out.push_str(&format!("<code>{}</code>", escaped(part)));
        } else {
            out.push_str(&links(part));
        }
    }
    out
}

fn links(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(start) = rest.find('[') {
        let found = rest[start..].find("](").and_then(|middle| {
            let end = rest[start + middle..].find(')')?;
            Some((
                &rest[start + 1..start + middle],
                &rest[start + middle + 2..start + middle + end],
                start + middle + end + 1,
            ))
        });
        let Some((label, target, end)) = found else { break };
        out.push_str(&escaped(&rest[..start]));
        if target.starts_with("https://") || target.starts_with('/') {
            out.push_str(&format!("<a href=\"{}\">{}</a>", escaped(target), escaped(label)));
        } else {
            out.push_str(&escaped(label));
        }
        rest = &rest[end..];
    }
    out.push_str(&escaped(rest));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_blocks_that_error_pages_use() {
        let text = "# No such\nitem\n\n- one `a<b`\n  and more\n- [two](/data)\n\n```\n<x>\n```\n";
        assert_eq!(
            html(text),
            "<h1>No such</h1><p>item</p><ul><li>one <code>a&lt;b</code> and more</li>\
             <li><a href=\"/data\">two</a></li></ul><pre><code>&lt;x&gt;\n</code></pre>"
        );
    }

    #[test]
    fn nothing_breaks_out() {
        assert_eq!(html("[x](javascript:alert(1)) <b>"), "<p>x) &lt;b&gt;</p>");
        assert!(!page("<script>", "a [b").contains("<script>"));
    }
}
