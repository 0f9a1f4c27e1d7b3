//! Bytes become text: the encoding is decided by a mark, else by what the bytes say; what is no text is told apart.
//!
//! Lines and UTF-16 columns of the decoded text are those of the file as an editor shows it, so a position needs no map
//! back. Valid UTF-8 is not copied.

use std::str;
use std::sync::Arc;

use encoding_rs::{UTF_16BE, UTF_16LE};
use memchr::memchr;

use super::{Base, Encoding, Text, kind};
use crate::finding::{Notice, NoticeKind};

/// How much of the start tells binary from text.
pub(crate) const HEAD: usize = 8 << 10;

/// Starts of well-known binary formats.
const MAGIC: &[&[u8]] = &[
    b"\x7fELF",
    b"\x89PNG\r\n\x1a\n",
    b"\xff\xd8\xff",
    b"GIF87a",
    b"GIF89a",
    b"%PDF-",
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"PK\x07\x08",
    b"\x1f\x8b",
    b"BZh",
    b"\xfd7zXZ\0",
    b"\x28\xb5\x2f\xfd",
    b"\x04\x22\x4d\x18",
    b"7z\xbc\xaf\x27\x1c",
    b"Rar!\x1a\x07",
    b"MSCF\0",
    b"!<arch>\n",
    b"\xca\xfe\xba\xbe",
    b"\xfe\xed\xfa\xce",
    b"\xfe\xed\xfa\xcf",
    b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe",
    b"\0asm",
    b"wOFF",
    b"wOF2",
    b"\0\x01\0\0\0",
    b"OTTO",
    b"ttcf",
    b"SQLite format 3\0",
    b"RIFF",
    b"OggS",
    b"ID3",
    b"fLaC",
    b"\x1aE\xdf\xa3",
    b"FLV\x01",
    b"\0\0\x01\0",
    b"II*\0",
    b"MM\0*",
    b"8BPS",
    b"BM",
    b"icns",
    b"\xfe\xed\xfe\xed",
    b"\xce\xce\xce\xce",
    b"PACK\0\0\0",
    b"DIRC\0\0\0",
    b"PAR1",
    b"\x93NUMPY",
    b"\x89HDF",
    b"BC\xc0\xde",
    b"dex\n",
    b"\xd0\xcf\x11\xe0",
    b"\xde\x12\x04\x95",
    b"\x95\x04\x12\xde",
    b"\x1bLua",
    b"MZ",
    b"bplist00",
    b"\x03\xd9\xa2\x9a",
    b"AT&TFORM",
    b"Obj\x01",
    b"ORC",
    b"glTF",
    b"\x00\x00\x00\x0cjP",
];

/// What came of the bytes of a blob.
pub(crate) enum Decoded {
    /// Text, and a notice when its encoding was guessed.
    Text(Text, Option<Notice>),
    /// No text.
    Binary,
}

/// The encoding of some bytes, and the length of the mark that says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sniffed {
    /// `Utf8` stands for everything that is not UTF-16: whether it is valid shows later.
    pub(crate) encoding: Encoding,
    /// Bytes of the mark.
    pub(crate) mark: usize,
}

/// Decodes a whole file.
pub(crate) fn decode(path: Arc<str>, mut raw: Vec<u8>) -> Decoded {
    if simdutf8::basic::from_utf8(&raw).is_ok_and(is_plain) {
        return Decoded::Text(text_of(path, raw, Encoding::Utf8), None);
    }
    let Some(Sniffed { encoding, mark }) = sniff(&raw) else {
        return Decoded::Binary;
    };
    let (bytes, encoding) = match encoding {
        Encoding::Utf16Le => (
            UTF_16LE
                .decode_without_bom_handling(&raw[mark..])
                .0
                .into_owned()
                .into_bytes(),
            encoding,
        ),
        Encoding::Utf16Be => (
            UTF_16BE
                .decode_without_bom_handling(&raw[mark..])
                .0
                .into_owned()
                .into_bytes(),
            encoding,
        ),
        Encoding::Utf8 | Encoding::Latin1 => {
            raw.drain(..mark);
            match String::from_utf8(raw) {
                Ok(valid) => (valid.into_bytes(), Encoding::Utf8),
                Err(error) => (repaired(error.as_bytes()), Encoding::Latin1),
            }
        }
    };
    let notice = (encoding == Encoding::Latin1 || (encoding != Encoding::Utf8 && mark == 0))
        .then(|| guessed(&path, encoding));
    Decoded::Text(text_of(path, bytes, encoding), notice)
}

/// Whether nothing but UTF-8 can be meant, as with most files, so that nobody needs to look closer.
fn is_plain(text: &str) -> bool {
    let head = &text.as_bytes()[..text.len().min(HEAD)];
    !text.starts_with('\u{feff}') && memchr(0, head).is_none()
}

fn text_of(path: Arc<str>, bytes: Vec<u8>, encoding: Encoding) -> Text {
    Text {
        kind: kind::recognise(&path, &bytes[..bytes.len().min(HEAD)]),
        path,
        bytes,
        base: Base::default(),
        encoding,
    }
}

