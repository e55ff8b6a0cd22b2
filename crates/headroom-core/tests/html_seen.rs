//! What the model sees of small pages: to be read by a reviewer.

use headroom_core::compress::html::{HtmlCompressor, XmlCompressor, to_markdown};
use headroom_core::compress::{Compressor, Query, Task};
use headroom_core::route::{Hints, Kind, Registry, Sample};
use headroom_core::tokens::Counter;

fn seen(html: &str) -> String {
    let counter = Counter::for_model(Some("gpt-4o")).expect("a vocabulary");
    let query = Query::default();
    let task = Task {
        text: html,
        first_line: 1,
        tokens: counter.count(html),
        query: &query,
        counter: &counter,
        budget: 4000,
        lossless: false,
        code: false,
    };
    let candidates = HtmlCompressor.compress(&task);
    let first = candidates.first().expect("a candidate");
    assert!(!first.omissions.is_empty());
    assert!(counter.count(&first.text) < task.tokens);
    format!("{}\n{:?}", first.text, first.omissions)
}

fn kind(text: &str) -> Kind {
    Registry::standard().guess(&Sample::new(text, Hints::default())).best()
}

#[test]
fn an_article_without_what_is_around_it() {
    insta::assert_snapshot!(seen(include_str!("data/html/article.html")));
}

#[test]
fn a_reference_with_signatures_tables_and_code() {
    insta::assert_snapshot!(seen(include_str!("data/html/reference.html")));
}

#[test]
fn nothing_is_made_of_a_page_where_nothing_may_be_left_out() {
    let counter = Counter::for_model(Some("gpt-4o")).expect("a vocabulary");
    let query = Query::default();
    let text = include_str!("data/html/article.html");
    let task = Task {
        text,
        first_line: 1,
        tokens: 9,
        query: &query,
        counter: &counter,
        budget: 4000,
        lossless: true,
        code: false,
    };
    assert_eq!(HtmlCompressor.compress(&task), []);
}

#[test]
fn pages_are_told_from_what_holds_tags() {
    for page in [
        "<!DOCTYPE html><title>x</title><p>y",
        "\u{FEFF}\n<HTML><BODY>x</BODY></HTML>",
        "<?xml version=\"1.0\"?>\n<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.1//EN\">\n<html><body>x</body></html>",
        "<div><h1>x</h1><p>a</p><ul><li>b</li></ul></div>",
    ] {
        assert_eq!(kind(page), Kind::Html, "{page}");
    }
    for other in [
        "# Title\n\n<p align=\"center\"><img src=\"x.svg\"></p>\n\nSome text with <b>tags</b>.\n",
        "<h1 align=\"center\">x</h1>\n<p align=\"center\"><img src=\"a.svg\"><b>y</b><i>z</i></p>\n\n## Use\n\n- one\n- two\n\n```sh\nx\n```\n",
        "export default function App() {\n  return <div className=\"a\"><p>{x}</p><p>y</p></div>;\n}\n",
        "<template>\n  <div v-if=\"a\"><p>{{ b }}</p><span>c</span></div>\n</template>\n<script>\nexport default {}\n</script>\n",
        "<svg xmlns=\"http://www.w3.org/2000/svg\"><title>x</title><g><path d=\"M0\"/><path d=\"M1\"/><path d=\"M2\"/></g></svg>",
        "<project><modelVersion>4.0.0</modelVersion><groupId>a</groupId><version>1</version></project>",
        "<135>Jan 12 06:30:00 host app: started\n<135>Jan 12 06:30:01 host app: stopped\n",
        "<html lang=\"en\">\n{% block x %}<p>{{ a }}</p>{% endblock %}\n",
        "a < b and c > d",
        "",
    ] {
        assert_ne!(kind(other), Kind::Html, "{other}");
    }
}

