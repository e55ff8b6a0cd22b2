//! Leaving elements out of a list or members out of an object, commas included.

use crate::wire::Span;

/// What has to go for the `dropped` of `elements`, which are all of a list's in order, to go with their commas.
pub(super) fn without(elements: &[Span], dropped: impl Fn(usize) -> bool) -> Vec<Span> {
    let mut out = Vec::new();
    let mut kept = false;
    for (index, &element) in elements.iter().enumerate() {
        if !dropped(index) {
            kept = true;
            continue;
        }
        // With the comma in front where something stays in front, else with the one behind.
        let start = if kept { elements[index - 1].end } else { element.start };
        let end = match elements.get(index + 1) {
            Some(next) if !kept => next.start,
            _ => element.end,
        };
        out.push(Span { start, end });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::splice::{Edit, edit};

    #[test]
    fn every_choice_of_elements_can_go() {
        let list = "[ 1 ,2,  3 ,4 ]";
        let elements: Vec<Span> = "1234"
            .chars()
            .map(|digit| list.find(digit).unwrap())
            .map(|at| Span { start: at, end: at + 1 })
            .collect();
        for choice in 0..16_usize {
            let dropped = |index: usize| choice >> index & 1 == 1;
            let edits = without(&elements, dropped).into_iter().map(Edit::remove).collect();
            let left: Vec<usize> = serde_json::from_slice(&edit(list.as_bytes(), edits)).unwrap();
            let expected: Vec<usize> =
                (0..4).filter(|&index| !dropped(index)).map(|index| index + 1).collect();
            assert_eq!(left, expected);
        }
    }
}
