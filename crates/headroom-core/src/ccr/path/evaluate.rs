//! The evaluation of a `JSONPath` query over the spans of a source.
//!
//! Values are never built: a filter reads the scalars it compares and nothing else. What is selected keeps the
//! order of RFC 9535, duplicates and repeated keys included.

use super::super::source::{Place, Source};
use super::super::tape::Kind;
use super::{Comparison, Expression, Operand, Query, Segment, Selector};
use std::cmp::Ordering;

/// Values visited a query may cost for each value of the original: `$..*..*` would visit them times their depth
/// again and again.
const VISITS_PER_NODE: usize = 16;
/// Visits that every query may cost.
const FREE_VISITS: usize = 100_000;

/// What a query selected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::ccr) enum Evaluation {
    /// These values, perhaps none.
    Places(Vec<Place>),
    /// It was given up: it visits far more values than the original has.
    TooBroad,
}

/// Evaluates `query` from the root of `source`. With `through_strings`, a string that holds JSON is stepped
/// through as if it were the value it holds.
pub(in crate::ccr) fn select(source: &mut Source<'_>, query: &Query, through_strings: bool) -> Evaluation {
    let root = source.root();
    let visits_left = FREE_VISITS + VISITS_PER_NODE * source.tape(0).len();
    let mut evaluator = Evaluator { source, through_strings, visits_left };
    match evaluator.query(query, root) {
        Ok(places) => Evaluation::Places(places),
        Err(TooBroad) => Evaluation::TooBroad,
    }
}

struct TooBroad;

/// A scalar, or a container to be compared entry by entry.
enum Value {
    Nothing,
    Text(String),
    Number(Number),
    Boolean(bool),
    Null,
    Container(Place),
}

#[derive(Clone, Copy)]
enum Number {
    Integer(i128),
    Float(f64),
}

struct Evaluator<'s, 'a> {
    source: &'s mut Source<'a>,
    through_strings: bool,
    visits_left: usize,
}

impl Evaluator<'_, '_> {
    fn visit(&mut self) -> Result<(), TooBroad> {
        self.visits_left = self.visits_left.checked_sub(1).ok_or(TooBroad)?;
        Ok(())
    }

    fn query(&mut self, query: &Query, current: Place) -> Result<Vec<Place>, TooBroad> {
        let mut places = vec![if query.absolute { self.source.root() } else { current }];
        for segment in &query.segments {
            let mut selected = Vec::new();
            for place in places {
                self.segment(segment, place, &mut selected)?;
            }
            places = selected;
        }
        Ok(places)
    }

    fn segment(
        &mut self,
        segment: &Segment,
        place: Place,
        selected: &mut Vec<Place>,
    ) -> Result<(), TooBroad> {
        if !segment.descendant {
            return self.selectors(segment, place, selected);
        }
        // The nodes of a value stand on the tape with parents before children and elements in order, which is
        // the order in which the RFC visits them. Strings are looked through when they are reached.
        let mut ranges =
            vec![(place.document, place.node..self.source.tape(place.document).next(place.node))];
        while let Some((document, mut range)) = ranges.pop() {
            let Some(node) = range.next() else { continue };
            ranges.push((document, range));
            let here = Place { document, node };
            match self.source.kind(here) {
                Kind::Key => continue,
                Kind::Object | Kind::Array => self.selectors(segment, here, selected)?,
                Kind::String if self.through_strings => {
                    let inner = self.source.look_through(here);
                    if inner.document != document {
                        let last = self.source.tape(inner.document).next(inner.node);
                        ranges.push((inner.document, inner.node..last));
                    }
                }
                _ => {}
            }
            self.visit()?;
        }
        Ok(())
    }

    fn selectors(
        &mut self,
        segment: &Segment,
        place: Place,
        selected: &mut Vec<Place>,
    ) -> Result<(), TooBroad> {
        let place = if self.through_strings { self.source.look_through(place) } else { place };
        if !self.source.is_container(place) {
            return self.visit();
        }
        segment.selectors.iter().try_for_each(|selector| self.selector(selector, place, selected))
    }

