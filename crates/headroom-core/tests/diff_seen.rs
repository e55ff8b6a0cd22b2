//! What the model sees of patches, each written to show some of the rules: to be read by a reviewer.

use headroom_core::compress::diff::DiffCompressor;
use headroom_core::compress::{Compressor, Query, Task};
use headroom_core::tokens::Counter;

fn seen(patch: &str, question: &str, budget: usize) -> String {
    let counter = Counter::for_model(Some("gpt-4o")).expect("a vocabulary");
    let query = Query { question: question.to_owned(), arguments: String::new() };
    let task = Task {
        text: patch,
        tokens: counter.count(patch),
        query: &query,
        counter: &counter,
        budget,
        lossless: false,
        code: false,
        first_line: 1,
    };
    let last = DiffCompressor.compress(&task).pop().expect("a candidate");
    assert!(!last.omissions.is_empty(), "nothing was left out");
    last.text
}

const COMMIT: &str = "\
commit 4f1c2d7a9b3e5f60718293a4b5c6d7e8f9012345
Author: Ann Example <ann@example.org>
Date:   Tue Mar 4 10:12:55 2025 +0100

    Retry uploads

    They failed on slow lines.

";

fn lock() -> String {
    let packages =
        ["adler", "bitvec", "crc32", "digest", "either"].iter().fold(String::new(), |text, name| {
            text + "+[[package]]\n+name = \""
                + name
                + "\"\n+version = \"1.2.3\"\n+source = \"registry+https://example.org/index\"\n+\n"
        });
    format!(
        "diff --git a/Cargo.lock b/Cargo.lock\nindex 11aa22b..33cc44d 100644\n--- a/Cargo.lock\n+++ b/Cargo.lock\n@@ -10,4 +10,29 @@ version = \"0.3.1\"\n [[package]]\n name = \"abc\"\n-version = \"0.1.0\"\n+version = \"0.1.1\"\n{packages} \n"
    )
}

