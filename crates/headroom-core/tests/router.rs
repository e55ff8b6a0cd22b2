//! What `ContentRouter` takes texts for: a confusion matrix over the corpus, where there is one, and over texts of
//! `data/router`, a folder for each kind. Output of real tools where a tool was at hand, written by hand otherwise.

mod support {
    pub(crate) mod corpus;
}

use headroom_core::route::{Guesses, Hints, Kind, Registry, Sample};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// What a text of a kind may be taken for. A kind whose compressor is not there passes as text.
fn allowed(kind: &str) -> &'static [Kind] {
    match kind {
        "json" | "json_array" | "json_nested" => &[Kind::Json],
        "ndjson" => &[Kind::Ndjson],
        "json_logs" => &[Kind::Json, Kind::Ndjson],
        "log" | "logs" => &[Kind::Log],
        "build" | "build_logs" => &[Kind::Build],
        "search" => &[Kind::Search],
        "diff" | "diffs" => &[Kind::Diff],
        "table" | "table_csv" => &[Kind::Table],
        "tree" => &[Kind::Tree],
        "html" => &[Kind::Html],
        "xml" => &[Kind::Xml],
        "markdown" => &[Kind::Markdown],
        "prose" => &[Kind::Prose],
        "docs" | "prose_qa" => &[Kind::Markdown, Kind::Prose],
        "code" => &[Kind::Code],
        // What has no compressor of its own.
        _ => &[Kind::Text],
    }
}

fn guess(text: &str) -> Guesses {
    Registry::standard().guess(&Sample::new(text, Hints::default()))
}

/// How often texts of each kind were taken for which, as a table, and those that were taken for what they are not.
#[derive(Default)]
struct Matrix {
    counts: BTreeMap<String, BTreeMap<String, usize>>,
    wrong: Vec<String>,
}

impl Matrix {
    fn add(&mut self, kind: &str, name: &str, text: &str) {
        let guesses = guess(text);
        let best = guesses.best();
        *self.counts.entry(kind.to_owned()).or_default().entry(best.to_string()).or_default() += 1;
        let allowed = allowed(kind);
        let has_compressor =
            allowed.iter().any(|&kind| Registry::standard().compressors(kind).next().is_some());
        if !allowed.contains(&best) && (has_compressor || best != Kind::Text) {
            let all: Vec<String> = guesses.iter().map(|guess| guess.to_string()).collect();
            self.wrong.push(format!("{kind}/{name} is taken for {}", all.join(", then ")));
        }
    }

    fn table(&self) -> String {
        let columns: Vec<&String> = {
            let all: std::collections::BTreeSet<&String> =
                self.counts.values().flat_map(BTreeMap::keys).collect();
            all.into_iter().collect()
        };
        let mut table = format!("{:12}", "");
        for column in &columns {
            let _ = write!(table, "{column:>8}");
        }
        for (kind, counts) in &self.counts {
            let _ = write!(table, "\n{kind:12}");
            for column in &columns {
                let count = counts.get(*column).map_or_else(|| ".".to_owned(), usize::to_string);
                let _ = write!(table, "{count:>8}");
            }
        }
        table
    }

    fn assert_right(&self) {
        assert!(self.wrong.is_empty(), "\n{}\n\n{}\n", self.table(), self.wrong.join("\n"));
    }
}

#[test]
fn texts_of_every_kind_are_told_apart() {
    let mut matrix = Matrix::default();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/router");
    for kind in fs::read_dir(&folder).expect("the data lie in the repository").flatten() {
        for file in fs::read_dir(kind.path()).expect("a folder for each kind").flatten() {
            let text = fs::read_to_string(file.path()).expect("UTF-8");
            let name = file.file_name().to_string_lossy().into_owned();
            matrix.add(&kind.file_name().to_string_lossy(), &name, &text);
        }
    }
    matrix.assert_right();
}

#[test]
fn the_corpus_is_told_apart() {
    let Some(kinds) = support::corpus::tool_texts() else { return };
    let mut matrix = Matrix::default();
    for (kind, texts) in kinds.iter().filter(|(kind, _)| kind != "transcripts") {
        for (index, text) in texts.iter().enumerate() {
            matrix.add(kind, &index.to_string(), text);
        }
    }
    matrix.assert_right();
}

/// Transcripts hold whatever tools print: only the sum is of interest, and that a file that was read with its line
/// numbers is code or text.
#[test]
fn files_in_transcripts_are_code_or_text() {
    let Some(kinds) = support::corpus::tool_texts() else { return };
    let texts = kinds.iter().filter(|(kind, _)| kind == "transcripts").flat_map(|(_, texts)| texts);
    for (index, text) in texts.enumerate().filter(|(_, text)| text.starts_with("     1→")) {
        let best = guess(text).best();
        assert!(matches!(best, Kind::Code | Kind::Text), "transcripts/{index} is taken for {best}");
    }
}

/// The beginning, the middle and the end of what a tool printed are of the kind of the whole, unless they are too short to
/// tell, and so is the whole with the line breaks of Windows.
#[test]
fn parts_of_a_text_are_never_another_kind() {
    let mut matrix = Matrix::default();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/router");
    for kind in ["text", "table", "tree"] {
        for file in fs::read_dir(folder.join(kind)).expect("a folder for each kind").flatten() {
            let text = fs::read_to_string(file.path()).expect("UTF-8");
            let lines: Vec<&str> = text.lines().collect();
            let third = lines.len() / 3;
            for part in [&lines[..third], &lines[third..2 * third], &lines[2 * third..]] {
                let best = guess(&part.join("\n")).best();
                if best != Kind::Text && !allowed(kind).contains(&best) {
                    matrix.wrong.push(format!("a part of {kind}/{} is {best}", file.file_name().display()));
                }
            }
            let name = format!("{} with \\r\\n", file.file_name().display());
            matrix.add(kind, &name, &text.replace('\n', "\r\n"));
        }
    }
    matrix.assert_right();
}
