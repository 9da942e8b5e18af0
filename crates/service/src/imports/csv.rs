//! RFC 4180, piece by piece: records come out as soon as they are whole, whatever the pieces of the file.

use csv_core::{ReadRecordResult, Reader};

/// Bytes of one record at most. Only a quote that is never closed makes one longer.
const MAX_RECORD: usize = 64 * 1024;

/// One record.
pub(super) struct Record<'a> {
    /// The line of the file where it begins; the first is 1.
    pub line: i64,
    bytes: &'a [u8],
    ends: &'a [usize],
}

impl<'a> Record<'a> {
    /// How many fields it has.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// A field, without white space around it; `None` if it is not UTF-8.
    pub fn field(&self, at: usize) -> Option<&'a str> {
        let from = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        std::str::from_utf8(&self.bytes[from..self.ends[at]]).ok().map(str::trim)
    }
}

/// A record became longer than any record is.
pub(super) struct TooLong {
    /// The line of the file where it begins.
    pub line: i64,
}

/// Cuts a file into records.
pub(super) struct Records {
    reader: Reader,
    output: Vec<u8>,
    ends: Vec<usize>,
    written: usize,
    ended: usize,
}

impl Records {
    pub fn new() -> Self {
        Self {
            reader: Reader::new(),
            output: vec![0; 4096],
            ends: vec![0; 32],
            written: 0,
            ended: 0,
        }
    }

    /// Reads the next piece; an empty one is the end of the file.
    pub fn read(
        &mut self,
        mut piece: &[u8],
        mut found: impl FnMut(&Record<'_>),
    ) -> Result<(), TooLong> {
        let at_end = piece.is_empty();
        loop {
            let (result, read, wrote, ends) = self.reader.read_record(
                piece,
                &mut self.output[self.written..],
                &mut self.ends[self.ended..],
            );
            let counted = read > 0 && piece[read - 1] == b'\n';
            piece = &piece[read..];
            self.written += wrote;
            self.ended += ends;
            match result {
                ReadRecordResult::InputEmpty if at_end => {}
                ReadRecordResult::InputEmpty | ReadRecordResult::End => return Ok(()),
                ReadRecordResult::OutputFull => {
                    if self.output.len() >= MAX_RECORD {
                        return Err(TooLong { line: self.line(false) });
                    }
                    self.output.resize(self.output.len() * 2, 0);
                }
                ReadRecordResult::OutputEndsFull => self.ends.resize(self.ends.len() * 2, 0),
                ReadRecordResult::Record => {
                    found(&Record {
                        line: self.line(counted),
                        bytes: &self.output[..self.written],
                        ends: &self.ends[..self.ended],
                    });
                    (self.written, self.ended) = (0, 0);
                }
            }
        }
    }

    /// Where the record began: the reader counts line breaks, among them those inside of its fields, and the one that
    /// ended it if that was read already.
    fn line(&self, counted: bool) -> i64 {
        let inside = self.output[..self.written].iter().filter(|b| **b == b'\n').count();
        let after = i64::try_from(self.reader.line()).unwrap_or(i64::MAX);
        after - i64::try_from(inside).unwrap_or_default() - i64::from(counted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(file: &[u8], piece: usize) -> Vec<(i64, Vec<String>)> {
        let mut records = Records::new();
        let mut found = Vec::new();
        let mut take = |r: &Record<'_>| {
            let fields = (0..r.len()).map(|i| r.field(i).unwrap_or("?").to_owned()).collect();
            found.push((r.line, fields));
        };
        for piece in file.chunks(piece) {
            assert!(records.read(piece, &mut take).is_ok());
        }
        assert!(records.read(&[], &mut take).is_ok());
        found
    }

    #[test]
    fn records_are_the_same_whatever_the_pieces() {
        let file =
            b"date,amount\r\n2026-10-01,\"1\"\r\n\r\n\"a\r\nb\"\"c\",2\n3,4\n\n\"x\ny\",\xff";
        let expected: Vec<(i64, Vec<String>)> = [
            (1, ["date", "amount"]),
            (2, ["2026-10-01", "1"]),
            (4, ["a\r\nb\"c", "2"]),
            (6, ["3", "4"]),
            (8, ["x\ny", "?"]),
        ]
        .map(|(line, fields)| (line, fields.map(str::to_owned).to_vec()))
        .to_vec();
        for piece in 1..=file.len() {
            assert_eq!(read(file, piece), expected, "in pieces of {piece}");
        }
    }

    #[test]
    fn a_quote_that_is_never_closed_ends_the_reading() {
        let mut records = Records::new();
        assert!(records.read(b"a,b\n\"open,", |_| {}).is_ok());
        let rest = vec![b'x'; 2 * MAX_RECORD];
        assert_eq!(records.read(&rest, |_| {}).map_err(|e| e.line), Err(2));
    }
}
