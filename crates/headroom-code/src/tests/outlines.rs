//! Whole outlines, as a model sees them.

use super::{OVERVIEW, ask, samples};

#[test]
fn of_every_language() {
    for (name, text) in samples() {
        let outline =
            ask(&text, OVERVIEW, &name).map_or_else(|| "no outline".to_owned(), |outline| outline.text);
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!(name.replace('.', "_"), outline);
        });
    }
}

fn sample(name: &str) -> String {
    samples().into_iter().find(|(known, _)| known == name).expect("a sample").1
}

#[test]
fn keep_the_bodies_that_are_asked_for() {
    let python =
        ask(&sample("inventory.py"), "How does `_note_crowded` decide?", "inventory.py").expect("an outline");
    assert!(python.text.contains("                self._crowded.discard(shelf)\n"));
    assert!(!python.text.contains("held = shelves.get(movement.shelf, 0)"));
    // After a decorator, and by the words of its name.
    let java = ask(&sample("Ledger.java"), "what does book() throw?", "Ledger.java").expect("an outline");
    assert!(java.text.contains("        entries.add(entry);\n"));
    let object = ask(&sample("queue.js"), "explain the `list` handler", "queue.js").expect("an outline");
    assert!(
        object.text.contains("'unnamed'")
            && object.text.contains("  stop: function (queue, name) {\n    // …")
    );
}

#[test]
fn are_read_without_the_name_of_a_file() {
    for name in
        ["inventory.py", "cart.ts", "panel.tsx", "pool.rs", "server.go", "Ledger.java", "ring.c", "deploy.sh"]
    {
        let text = sample(name);
        let [known, guessed] = [name, ""].map(|name| ask(&text, OVERVIEW, name).expect("an outline").text);
        assert_eq!(guessed, known, "{name}");
    }
}

#[test]
fn of_parts_of_files_know_what_is_whole() {
    let lines: Vec<String> = sample("pool.rs").lines().map(|line| format!("{line}\n")).collect();
    // From the middle of one function to the middle of another.
    let outline = ask(&lines[26..80].concat(), OVERVIEW, "pool.rs").expect("an outline of what is there");
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("part_of_pool_rs", outline.text);
    });
}
