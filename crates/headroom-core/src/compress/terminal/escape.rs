//! Escape sequences: where one ends and what it does.
//!
//! Owns their grammar. It draws nothing.

use memchr::{memchr, memchr2};

/// The longest control sequence that is read as one.
const LONGEST: usize = 64;

/// What an escape sequence does, as far as it changes which characters stand where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    /// Colours, titles, links, modes: nothing moves.
    None,
    /// To a column, counted from 0.
    Column(usize),
    /// So many columns to the right.
    Right(usize),
    /// So many columns to the left.
    Left(usize),
    /// So many lines up, and to the first column if the flag is set.
    Up(usize, bool),
    /// So many lines down, and to the first column if the flag is set.
    Down(usize, bool),
    /// Erases the line from here.
    EraseRight,
    /// Erases the line up to here.
    EraseLeft,
    /// Erases the whole line.
    EraseLine,
    /// Erases the line from here and every line below it.
    EraseBelow,
}

/// Reads the sequence at the start of `bytes`, which is an escape: its length and what it does. A sequence that does not
/// end on its line is only its escape.
pub(super) fn read(bytes: &[u8]) -> (usize, Effect) {
    match bytes.get(1) {
        Some(b'[') => control(bytes),
        // Operating system command, device control string, start of string, privacy message, application command.
        Some(b']' | b'P' | b'X' | b'^' | b'_') => (string(bytes), Effect::None),
        Some(b' '..=b'/') => {
            let length = 1 + bytes[1..].iter().take_while(|byte| matches!(byte, b' '..=b'/')).take(3).count();
            (length + usize::from(matches!(bytes.get(length), Some(b'0'..=b'~'))), Effect::None)
        }
        Some(b'0'..=b'~') => (2, Effect::None),
        _ => (1, Effect::None),
    }
}

/// Whether the sequence at the start of `bytes` moves the cursor to another line.
pub(super) fn moves_between_lines(bytes: &[u8]) -> bool {
    bytes.get(1) == Some(&b'[')
        && matches!(control(bytes).1, Effect::Up(..) | Effect::Down(..) | Effect::EraseBelow)
}

fn control(bytes: &[u8]) -> (usize, Effect) {
    let body = &bytes[2..];
    let parameters = body.iter().take(LONGEST).take_while(|byte| matches!(byte, b' '..=b'?')).count();
    let Some(last @ b'@'..=b'~') = body.get(parameters) else {
        // Cut off: its parameters say nothing without an end.
        let cut_off = matches!(body.get(parameters), None | Some(b'\n' | b'\r'));
        return (if cut_off { 2 + parameters } else { 1 }, Effect::None);
    };
    let length = 2 + parameters + 1;
    let digits = &body[..parameters];
    if digits.iter().any(|byte| !matches!(byte, b'0'..=b'9' | b';')) {
        return (length, Effect::None);
    }
    let first = digits.split(|&byte| byte == b';').next().unwrap_or_default();
    let number = first
        .iter()
        .fold(0_usize, |number, digit| number.saturating_mul(10).saturating_add(usize::from(digit - b'0')));
    let times = number.max(1);
    let effect = match (last, number) {
        (b'A', _) => Effect::Up(times, false),
        (b'F', _) => Effect::Up(times, true),
        (b'B', _) => Effect::Down(times, false),
        (b'E', _) => Effect::Down(times, true),
        (b'C', _) => Effect::Right(times),
        (b'D', _) => Effect::Left(times),
        (b'G' | b'`', _) => Effect::Column(times - 1),
        (b'K', 0) => Effect::EraseRight,
        (b'K', 1) => Effect::EraseLeft,
        (b'K', 2) => Effect::EraseLine,
        (b'J', 0) => Effect::EraseBelow,
        // Clearing the screen or addressing it absolutely begins something new: what was printed before stays.
        _ => Effect::None,
    };
    (length, effect)
}

/// The length of a string that ends with a bell or a string terminator on its line; else of its opening alone.
fn string(bytes: &[u8]) -> usize {
    let line = &bytes[..memchr(b'\n', bytes).unwrap_or(bytes.len())];
    match memchr2(b'\x07', b'\x1b', &line[2..]).map(|at| at + 2) {
        Some(at) if line[at] == b'\x07' => at + 1,
        Some(at) if line.get(at + 1) == Some(&b'\\') => at + 2,
        // Another escape within a string begins another sequence: this one was cut off.
        _ => 2,
    }
}
