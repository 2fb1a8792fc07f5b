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
pub(crate) fn choose(words: &str) -> String {
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

/// Latin words as Koreans read them. `l`, `m`, `n`, `ng` close the syllable, also before a silent `e`
/// (`engine` is 엔진, `volume` 볼륨); so do `p`, `t` and `ck` after a short vowel (`appnet` is 앱넷,
/// `map` 맵, `stack` 스택). All else takes a vowel (`backend` is 백엔드, `port` 포트, `nginx` 엔진엑스).
fn latin(word: &str) -> Ending {
    const VOWELS: [char; 5] = ['a', 'e', 'i', 'o', 'u'];
    let lower = word.to_ascii_lowercase();
    let tail: String = lower.chars().rev().take_while(char::is_ascii_alphabetic).collect();
    let mut letters = tail.chars();
    let (last, before, third) = (letters.next(), letters.next(), letters.next());
    let is_vowel = |letter: Option<char>| letter.is_some_and(|letter| VOWELS.contains(&letter));
    let after_short = is_vowel(before) && third.is_some() && !is_vowel(third);
    match (last, before) {
        (Some('m' | 'n'), _) | (Some('g'), Some('n')) | (Some('p'), Some('p')) => Ending::Consonant,
        (Some('e'), Some('m' | 'n')) if is_vowel(third) => Ending::Consonant,
        (Some('l'), _) | (Some('e'), Some('l')) => Ending::Rieul,
        (Some('p' | 't'), _) if after_short => Ending::Consonant,
        // `check` is the one of them that is read with a vowel: 체크.
        (Some('k'), Some('c')) if lower.ends_with("check") => Ending::Vowel,
        (Some('k'), Some('c')) => Ending::Consonant,
        _ => Ending::Vowel,
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
            ("`appnet`[을/를] 씁니다", "`appnet`을 씁니다"),
            ("reset[이/가] map[을/를] app[은/는]", "reset이 map을 app은"),
            ("stack[을/를] check[을/를]", "stack을 check를"),
            ("engine[이/가] volume[이/가] name[을/를] image[을/를]", "engine이 volume이 name을 image를"),
            ("port[을/를] host[을/를] root[을/를] http[을/를] ip[을/를]", "port를 host를 root를 http를 ip를"),
            (
                "upstream[을/를] nginx.conf[을/를] docker-compose.yml[으로/로]",
                "upstream을 nginx.conf를 docker-compose.yml로",
            ),
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
