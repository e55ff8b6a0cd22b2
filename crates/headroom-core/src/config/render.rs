//! What is generated from the table of options: the TypeScript interfaces, the table for the documentation
//! and the table as JSON.
//!
//! Owns these three texts; it knows no option by name.

use super::table::{OPTIONS, OptionRow, Place};
use serde_json::json;
use std::fmt::Write as _;

/// The source of the TypeScript module that declares the options: `CallOptions` (what one call may be given),
/// `HeadroomConfig` (those and the engine's own) and the names that the host must keep from the core.
#[must_use]
pub fn typescript() -> String {
    let mut source = String::from(
        "// Written from the core's table of options by `cargo xtask config`; change it there.\n\n\
         import type { HostModule } from './host-modules.js';\n\
         import type { Report } from './report.js';\n\
         import type { Store } from './store/index.js';\n\n\
         /** Options of one call; they win over the engine's. */\n\
         export interface CallOptions {\n",
    );
    rows(Place::Call).for_each(|row| member(&mut source, row));
    source.push_str(
        "}\n\n/** Options of an engine. */\nexport interface HeadroomConfig extends CallOptions {\n",
    );
    rows(Place::Engine).for_each(|row| member(&mut source, row));
    source.push_str("}\n\n/** Options that the host reads itself. */\nexport const hostOptions = [");
    let names: Vec<String> =
        OPTIONS.iter().filter(|row| row.host).map(|row| format!("'{}'", row.name)).collect();
    source.push_str(&names.join(", "));
    source.push_str("] as const;\n");
    source
}

fn rows(place: Place) -> impl Iterator<Item = &'static OptionRow> {
    OPTIONS.iter().filter(move |row| row.place == place)
}

fn member(source: &mut String, row: &OptionRow) {
    let mut facts = Vec::new();
    if !row.has_variable_default() && (row.default)() != "undefined" {
        facts.push(format!("Default: `{}`.", (row.default)()));
    }
    if let Some((low, high)) = row.range {
        facts.push(format!("From {low} to {high}."));
    }
    let lines: Vec<&str> =
        row.doc.iter().map(|line| line.trim()).chain(facts.iter().map(String::as_str)).collect();
    if let [line] = lines[..] {
        let _ = writeln!(source, "  /** {line} */");
    } else {
        source.push_str("  /**\n");
        for line in lines {
            let _ = writeln!(source, "   * {line}");
        }
        source.push_str("   */\n");
    }
    let _ = writeln!(source, "  readonly {}?: {};", row.name, (row.typescript)());
}

/// The table of options for the documentation, in Markdown.
#[must_use]
pub fn markdown() -> String {
    let mut text =
        String::from("| Option | Type | Default | Given to | What it does |\n|---|---|---|---|---|\n");
    for row in OPTIONS {
        let place = match row.place {
            Place::Call => "engine, call",
            Place::Engine => "engine",
        };
        let default = if row.has_variable_default() {
            "64 MB, 16 MB in WebAssembly".into()
        } else {
            format!("`{}`", (row.default)())
        };
        let kind = (row.typescript)().replace('|', "\\|");
        let _ = writeln!(text, "| `{}` | `{kind}` | {default} | {place} | {} |", row.name, row.paragraph());
    }
    text
}

/// The table of options as JSON: an array of `{ name, type, default, place, host, range?, doc }`, where `type` and
/// `default` are written in TypeScript.
#[must_use]
pub fn table_json() -> String {
    let rows: Vec<_> = OPTIONS
        .iter()
        .map(|row| {
            let mut entry = json!({
                "name": row.name,
                "type": (row.typescript)(),
                "default": (row.default)(),
                "place": row.place,
                "host": row.host,
                "doc": row.paragraph(),
            });
            if let Some((low, high)) = row.range {
                entry["range"] = json!([low, high]);
            }
            entry
        })
        .collect();
    json!(rows).to_string()
}

impl OptionRow {
    fn paragraph(&self) -> String {
        let lines: Vec<&str> = self.doc.iter().map(|line| line.trim()).collect();
        lines.join(" ")
    }

    /// Whether the default depends on the target: the generated texts must be the same on all of them.
    fn has_variable_default(&self) -> bool {
        self.name == "resultCacheBytes"
    }
}
