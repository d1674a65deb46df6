//! The grammar: a recursive descent with bounded depth over a bounded string.

use super::{Unit, UnitError, table};

/// Longest unit string, in bytes.
pub(super) const MAX_LENGTH: usize = 256;
const MAX_DEPTH: u8 = 16;

/// Reads a unit string over the table.
pub(super) fn parse(text: &str) -> Result<Unit, UnitError> {
    with(text, &table::find)
}

/// Reads a unit string, its names by the given look-up (the table uses this to build itself).
pub(super) fn with(text: &str, find: &dyn Fn(&str) -> Option<Unit>) -> Result<Unit, UnitError> {
    let mut parser = Parser { text: text.chars().collect(), at: 0, depth: 0, find };
    let unit = parser.shifted()?;
    if parser.peek().is_some() { Err(parser.unexpected()) } else { Ok(unit) }
}

struct Parser<'a> {
    text: Vec<char>,
    at: usize,
    depth: u8,
    find: &'a dyn Fn(&str) -> Option<Unit>,
}

impl Parser<'_> {
    fn peek(&self) -> Option<char> {
        self.text.get(self.at).copied()
    }

    fn peek_after(&self, steps: usize) -> Option<char> {
        self.text.get(self.at + steps).copied()
    }

    fn unexpected(&self) -> UnitError {
        UnitError::Syntax { found: self.peek().map_or_else(|| "end".to_owned(), String::from), at: self.at }
    }

    fn skip_spaces(&mut self) {
        while self.peek().is_some_and(char::is_whitespace) {
            self.at += 1;
        }
    }

    /// `product [@ number]`
    fn shifted(&mut self) -> Result<Unit, UnitError> {
        let unit = self.product()?;
        self.skip_spaces();
        if self.peek() != Some('@') {
            return Ok(unit);
        }
        self.at += 1;
        self.skip_spaces();
        let origin = self.number()?;
        self.skip_spaces();
        unit.shifted(origin)
    }

    /// `power {[space | . | * | · | / | per] power}`
    fn product(&mut self) -> Result<Unit, UnitError> {
        self.skip_spaces();
        if self.at == self.text.len() && self.depth == 0 {
            return Ok(Unit::ONE);
        }
        let mut unit = self.power()?;
        loop {
            self.skip_spaces();
            let divide = match self.peek() {
                None | Some(')' | '@') => return Ok(unit),
                Some('/') => true,
                Some('.' | '*' | '·' | '⋅' | '×') => false,
                Some(_) => {
                    let divide = self.word("per");
                    let factor = self.after_spaces()?;
                    unit = unit.times(if divide { factor.power(-1)? } else { factor })?;
                    continue;
                }
            };
            self.at += 1;
            let factor = self.after_spaces()?;
            unit = unit.times(if divide { factor.power(-1)? } else { factor })?;
        }
    }

    fn after_spaces(&mut self) -> Result<Unit, UnitError> {
        self.skip_spaces();
        self.power()
    }

    /// Takes the word if it stands here with a space after it.
    fn word(&mut self, word: &str) -> bool {
        let here = word
            .chars()
            .enumerate()
            .all(|(i, letter)| self.peek_after(i).is_some_and(|c| c.eq_ignore_ascii_case(&letter)));
        let found = here && self.peek_after(word.len()).is_some_and(char::is_whitespace);
        if found {
            self.at += word.len();
        }
        found
    }

    /// `basic [^ integer | ** integer | integer | superscripts]`
    fn power(&mut self) -> Result<Unit, UnitError> {
        let numeric = self.peek().is_some_and(|c| c.is_ascii_digit() || matches!(c, '.' | '-' | '+'));
        let unit = self.basic()?;
        let explicit = if self.peek() == Some('^') {
            1
        } else if self.peek() == Some('*') && self.peek_after(1) == Some('*') {
            2
        } else {
            0
        };
        self.at += explicit;
        if let Some(exponent) = self.superscript()? {
            return unit.power(exponent);
        }
        match self.integer()? {
            Some(_) if numeric && explicit == 0 => Err(self.unexpected()),
            Some(exponent) => unit.power(exponent),
            None if explicit > 0 => Err(self.unexpected()),
            None => Ok(unit),
        }
    }

    fn integer(&mut self) -> Result<Option<i16>, UnitError> {
        let sign = usize::from(matches!(self.peek(), Some('-' | '+')));
        let digits: String = self.text.iter().skip(self.at + sign).take_while(|c| c.is_ascii_digit()).collect();
        if digits.is_empty() {
            return Ok(None);
        }
        let negative = self.peek() == Some('-');
        self.at += sign + digits.len();
        let value: i16 = digits.parse().map_err(|_| UnitError::Range)?;
        Ok(Some(if negative { -value } else { value }))
    }

    fn superscript(&mut self) -> Result<Option<i16>, UnitError> {
        const DIGITS: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
        let mut written = String::new();
        while let Some(c) = self.peek() {
            match (c, DIGITS.iter().position(|d| *d == c)) {
                ('⁻', _) if written.is_empty() => written.push('-'),
                ('⁺', _) if written.is_empty() => {}
                (_, Some(digit)) => written.push_str(&digit.to_string()),
                _ => break,
            }
            self.at += 1;
        }
        if written.is_empty() { Ok(None) } else { written.parse().map(Some).map_err(|_| UnitError::Range) }
    }

    /// A bracket, a number or a name.
    fn basic(&mut self) -> Result<Unit, UnitError> {
        match self.peek() {
            Some('(') => {
                self.at += 1;
                self.depth += 1;
                if self.depth > MAX_DEPTH {
                    return Err(UnitError::Range);
                }
                let unit = self.shifted()?;
                if self.peek() != Some(')') {
                    return Err(self.unexpected());
                }
                self.at += 1;
                self.depth -= 1;
                Ok(unit)
            }
            Some(c) if c.is_ascii_digit() || matches!(c, '.' | '-' | '+') => Unit::number(self.number()?),
            Some(c) if is_name(c) => {
                let name: String = self.text.iter().skip(self.at).take_while(|c| is_name(**c)).collect();
                let unit = (self.find)(&name).ok_or_else(|| UnitError::Unknown(name.clone()))?;
                self.at += name.chars().count();
                Ok(unit)
            }
            _ => Err(self.unexpected()),
        }
    }

    /// `[+|-] digits [. digits] [e [+|-] digits]`
    fn number(&mut self) -> Result<f64, UnitError> {
        let start = self.at;
        let digits = |parser: &mut Self| {
            while parser.peek().is_some_and(|c| c.is_ascii_digit()) {
                parser.at += 1;
            }
        };
        self.at += usize::from(matches!(self.peek(), Some('-' | '+')));
        digits(self);
        if self.peek() == Some('.') && (self.peek_after(1).is_none_or(|c| !is_name(c)) || self.at == start) {
            self.at += 1;
            digits(self);
        }
        let signed = usize::from(matches!(self.peek_after(1), Some('-' | '+')));
        if matches!(self.peek(), Some('e' | 'E')) && self.peek_after(1 + signed).is_some_and(|c| c.is_ascii_digit()) {
            self.at += 1 + signed;
            digits(self);
        }
        let written: String = self.text.iter().take(self.at).skip(start).collect();
        let value: f64 = written.parse().map_err(|_| UnitError::Syntax { found: written, at: start })?;
        if value.is_finite() { Ok(value) } else { Err(UnitError::Range) }
    }
}

fn is_name(c: char) -> bool {
    c.is_alphabetic() || matches!(c, '_' | '%' | '‰' | '°' | '\'' | '"' | '℃')
}