    fn selector(
        &mut self,
        selector: &Selector,
        place: Place,
        selected: &mut Vec<Place>,
    ) -> Result<(), TooBroad> {
        let document = place.document;
        let array = self.source.kind(place) == Kind::Array;
        match selector {
            Selector::Name(_) if array => {}
            Selector::Index(_) | Selector::Slice { .. } if !array => {}
            Selector::Name(name) => {
                let tape = self.source.tape(document);
                let mut visited = 0;
                for child in tape.children(place.node) {
                    visited += 1;
                    if child.key.is_some_and(|key| tape.string(key) == name.as_str()) {
                        selected.push(Place { document, node: child.value });
                    }
                }
                self.visits_left = self.visits_left.checked_sub(visited).ok_or(TooBroad)?;
            }
            Selector::Wildcard => selected.extend(self.entries(place)?),
            Selector::Index(index) => {
                let entries = self.entries(place)?;
                let at = from_either_end(*index, entries.len());
                selected.extend(at.and_then(|at| entries.get(at)));
            }
            Selector::Slice { start, end, step } => {
                let entries = self.entries(place)?;
                selected.extend(slice(entries.len(), *start, *end, *step).map(|at| entries[at]));
            }
            Selector::Filter(expression) => {
                for entry in self.entries(place)? {
                    if self.holds(expression, entry)? {
                        selected.push(entry);
                    }
                }
            }
        }
        Ok(())
    }

    fn entries(&mut self, place: Place) -> Result<Vec<Place>, TooBroad> {
        let tape = self.source.tape(place.document);
        let values = tape.children(place.node).map(|child| Place { node: child.value, ..place });
        let entries: Vec<Place> = values.collect();
        self.visits_left = self.visits_left.checked_sub(entries.len()).ok_or(TooBroad)?;
        Ok(entries)
    }

    fn holds(&mut self, expression: &Expression, current: Place) -> Result<bool, TooBroad> {
        Ok(match expression {
            Expression::Any(conditions) => {
                for condition in conditions {
                    if self.holds(condition, current)? {
                        return Ok(true);
                    }
                }
                false
            }
            Expression::All(conditions) => {
                for condition in conditions {
                    if !self.holds(condition, current)? {
                        return Ok(false);
                    }
                }
                true
            }
            Expression::Not(condition) => !self.holds(condition, current)?,
            Expression::Exists(query) => !self.query(query, current)?.is_empty(),
            Expression::Compare(left, comparison, right) => {
                let left = self.operand(left, current)?;
                let right = self.operand(right, current)?;
                self.compare(&left, *comparison, &right)?
            }
        })
    }

    fn operand(&mut self, operand: &Operand, current: Place) -> Result<Value, TooBroad> {
        self.visit()?;
        Ok(match operand {
            Operand::Text(text) => Value::Text(text.clone()),
            Operand::Number(written) => Value::Number(number(written)),
            Operand::Boolean(boolean) => Value::Boolean(*boolean),
            Operand::Null => Value::Null,
            Operand::Singular(query) | Operand::Value(query) => match self.query(query, current)?[..] {
                [place] => self.value(place),
                _ => Value::Nothing,
            },
            Operand::Count(query) => {
                Value::Number(Number::Integer(self.query(query, current)?.len() as i128))
            }
            Operand::Length(operand) => {
                let length = match self.operand(operand, current)? {
                    Value::Text(text) => text.chars().count(),
                    Value::Container(place) => self.entries(place)?.len(),
                    _ => return Ok(Value::Nothing),
                };
                Value::Number(Number::Integer(length as i128))
            }
        })
    }

    fn value(&self, place: Place) -> Value {
        let written = self.source.text(self.source.slice(place));
        match self.source.kind(place) {
            Kind::String | Kind::Key => Value::Text(self.source.string(place).into_owned()),
            Kind::Number => Value::Number(number(written)),
            Kind::Boolean => Value::Boolean(written.starts_with('t')),
            Kind::Null => Value::Null,
            Kind::Object | Kind::Array => Value::Container(place),
        }
    }

    fn compare(&mut self, left: &Value, comparison: Comparison, right: &Value) -> Result<bool, TooBroad> {
        Ok(match comparison {
            Comparison::Equal => self.equal(left, right)?,
            Comparison::NotEqual => !self.equal(left, right)?,
            Comparison::Less => less(left, right),
            Comparison::Greater => less(right, left),
            Comparison::LessOrEqual => less(left, right) || self.equal(left, right)?,
            Comparison::GreaterOrEqual => less(right, left) || self.equal(left, right)?,
        })
    }

