//! Every text that a page asks for is there in both languages, and every text that is there is asked for.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use fluent_bundle::FluentResource;

use super::{Lang, sources};

type Placeholders = BTreeSet<String>;

/// How a text is asked for; in two parts, or this file would be found too.
const CALL: &str = concat!("t", "!(");

fn word(text: &str) -> String {
    text.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_' || *c == '-').collect()
}

/// The keys of a language, each with the placeholders of its text.
fn texts(lang: Lang) -> BTreeMap<String, Placeholders> {
    let mut texts: BTreeMap<String, Placeholders> = BTreeMap::new();
    let mut key = String::new();
    for line in sources(lang).iter().flat_map(|source| source.lines()) {
        if line.starts_with(|c: char| c.is_ascii_alphabetic()) {
            key = word(line);
            let before = texts.insert(key.clone(), Placeholders::new());
            assert_eq!(before, None, "{key} stands twice in the texts of {lang:?}");
        }
        if !line.starts_with('#')
            && let Some(found) = texts.get_mut(&key)
        {
            found.extend(line.split('$').skip(1).map(word));
        }
    }
    texts
}

/// The names of the values in what follows the key of a `t!`, up to its end.
fn names(rest: &str) -> Placeholders {
    let mut names = Placeholders::new();
    let (mut depth, mut quoted, mut escaped) = (0, false, false);
    for (at, c) in rest.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ if quoted => {}
            '(' | '[' | '{' => depth += 1,
            ')' if depth == 0 => break,
            ')' | ']' | '}' => depth -= 1,
            ',' if depth == 0 => {
                let name = word(rest[at + 1..].trim_start());
                names.extend(Some(name).filter(|name| !name.is_empty()));
            }
            _ => {}
        }
    }
    names
}

/// Every `t!` in the sources of a folder: where it is, its key, and the names of its values.
fn uses(folder: &Path, found: &mut Vec<(String, String, Placeholders)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            uses(&path, found);
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        let code: Vec<_> = text.lines().filter(|l| !l.trim_start().starts_with("//")).collect();
        let code = code.join("\n");
        let mut before = ' ';
        for part in code.split(CALL) {
            let macro_of_its_own = !before.is_ascii_alphanumeric() && before != '_';
            let quoted = part.trim_start().strip_prefix('"');
            if let Some((key, rest)) =
                quoted.filter(|_| macro_of_its_own).and_then(|q| q.split_once('"'))
            {
                found.push((path.display().to_string(), key.to_owned(), names(rest)));
            }
            before = part.chars().next_back().unwrap_or(' ');
        }
    }
}

#[test]
fn every_text_is_there_in_both_languages_and_asked_for() {
    let (english, german) = (texts(Lang::En), texts(Lang::De));
    for lang in [Lang::En, Lang::De] {
        for source in sources(lang) {
            let read = FluentResource::try_new(source.to_owned());
            assert!(read.is_ok(), "{lang:?}: {:?}", read.err().map(|(_, errors)| errors));
        }
    }
    let mut found = Vec::new();
    uses(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    assert!(found.len() > 1_000, "only {} uses were found", found.len());
    let mut wrong = Vec::new();
    for (file, key, given) in &found {
        for (lang, texts) in [("en", &english), ("de", &german)] {
            match texts.get(key) {
                None => wrong.push(format!("{key} of {file} is not in {lang}")),
                Some(wanted) if !wanted.is_subset(given) => {
                    wrong.push(format!(
                        "{file} gives {key} {given:?}; it wants {wanted:?} in {lang}"
                    ));
                }
                Some(_) => {}
            }
        }
    }
    let used: BTreeSet<_> = found.iter().map(|(_, key, _)| key.as_str()).collect();
    for key in english.keys().chain(german.keys()).collect::<BTreeSet<_>>() {
        if !used.contains(key.as_str()) {
            wrong.push(format!("nobody asks for {key}"));
        }
        if let (Some(en), Some(de)) = (english.get(key), german.get(key))
            && en != de
        {
            wrong.push(format!("{key} has {en:?} in English and {de:?} in German"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
