//! What the model sees of small tables, each written to show some of the notation: to be read by a reviewer.

use headroom_core::compress::table::{TableCompressor, decode, encode};
use headroom_core::compress::{Compressor, Query, Task};
use headroom_core::tokens::Counter;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// The table without loss, checked to decode.
fn seen(source: &str) -> String {
    let text = encode(source).expect("a table");
    assert_eq!(decode(&text, source.len()).as_deref(), Some(source));
    text
}

/// The table with rows left out.
fn shortened(source: &str, question: &str, budget: usize) -> String {
    let counter = Counter::for_model(Some("gpt-4o")).expect("a vocabulary");
    let query = Query { question: question.to_owned(), arguments: String::new() };
    let task = Task {
        text: source,
        first_line: 1,
        tokens: counter.count(source),
        query: &query,
        counter: &counter,
        budget,
        lossless: false,
        code: false,
    };
    let last = TableCompressor.compress(&task).pop().expect("a candidate");
    assert!(!last.omissions.is_empty(), "nothing was left out");
    last.text
}

#[test]
fn separated_values_with_quotes_and_gaps() {
    insta::assert_snapshot!(seen(concat!(
        "id,name,note,country,price\r\n",
        "1,\"Lamp, small\",,DE,12.50\r\n",
        "2,Chair,\"said \"\"no\"\"\",DE,80\r\n",
        "3,Table,\"two\nlines\",DE,199.00\r\n",
        "4,Rug,#3,DE,\r\n",
        "5,Vase,\"\",DE,007\r\n",
        "6,Shelf,null,DE,true\r\n",
    )));
}

#[test]
fn lines_that_are_no_rows_stand_as_they_came() {
    let mut source = String::from("# exported by night\n\nhost;zone;load\n");
    for row in 0..24 {
        let _ = writeln!(source, "h{row};{};{}", if row < 12 { "fra" } else { "ams" }, row * 37 % 100);
        if row == 9 {
            source.push_str("-- page 2 --\n");
        }
    }
    source.push_str("\n24 rows");
    insta::assert_snapshot!(seen(&source));
}

#[test]
fn columns_that_are_always_quoted() {
    insta::assert_snapshot!(seen(concat!(
        "\"\",\"species\",\"mass\",\"mass\"\n",
        "\"1\",\"owl\",812,NA\n\"2\",\"owl\",790,3\n\"3\",NA,805,3\n\"4\",\"wren\",9,2\n\"5\",\"\",11,4\n",
    )));
}

#[test]
fn rows_left_out_are_marked_by_their_lines() {
    let mut source = String::from("day,city,state,ms\n");
    for row in 0..120 {
        let city = ["Oslo", "Bergen", "Tromsø", "Bodø"][row * 7 % 4];
        let state = if row == 70 { "failed" } else { "ok" };
        let ms = if row == 33 { 4_120 } else { 80 + row * 29 % 40 };
        let _ = writeln!(source, "2025-{:02}-{:02},{city},{state},{ms}", 1 + row / 28, 1 + row % 28);
    }
    insta::assert_snapshot!(shortened(&source, "How was it in Bodø on 2025-03-04?", 400));
}

#[test]
fn a_long_listing() {
    insta::assert_snapshot!(seen(concat!(
        "total 76\n",
        "drwxr-xr-x  5 ada  staff  4096 Mar  9 10:01 .\n",
        "drwxr-xr-x 31 root root   4096 Feb 27 08:15 ..\n",
        "-rw-r--r--  1 ada  staff 35149 Mar  9 10:01 Cargo.lock\n",
        "-rw-r--r--  1 ada  staff  1071 Jan 14  2024 LICENSE\n",
        "-rw-r--r--  1 ada  staff   902 Mar  8 17:40 README.md\n",
        "lrwxrwxrwx  1 ada  staff    11 Mar  8 17:40 docs -> ../the docs\n",
        "drwxr-xr-x  3 ada  staff  4096 Mar  9 09:59 src\n",
    )));
}