/// The notice that an encoding was guessed.
pub(crate) fn guessed(path: &Arc<str>, encoding: Encoding) -> Notice {
    let name = match encoding {
        Encoding::Utf8 => "UTF-8",
        Encoding::Utf16Le => "UTF-16LE",
        Encoding::Utf16Be => "UTF-16BE",
        Encoding::Latin1 => "Latin-1",
    };
    let message = match encoding {
        Encoding::Latin1 => format!("not valid UTF-8, other bytes were read as {name}"),
        _ => format!("no byte order mark, read as {name}"),
    };
    Notice {
        path: Some(Arc::clone(path)),
        line: None,
        kind: NoticeKind::GuessedEncoding,
        message,
    }
}

/// Decides on the encoding of a text by all the bytes at hand; `None` means that it is no text.
pub(crate) fn sniff(bytes: &[u8]) -> Option<Sniffed> {
    let head = &bytes[..bytes.len().min(HEAD)];
    let marked = [
        (&b"\xef\xbb\xbf"[..], Encoding::Utf8),
        (&b"\xff\xfe"[..], Encoding::Utf16Le),
        (&b"\xfe\xff"[..], Encoding::Utf16Be),
    ];
    for (mark, encoding) in marked {
        if let Some(rest) = head.strip_prefix(mark) {
            let mark = mark.len();
            let text = encoding == Encoding::Utf8
                || doubtful_units(rest, encoding).saturating_sub(1) * 10 <= rest.len() / 2;
            return text.then_some(Sniffed { encoding, mark });
        }
    }
    if memchr(0, head).is_some()
        && let Some(encoding) = unmarked_utf16(bytes)
    {
        return Some(Sniffed { encoding, mark: 0 });
    }
    (!is_binary(head)).then_some(Sniffed {
        encoding: Encoding::Utf8,
        mark: 0,
    })
}

/// Copies the valid parts; each byte that belongs to no character becomes the one it has in Latin-1.
///
/// Text in Latin-1 hardly ever holds a valid sequence, so it comes out as it should; a single broken byte in UTF-8
/// spoils nothing else.
pub(crate) fn repaired(raw: &[u8]) -> Vec<u8> {
    let mut text = String::with_capacity(raw.len() + raw.len() / 8);
    for chunk in raw.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().copied().map(char::from));
    }
    text.into_bytes()
}

/// Whether every second byte is NUL, as in UTF-16 of mostly Latin text, and nothing speaks against it.
fn unmarked_utf16(bytes: &[u8]) -> Option<Encoding> {
    let sample = &bytes[..bytes.len().min(64 << 10) & !1];
    let units = sample.len() / 2;
    // In pairs, which a compiler makes one step of many: every archive and picture comes by here.
    let nuls = |(even, odd): (usize, usize), unit: &[u8]| {
        (
            even + usize::from(unit[0] == 0),
            odd + usize::from(unit[1] == 0),
        )
    };
    let (even, odd) = sample.chunks_exact(2).fold((0, 0), nuls);
    let many = |count: usize| count * 5 >= units * 2;
    let few = |count: usize| count * 10 <= units;
    let encoding = match () {
        () if units < 4 => return None,
        () if many(odd) && few(even) => Encoding::Utf16Le,
        () if many(even) && few(odd) => Encoding::Utf16Be,
        () => return None,
    };
    (!has_plain_run(bytes) && doubtful_units(sample, encoding) <= 1).then_some(encoding)
}

/// Whether 16 printable ASCII bytes stand in a row: a text that only starts like UTF-16.
fn has_plain_run(bytes: &[u8]) -> bool {
    let mut run = 0;
    bytes.iter().any(|byte| {
        run = if (0x20..0x7f).contains(byte) {
            run + 1
        } else {
            0
        };
        run >= 16
    })
}

/// How many units are no character, or a control character. The last one may be cut.
fn doubtful_units(bytes: &[u8], encoding: Encoding) -> usize {
    let units = bytes.chunks_exact(2).map(|pair| match encoding {
        Encoding::Utf16Be => u16::from_be_bytes([pair[0], pair[1]]),
        _ => u16::from_le_bytes([pair[0], pair[1]]),
    });
    let doubtful =
        |unit: Result<char, _>| unit.map_or(true, |c: char| c.is_ascii() && is_control(c as u8));
    char::decode_utf16(units)
        .filter(|unit| doubtful(unit.clone()))
        .count()
}

/// Control bytes that no text needs.
fn is_control(byte: u8) -> bool {
    // Without branches, so that counting them is vectorised.
    let white = (byte == 0x08)
        | (byte == b'\t')
        | (byte == b'\n')
        | (byte == 0x0c)
        | (byte == b'\r')
        | (byte == 0x1b);
    (byte < 0x20) & !white | (byte == 0x7f)
}

