//! Tables of a page.
//!
//! Owns whether a table holds data or only arranges the page, and its rows. It does not know what is in a cell.

use super::render::{Kind, Renderer};
use super::tags::Tag;
use super::tree::Tree;

/// Items of lists in a cell that still make one line.
const MOST_ITEMS: usize = 12;
/// Rows and columns that a cell may be said to span.
const LARGEST_SPAN: usize = 64;
/// Bytes of a cell that is repeated in the rows it spans.
const REPEATED: usize = 40;

/// Writes a table.
pub(super) fn table(renderer: &mut Renderer<'_, '_>, at: usize) {
    let tree = renderer.tree;
    let mut rows: Vec<(usize, Vec<usize>)> = Vec::new();
    for child in tree.children(at) {
        match tree.nodes[child].tag {
            Tag::Row => rows.push((child, cells(renderer, child))),
            Tag::RowGroup => {
                let inside = tree.children(child).filter(|&row| tree.nodes[row].tag == Tag::Row);
                rows.extend(inside.map(|row| (row, cells(renderer, row))));
            }
            Tag::Text => {}
            _ => {
                renderer.flush();
                renderer.children(child);
                renderer.flush();
            }
        }
    }
    rows.retain(|(_, cells)| !cells.is_empty());
    let widest = rows.iter().map(|(_, cells)| cells.len()).max().unwrap_or(0);
    let simple = rows.iter().flat_map(|(_, cells)| cells).all(|&cell| is_simple(tree, cell));
    if tree.any_name(&tree.nodes[at], |word| word == "memname") {
        // A signature, laid out in columns.
        for (_, cells) in rows {
            for cell in cells {
                renderer.children(cell);
            }
        }
        return renderer.flush();
    }
    if simple && widest >= 2 {
        return data(renderer, &rows);
    }
    for (_, cells) in rows {
        if widest >= 2 && cells.len() >= 2 {
            // Cells of several lines, one after the other below the first.
            let mut cells = cells.into_iter();
            if let Some(first) = cells.next() {
                renderer.item(first, "- ");
            }
            for cell in cells {
                renderer.cell_below(cell);
            }
        } else {
            for cell in cells {
                renderer.flush();
                renderer.children(cell);
                renderer.flush();
            }
        }
    }
}

fn cells(renderer: &Renderer<'_, '_>, row: usize) -> Vec<usize> {
    let nodes = &renderer.tree.nodes;
    let is_cell = |&cell: &usize| matches!(nodes[cell].tag, Tag::Cell | Tag::HeaderCell);
    renderer.tree.children(row).filter(is_cell).filter(|&cell| !renderer.is_aside(&nodes[cell])).collect()
}

/// Whether a cell can be written on one line.
fn is_simple(tree: &Tree<'_>, cell: usize) -> bool {
    let mut items = 0;
    tree.descendants(cell).all(|inside| {
        let node = &tree.nodes[inside];
        items += usize::from(matches!(node.tag, Tag::Item | Tag::Paragraph));
        items <= MOST_ITEMS
            && !matches!(node.tag, Tag::Table | Tag::Definitions | Tag::Quote)
            && node.tag.heading().is_none()
            && (node.tag != Tag::Pre
                || !tree.source[node.start as usize..node.end as usize].trim().contains('\n'))
    })
}

/// A table of data: a row a line.
fn data(renderer: &mut Renderer<'_, '_>, rows: &[(usize, Vec<usize>)]) {
    let tree = renderer.tree;
    // Values of cells that reach into the rows below, by column, with how many rows they still have.
    let mut spanning: Vec<(usize, String)> = Vec::new();
    let mut lines: Vec<Vec<String>> = Vec::with_capacity(rows.len());
    for (_, cells) in rows {
        let mut line: Vec<String> = Vec::with_capacity(cells.len());
        let fill = |line: &mut Vec<String>, spanning: &mut Vec<(usize, String)>| {
            while let Some((left, value)) = spanning.get_mut(line.len()).filter(|(left, _)| *left > 0) {
                *left -= 1;
                line.push(value.clone());
            }
        };
        for &cell in cells {
            fill(&mut line, &mut spanning);
            let span = |name| {
                tree.attribute(&tree.nodes[cell], name)
                    .and_then(|value| value.trim().parse::<usize>().ok())
                    .unwrap_or(1)
                    .clamp(1, LARGEST_SPAN)
            };
            let text = renderer.line(cell).replace('\n', " ").replace('|', "\\|");
            let (columns, down) = (span("colspan"), span("rowspan"));
            for column in 0..columns {
                let at = line.len();
                if down > 1 {
                    if spanning.len() <= at {
                        spanning.resize(at + 1, (0, String::new()));
                    }
                    let value =
                        if column == 0 && text.len() <= REPEATED { text.clone() } else { String::new() };
                    spanning[at] = (down - 1, value);
                }
                line.push(if column == 0 { text.clone() } else { String::new() });
            }
        }
        fill(&mut line, &mut spanning);
        lines.push(line);
    }
    let widest = lines.iter().map(Vec::len).max().unwrap_or(0);
    let used: Vec<usize> = (0..widest)
        .filter(|&column| lines.iter().any(|line| line.get(column).is_some_and(|cell| !cell.is_empty())))
        .collect();
    for (number, ((row, cells), line)) in rows.iter().zip(&lines).enumerate() {
        let mut text = String::new();
        for (at, &column) in used.iter().enumerate() {
            text.push_str(if at > 0 { " | " } else { "" });
            text.push_str(line.get(column).map_or("", String::as_str));
        }
        let text = text.trim_end_matches([' ', '|']);
        if text.is_empty() {
            continue;
        }
        let node = &tree.nodes[*row];
        let is_header = number == 0
            && used.len() > 1
            && cells.iter().all(|&cell| tree.nodes[cell].tag == Tag::HeaderCell);
        let rule = if is_header { format!("\n{}", vec!["---"; used.len()].join("|")) } else { String::new() };
        renderer.row(&format!("{text}{rule}"), (node.start, node.end));
    }
}

impl Renderer<'_, '_> {
    fn row(&mut self, text: &str, source: (u32, u32)) {
        self.placed(Kind::Row, text, source);
    }

    /// A further cell of a row that takes several lines.
    fn cell_below(&mut self, at: usize) {
        self.flush();
        self.indented("  ", |renderer| renderer.children(at));
    }
}
