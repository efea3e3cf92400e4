//! MP4 and M4A: headers and a few bytes that stand for samples.

use super::POSITION;

/// A box.
pub fn atom(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    [&u32::try_from(body.len() + 8).unwrap().to_be_bytes()[..], kind, body].concat()
}

/// A film or voice to be written.
#[derive(Clone)]
pub struct Movie {
    pub brand: [u8; 4],
    /// Of each track.
    pub handlers: Vec<[u8; 4]>,
    /// What the movie's header says, in thousandths of a second.
    pub milliseconds: u32,
    /// What each track's header says.
    pub track_milliseconds: u32,
    /// Headers in their long form.
    pub long: bool,
    /// The picture lies on its side.
    pub on_its_side: bool,
    /// Whether the position is in it, in every place that phones have for it.
    pub placed: bool,
    /// Boxes after the others.
    pub more: Vec<u8>,
}

impl Movie {
    /// A film of so many seconds.
    pub fn film(seconds: u32) -> Self {
        Self {
            brand: *b"mp42",
            handlers: vec![*b"vide", *b"soun"],
            milliseconds: seconds * 1000,
            track_milliseconds: seconds * 1000,
            long: false,
            on_its_side: false,
            placed: true,
            more: Vec::new(),
        }
    }

    /// A voice of so many seconds.
    pub fn voice(seconds: u32) -> Self {
        Self { brand: *b"M4A ", handlers: vec![*b"soun"], ..Self::film(seconds) }
    }

    /// The file.
    pub fn bytes(&self) -> Vec<u8> {
        let mut movie = self.header(b"mvhd", self.milliseconds);
        for handler in &self.handlers {
            movie.extend(self.track(handler));
        }
        let placed = |what: Vec<u8>| if self.placed { what } else { Vec::new() };
        movie.extend(placed(atom(b"udta", &[atom(b"\xA9xyz", POSITION), atom(b"loci", POSITION)].concat())));
        movie.extend(placed(atom(
            b"meta",
            &[atom(b"keys", b"mdtacom.apple.quicktime.location.ISO6709"), atom(b"ilst", POSITION)].concat(),
        )));
        let parts = [
            atom(b"ftyp", &[self.brand.as_slice(), &[0; 4], b"isom"].concat()),
            atom(b"moov", &movie),
            placed(atom(b"uuid", &[&[0xBE; 16], POSITION].concat())),
            atom(b"mdat", b"samples"),
            self.more.clone(),
        ];
        parts.concat()
    }

    fn header(&self, kind: &[u8; 4], milliseconds: u32) -> Vec<u8> {
        let (scale, length) = (1000_u32.to_be_bytes(), milliseconds.to_be_bytes());
        let body = if self.long {
            [&[1, 0, 0, 0], &[0; 16][..], &scale, &[0; 4], &length, &[0; 80]].concat()
        } else {
            [&[0; 12][..], &scale, &length, &[0; 80]].concat()
        };
        atom(kind, &body)
    }

    fn track(&self, handler: &[u8; 4]) -> Vec<u8> {
        let one = 0x1_0000_u32.to_be_bytes();
        let matrix: [[u8; 4]; 2] = if self.on_its_side { [[0; 4], one] } else { [one, [0; 4]] };
        let (width, height) = ((640_u32 << 16).to_be_bytes(), (360_u32 << 16).to_be_bytes());
        let before = if self.long { [&[1, 0, 0, 0], &[0; 48][..]].concat() } else { vec![0; 40] };
        let header = [&before[..], &matrix.concat(), &[0; 28], &width, &height].concat();
        let media = [
            self.header(b"mdhd", self.track_milliseconds),
            atom(b"hdlr", &[&[0; 8][..], handler, &[0; 12]].concat()),
            atom(b"minf", &[]),
        ];
        let mut track = [atom(b"tkhd", &header), atom(b"mdia", &media.concat())].concat();
        if self.placed {
            track.extend(atom(b"udta", POSITION));
        }
        atom(b"trak", &track)
    }
}
