//! Who asks: by the token that a program sends along, or by the cookie that a browser keeps where
//! no script can read it. Cookies know no ports, so the port is in their names.

use axum::http::HeaderMap;
use axum::http::header::{AUTHORIZATION, COOKIE, HeaderName, SET_COOKIE};

use crate::hall::Hall;
use crate::keys;
use crate::refusal::Refusal;

/// A cookie's purpose.
#[derive(Clone, Copy)]
pub(super) enum Kept {
    Learner,
    Phone,
    Owner,
}

impl Kept {
    fn name(self, hall: &Hall) -> String {
        let kind = match self {
            Self::Learner => "learner",
            Self::Phone => "phone",
            Self::Owner => "owner",
        };
        format!("room-{kind}-{}", hall.listen.port())
    }

    /// The header that has the browser keep `token` for twelve hours; an empty one is forgotten.
    pub(super) fn keep(self, hall: &Hall, token: &str) -> [(HeaderName, String); 1] {
        let age = if token.is_empty() { 0 } else { 12 * 60 * 60 };
        let name = self.name(hall);
        [(SET_COOKIE, format!("{name}={token}; Path=/; HttpOnly; SameSite=Strict; Max-Age={age}"))]
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers.get(AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ").map(str::trim)
}

fn token<'a>(headers: &'a HeaderMap, hall: &Hall, kept: Kept) -> Option<&'a str> {
    let name = kept.name(hall);
    let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    bearer(headers).or_else(|| pairs.find(|(key, _)| *key == name).map(|(_, token)| token))
}

pub(super) fn learner(headers: &HeaderMap, hall: &Hall) -> Result<u64, Refusal> {
    let token = token(headers, hall, Kept::Learner).ok_or(Refusal::TokenUnknown)?;
    hall.see(|room| room.holder(&keys::digest(token))).ok_or(Refusal::TokenUnknown)
}

pub(super) fn phone(headers: &HeaderMap, hall: &Hall) -> Result<(), Refusal> {
    let token = token(headers, hall, Kept::Phone).ok_or(Refusal::TokenUnknown)?;
    if hall.is_phone(token) { Ok(()) } else { Err(Refusal::TokenUnknown) }
}

pub(super) fn owner(headers: &HeaderMap, hall: &Hall) -> Result<(), Refusal> {
    let key = token(headers, hall, Kept::Owner).ok_or(Refusal::TokenUnknown)?;
    if keys::same(key, &hall.keys.owner) { Ok(()) } else { Err(Refusal::TokenUnknown) }
}
