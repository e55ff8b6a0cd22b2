//! How wide a text is: in characters, or as a terminal shows it.
//!
//! Owns the few ranges of characters that are not one column wide (after Unicode Standard Annex 11 and the practice of
//! terminals): enough for tables that tools pad, and checked by whoever relies on it.

/// The width of a text, counted in characters or, `wide`, in the columns of a terminal.
pub(super) fn measure(text: &str, wide: bool) -> usize {
    if text.is_ascii() {
        text.len()
    } else if wide {
        text.chars().map(columns).sum()
    } else {
        text.chars().count()
    }
}

/// The columns that a character takes.
fn columns(character: char) -> usize {
    match character as u32 {
        0x0300..=0x036F | 0x200B..=0x200F | 0x20D0..=0x20FF | 0xFE00..=0xFE0F => 0,
        0x1100..=0x115F
        | 0x2E80..=0x303E
        | 0x3041..=0xA4CF
        | 0xAC00..=0xD7A3
        | 0xF900..=0xFAFF
        | 0xFE30..=0xFE6F
        | 0xFF00..=0xFF60
        | 0xFFE0..=0xFFE6
        | 0x1F300..=0x1F64F
        | 0x1F900..=0x1F9FF
        | 0x20000..=0x3FFFD => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::measure;

    #[test]
    fn terminals_show_some_characters_wider() {
        assert_eq!((measure("東京", false), measure("東京", true)), (2, 4));
        assert_eq!((measure("e\u{301}", false), measure("e\u{301}", true)), (2, 1));
        assert_eq!((measure("Zürich", false), measure("Zürich", true)), (6, 6));
    }
}
