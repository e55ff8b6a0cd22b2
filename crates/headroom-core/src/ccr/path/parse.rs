//! The parser for `JSONPath`, by the grammar of RFC 9535.

use super::{Comparison, Expression, Operand, Query, Segment, Selector};

/// Parentheses, negations and filters within filters beyond which a query is refused.
const MAX_DEPTH: usize = 24;
/// The largest integer that every JSON implementation can exchange: 2^53 - 1.
const MAX_INTEGER: i64 = 9_007_199_254_740_991;

/// Reads a query.
///
/// # Errors
///
/// What is wrong and at which character, in words for the model that wrote the query.
pub(in crate::ccr) fn parse(text: &str) -> Result<Query, String> {
    let trimmed = text.trim();
    // Models write `items[0].name` for `$.items[0].name`.
    let rooted = match trimmed.as_bytes().first() {
        Some(b'$') => trimmed.to_owned(),
        Some(b'.' | b'[') => format!("${trimmed}"),
        _ => format!("$.{trimmed}"),
    };
    let mut parser = Parser { text: &rooted, at: 1, depth: 0 };
    let segments = parser.segments()?;
    if parser.at < rooted.len() {
        return Err(parser.error("a segment such as .name or [0]"));
    }
    Ok(Query { absolute: true, segments })
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
    depth: usize,
}

