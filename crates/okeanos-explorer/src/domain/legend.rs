//! The legend: a colour ramp with its ends, as SVG.

use super::{palette::Palette, raster::Range};

/// Colours that the ramp is drawn with.
const STOPS: usize = 24;

/// The ramp of a palette over a range, titled.
pub fn svg(title: &str, unit: &str, palette: &Palette, range: Range) -> String {
    let (low, high) = range;
    let stops: String = (0..=STOPS)
        .map(|i| {
            let place = i as f64 / STOPS as f64;
            let [r, g, b] = palette.colour(place);
            format!("<stop offset=\"{place:.4}\" stop-color=\"#{r:02x}{g:02x}{b:02x}\"/>")
        })
        .collect();
    let middle = f64::midpoint(low, high);
    let unit =
        if matches!(unit, "degC" | "deg_C" | "degree_C" | "degrees_C" | "Celsius" | "celsius") { "°C" } else { unit };
    let heading = if unit.is_empty() { title.to_owned() } else { format!("{} ({unit})", shortened(title, 40)) };
    format!(
        concat!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" width="280" height="52" viewBox="0 0 280 52" role="img">"#,
            r#"<title>{heading}: {low} to {high}</title>"#,
            r##"<g font-family="system-ui, DejaVu Sans, sans-serif" font-size="12" fill="#0f2a3a">"##,
            r#"<text x="4" y="13" font-weight="600">{heading}</text>"#,
            r#"<linearGradient id="ramp">{stops}</linearGradient>"#,
            r##"<rect x="4" y="19" width="272" height="14" rx="3" fill="url(#ramp)" stroke="#9fbccb"/>"##,
            r#"<text x="4" y="47">{low}</text><text x="140" y="47" text-anchor="middle">{middle}</text>"#,
            r#"<text x="276" y="47" text-anchor="end">{high}</text></g></svg>"#,
        ),
        heading = escaped(&shortened(&heading, 46)),
        stops = stops,
        low = number(low),
        middle = number(middle),
        high = number(high),
    )
}

/// Text as it may stand in XML and HTML.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c if c.is_control() && c != '\n' => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

fn shortened(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    text.chars().take(limit - 1).chain(['…']).collect()
}

/// A number with about four digits.
fn number(value: f64) -> String {
    let size = value.abs();
    if value == 0.0 {
        "0".to_owned()
    } else if !(1e-3..1e6).contains(&size) {
        format!("{value:.2e}")
    } else {
        let digits = (3 - size.log10().floor() as i32).clamp(0, 6) as usize;
        let text = format!("{value:.digits$}");
        if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_are_named_and_the_title_cannot_break_out() {
        let svg = svg("<script>", "m s-1", Palette::named("viridis").unwrap(), (-1.5, 2.0));
        assert!(svg.contains(">-1.5<") && svg.contains(">2<") && svg.contains(">0.25<"), "{svg}");
        assert!(svg.contains("&lt;script&gt; (m s-1)") && !svg.contains("<script>"));
        assert!(svg.contains("#440154") && svg.contains("#fde725"));
    }

    #[test]
    fn numbers_are_short() {
        assert_eq!(
            [0.0, 13.246_8, 271.35, 101_325.0, 0.000_12, 0.05].map(number),
            ["0", "13.25", "271.4", "101325", "1.20e-4", "0.05"]
        );
    }
}
