//! What values measure: numbers, points in time, lengths, and how a text looks.
//!
//! Owns the reading of single values. It knows nothing of rows or of what is asked.

use super::document::{Document, Id, Kind};
use super::table::ABSENT;

/// A value by which rows can be put in order: a number, also with a currency sign or per cent, a point in time, the
/// length of a list.
#[must_use]
pub fn number(document: &Document<'_>, id: Id) -> Option<f64> {
    if id >= ABSENT {
        return None;
    }
    match document.kind(id) {
        Kind::Number => document.text(id).parse().ok(),
        Kind::String => {
            let text = document.text(id);
            if let Some(time) = time(text) {
                return Some(time);
            }
            let text = text.strip_prefix('$').unwrap_or(text);
            (text.len() < 24 && text.starts_with(|first: char| first.is_ascii_digit() || first == '-'))
                .then(|| text.replace(',', "").trim_end_matches('%').parse().ok())
                .flatten()
        }
        Kind::Array | Kind::Object => Some(document.children(id).len() as f64),
        Kind::Null | Kind::Bool | Kind::RawString => None,
    }
}

/// A point in time (RFC 3339 with `T` or a blank, or a date alone) in seconds, months taken as 31 days: only the
/// order counts.
#[must_use]
pub fn time(text: &str) -> Option<f64> {
    let bytes = text.as_bytes();
    let matches = |pattern: &[u8], from: usize| {
        bytes.len() >= from + pattern.len()
            && bytes[from..].iter().zip(pattern).all(|(&byte, &pattern)| match pattern {
                b'0' => byte.is_ascii_digit(),
                b'T' => byte == b'T' || byte == b' ',
                other => byte == other,
            })
    };
    if bytes.len() > 40 || !matches(b"0000-00-00", 0) {
        return None;
    }
    let part = |from: usize, end: usize| text.get(from..end)?.parse::<f64>().ok();
    let days = (part(0, 4)? * 12.0 + part(5, 7)?) * 31.0 + part(8, 10)?;
    let mut seconds = days * 86_400.0;
    if matches(b"T00:00", 10) {
        seconds += part(11, 13)? * 3_600.0 + part(14, 16)? * 60.0;
        if matches(b":00", 16) {
            let end =
                19 + bytes[19..].iter().take_while(|&&byte| byte == b'.' || byte.is_ascii_digit()).count();
            seconds += part(17, end).or_else(|| part(17, 19))?;
        }
    } else if bytes.len() > 10 {
        return None;
    }
    Some(seconds)
}

/// The classes of a text's signs, runs taken as one, of its first 40 bytes.
#[must_use]
pub fn shape(text: &str) -> u64 {
    let mut shape = 7_u64;
    let mut last = 0_u8;
    for byte in text.bytes().take(40) {
        let class = match byte {
            b'a'..=b'z' | b'A'..=b'Z' | 0x80.. => b'a',
            b'0'..=b'9' => b'0',
            other => other,
        };
        if class != last {
            shape = shape.wrapping_mul(0x0100_0000_01B3) ^ u64::from(class);
            last = class;
        }
    }
    shape
}

#[cfg(test)]
mod tests {
    use super::{shape, time};

    #[test]
    fn times_are_in_order_however_exact() {
        let texts = [
            "2023-12-31",
            "2024-01-01 00:00",
            "2024-01-01T00:00:59Z",
            "2024-01-01T00:00:59.5+02:00",
            "2024-01-01T00:01:00Z",
            "2024-02-29",
        ];
        let times: Vec<f64> = texts.iter().filter_map(|text| time(text)).collect();
        assert_eq!(times.len(), texts.len());
        assert!(times.is_sorted());
        for text in [
            "2024-1-1",
            "20240101",
            "2024-01-01x",
            "v2024-01-01",
            "",
            "2024-01-01T00:00:59 and more of it, far too long",
        ] {
            assert_eq!(time(text), None, "{text}");
        }
    }

    #[test]
    fn shapes_tell_ways_of_writing_apart() {
        assert_eq!(shape("ab-12"), shape("x-9"));
        assert_ne!(shape("ab-12"), shape("ab_12"));
        assert_ne!(shape("."), shape("MALE"));
    }
}
