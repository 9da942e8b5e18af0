//! `docs/security.md` counts points, and names the tests that show them.

use std::collections::BTreeMap;
use std::path::Path;

const DOCUMENT: &str = include_str!("../../docs/security.md");

/// The cells of the rows of the document's tables.
fn rows(text: &str) -> impl Iterator<Item = Vec<&str>> {
    let rows = text.lines().filter_map(|line| line.strip_prefix('|')?.strip_suffix('|'));
    rows.map(|row| row.split('|').map(str::trim).collect())
}

/// The chapters of the points that a cell names: `3.3.1 Secure, 3.3.3 Host` are two of chapter 3.
fn chapters(cell: &str) -> Vec<u32> {
    let point = |word: &str| -> Option<u32> {
        let numbers: Vec<u32> =
            word.trim_end_matches(',').split('.').map_while(|n| n.parse().ok()).collect();
        let [chapter, _, _] = numbers[..] else { return None };
        Some(chapter)
    };
    cell.split_whitespace().filter_map(point).collect()
}

#[test]
fn the_count_is_that_of_the_tables() {
    let (tables, count) = DOCUMENT.split_once("## The count").unwrap();
    // Of each chapter: the points that apply, those that are open, and the operator's.
    let mut found: BTreeMap<u32, [usize; 3]> = BTreeMap::new();
    for row in rows(tables) {
        let open = row[1].contains("**Open**");
        let operator = row[1].contains("**Operator**") && !open;
        for chapter in chapters(row[0]) {
            let sums = found.entry(chapter).or_default();
            for (sum, counts) in sums.iter_mut().zip([true, open, operator]) {
                *sum += usize::from(counts);
            }
        }
    }
    let [all, open, operator]: [usize; 3] =
        [0, 1, 2].map(|at| found.values().map(|sums| sums[at]).sum());
    let met = all - open - operator;
    let text =
        format!("{all} apply, 29 do not: {met} are met, {open} open, {operator} the operator's");
    assert!(count.contains(&text), "{text}");
    let told: Vec<_> = rows(count).take(4).collect();
    let number = |text: &str| text.trim().parse::<usize>().unwrap();
    for (at, chapter) in told[0].iter().enumerate() {
        let (open, operator) = told[3][at].split_once('+').unwrap_or((told[3][at], "0"));
        let told = [number(told[2][at]), number(open), number(operator)];
        let chapter = chapter.trim_start_matches('V').parse().unwrap();
        assert_eq!(found.remove(&chapter), Some(told), "chapter {chapter}");
    }
    assert!(found.is_empty(), "chapters without a count: {found:?}");
}

#[test]
fn the_tests_that_it_names_exist() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut named = 0;
    for shown in rows(DOCUMENT).filter_map(|row| row.get(2).copied()) {
        let mut file = String::new();
        for word in shown.split('`').skip(1).step_by(2) {
            if word.contains('/') && !word.starts_with('/') {
                let path = root.join(word);
                assert!(path.exists(), "{word} is named in docs/security.md");
                file = std::fs::read_to_string(path).unwrap_or_default();
            } else if word.contains('_') && !file.is_empty() {
                named += 1;
                assert!(file.contains(word), "the test {word} is named in docs/security.md");
            }
        }
    }
    assert!(named > 40, "only {named} tests are named");
}
