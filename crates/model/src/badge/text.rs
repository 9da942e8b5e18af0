use super::MAX_LABEL;

/// Verdana's units in one em.
const EM: u32 = 2048;

/// Advance widths of Verdana from the space to the tilde, in font units.
const ASCII: [u16; 95] = [
    720, 806, 940, 1676, 1302, 2204, 1488, 550, 930, 930, 1302, 1676, 745, 930, 745, 930, 1302,
    1302, 1302, 1302, 1302, 1302, 1302, 1302, 1302, 1302, 930, 930, 1676, 1676, 1676, 1117, 2048,
    1400, 1404, 1430, 1578, 1295, 1177, 1588, 1539, 862, 931, 1419, 1140, 1726, 1532, 1612, 1235,
    1612, 1424, 1400, 1262, 1499, 1400, 2025, 1403, 1260, 1403, 930, 930, 930, 1676, 1302, 1302,
    1230, 1276, 1067, 1276, 1220, 720, 1276, 1296, 562, 705, 1212, 562, 1992, 1296, 1243, 1276,
    1276, 874, 1067, 807, 1296, 1212, 1676, 1212, 1212, 1076, 1300, 930, 1300, 1676,
];

/// The same from the no-break space (U+00A0) to ÿ.
const LATIN_1: [u16; 96] = [
    720, 806, 1302, 1302, 1302, 1302, 930, 1302, 1302, 2048, 1117, 1317, 1676, 930, 2048, 1302,
    1110, 1676, 1110, 1110, 1302, 1315, 1302, 745, 1302, 1110, 1117, 1317, 2048, 2048, 2048, 1117,
    1400, 1400, 1400, 1400, 1400, 1400, 2016, 1430, 1295, 1295, 1295, 1295, 862, 862, 862, 862,
    1588, 1532, 1612, 1612, 1612, 1612, 1612, 1676, 1612, 1499, 1499, 1499, 1499, 1260, 1241, 1271,
    1230, 1230, 1230, 1230, 1230, 1230, 1956, 1067, 1220, 1220, 1220, 1220, 562, 562, 562, 562,
    1253, 1296, 1243, 1243, 1243, 1243, 1243, 1676, 1243, 1296, 1296, 1296, 1296, 1212, 1276, 1212,
];

/// The width of one character, in font units; a guess outside of Latin-1.
fn advance(c: char) -> u32 {
    let code = u32::from(c);
    let of = |table: &[u16], first: u32| {
        let at = usize::try_from(code - first).unwrap_or_default();
        table.get(at).copied().map_or(EM, u32::from)
    };
    match code {
        0x20..=0x7e => of(&ASCII, 0x20),
        0xa0..=0xff => of(&LATIN_1, 0xa0),
        // Combining marks, joiners and variation selectors take no room.
        0x300..=0x36f | 0x200b..=0x200f | 0x20d0..=0x20ff | 0xfe00..=0xfe0f => 0,
        0x2026 => 1676,
        0x100..=0x2dff => 1350,
        // Ideographs and pictures fill their square.
        _ => 2250,
    }
}

/// The width of a text, in the unit of the font size.
pub(super) fn measure(text: &str, font_size: u32) -> u32 {
    let units: u32 = text.chars().map(advance).sum();
    (units * font_size).div_ceil(EM)
}

/// A label as it can be drawn: one line, without characters that XML forbids or that turn the reading direction, at
/// most 60 characters.
pub(super) fn clean(label: &str) -> String {
    let mut text = String::with_capacity(label.len().min(4 * MAX_LABEL));
    let (mut length, mut gap) = (0, false);
    for c in label.chars() {
        if c.is_whitespace() {
            gap = length > 0;
        } else if drawable(c) {
            for c in gap.then_some(' ').into_iter().chain([c]) {
                if length == MAX_LABEL {
                    text.pop();
                    text.push('…');
                    return text;
                }
                text.push(c);
                length += 1;
            }
            gap = false;
        }
    }
    text
}

fn drawable(c: char) -> bool {
    let turns = matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    !c.is_control() && !turns && !matches!(c, '\u{fffe}' | '\u{ffff}')
}

/// The text with everything escaped that means something in XML.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_measured_like_verdana() {
        assert_eq!(measure("", 110), 0);
        // 807 + 874 + 1296 + 1067 + 807 units.
        assert_eq!(measure("trust", 110), 261);
        assert_eq!(measure("A+ 97", 110), 344);
        assert!(measure("信用", 110) >= 220);
        assert_eq!(measure("e\u{301}", 110), measure("e", 110));
    }

    #[test]
    fn labels_become_one_clean_line() {
        assert_eq!(clean("  agent\t\n trust "), "agent trust");
        assert_eq!(clean("a\u{0}\u{1b}b\u{202e}c\u{ffff}"), "abc");
        assert_eq!(clean("\u{1} \u{1}"), "");
        let long = clean(&"x".repeat(1_000));
        assert_eq!(long.chars().count(), MAX_LABEL);
        assert!(long.ends_with('…'));
        assert_eq!(clean(&"ä".repeat(60)), "ä".repeat(60));
    }
}
