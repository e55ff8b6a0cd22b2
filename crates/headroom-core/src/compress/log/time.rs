//! Times: the spellings of dates and times in logs.
//!
//! Owns the recognition of one time at one place of a line. It does not calculate with times: which of two is the
//! earlier is told by the order of their lines.

/// Months as logs abbreviate them.
const MONTHS: [&[u8; 3]; 12] =
    [b"jan", b"feb", b"mar", b"apr", b"may", b"jun", b"jul", b"aug", b"sep", b"oct", b"nov", b"dec"];
/// Days of the week as logs abbreviate them.
const DAYS: [&[u8; 3]; 7] = [b"mon", b"tue", b"wed", b"thu", b"fri", b"sat", b"sun"];
/// Bytes at the beginning of a line within which ten digits are seconds since 1970, and not an identifier.
const HEADER_BYTES: usize = 24;

/// The end of the date, the time of day or both that begin at `at`.
///
/// ```
/// use headroom_core::compress::log::time;
///
/// let line = b"Jun  5 04:06:18 combo su: opened";
/// assert_eq!(time::end(line, 0), Some(15));
/// assert_eq!(time::end(b"1.2.3.4", 0), None);
/// ```
#[must_use]
pub fn end(line: &[u8], at: usize) -> Option<usize> {
    let first = *line.get(at)?;
    let end = if first.is_ascii_digit() {
        numeric_date(line, at).or_else(|| clock(line, at)).or_else(|| header_only(line, at))
    } else if first.is_ascii_alphabetic() {
        named_date(line, at)
    } else {
        None
    }?;
    // `12:30:45abc` and `2024-01-01.txt` are names.
    match line.get(end) {
        Some(byte) if byte.is_ascii_alphanumeric() || *byte == b'_' => None,
        Some(b'.' | b'-' | b'/') if line.get(end + 1).is_some_and(u8::is_ascii_alphanumeric) => None,
        _ => Some(end),
    }
}

/// How many digits stand at `at`, at most 20.
fn digits(line: &[u8], at: usize) -> usize {
    line.iter().skip(at).take(20).take_while(|byte| byte.is_ascii_digit()).count()
}

/// The value of two digits.
fn pair(line: &[u8], at: usize) -> Option<u8> {
    match line.get(at..at + 2)? {
        [tens @ b'0'..=b'9', ones @ b'0'..=b'9'] => Some((tens - b'0') * 10 + ones - b'0'),
        _ => None,
    }
}

fn is_byte(line: &[u8], at: usize, wanted: &[u8]) -> bool {
    line.get(at).is_some_and(|byte| wanted.contains(byte))
}

/// `15:42`, `5:42:50`, `15.42.50.675872` (only after a date), `15:42:50,675 PM`.
fn clock(line: &[u8], at: usize) -> Option<usize> {
    clock_with(line, at, b":")
}

fn clock_with(line: &[u8], at: usize, separators: &[u8]) -> Option<usize> {
    let hours = digits(line, at);
    if !(1..=2).contains(&hours) || !is_byte(line, at + hours, separators) {
        return None;
    }
    let separator = [line[at + hours]];
    let mut end = at + hours + 1;
    if pair(line, end).is_none_or(|minutes| minutes > 59) || digits(line, end) != 2 {
        return None;
    }
    end += 2;
    if is_byte(line, end, &separator) && digits(line, end + 1) == 2 {
        end += 3;
        let fraction = digits(line, end + 1);
        if is_byte(line, end, b".,:") && (1..=9).contains(&fraction) {
            end += 1 + fraction;
        }
    }
    if is_byte(line, end, b" ") && is_byte(line, end + 1, b"AP") && is_byte(line, end + 2, b"M") {
        end += 3;
    }
    Some(zone(line, end))
}

