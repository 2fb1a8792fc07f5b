//! The hashes by which `ip_hash` and `hash` choose, number for number as nginx computes them, so that
//! a client or a key lands where it would there.

use std::net::IpAddr;

/// A hash on its way: each try moves it on.
#[derive(Clone, Debug, Default)]
pub(super) struct Hash {
    bytes: Vec<u8>,
    pub value: u64,
    rehash: u32,
}

impl Hash {
    pub(super) fn of_client(client: IpAddr) -> Self {
        let bytes = match client {
            IpAddr::V4(four) => four.octets()[..3].to_vec(),
            IpAddr::V6(six) => six.octets().to_vec(),
        };
        Self { bytes, value: 89, rehash: 0 }
    }

    pub(super) fn of_key(key: &[u8]) -> Self {
        Self { bytes: key.to_vec(), value: 0, rehash: 0 }
    }

    pub(super) fn crc(&self) -> u32 {
        crc32(&[&self.bytes])
    }
}

/// The next value of `ip_hash`.
pub(super) fn ip_hash(hash: &mut Hash) {
    for byte in &hash.bytes {
        hash.value = (hash.value * 113 + u64::from(*byte)) % 6271;
    }
}

/// The next value of `hash KEY`: from the second try on, the try's number stands before the key.
pub(super) fn key_hash(hash: &mut Hash) {
    let again = if hash.rehash > 0 { hash.rehash.to_string() } else { String::new() };
    hash.rehash += 1;
    hash.value += u64::from((crc32(&[again.as_bytes(), &hash.bytes]) >> 16) & 0x7fff);
}

/// The points of a server on the ring of consistent hashing, by how it is written.
pub(super) fn points(name: &str, weight: i64, mut point: impl FnMut(u32)) {
    let is_port = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit());
    let (host, port) = name.rsplit_once(':').filter(|(_, port)| is_port(port)).unwrap_or((name, ""));
    let mut previous = [0u8; 4];
    for _ in 0..weight.clamp(0, 100) * 160 {
        let found = crc32(&[host.as_bytes(), b"\0", port.as_bytes(), &previous]);
        point(found);
        previous = found.to_le_bytes();
    }
}

fn crc32(parts: &[&[u8]]) -> u32 {
    let mut crc = u32::MAX;
    for byte in parts.iter().flat_map(|part| part.iter()) {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { (crc >> 1) ^ 0xEDB8_8320 } else { crc >> 1 };
        }
    }
    !crc
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_value_of_crc32() {
        assert_eq!(crc32(&[b"1234", b"56789"]), 0xCBF4_3926);
    }

    #[test]
    fn ip_hash_looks_at_three_octets() {
        let value = |client: &str| {
            let mut hash = Hash::of_client(client.parse().expect("an address"));
            ip_hash(&mut hash);
            hash.value
        };
        assert_eq!(value("10.1.2.3"), value("10.1.2.200"));
        assert_ne!(value("10.1.2.3"), value("10.1.3.3"));
        // ((89·113+127)·113+0)·113+0 mod 6271, each step reduced.
        assert_eq!(value("127.0.0.1"), ((89 * 113 + 127) % 6271 * 113 % 6271) * 113 % 6271);
    }
}
