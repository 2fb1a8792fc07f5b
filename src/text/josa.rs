//! Korean particles: `[을/를]` after a word becomes the one that its last sound asks for.
//!
//! The rule (National Institute of Korean Language): a word that ends in a consonant takes the
//! first of 은/는, 이/가, 을/를, 과/와, 으로/로; one that ends in a vowel the second; 으로/로 counts ㄹ
//! as a vowel. Digits and Latin letters are judged by how they are read aloud in Korean.

/// How a word ends, as far as particles care.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ending {
    Vowel,
    Rieul,
    Consonant,
}

/// Replaces every `[A/B]` whose two parts are Hangul by the right one.
pub fn choose(words: &str) -> String {
    let mut out = String::with_capacity(words.len());
    let mut rest = words;
    while let Some(open) = rest.find('[') {
        let (before, after) = rest.split_at(open);
        out.push_str(before);
        match particle(after) {
            Some((closed, open_form, length)) => {
                out.push_str(pick(&out, closed, open_form));
                rest = &after[length..];
            }
            None => {
                out.push('[');
                rest = &after[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

/// `[을/를]…` as (을, 를, bytes taken).
fn particle(text: &str) -> Option<(&str, &str, usize)> {
    let end = text.find(']')?;
    let (first, second) = text[1..end].split_once('/')?;
    let hangul = |part: &str| !part.is_empty() && part.chars().all(|c| ('가'..='힣').contains(&c));
    (hangul(first) && hangul(second)).then_some((first, second, end + 1))
}

fn pick<'a>(before: &str, closed: &'a str, open: &'a str) -> &'a str {
    match ending(before) {
        Ending::Consonant => closed,
        Ending::Rieul if closed == "으로" => open,
        Ending::Rieul => closed,
        Ending::Vowel => open,
    }
}

fn ending(before: &str) -> Ending {
    let word = before.trim_end_matches(|c: char| !c.is_alphanumeric());
    let Some(last) = word.chars().next_back() else { return Ending::Vowel };
    match last {
        '가'..='힣' => match (u32::from(last) - 0xAC00) % 28 {
            0 => Ending::Vowel,
            8 => Ending::Rieul,
            _ => Ending::Consonant,
        },
        '0' | '3' | '6' => Ending::Consonant,
        '1' | '7' | '8' => Ending::Rieul,
        '2' | '4' | '5' | '9' => Ending::Vowel,
        _ => latin(word),
    }
}

/// Latin words as Koreans read them: `nginx` is read with a vowel (엔진엑스), `backend` is
/// 백엔드, `port` 포트: most final stops take a vowel; l, m, n and ng close the syllable.
fn latin(word: &str) -> Ending {
    let lower = word.to_ascii_lowercase();
    if lower.ends_with("ng") || lower.ends_with(['m', 'n']) {
        Ending::Consonant
    } else if lower.ends_with('l') || lower.ends_with("le") {
        Ending::Rieul
    } else {
        Ending::Vowel
    }
}

#[cfg(test)]
mod tests {
    use super::choose;

    #[test]
    fn particles_follow_the_sound_before_them() {
        for (given, wanted) in [
            ("backend[을/를] 고치세요", "backend를 고치세요"),
            ("컨테이너 이름[이/가] 남았습니다", "컨테이너 이름이 남았습니다"),
            ("3[은/는] 아닙니다", "3은 아닙니다"),
            ("2[으로/로] 줄입니다", "2로 줄입니다"),
            ("`appnet`[을/를] 씁니다", "`appnet`를 씁니다"),
            ("포트 8[으로/로]", "포트 8로"),
            ("포트 8[이/가]", "포트 8이"),
            ("table[을/를]", "table을"),
            ("[ok/bad] 그대로", "[ok/bad] 그대로"),
            ("[", "["),
        ] {
            assert_eq!(choose(given), wanted);
        }
    }
}