#[test]
fn processes_whose_columns_are_too_narrow() {
    insta::assert_snapshot!(seen(concat!(
        "USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND\n",
        "root           1  0.0  0.0 168348 13012 ?        Ss   Mar01   0:20 /sbin/init splash\n",
        "root           2  0.0  0.0      0     0 ?        S    Mar01   0:00 [kthreadd]\n",
        "systemd+     811  0.0  0.0  91044  7812 ?        Ssl  Mar01   0:01 /lib/systemd/systemd-timesyncd\n",
        "ada         2214  3.1  4.2 34209148 688120 ?     Sl   09:12  12:44 /opt/browser/browser --type=zygote\n",
        "ada         2290  0.4  0.9 1135208 148020 ?      Sl   09:12   0:31 /usr/bin/editor notes on owls.txt\n",
        "ada         3017  0.0  0.0  13140  5240 pts/0    Ss   09:20   0:00 -bash\n",
        "ada         3391  0.0  0.0  15312  3540 pts/0    R+   10:02   0:00 ps aux\n",
    )));
}

#[test]
fn pods_without_their_padding() {
    insta::assert_snapshot!(seen(concat!(
        "NAMESPACE     NAME                       READY   STATUS             RESTARTS       AGE\n",
        "shop          cart-6d5f9c7b8d-x2x9q      1/1     Running            0              12d\n",
        "shop          cart-6d5f9c7b8d-zl7wp      1/1     Running            0              12d\n",
        "shop          mail-7f6d8b9c4-5kq2n       0/1     CrashLoopBackOff   41 (2m ago)    3h\n",
        "kube-system   coredns-5d78c9869d-4xkqj   1/1     Running            1 (5d ago)     61d\n",
        "kube-system   etcd-node-1                1/1     Running            0              61d\n",
    )));
}

#[test]
fn query_results_in_frames() {
    insta::assert_snapshot!(seen(concat!(
        " id |  name   |  city   |   joined   \n",
        "----+---------+---------+------------\n",
        "  1 | Ada     | Oslo    | 2024-03-01\n",
        "  2 | Grace   | 東京    | 2024-03-02\n",
        "  3 | Edsger  |         | 2024-03-02\n",
        " 14 | Barbara | Zürich  | \n",
        "(4 rows)\n\n",
    )));
    insta::assert_snapshot!(seen(concat!(
        "+----+------------+-------+\n",
        "| id | item       | count |\n",
        "+----+------------+-------+\n",
        "|  1 | lamp       |     3 |\n",
        "|  2 | small desk |    12 |\n",
        "|  3 | rug        |  NULL |\n",
        "+----+------------+-------+\n",
        "3 rows in set (0.00 sec)\n",
    )));
}

#[test]
fn markdown_in_two_spellings() {
    insta::assert_snapshot!(seen(concat!(
        "| option | default | meaning |\n|---|---|---|\n| depth | 3 | how far links are followed |\n",
        "| force |  | overwrites `a \\| b` |\n| quiet | no | prints nothing |\n",
    )));
    insta::assert_snapshot!(seen(concat!(
        "| option | default | meaning                    |\n",
        "| ------ | ------- | -------------------------- |\n",
        "| depth  | 3       | how far links are followed |\n",
        "| force  |         | overwrites                 |\n",
        "| quiet  | no      | prints nothing             |\n",
    )));
}

#[test]
fn listings_of_packages_and_files() {
    let data = |name: &str| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/router/table");
        fs::read_to_string(folder.join(name)).expect(name)
    };
    let texts = ["dpkg-l.txt", "find-ls.txt", "ls-lsi.txt", "df-a.txt"].map(|name| {
        let source = data(name);
        let text = seen(&source);
        assert!(text.len() < source.len(), "{name}");
        text.lines().take(16).collect::<Vec<_>>().join("\n")
    });
    insta::assert_snapshot!(texts.join("\n=======\n"));
}