impl Parser<'_> {
    fn error(&self, expected: &str) -> String {
        let character = self.text[..self.at].chars().count() + 1;
        match self.peek() {
            Some(found) => format!("expected {expected} at character {character}, found {found:?}"),
            None => format!("expected {expected} at its end"),
        }
    }

    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    /// Moves behind `token` where it stands here.
    fn take(&mut self, token: &str) -> bool {
        let here = self.rest().starts_with(token);
        if here {
            self.at += token.len();
        }
        here
    }

    fn blanks(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r']).len();
    }

    fn segments(&mut self) -> Result<Vec<Segment>, String> {
        let mut segments = Vec::new();
        loop {
            let before = self.at;
            self.blanks();
            if self.take("..") {
                let selectors = if self.take("[") { self.bracketed()? } else { vec![self.shorthand()?] };
                segments.push(Segment { descendant: true, selectors });
            } else if self.take(".") {
                let selectors = vec![self.shorthand()?];
                segments.push(Segment { descendant: false, selectors });
            } else if self.take("[") {
                let selectors = self.bracketed()?;
                segments.push(Segment { descendant: false, selectors });
            } else {
                self.at = before;
                return Ok(segments);
            }
        }
    }

    /// `*` or a name without quotes.
    fn shorthand(&mut self) -> Result<Selector, String> {
        if self.take("*") {
            return Ok(Selector::Wildcard);
        }
        let in_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-') || !c.is_ascii();
        let rest = self.rest();
        let length = rest.find(|c| !in_name(c)).unwrap_or(rest.len());
        if length == 0 || rest.starts_with(|c: char| c.is_ascii_digit() || c == '-') {
            return Err(self.error("a name or *"));
        }
        let name = rest[..length].to_owned();
        self.at += length;
        Ok(Selector::Name(name))
    }

    /// The selectors after `[`, and the `]`.
    fn bracketed(&mut self) -> Result<Vec<Selector>, String> {
        let mut selectors = Vec::new();
        loop {
            self.blanks();
            selectors.push(self.selector()?);
            self.blanks();
            if self.take("]") {
                return Ok(selectors);
            }
            if !self.take(",") {
                return Err(self.error(", or ]"));
            }
        }
    }

    fn selector(&mut self) -> Result<Selector, String> {
        match self.peek() {
            Some('*') => {
                self.at += 1;
                Ok(Selector::Wildcard)
            }
            Some('\'' | '"') => Ok(Selector::Name(self.string()?)),
            Some('?') => {
                self.at += 1;
                self.blanks();
                Ok(Selector::Filter(self.any()?))
            }
            Some(':' | '-' | '0'..='9') => self.index_or_slice(),
            _ => Err(self.error("a quoted name, an index, a slice, * or ?")),
        }
    }

    fn index_or_slice(&mut self) -> Result<Selector, String> {
        let start = self.integer()?;
        let before = self.at;
        self.blanks();
        if !self.take(":") {
            self.at = before;
            return start.map(Selector::Index).ok_or_else(|| self.error("an index"));
        }
        self.blanks();
        let end = self.integer()?;
        let before = self.at;
        self.blanks();
        let step = if self.take(":") {
            self.blanks();
            self.integer()?.unwrap_or(1)
        } else {
            self.at = before;
            1
        };
        Ok(Selector::Slice { start, end, step })
    }

    fn integer(&mut self) -> Result<Option<i64>, String> {
        let rest = self.rest();
        let sign = usize::from(rest.starts_with('-'));
        let digits = rest[sign..].bytes().take_while(u8::is_ascii_digit).count();
        if sign + digits == 0 {
            return Ok(None);
        }
        let written = &rest[..sign + digits];
        let leading_zero = rest[sign..].starts_with('0') && (digits > 1 || sign == 1);
        match written.parse::<i64>() {
            Ok(value) if value.abs() <= MAX_INTEGER && !leading_zero => {
                self.at += written.len();
                Ok(Some(value))
            }
            _ => Err(self.error("an integer")),
        }
    }

    /// A quoted string.
    fn string(&mut self) -> Result<String, String> {
        let quote = if self.take("'") {
            '\''
        } else if self.take("\"") {
            '"'
        } else {
            return Err(self.error("a quoted string"));
        };
        let mut text = String::new();
        loop {
            match self.peek() {
                None | Some('\0'..'\u{20}') => return Err(self.error("the string's closing quote")),
                Some(c) if c == quote => {
                    self.at += 1;
                    return Ok(text);
                }
                Some('\\') => {
                    self.at += 1;
                    text.push(self.escape(quote)?);
                }
                Some(c) => {
                    self.at += c.len_utf8();
                    text.push(c);
                }
            }
        }
    }

    fn escape(&mut self, quote: char) -> Result<char, String> {
        let escaped = match self.peek() {
            Some('b') => '\u{8}',
            Some('f') => '\u{c}',
            Some('n') => '\n',
            Some('r') => '\r',
            Some('t') => '\t',
            Some(c @ ('/' | '\\')) => c,
            Some(c) if c == quote => c,
            Some('u') => {
                self.at += 1;
                let first = self.code_unit()?;
                if !(0xD800..=0xDFFF).contains(&first) {
                    return char::from_u32(first).ok_or_else(|| self.error("a character"));
                }
                let low = if self.take("\\u") { self.code_unit()? } else { 0 };
                if first >= 0xDC00 || !(0xDC00..=0xDFFF).contains(&low) {
                    return Err(self.error("the second half of a surrogate pair"));
                }
                let character = 0x1_0000 + ((first - 0xD800) << 10) + (low - 0xDC00);
                return char::from_u32(character).ok_or_else(|| self.error("a character"));
            }
            _ => return Err(self.error("an escape that JSON knows")),
        };
        self.at += 1;
        Ok(escaped)
    }

    fn code_unit(&mut self) -> Result<u32, String> {
        let digits =
            self.rest().get(..4).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let unit = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        let unit = unit.ok_or_else(|| self.error("four hexadecimal digits"))?;
        self.at += 4;
        Ok(unit)
    }

    /// Conditions joined by `||`.
    fn any(&mut self) -> Result<Expression, String> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err("it is nested too deep".to_owned());
        }
        let mut conditions = vec![self.all()?];
        loop {
            self.blanks();
            if !self.take("||") {
                break;
            }
            self.blanks();
            conditions.push(self.all()?);
        }
        self.depth -= 1;
        Ok(if conditions.len() == 1 { conditions.remove(0) } else { Expression::Any(conditions) })
    }

    /// Conditions joined by `&&`.
    fn all(&mut self) -> Result<Expression, String> {
        let mut conditions = vec![self.condition()?];
        loop {
            self.blanks();
            if !self.take("&&") {
                break;
            }
            self.blanks();
            conditions.push(self.condition()?);
        }
        Ok(if conditions.len() == 1 { conditions.remove(0) } else { Expression::All(conditions) })
    }

    fn condition(&mut self) -> Result<Expression, String> {
        if self.take("!") {
            self.blanks();
            let negated = if self.take("(") { self.parenthesised()? } else { self.test()? };
            return Ok(Expression::Not(Box::new(negated)));
        }
        if self.take("(") { self.parenthesised() } else { self.test_or_comparison() }
    }

    fn parenthesised(&mut self) -> Result<Expression, String> {
        self.blanks();
        let inner = self.any()?;
        self.blanks();
        if self.take(")") { Ok(inner) } else { Err(self.error(")")) }
    }

    /// A query alone, which holds where it selects anything.
    fn test(&mut self) -> Result<Expression, String> {
        match self.peek() {
            Some('@' | '$') => Ok(Expression::Exists(self.query()?)),
            _ => Err(self.error("@, $ or (")),
        }
    }

    fn test_or_comparison(&mut self) -> Result<Expression, String> {
        let begins = self.at;
        let left = match self.peek() {
            Some('@' | '$') => {
                let query = self.query()?;
                let Some(comparison) = self.comparison() else { return Ok(Expression::Exists(query)) };
                if !query.is_singular() {
                    self.at = begins;
                    return Err(self.error("a query for a single value on each side of a comparison"));
                }
                return Ok(Expression::Compare(Operand::Singular(query), comparison, self.operand()?));
            }
            _ => self.operand()?,
        };
        match self.comparison() {
            Some(comparison) => Ok(Expression::Compare(left, comparison, self.operand()?)),
            None => Err(self.error("a comparison")),
        }
    }

    fn comparison(&mut self) -> Option<Comparison> {
        let before = self.at;
        self.blanks();
        let known = [
            ("==", Comparison::Equal),
            ("!=", Comparison::NotEqual),
            ("<=", Comparison::LessOrEqual),
            (">=", Comparison::GreaterOrEqual),
            ("<", Comparison::Less),
            (">", Comparison::Greater),
        ];
        let found = known.into_iter().find(|(token, _)| self.take(token)).map(|(_, comparison)| comparison);
        if found.is_some() {
            self.blanks();
        } else {
            self.at = before;
        }
        found
    }

    fn query(&mut self) -> Result<Query, String> {
        let absolute = self.take("$");
        if !absolute && !self.take("@") {
            return Err(self.error("a query that begins with @ or $"));
        }
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err("it is nested too deep".to_owned());
        }
        let segments = self.segments()?;
        self.depth -= 1;
        Ok(Query { absolute, segments })
    }

    fn operand(&mut self) -> Result<Operand, String> {
        match self.peek() {
            Some('\'' | '"') => Ok(Operand::Text(self.string()?)),
            Some('-' | '0'..='9') => self.number(),
            Some('@' | '$') => {
                let begins = self.at;
                let query = self.query()?;
                if query.is_singular() {
                    return Ok(Operand::Singular(query));
                }
                self.at = begins;
                Err(self.error("a query for a single value on each side of a comparison"))
            }
            Some('a'..='z') => self.word(),
            _ => Err(self.error("a value, a query or a function")),
        }
    }

    fn number(&mut self) -> Result<Operand, String> {
        let rest = self.rest();
        let length =
            rest.bytes().take_while(|byte| matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9'));
        let written = rest[..length.count()].to_owned();
        // JSON's numbers are the RFC's.
        if serde_json::from_str::<&serde_json::value::RawValue>(&written).is_err() {
            return Err(self.error("a number"));
        }
        self.at += written.len();
        Ok(Operand::Number(written))
    }

    /// `true`, `false`, `null` or a function with its argument.
    fn word(&mut self) -> Result<Operand, String> {
        let begins = self.at;
        let rest = self.rest();
        let length = rest.find(|c: char| !matches!(c, 'a'..='z' | '0'..='9' | '_')).unwrap_or(rest.len());
        let word = rest[..length].to_owned();
        self.at += length;
        if !self.take("(") {
            return match word.as_str() {
                "true" => Ok(Operand::Boolean(true)),
                "false" => Ok(Operand::Boolean(false)),
                "null" => Ok(Operand::Null),
                _ => {
                    self.at = begins;
                    Err(self.error("true, false, null or a function"))
                }
            };
        }
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err("it is nested too deep".to_owned());
        }
        self.blanks();
        let operand = match word.as_str() {
            "length" => Operand::Length(Box::new(self.operand()?)),
            "count" => Operand::Count(self.query()?),
            "value" => Operand::Value(self.query()?),
            _ => {
                return Err(format!(
                    "the function {word} is not available here (length, count and value are); use query to search for words"
                ));
            }
        };
        self.depth -= 1;
        self.blanks();
        if self.take(")") { Ok(operand) } else { Err(self.error(")")) }
    }
}