#[test]
fn a_page_read_as_a_file_stays_to_the_letter() {
    let page = "<!DOCTYPE html><title>x</title><p>y";
    for (arguments, expected) in [
        (r#"{"file_path":"/app/index.html"}"#, Kind::Text),
        (r#"{"command":"cat index.html | head -50"}"#, Kind::Text),
        (r#"{"command":"curl -s https://example.org | head -c 9000"}"#, Kind::Html),
        (r#"{"url":"https://example.org"}"#, Kind::Html),
    ] {
        let hints = Hints { arguments, ..Hints::default() };
        assert_eq!(Registry::standard().guess(&Sample::new(page, hints)).best(), expected, "{arguments}");
    }
}

#[test]
fn what_a_page_repeats_is_said_once() {
    let object = "  \"owner\": {\n    \"login\": \"octavia\",\n    \"id\": 77,\n    \"node_id\": \"bm9kZS1vZi1vY3RhdmlhLTc3\",\n    \"url\": \"https://example.org/users/octavia\",\n    \"html_url\": \"https://example.org/octavia\",\n    \"type\": \"User\",\n    \"is_staff\": false,\n    \"events_url\": \"https://example.org/users/octavia/events\"\n  }\n}";
    let page: String = ["opened", "closed", "edited"].iter().fold("<body><h1>Events</h1>\n".to_owned(), |page, event| {
        page + &format!("<h2>{event}</h2>\n<pre><code class=\"language-json\">{{\n  \"action\": \"{event}\",\n{object}</code></pre>\n")
    });
    insta::assert_snapshot!(seen(&page));
}

/// A section of a manual; one of them holds what is asked for.
fn section(number: usize) -> String {
    let paragraphs: Vec<String> = (0..6)
        .map(|paragraph| {
            format!("<p>Paragraph {paragraph} of section {number} goes on about weather, tides and harbours at some length, as manuals do.</p>\n")
        })
        .collect();
    let answer = if number == 47 { "<p>The reindeer quota defaults to 1234.</p>\n" } else { "" };
    let paragraphs = paragraphs.concat();
    format!("<h2>Option {number}</h2>\n<p>What option {number} does.</p>\n{paragraphs}{answer}")
}

#[test]
fn a_very_long_page_keeps_its_outline_and_what_is_asked_for() {
    let sections: Vec<String> = (0..60).map(section).collect();
    let page = format!("<html><body><h1>Manual</h1>{}", sections.concat());
    let counter = Counter::for_model(Some("gpt-4o")).expect("a vocabulary");
    let query =
        Query { question: "What does the reindeer quota default to?".to_owned(), arguments: String::new() };
    let task = Task {
        text: &page,
        first_line: 1,
        tokens: counter.count(&page),
        query: &query,
        counter: &counter,
        budget: 1000,
        lossless: false,
        code: false,
    };
    let candidates = HtmlCompressor.compress(&task);
    assert!(!candidates[0].last_resort && candidates[1].last_resort);
    let text = &candidates[1].text;
    assert!(text.len() * 10 < candidates[0].text.len() * 9);
    assert!(text.contains("The reindeer quota defaults to 1234."));
    assert!(
        (0..60).all(|section| text.contains(&format!("## Option {section}\nWhat option {section} does.")))
    );
    assert!(text.contains("\n… "), "{text}");
}

#[test]
fn hostile_pages_are_read_in_linear_time_and_never_panic() {
    let many = |piece: &str, bytes: usize| piece.repeat(bytes / piece.len() + 1);
    for piece in [
        "<",
        "<a",
        "<a href=\"",
        "<a href='x",
        "</",
        "<!--",
        "<![CDATA[",
        "<!",
        "<div>",
        "</div>",
        "<p>",
        "<table>",
        "<td>",
        "<tr><td>",
        "<li>",
        "<ul><li>",
        "<dl><dt>",
        "<a href=x>",
        "<script>",
        "<title>",
        "<textarea>",
        "<svg>",
        "&",
        "&#",
        "&#x41;",
        "&nbsp",
        "\0",
        "<\0>",
        "<p \u{e9}=\u{e9}>\u{e9}",
        "<pre>",
        "<pre>`",
        "<blockquote>",
        "<sup>2",
        "<select><option>",
        "<h1>",
        "<h1><div>",
        "<nav>",
        "<main>",
        "<header>",
        "<span class=lineno>",
        "<math>",
        "<table><tr><td rowspan=99 colspan=99>x",
        "<a class=\"x y z\" id=nav>x</a>",
        "<div class=nav><a href=#x>y",
        "<x-y a=b/>",
    ] {
        let text = many(piece, 200_000);
        let _ = to_markdown(&text);
        let _ = to_markdown(&format!("<html><body><p>x{text}"));
        let attributes = format!("<p {}>x", text.replace(['<', '>'], " "));
        let _ = to_markdown(&attributes);
        let counter = Counter::for_model(Some("gpt-4o")).expect("a vocabulary");
        let query = Query::default();
        let feed = format!("<rss><item>{text}");
        let task = Task {
            text: &feed,
            first_line: 1,
            tokens: 9,
            query: &query,
            counter: &counter,
            budget: 4000,
            lossless: false,
            code: false,
        };
        let _ = XmlCompressor.compress(&task);
        let _ = kind(&format!("<html>{text}"));
    }
    let nested = many("<table><tr><td>", 1_500_000) + "deep" + &many("</td></tr></table>", 1_800_000);
    assert!(to_markdown(&nested).is_some_and(|text| text.contains("deep")));
}