/// Past a zone: `Z`, `+02:00`, ` -0700`, ` UTC`.
fn zone(line: &[u8], at: usize) -> usize {
    if is_byte(line, at, b"Z") {
        return at + 1;
    }
    let sign = at + usize::from(is_byte(line, at, b" "));
    if is_byte(line, sign, b"+-") {
        if digits(line, sign + 1) == 4 {
            return sign + 5;
        }
        if digits(line, sign + 1) == 2 && is_byte(line, sign + 3, b":") && digits(line, sign + 4) == 2 {
            return sign + 6;
        }
    }
    for name in [&b" UTC"[..], b" GMT", b" CET", b" CEST"] {
        if line[at..].starts_with(name) && !line.get(at + name.len()).is_some_and(u8::is_ascii_alphanumeric) {
            return at + name.len();
        }
    }
    at
}

/// The end of a time of day after a date that ends at `at`, or `at`.
fn clock_after(line: &[u8], at: usize) -> usize {
    let mut start = at;
    while is_byte(line, start, b", ") && start < at + 3 {
        start += 1;
    }
    if start == at && is_byte(line, at, b"T:_-") {
        start += 1;
    }
    if start == at {
        return at;
    }
    // Only a date directly before it tells that `15.42.50` is a time.
    clock_with(line, start, if start == at + 1 { b":." } else { b":" }).unwrap_or(at)
}

fn is_date(month: Option<u8>, day: Option<u8>) -> bool {
    month.is_some_and(|month| (1..=12).contains(&month)) && day.is_some_and(|day| (1..=31).contains(&day))
}

/// A date in digits, with its time of day where one follows.
fn numeric_date(line: &[u8], at: usize) -> Option<usize> {
    match digits(line, at) {
        4 => {
            let separator = *line.get(at + 4)?;
            if !b"-/.".contains(&separator) || line.get(at + 7) != Some(&separator) {
                return None;
            }
            let sound = is_date(pair(line, at + 5), pair(line, at + 8)) && digits(line, at + 8) == 2;
            sound.then(|| clock_after(line, at + 10))
        }
        8 => {
            let sound = is_date(pair(line, at + 4), pair(line, at + 6)) && is_byte(line, at, b"12");
            let end = clock_after(line, at + 8);
            (sound && end > at + 8).then_some(end)
        }
        2 => {
            let separator = *line.get(at + 2)?;
            if !b"/-.".contains(&separator) {
                return None;
            }
            // `10/Oct/2000:13:55:36 -0700`
            if is_month(line, at + 3) && line.get(at + 6) == Some(&separator) && digits(line, at + 7) == 4 {
                return Some(clock_after(line, at + 11));
            }
            let (first, second) = (pair(line, at), pair(line, at + 3));
            if digits(line, at + 3) != 2 || first.is_none() || second.is_none_or(|part| part > 31) {
                return None;
            }
            // `17/06/09 20:10:40`, `06/17/2009`
            if line.get(at + 5) == Some(&separator) && matches!(digits(line, at + 6), 2 | 4) {
                let date = at + 6 + digits(line, at + 6);
                let end = clock_after(line, date);
                return (end > date || separator == b'/').then_some(end);
            }
            // `03-17 16:13:38.811`, `10.30 16:49:06`: a date only where a time follows.
            let end = if is_byte(line, at + 5, b" ") { clock_after(line, at + 5) } else { at + 5 };
            (end > at + 5).then_some(end)
        }
        _ => None,
    }
}

/// Digits that are a time only at the beginning of a line: `1117838570`, `081109 203518`, `12345.678901` of a kernel.
fn header_only(line: &[u8], at: usize) -> Option<usize> {
    if at >= HEADER_BYTES {
        return None;
    }
    match digits(line, at) {
        10 | 13 if is_byte(line, at, b"1") => {
            let end = at + digits(line, at);
            let fraction = digits(line, end + 1);
            Some(if is_byte(line, end, b".") && fraction > 0 { end + 1 + fraction } else { end })
        }
        6 if at == 0 && is_byte(line, 6, b" ") && digits(line, 7) == 6 => {
            is_date(pair(line, 2), pair(line, 4)).then_some(13)
        }
        length @ 1..=8 if is_byte(line, at + length, b".") && digits(line, at + length + 1) == 6 => {
            let end = at + length + 7;
            let opened = line[..at].trim_ascii() == b"[";
            (opened && is_byte(line, end, b"]")).then_some(end)
        }
        // klog: `I0102 15:04:05.678901`
        4 if at == 1 && is_byte(line, 0, b"IWEFD") && is_date(pair(line, 1), pair(line, 3)) => {
            let end = clock_after(line, 5);
            (end > 5).then_some(end)
        }
        _ => None,
    }
}

