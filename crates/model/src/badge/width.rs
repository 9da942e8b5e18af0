/// Verdana's advance widths from space to tilde, in thousandths of the font size.
const VERDANA: [u16; 95] = [
    352, 394, 459, 818, 636, 1076, 727, 269, 454, 454, 636, 818, 364, 454, 364, 454, 636, 636, 636, 636, 636, 636, 636,
    636, 636, 636, 454, 454, 818, 818, 818, 545, 1000, 684, 686, 698, 771, 632, 575, 775, 751, 421, 455, 693, 557, 843,
    748, 787, 603, 787, 695, 684, 616, 732, 684, 989, 685, 615, 685, 454, 454, 454, 818, 636, 636, 601, 623, 521, 623,
    596, 352, 623, 633, 274, 344, 592, 274, 973, 633, 607, 623, 623, 427, 521, 394, 633, 592, 818, 592, 592, 525, 635,
    454, 635, 818,
];
/// Latin letters with marks are about as wide as `o`; scripts with square signs fill the whole size.
const LATIN: u16 = 632;
const SQUARE: u16 = 1000;

/// The width of a text in tenths of a pixel, at a font size in tenths of a pixel.
pub(super) fn of(text: &str, size: u32) -> u32 {
    let thousandths: u32 = text.chars().map(|c| u32::from(advance(c))).sum();
    (thousandths * size + 500) / 1000
}

fn advance(c: char) -> u16 {
    let code = u32::from(c);
    match code {
        0x20..=0x7e => usize::try_from(code - 0x20).map_or(LATIN, |at| VERDANA[at]),
        0x80..=0x24f => LATIN,
        _ => SQUARE,
    }
}