    /// Recursion is bounded by the depth of the tape.
    fn equal(&mut self, left: &Value, right: &Value) -> Result<bool, TooBroad> {
        self.visit()?;
        Ok(match (left, right) {
            (Value::Nothing, Value::Nothing) | (Value::Null, Value::Null) => true,
            (Value::Text(left), Value::Text(right)) => left == right,
            (Value::Boolean(left), Value::Boolean(right)) => left == right,
            (Value::Number(left), Value::Number(right)) => order(*left, *right) == Some(Ordering::Equal),
            (Value::Container(left), Value::Container(right)) => self.equal_entries(*left, *right)?,
            _ => false,
        })
    }

    fn equal_entries(&mut self, left: Place, right: Place) -> Result<bool, TooBroad> {
        if self.source.kind(left) != self.source.kind(right) {
            return Ok(false);
        }
        let (entries, mut others) = (self.entries(left)?, self.entries(right)?);
        if entries.len() != others.len() {
            return Ok(false);
        }
        if self.source.kind(left) == Kind::Object {
            // Names decide which entries belong together, whatever their order.
            let named = |place: Place| {
                let tape = self.source.tape(place.document);
                let mut entries: Vec<(String, usize)> = tape
                    .children(place.node)
                    .filter_map(|child| child.key.map(|key| (tape.string(key).into_owned(), child.value)))
                    .collect();
                entries.sort();
                entries
            };
            let (lefts, rights) = (named(left), named(right));
            if !lefts.iter().map(|entry| &entry.0).eq(rights.iter().map(|entry| &entry.0)) {
                return Ok(false);
            }
            let at = |document: usize| move |(_, node): (String, usize)| Place { document, node };
            let lefts: Vec<Place> = lefts.into_iter().map(at(left.document)).collect();
            others = rights.into_iter().map(at(right.document)).collect();
            return self.all_equal(&lefts, &others);
        }
        self.all_equal(&entries, &others)
    }

    fn all_equal(&mut self, lefts: &[Place], rights: &[Place]) -> Result<bool, TooBroad> {
        for (&left, &right) in lefts.iter().zip(rights) {
            let (left, right) = (self.value(left), self.value(right));
            if !self.equal(&left, &right)? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

fn less(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Text(left), Value::Text(right)) => left < right,
        (Value::Number(left), Value::Number(right)) => order(*left, *right) == Some(Ordering::Less),
        _ => false,
    }
}

/// Integers exactly, so that 17-digit identifiers are told apart; anything else as doubles.
fn number(written: &str) -> Number {
    match written.parse::<i128>() {
        Ok(integer) => Number::Integer(integer),
        Err(_) => Number::Float(written.parse().unwrap_or(f64::NAN)),
    }
}

fn order(left: Number, right: Number) -> Option<Ordering> {
    match (left, right) {
        (Number::Integer(left), Number::Integer(right)) => Some(left.cmp(&right)),
        (left, right) => as_float(left).partial_cmp(&as_float(right)),
    }
}

fn as_float(number: Number) -> f64 {
    match number {
        Number::Integer(integer) => integer as f64,
        Number::Float(float) => float,
    }
}

/// The position an index means; negative ones count from the end.
fn from_either_end(index: i64, length: usize) -> Option<usize> {
    let distance = usize::try_from(index.unsigned_abs()).unwrap_or(usize::MAX);
    if index < 0 { length.checked_sub(distance) } else { Some(distance) }
}

/// The indexes that an array slice selects, by RFC 9535 section 2.3.4.2. Both borders are given as the number of
/// elements before them.
fn slice(length: usize, start: Option<i64>, end: Option<i64>, step: i64) -> Box<dyn Iterator<Item = usize>> {
    let stride = usize::try_from(step.unsigned_abs()).unwrap_or(usize::MAX);
    if stride == 0 {
        return Box::new(std::iter::empty());
    }
    let border = |index: i64| from_either_end(index, length).unwrap_or(0).min(length);
    if step > 0 {
        let (from, to) = (start.map_or(0, border), end.map_or(length, border));
        return Box::new((from..to.max(from)).step_by(stride));
    }
    // Backwards: from the element at `start`, down to the one after `end`.
    let after = |index: i64| from_either_end(index, length).map_or(0, |at| at.saturating_add(1).min(length));
    let (from, to) = (start.map_or(length, after), end.map_or(0, after));
    Box::new((to..from.max(to)).rev().step_by(stride))
}