/// Whether the start of a file is that of no text. A stray NUL or broken byte does not make it so; a magic counts only
/// where there is one, so that a text cannot hide behind `GIF89a`.
fn is_binary(head: &[u8]) -> bool {
    let broken = str::from_utf8(head).is_err_and(|error| error.error_len().is_some());
    if !broken && memchr(0, head).is_none() {
        return false;
    }
    let controls = head.iter().filter(|&&byte| is_control(byte)).count();
    if controls == 0 && !broken {
        return false;
    }
    has_magic(head)
        || (controls > 32 && controls * 10 > head.len() * 3)
        || (broken && controls > 8 && controls * 20 > head.len())
}

/// Whether a well-known format starts so.
fn has_magic(head: &[u8]) -> bool {
    let at = |offset: usize, magic: &[u8]| {
        head.get(offset..)
            .is_some_and(|rest| rest.starts_with(magic))
    };
    let python = head.get(1..4) == Some(b"\r\r\n");
    python
        || at(4, b"ftyp")
        || at(257, b"ustar")
        || MAGIC.iter().any(|magic| head.starts_with(magic))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(raw: &[u8]) -> (String, Encoding, bool) {
        match decode("a.txt".into(), raw.to_vec()) {
            Decoded::Text(text, notice) => (
                String::from_utf8(text.bytes).unwrap(),
                text.encoding,
                notice.is_some(),
            ),
            Decoded::Binary => panic!("binary"),
        }
    }

    fn is_text(raw: &[u8]) -> bool {
        matches!(decode("a".into(), raw.to_vec()), Decoded::Text(..))
    }

    fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn utf8_with_and_without_mark() {
        assert_eq!(
            text("péché 😀".as_bytes()),
            ("péché 😀".into(), Encoding::Utf8, false)
        );
        assert_eq!(
            text(b"\xef\xbb\xbfkey=1"),
            ("key=1".into(), Encoding::Utf8, false)
        );
        assert_eq!(text(b""), (String::new(), Encoding::Utf8, false));
    }

    #[test]
    fn valid_utf8_is_not_copied() {
        let raw = b"some text".to_vec();
        let address = raw.as_ptr();
        let Decoded::Text(text, _) = decode("a".into(), raw) else {
            panic!("binary")
        };
        assert_eq!(text.bytes.as_ptr(), address);
    }

    #[test]
    fn utf16_with_and_without_mark() {
        let sample = "password = \"hünter2😀\"\r\nnext = 1\n";
        for (bytes, mark, encoding) in [
            (
                utf16(sample, u16::to_le_bytes),
                &b"\xff\xfe"[..],
                Encoding::Utf16Le,
            ),
            (
                utf16(sample, u16::to_be_bytes),
                &b"\xfe\xff"[..],
                Encoding::Utf16Be,
            ),
        ] {
            assert_eq!(text(&bytes), (sample.into(), encoding, true));
            assert_eq!(
                text(&[mark, &bytes].concat()),
                (sample.into(), encoding, false)
            );
        }
    }

    #[test]
    fn a_decoy_of_utf16_is_read_as_what_follows() {
        for tail in [
            "key = \"a-secret-value\"",
            "x=1\ny=2\nz=3\nsome more text\n",
        ] {
            let raw = [b"A\0".repeat(8).as_slice(), tail.as_bytes()].concat();
            assert!(text(&raw).0.ends_with(tail));
        }
        let long = [b"A\0".repeat(4000).as_slice(), b"key = \"a-secret-value\""].concat();
        assert!(!matches!(
            sniff(&long),
            Some(Sniffed {
                encoding: Encoding::Utf16Le,
                ..
            })
        ));
    }

    #[test]
    fn latin1_and_stray_bytes_are_text() {
        assert_eq!(
            text(b"caf\xe9 = \xfc"),
            ("café = ü".into(), Encoding::Latin1, true)
        );
        assert_eq!(
            text(b"caf\xc3\xa9 \xff!"),
            ("café ÿ!".into(), Encoding::Latin1, true)
        );
        assert_eq!(text(b"key=a\0b\n").0, "key=a\0b\n");
        assert_eq!(text(b"GIF89a password = 1").0, "GIF89a password = 1");
        assert_eq!(text(b"MZ is a name").0, "MZ is a name");
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_give_valid_text_or_none(raw: Vec<u8>, mark in 0..4usize) {
            let mark = [&b""[..], b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"][mark];
            if let Decoded::Text(text, _) = decode("a".into(), [mark, &raw].concat()) {
                proptest::prop_assert!(str::from_utf8(&text.bytes).is_ok());
            }
        }
    }

    #[test]
    fn binaries_are_known() {
        let noise: Vec<u8> = (0..9000u32)
            .map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8)
            .collect();
        let cases: [&[u8]; 7] = [
            b"\x7fELF\x02\x01\x01\0\0",
            b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
            b"\xff\xd8\xff\xe0\0\x10JFIF",
            b"GIF89a\x01\0\x01\0",
            b"\xa7\r\r\n\0\0\0\0",
            &[0; 100],
            &noise,
        ];
        for case in cases {
            assert!(!is_text(case), "{:?}", &case[..8]);
        }
    }
}
