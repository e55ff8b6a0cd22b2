//! Writing hits in the notation, all of them.
//!
//! Owns the order in which a plan is written. What is left out is the business of [`super::lossy`].

use super::notation::{Notation, write_heading, write_position};
use super::plan::{Plan, Section};
use super::rows::{Output, Row};

/// The notation for an output. `separators` says whether `--` is left out, as far as it follows from the line numbers.
#[must_use]
pub fn notation<'a>(output: &Output<'a>, plan: &Plan<'a>, separators: bool) -> Notation<'a> {
    Notation {
        layout: output.layout,
        named: plan.sections.iter().any(|section| !section.path.is_empty()),
        columns: output.columns,
        context: output.has_context(),
        equal: plan.follows.contains(&true),
        indent: plan.sections.iter().any(|section| section.indent > 0),
        other: output.rows.iter().any(|row| matches!(row, Row::Other(_))),
        separators,
        root: plan.root,
    }
}

/// The whole output in the notation.
#[must_use]
pub fn write(output: &Output<'_>, plan: &Plan<'_>, notation: &Notation<'_>) -> String {
    let mut out = String::with_capacity(output.rows.len() * 32);
    notation.write(&mut out);
    let mut written = 0;
    for section in &plan.sections {
        for row in &output.rows[written..section.rows.start] {
            write_loose(&mut out, row, notation);
        }
        write_section_heading(&mut out, output, section, notation);
        for at in section.rows.clone() {
            write_row(&mut out, output, plan, section, notation, at);
        }
        written = section.rows.end;
    }
    for row in &output.rows[written..] {
        write_loose(&mut out, row, notation);
    }
    if output.ends {
        out.push('\n');
    }
    out
}

/// Writes a line that is none of a file's, after the end of the one before.
pub fn write_loose(out: &mut String, row: &Row<'_>, notation: &Notation<'_>) {
    match row {
        Row::Separator if !notation.separators => out.push_str("\n--"),
        Row::Other("") => out.push_str("\n>"),
        Row::Other(text) => {
            out.push_str("\n> ");
            out.push_str(text);
        }
        Row::Separator | Row::Heading | Row::Hit(_) => {}
    }
}

/// Writes the line of a section's file.
pub fn write_section_heading(
    out: &mut String,
    output: &Output<'_>,
    section: &Section<'_>,
    notation: &Notation<'_>,
) {
    if section.path.is_empty() && section.indent == 0 {
        return;
    }
    let mut texts = output.rows[section.rows.clone()].iter().filter_map(Row::hit).map(|hit| hit.text);
    let first = texts.find(|text| !text.is_empty()).unwrap_or_default();
    out.push('\n');
    write_heading(out, &section.path[notation.root.len()..], first, section.indent);
}

/// Writes a row of a section, with those that are equal to it; nothing where it was written with an earlier one.
pub fn write_row(
    out: &mut String,
    output: &Output<'_>,
    plan: &Plan<'_>,
    section: &Section<'_>,
    notation: &Notation<'_>,
    at: usize,
) {
    let Row::Hit(hit) = &output.rows[at] else {
        write_loose(out, &output.rows[at], notation);
        return;
    };
    if plan.follows[at] {
        return;
    }
    for (count, equal) in plan.equal(at).enumerate() {
        out.push(if count == 0 { '\n' } else { ',' });
        if let Row::Hit(hit) = &output.rows[equal] {
            write_position(out, hit);
        }
    }
    let sign = notation.sign(hit.mark);
    if hit.line == 0 || sign != ' ' || !hit.text.is_empty() {
        out.push(sign);
    }
    out.push_str(hit.text.get(section.indent..).unwrap_or_default());
}
