//! The small language of `cell_methods`: `time: mean (interval: 1 hour) area: maximum where sea`.

use super::{Findings, Scope, shorten};

/// Methods of appendix E.
const METHODS: &[&str] = &[
    "point",
    "sum",
    "maximum",
    "maximum_absolute_value",
    "median",
    "mid_range",
    "minimum",
    "minimum_absolute_value",
    "mean",
    "mean_absolute_value",
    "mean_of_upper_decile",
    "mode",
    "range",
    "root_mean_square",
    "standard_deviation",
    "sum_of_squares",
    "variance",
    "anomaly_wrt",
];

pub(super) fn cell_methods(scope: &Scope<'_>, found: &mut Findings<'_>) {
    for variable in &scope.header.variables {
        let Some(text) = variable.attributes.text("cell_methods") else { continue };
        if let Err(problem) = parse(text) {
            let message = format!("cell_methods `{}` cannot be read: {problem}", shorten(text));
            found.warning(&variable.name, message, "Write `name: method`, as in \"time: mean (interval: 1 hour)\".");
        }
    }
}

/// Checks one attribute.
fn parse(text: &str) -> Result<(), String> {
    let text = without_comments(text)?;
    let mut words = text.split_whitespace().peekable();
    if words.peek().is_none() {
        return Err("it is empty".to_owned());
    }
    while words.peek().is_some() {
        let mut names = 0;
        while words.next_if(|word| word.ends_with(':')).is_some() {
            names += 1;
        }
        let method = words.next().ok_or("a method is missing")?;
        if names == 0 {
            return Err(format!("`{}` should be a name with a colon", shorten(method)));
        }
        if !METHODS.contains(&method) {
            return Err(format!("`{}` is not a method", shorten(method)));
        }
        while let Some(preposition) = words.next_if(|word| matches!(*word, "where" | "over" | "within")) {
            words
                .next()
                .filter(|word| !word.ends_with(':'))
                .ok_or_else(|| format!("`{preposition}` needs a word after it"))?;
        }
    }
    Ok(())
}

fn without_comments(text: &str) -> Result<String, &'static str> {
    let mut rest = String::new();
    let mut inside = false;
    for c in text.chars() {
        match (c, inside) {
            ('(', false) => inside = true,
            (')', true) => {
                inside = false;
                rest.push(' ');
            }
            ('(', true) | (')', false) => return Err("its brackets do not match"),
            (_, true) => {}
            (_, false) => rest.push(c),
        }
    }
    if inside { Err("its brackets do not match") } else { Ok(rest) }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn reads_the_examples_of_the_conventions() {
        for text in [
            "time: mean",
            "lat: lon: standard_deviation",
            "time: maximum (interval: 1 hour comment: sampled instantaneously)",
            "area: mean where land",
            "area: mean where land over all_area_types time: point",
            "time: minimum within days time: mean over days",
            "lat: lon: mean (area-weighted)",
        ] {
            assert_eq!(parse(text), Ok(()), "{text}");
        }
        for text in
            ["", "mean", "time:", "time: average", "time: mean (", "time: mean)", "time: mean where", "time: mean lat"]
        {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
