//! What a build's output is made of: diagnostics with what they show, failures' sections, single lines.
//!
//! Owns where one finding ends and the next begins. It decides nothing about what is kept.

use super::read::{self, Role};
use crate::compress::log::lines::Lines;
use crate::compress::passage::{Noun, Passage, Passages};

/// The findings of an output, in order; together they are all its lines.
pub(super) fn passages(lines: &Lines<'_>, text: &str) -> Passages {
    let reading = read::read(lines);
    let mut sections = reading.sections.iter().peekable();
    let mut list: Vec<Passage> = Vec::new();
    let (mut section_end, mut title): (usize, Option<Box<str>>) = (0, None);
    for (at, role) in reading.roles.iter().enumerate() {
        if let Some(section) = sections.next_if(|section| section.first as usize == at) {
            (section_end, title) = (section.end as usize, Some(section.name.into()));
        } else if at < section_end || joins(&reading.roles, at, *role) {
            if let Some(last) = list.last_mut() {
                last.end = lines.start(at + 1) as u32;
            }
            continue;
        }
        let (start, end) = (lines.start(at) as u32, lines.start(at + 1) as u32);
        list.push(Passage { start, end, title: title.take() });
    }
    Passages::new(Noun::Finding, list).cut(text)
}

/// Whether a line belongs to what stands before it.
fn joins(roles: &[Role], at: usize, role: Role) -> bool {
    let Some(before) = at.checked_sub(1).map(|before| roles[before]) else { return false };
    match role {
        Role::Detail(_) | Role::Excerpt(_) | Role::LibraryFrame => true,
        Role::Blank => matches!(before, Role::Blank),
        Role::Plain => matches!(before, Role::LibraryFrame),
        _ => false,
    }
}
