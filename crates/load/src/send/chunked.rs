//! [`Chunked`]: finds the end of a body in chunks, as its bytes come in.

use super::answer::Garbage;

/// Longer lines (a chunk's size with extensions, a trailer) are not read.
const LONGEST_LINE: u32 = 16 * 1024;

/// Where in the body the next byte stands.
#[derive(Clone, Copy, Debug)]
pub(super) enum Chunked {
    /// In a chunk's size, of which `digits` are read.
    Size {
        size: u64,
        digits: u32,
    },
    /// Behind the size, up to the line's end.
    SizeEnd {
        size: u64,
        length: u32,
    },
    Data {
        left: u64,
    },
    /// At the line's end behind the data; its carriage return is `seen`.
    DataEnd {
        seen: bool,
    },
    /// In the lines behind the last chunk; `length` of this one without its end.
    Trailer {
        length: u32,
    },
}

impl Default for Chunked {
    fn default() -> Self {
        Self::Size { size: 0, digits: 0 }
    }
}

impl Chunked {
    /// How many of `bytes` belong to the body that ends in them; `None` where it does not yet.
    ///
    /// # Errors
    /// These are no chunks.
    pub(super) fn feed(&mut self, bytes: &[u8]) -> Result<Option<usize>, Garbage> {
        let mut at = 0;
        while let Some(byte) = bytes.get(at) {
            if let Self::Data { left } = self {
                let taken = (*left).min((bytes.len() - at) as u64);
                at += taken as usize;
                *left -= taken;
                if *left == 0 {
                    *self = Self::DataEnd { seen: false };
                }
                continue;
            }
            at += 1;
            if self.step(*byte)? {
                return Ok(Some(at));
            }
        }
        Ok(None)
    }

    /// One byte that is no data; whether it was the last.
    fn step(&mut self, byte: u8) -> Result<bool, Garbage> {
        *self = match (*self, byte) {
            (Self::Size { size, digits }, b'0'..=b'9' | b'a'..=b'f' | b'A'..=b'F') => {
                // More digits than 2^60 has: no sum of sizes can overflow.
                if digits == 15 {
                    return Err(Garbage);
                }
                let digit = (byte as char).to_digit(16).ok_or(Garbage)?;
                Self::Size { size: size << 4 | u64::from(digit), digits: digits + 1 }
            }
            (Self::Size { digits: 0, .. }, _) => return Err(Garbage),
            (Self::Size { size, .. }, b'\n') | (Self::SizeEnd { size, .. }, b'\n') => {
                if size == 0 {
                    Self::Trailer { length: 0 }
                } else {
                    Self::Data { left: size }
                }
            }
            (Self::Size { size, .. }, b'\r' | b';' | b' ' | b'\t') => Self::SizeEnd { size, length: 0 },
            (Self::Size { .. }, _) => return Err(Garbage),
            (Self::SizeEnd { length, .. } | Self::Trailer { length }, _) if length > LONGEST_LINE => {
                return Err(Garbage);
            }
            (Self::SizeEnd { size, length }, _) => Self::SizeEnd { size, length: length + 1 },
            (Self::DataEnd { seen: false }, b'\r') => Self::DataEnd { seen: true },
            (Self::DataEnd { .. }, b'\n') => Self::default(),
            (Self::DataEnd { .. }, _) => return Err(Garbage),
            (Self::Trailer { length: 0 }, b'\n') => return Ok(true),
            (Self::Trailer { .. }, b'\n') => Self::Trailer { length: 0 },
            (Self::Trailer { length }, b'\r') => Self::Trailer { length },
            (Self::Trailer { length }, _) => Self::Trailer { length: length + 1 },
            (Self::Data { left }, _) => Self::Data { left },
        };
        Ok(false)
    }
}