const SOURCE: &str = "\
diff --git a/src/upload.rs b/src/upload.rs
index 5d1e0aa..9c31b7f 100644
--- a/src/upload.rs
+++ b/src/upload.rs
@@ -21,10 +21,15 @@ impl Upload {
     /// Sends one part.
     ///
     /// Parts are numbered from 1.
-    pub fn send(&self, part: Part) -> Result<()> {
+    pub fn send(&self, part: &Part) -> Result<()> {
         let body = part.encode(self.level, self.window, self.dictionary.as_deref());
         let started = self.clock.now().with_resolution(Resolution::Milliseconds);
-        self.client.put(self.url(part.number), body)
+        for attempt in 0..self.attempts {
+            match self.client.put(self.url(part.number), &body) {
+                Err(error) if error.is_timeout() => self.wait(attempt),
+                other => return other,
+            }
+        }
     }
 }
 
";

#[test]
fn a_commit_with_a_lock_file() {
    insta::assert_snapshot!(seen(&format!("{COMMIT}{}{SOURCE}", lock()), "", 4_000));
}

#[test]
fn a_lock_file_that_is_asked_for() {
    insta::assert_snapshot!(seen(
        &format!("{COMMIT}{}{SOURCE}", lock()),
        "What is new in Cargo.lock?",
        4_000
    ));
}

#[test]
fn renames_modes_binaries_and_new_files() {
    insta::assert_snapshot!(seen(
        "\
diff --git a/docs/logo.png b/docs/logo.png
new file mode 100644
index 0000000000000000000000000000000000000000..2f6b3f3c1d8a4f4a5d0c6a9c2f8f1e0c7b9d3e5a
GIT binary patch
literal 300
zcmV+b0RR6000031000mG00000000000RR9100000000000000000000000000000000
zcmV+b0RR6000031000mG00000000000RR9100000000000000000000000000000000
zcmV+b0RR6000031000mG00000000000RR9100000000000000000000000000000000
zcmV+b0RR6000031000mG00000000000RR9100000000000000000000000000000000

literal 0
HcmV?d00001

diff --git a/lib/old name.py b/lib/new name.py
similarity index 91%
rename from lib/old name.py
rename to lib/new name.py
index 77aa66b..88bb77c 100755
--- a/lib/old name.py\t
+++ b/lib/new name.py\t
@@ -1,7 +1,7 @@
 #!/usr/bin/env python3
 import sys
 
-LIMIT = 10
+LIMIT = 12
 
 def main():
     print(LIMIT)
diff --git a/run.sh b/run.sh
old mode 100644
new mode 100755
diff --git a/sub b/sub
index 1234567..89abcde 160000
--- a/sub
+++ b/sub
@@ -1 +1 @@
-Subproject commit 1234567890123456789012345678901234567890
+Subproject commit 89abcdef89abcdef89abcdef89abcdef89abcdef
diff --git a/assets/icon.ico b/assets/icon.ico
index 1234567..89abcde 100644
Binary files a/assets/icon.ico and b/assets/icon.ico differ
diff --git a/src/tiny.c b/src/tiny.c
new file mode 100644
index 0000000..3f2a1b0
--- /dev/null
+++ b/src/tiny.c
@@ -0,0 +1,2 @@
+int tiny(void)
+{ return 1; }
\\ No newline at end of file
",
        "",
        4_000
    ));
}

#[test]
fn white_space_and_moved_blocks() {
    let block: Vec<String> = (1..8)
        .map(|step| format!("    await client.perform({{ step: {step}, name: 'step {step}' }});"))
        .collect();
    let all = |sign: char| block.iter().fold(String::new(), |text, line| format!("{text}{sign}{line}\n"));
    let patch = format!(
        "\
diff --git a/src/client.js b/src/client.js
index 1111111..2222222 100644
--- a/src/client.js
+++ b/src/client.js
@@ -10,8 +10,8 @@ export function connect(options) {{
   const socket = open(options);
   const state = new State(socket);
   if (state.ready) {{
-     socket.on('message', message => handle(message, state, options.handlers));
-     socket.on('close', () => state.close(options.reason ?? 'unknown'));
+    socket.on('message', message => handle(message, state, options.handlers));
+    socket.on('close', () => state.close(options.reason ?? 'unknown'));
   }}
   return state;
 }}
@@ -40,10 +40,3 @@ export async function steps(client) {{
     const before = client.count;
 
     client.begin();
{}@@ -60,3 +53,3 @@ export async function steps(client) {{
     client.end();
-    return before;
+    return client.count - before;
 }}
diff --git a/src/steps.js b/src/steps.js
new file mode 100644
index 0000000..3333333
--- /dev/null
+++ b/src/steps.js
@@ -0,0 +1,9 @@
+export async function perform(client) {{
{}+}}
",
        all('-'),
        all('+')
    );
    insta::assert_snapshot!(seen(&patch, "", 4_000));
}

#[test]
fn a_merge_with_conflicts() {
    insta::assert_snapshot!(seen(
        "\
commit 99887766554433221100ffeeddccbbaa99887766
Merge: 1a2b3c4 5d6e7f8
Author: Ann Example <ann@example.org>
Date:   Tue Mar 4 10:12:55 2025 +0100

    Merge branch 'retries'

diff --cc src/config.yml
index 1a2b3c4,5d6e7f8..9a8b7c6
--- a/src/config.yml
+++ b/src/config.yml
@@@ -3,8 -3,7 +3,9 @@@ upload
    level: 6
    window: 32768
    dictionary: none
-   attempts: 3
 -  wait: 250
 +  attempts: 5
++  wait: 500
++  jitter: 50
    url: https://example.org/upload
    timeout: 30
    parts: 16
",
        "",
        4_000
    ));
}

#[test]
fn a_patch_that_is_far_too_long() {
    let file = |at: usize| {
        let name = ["src/server.rs", "src/retry.rs", "src/cache.rs", "tests/server.rs"][at];
        let hunks = (0..3).fold(String::new(), |hunks, hunk| {
            let (old, new) = (hunk * 100 + 1, hunk * 101 + 1);
            hunks
                + &format!(
                    "@@ -{old},3 +{new},4 @@ fn part_{hunk}() {{\n     let before = {at};\n-    old_call({hunk}, before);\n+    new_call({hunk}, before);\n+    check({hunk}, \"{name}\");\n     finish();\n"
                )
        });
        format!("diff --git a/{name} b/{name}\nindex 1..2 100644\n--- a/{name}\n+++ b/{name}\n{hunks}")
    };
    let patch: String = (0..4).map(file).collect();
    insta::assert_snapshot!(seen(&patch, "What was changed in the retry code?", 50));
}

#[test]
fn subversion_and_plain_patches() {
    insta::assert_snapshot!(seen(
        "\
Index: trunk/main.c
===================================================================
--- trunk/main.c\t(revision 1203)
+++ trunk/main.c\t(working copy)
@@ -8,7 +8,7 @@
 #include <stdlib.h>
 #include <string.h>
 
-int main(void)
+int main(int argc, char **argv)
 {
     setup();
     return run();
diff -ru old/util.c new/util.c
--- old/util.c\t2025-01-02 10:00:00.000000000 +0100
+++ new/util.c\t2025-01-03 10:00:00.000000000 +0100
@@ -3,6 +3,7 @@
 
 void setup(void)
 {
+    puts(\"setup\");
     load();
     check();
 }
Only in new: extra.c
",
        "",
        4_000
    ));
}
