//! What may stand in a text, whichever way it comes in: by a request or by a file.

/// The longest code, characters.
pub const CODE: usize = 64;
/// The longest name of a person or a thing, characters.
pub const NAME: usize = 128;
/// The longest number of a credential, characters.
pub const NUMBER: usize = 64;
/// Characters of what somebody's hours are charged to.
pub const COST_CODE: usize = 64;
/// The longest call sign, characters.
pub const CALL_SIGN: usize = 32;

/// Why this is not a text of at most `most` characters on one line; characters for which `besides` holds may stand in it
/// all the same. Empty texts are texts.
pub fn text_fault(text: &str, most: usize, besides: impl Fn(char) -> bool) -> Option<String> {
    if text.chars().count() > most {
        return Some(format!("at most {most} characters"));
    }
    if !text.is_empty() && text.chars().all(shows_nothing) {
        return Some("it is blank".to_owned());
    }
    if text
        .chars()
        .any(|character| is_control(character) && !besides(character))
    {
        return Some("it has control characters".to_owned());
    }
    // Overrides of the writing direction make a text read other than it is.
    if text
        .chars()
        .any(|character| matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'))
    {
        return Some("it has overrides of the writing direction".to_owned());
    }
    None
}

/// Why this is not a code of at most 64 of `A-Z a-z 0-9 _ : -`. The empty one is a code.
pub fn code_fault(text: &str) -> Option<&'static str> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b':' | b'-');
    let fits = text.len() <= CODE && text.bytes().all(plain);
    (!fits).then_some("a code has at most 64 of A-Z a-z 0-9 _ : -")
}

/// Control characters, and the two of Unicode that end a line and are none.
fn is_control(character: char) -> bool {
    character.is_control() || matches!(character, '\u{2028}' | '\u{2029}')
}

/// Blanks, and what has no width at all: a text of these alone looks empty.
fn shows_nothing(character: char) -> bool {
    character.is_whitespace()
        || matches!(character, '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}