fn is_name(line: &[u8], at: usize, names: &[&[u8; 3]]) -> bool {
    line.get(at..at + 3).is_some_and(|word| names.iter().any(|name| word.eq_ignore_ascii_case(*name)))
}

fn is_month(line: &[u8], at: usize) -> bool {
    is_name(line, at, &MONTHS)
}

/// `Jun  5 04:06:18`, `Sun Dec 04 04:47:44 2005`, `Mon, 02 Jan 2006 15:04:05 GMT`, `Jan 2, 2006 3:04:05 PM`.
fn named_date(line: &[u8], at: usize) -> Option<usize> {
    let mut start = at;
    if is_name(line, at, &DAYS) {
        start += 3;
        start += usize::from(is_byte(line, start, b","));
        if !is_byte(line, start, b" ") {
            return None;
        }
        start += 1;
        let day = digits(line, start);
        if (1..=2).contains(&day) && is_byte(line, start + day, b" ") && is_month(line, start + day + 1) {
            let year = start + day + 5;
            return (digits(line, year) == 4).then(|| clock_after(line, year + 4));
        }
    }
    if !is_month(line, start) || !is_byte(line, start + 3, b" ") {
        return None;
    }
    let day = start + 4 + usize::from(is_byte(line, start + 4, b" "));
    let mut end = day + digits(line, day);
    if !(1..=2).contains(&(end - day)) {
        return None;
    }
    if is_byte(line, end, b",") && is_byte(line, end + 1, b" ") && digits(line, end + 2) == 4 {
        end += 6;
    }
    let date = end;
    end = clock_after(line, end);
    if end > date && is_byte(line, end, b" ") && digits(line, end + 1) == 4 {
        let year = end + 1;
        if is_byte(line, year, b"12") && !line.get(year + 4).is_some_and(u8::is_ascii_alphanumeric) {
            end = year + 4;
        }
    }
    Some(end)
}

#[cfg(test)]
mod tests {
    use super::end;

    #[test]
    fn times_of_many_programs_are_read_whole() {
        for time in [
            "Jun 15 04:06:18",
            "Jul  1 09:00:55",
            "Sun Dec 04 04:47:44 2005",
            "Mon, 02 Jan 2006 15:04:05 GMT",
            "Jan 2, 2006 3:04:05 PM",
            "2015-07-29 19:35:31,389",
            "2024-01-31T10:00:00.123456Z",
            "2024-01-31T10:00:00+02:00",
            "2005-06-03-15.42.50.675872",
            "2005.06.03",
            "2016/09/28 04:30:30",
            "10/Oct/2000:13:55:36 -0700",
            "17/06/09 20:10:40",
            "03-17 16:13:38.811",
            "10.30 16:49:06",
            "20171223-22:15:29:606",
            "081109 203518",
            "1117838570",
            "1700000000.123",
            "15:04:05",
            "5:42",
        ] {
            let line = format!("{time} rest");
            assert_eq!(end(line.as_bytes(), 0), Some(time.len()), "{time}");
        }
        assert_eq!(end(b"[   12.345678] usb", 4), Some(13));
        assert_eq!(end(b"I0102 15:04:05.678901 1 a.go:1]", 1), Some(21));
    }

    #[test]
    fn what_only_resembles_a_time_is_none() {
        for text in
            ["1.2.3.4", "12", "2024", "3:4", "12:345", "10.30", "May be", "Sunday", "2024-13-01", "1.5"]
        {
            assert_eq!(end(text.as_bytes(), 0), None, "{text}");
        }
        assert_eq!(end(b"12:30:45abc", 0), None);
        assert_eq!(end(b"2024-01-02.txt", 0), None);
    }
}
