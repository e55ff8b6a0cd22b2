//! Streams of events and lists, cut at every position.

use crate::intercept::event::{Event, Outlet};
use crate::intercept::list::Elements;
use crate::intercept::sse::Lines;

fn events(pieces: &[&[u8]]) -> Vec<Event> {
    let mut lines = Lines::default();
    let mut events = Vec::new();
    for piece in pieces {
        lines.push(piece);
        events.extend(std::iter::from_fn(|| lines.next()));
    }
    events.extend(lines.rest());
    events
}

fn elements(pieces: &[&[u8]]) -> Vec<Event> {
    let mut list = Elements::default();
    let mut events = Vec::new();
    for piece in pieces {
        list.push(piece);
        events.extend(std::iter::from_fn(|| list.next()));
    }
    events.extend(list.rest());
    events
}

fn data(events: &[Event]) -> Vec<&str> {
    events.iter().filter_map(Event::data).collect()
}

fn sent(events: &[Event]) -> Vec<u8> {
    let mut outlet = Outlet::default();
    for event in events {
        outlet.send(event);
    }
    outlet.take()
}

const STREAMS: [(&str, &[&str]); 7] = [
    ("data: a\n\ndata:b\n\n", &["a", "b"]),
    ("event: x\r\ndata: a\r\n\r\n: ping\r\n\r\nid: 1\r\ndata: ü𝄞\r\n\r\n", &["a", "ü𝄞"]),
    ("data: a\r\rdata: b\r\r", &["a", "b"]),
    ("\u{feff}data: a\n\n\n\ndata: {\ndata: }\n\ndata\n\n", &["a", "{\n}", ""]),
    ("data: a\n\ndata: [DONE]\n", &["a", "[DONE]"]),
    ("data: a\n\ndata: cut of", &["a", "cut of"]),
    ("dat: no\ndatax: no\n:data: no\n\n", &[]),
];

#[test]
fn events_are_the_same_however_they_are_cut() {
    for (stream, expected) in STREAMS {
        let bytes = stream.as_bytes();
        let whole = events(&[bytes]);
        assert_eq!(data(&whole), expected, "{stream:?}");
        for cut in 0..=bytes.len() {
            for second in cut..=bytes.len() {
                let pieces = [&bytes[..cut], &bytes[cut..second], &bytes[second..]];
                let events = events(&pieces);
                assert_eq!(data(&events), expected, "{stream:?} cut at {cut} and {second}");
                assert_eq!(sent(&events), bytes);
            }
        }
    }
}

#[test]
fn an_event_is_there_with_its_last_byte() {
    for stream in ["data: a\n\n", "data: a\r\r", "data: a\r\n\r\n", ": c\n\n"] {
        let mut lines = Lines::default();
        lines.push(&stream.as_bytes()[..stream.len() - 1]);
        assert!(lines.next().is_none(), "{stream:?}");
        lines.push(&stream.as_bytes()[stream.len() - 1..]);
        assert!(lines.next().is_some(), "{stream:?}");
    }
}

#[test]
fn other_data_leave_the_rest_of_an_event() {
    let stream = "event: x\r\ndata: {\"a\":1}\r\nid: 7\r\n\r\n";
    let changed = events(&[stream.as_bytes()])[0].with_data("{\"a\":\n2}");
    assert_eq!(sent(std::slice::from_ref(&changed)), b"event: x\r\ndata: {\"a\": 2}\r\nid: 7\r\n\r\n");
    assert_eq!(changed.data(), Some("{\"a\": 2}"));
    let several = events(&[b"data: {\ndata: }\n\n"])[0].with_data("[]");
    assert_eq!(sent(&[several]), b"data: []\n\n");
}

const LISTS: [(&str, &[&str]); 5] = [
    ("[{\"a\":\"]}\\\"\"}\n,\r\n{\"b\":[{}]}\n]\n", &["{\"a\":\"]}\\\"\"}", "{\"b\":[{}]}"]),
    (" [ {} ] ", &["{}"]),
    ("[]", &[]),
    ("[{\"ü\":\"\\\\\"},{\"cut", &["{\"ü\":\"\\\\\"}"]),
    ("[1, \"two\", {\"a\":1}]", &["{\"a\":1}"]),
];

#[test]
fn elements_are_the_same_however_they_are_cut() {
    for (stream, expected) in LISTS {
        let bytes = stream.as_bytes();
        for cut in 0..=bytes.len() {
            for second in cut..=bytes.len() {
                let pieces = [&bytes[..cut], &bytes[cut..second], &bytes[second..]];
                let events = elements(&pieces);
                assert_eq!(data(&events), expected, "{stream:?} cut at {cut} and {second}");
                assert_eq!(sent(&events), bytes);
            }
        }
    }
}

#[test]
fn lists_stay_lists_when_elements_are_left_out_and_others_follow() {
    let first = elements(&[b"[{\"a\":1},\n{\"b\":2}\n]"]);
    let second = elements(&[b"[{\"c\":3}\r\n,\r\n{\"d\":4}]\n"]);
    let sent = |events: &[&Event]| {
        let mut outlet = Outlet::default();
        for event in events {
            outlet.send(event);
        }
        String::from_utf8(outlet.take()).expect("UTF-8")
    };
    assert_eq!(sent(&[&first[1], &first[2]]), "[{\"b\":2}\n]");
    assert_eq!(
        sent(&[&first[0], &second[0], &second[1], &second[2]]),
        "[{\"a\":1},\n{\"c\":3}\r\n,\r\n{\"d\":4}]\n"
    );
    assert_eq!(sent(&[&second[1], &second[2]]), "[{\"d\":4}]\n");
    assert_eq!(sent(&[&first[2]]), "[\n]");
    let mut outlet = Outlet::default();
    outlet.send(&first[0]);
    outlet.send(&elements(&[b"[]"])[0]);
    assert_eq!(outlet.take(), b"[{\"a\":1}\n]");
}
