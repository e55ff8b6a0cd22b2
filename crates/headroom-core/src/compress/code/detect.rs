//! Detection of source code, by the statements that only a program has.
//!
//! Owns the question whether a text is source code, bare or with the numbers that a tool wrote before its lines. It reads a
//! sample; a file that the call names is a hint that lowers what is asked for, never proof.

use super::ask::identifier;
use super::language::Language;
use super::numbered::split_number;
use crate::route::{Confidence, Sample};

/// Lines below which a text is too short to be told.
const LEAST_LINES: usize = 8;
/// The confidence in what has the statements of a program.
const SURE: usize = 85;
/// The confidence in what may be the middle of a program.
const LIKELY: usize = 50;

/// How surely a text is source code.
#[must_use]
pub fn detect(sample: &Sample<'_>) -> Confidence {
    let (mut lines, mut telling, mut fitting, mut foreign, mut fences) =
        (0_usize, 0_usize, 0_usize, 0_usize, 0_usize);
    for line in sample.lines() {
        fences += usize::from(line.starts_with("```"));
        let line = split_number(line).map_or(line, |(_, code)| code).trim();
        if line.is_empty() {
            continue;
        }
        lines += 1;
        if is_telling(line) {
            telling += 1;
        } else if fits(line) {
            fitting += 1;
        } else if line.starts_with('<') {
            foreign += 1;
        }
    }
    let hinted = Language::of_arguments(sample.hints.arguments).is_some();
    let (share, least) = if hinted { (45, 2) } else { (60, 4) };
    if lines < LEAST_LINES || foreign * 6 > lines || telling < least || fences > 1 && !hinted {
        return Confidence::NONE;
    }
    let fit = (telling + fitting) * 100 / lines;
    let tell = telling * 100 / lines;
    if fit >= share && (tell >= 6 || hinted && tell >= 2) {
        return Confidence::per_cent(SURE);
    }
    if fit >= share / 2 && tell >= 6 { Confidence::per_cent(LIKELY / 2) } else { Confidence::NONE }
}

/// Whether a line is one that only a program has.
fn is_telling(line: &str) -> bool {
    let bytes = line.as_bytes();
    if !(bytes[0].is_ascii_alphabetic() || matches!(bytes[0], b'#' | b'@' | b'}')) {
        return false;
    }
    let word_length = identifier(line);
    let word = &line[..word_length];
    let rest = line[word_length..].trim_start();
    let name = identifier(rest);
    let after = rest[name..].trim_start();
    let last = bytes[bytes.len() - 1];
    let opens = matches!(last, b'{' | b'(' | b':' | b',');
    match word {
        "def" | "defp" | "fn" | "fun" | "function" => {
            name > 0 && (after.starts_with(['(', '<']) || after.is_empty())
        }
        "func" => after.starts_with(['(', '[']) || rest.starts_with('('),
        "async" => ["def ", "function ", "fn ", "("].iter().any(|next| rest.starts_with(next)),
        "class" | "interface" | "struct" | "enum" | "trait" | "union" | "object" => {
            name > 0 && (last == b'{' || last == b':' || after.is_empty() && last != b'.')
        }
        "impl" | "namespace" | "extension" | "protocol" => last == b'{',
        "mod" => name > 0 && (last == b'{' || last == b';'),
        "import" => {
            last == b';'
                || rest.contains(['"', '\''])
                || after.is_empty() && name > 0
                || after.starts_with(['.', ','])
                || rest.starts_with('(')
        }
        "from" => rest.contains(" import "),
        "use" => last == b';' && (rest.contains("::") || rest.contains('\\')),
        "package" | "using" | "module" => {
            !rest.contains(' ') && !rest.is_empty() && last != b'.' || last == b';'
        }
        "const" | "let" | "var" | "val" | "local" => {
            name > 0 && after.starts_with(['=', ':'])
                || rest.starts_with(['{', '['])
                || rest.starts_with("mut ")
        }
        "type" => {
            name > 0
                && (after.starts_with(['=', '<'])
                    || after.starts_with("struct")
                    || after.starts_with("interface"))
        }
        "pub" | "export" | "public" | "private" | "protected" | "static" | "override" | "declare"
        | "typedef" | "extern" => opens || matches!(last, b';' | b'}' | b')') || rest.starts_with("fn "),
        "if" | "for" | "while" | "switch" | "match" | "elif" | "with" | "except" | "unless" | "select" => {
            matches!(last, b'{' | b':') && !rest.is_empty() && last_is_code(line)
                || rest.starts_with('(') && opens
        }
        "try" | "else" | "finally" | "do" => matches!(last, b'{' | b':') && rest.len() == 1,
        "return" | "throw" | "raise" | "defer" | "yield" | "await" => {
            last == b';' || rest.contains('(') && last == b')' || opens && last != b':' && last != b','
        }
        "self" | "this" | "super" => rest.starts_with('.') && line.contains(['=', '(']),
        "end" | "fi" | "done" | "esac" | "then" => rest.is_empty(),
        "template" => rest.starts_with('<'),
        "" if bytes[0] == b'#' => ["#include", "#define", "#ifdef", "#ifndef", "#endif", "#[", "#!/"]
            .iter()
            .any(|sign| line.starts_with(sign)),
        "" if bytes[0] == b'}' => {
            ["} else", "} catch", "} finally", "}) =>"].iter().any(|sign| line.starts_with(sign))
        }
        "" if bytes[0] == b'@' => identifier(&line[1..]) > 0 && !line.contains(' ') && !line.ends_with(';'),
        _ => {
            rest.starts_with(":= ")
                || rest.starts_with("() {")
                || rest.starts_with('(') && line.ends_with(") {")
        }
    }
}

/// Whether a line that ends with a colon or a brace may be the head of a block: prose ends with colons as well.
fn last_is_code(line: &str) -> bool {
    line.ends_with('{')
        || line.contains(['(', '.', '[', '=', '<', '>', '_', '!'])
        || line.contains(" in ")
        || line.contains(" not ")
        || line.split(' ').count() <= 4
}

/// Whether a line may stand in a program.
fn fits(line: &str) -> bool {
    let bytes = line.as_bytes();
    let begins = line.starts_with(['}', ')', ']', '*', '.', '@', '&'])
        || ["//", "/*", "#", "--", "\"\"\"", "'''", "&&", "||"].iter().any(|sign| line.starts_with(sign));
    let ends =
        matches!(bytes[bytes.len() - 1], b'{' | b'}' | b';' | b'(' | b')' | b'[' | b']' | b',' | b'\\');
    begins
        || ends
        || line.contains(" = ")
        || line.contains(" := ")
        || line.contains("=> ")
        || line.contains("->")
        || line.contains("::")
        || identifier(line) > 0 && line[identifier(line)..].starts_with(['(', '.'])
}
