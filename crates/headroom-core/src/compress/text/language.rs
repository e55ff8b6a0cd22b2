//! The commonest words of some languages, by which a text is known to be written for people.
//!
//! Owns the list and the test. It knows neither headings nor sentences.

/// Words, in the order of their bytes, that make up a fifth to a half of any text in their language and are rare in code, data and logs.
const COMMON: &[&str] = &[
    "a", "about", "after", "all", "als", "also", "an", "and", "are", "as", "at", "au", "auf", "aus", "avec",
    "be", "been", "but", "by", "can", "che", "com", "como", "con", "da", "das", "dass", "de", "degli", "dei",
    "del", "della", "dem", "den", "der", "des", "di", "die", "do", "dos", "du", "e", "een", "ein", "eine",
    "el", "en", "er", "es", "est", "et", "for", "from", "für", "had", "has", "have", "he", "het", "his", "i",
    "ich", "if", "il", "im", "in", "into", "is", "ist", "it", "its", "la", "las", "le", "les", "lo", "los",
    "man", "may", "met", "mit", "more", "nicht", "no", "not", "não", "o", "of", "on", "one", "op", "or",
    "os", "our", "par", "para", "pas", "per", "por", "pour", "qu", "que", "qui", "se", "she", "should",
    "sich", "sie", "so", "some", "sur", "te", "than", "that", "the", "their", "them", "then", "there",
    "these", "they", "this", "to", "um", "un", "una", "und", "une", "use", "van", "von", "was", "we", "were",
    "when", "which", "who", "will", "with", "you", "your", "zu", "zum", "а", "в", "для", "за", "и", "из",
    "к", "как", "на", "не", "но", "он", "от", "по", "с", "у", "что", "это",
];
/// The longest of them, in bytes.
const LONGEST: usize = 8;
/// Words of a text that are looked at.
const MOST_WORDS: usize = 400;

/// How many words a text has, of those looked at, and how many are common ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Words {
    pub(super) all: usize,
    pub(super) common: usize,
}

impl Words {
    /// Counts the words of the beginning of a text.
    pub(super) fn of(text: &str) -> Self {
        let mut words = Self::default();
        let mut word = Word::default();
        // Most texts are ASCII, or nearly so: a letter is a byte.
        let bytes = text.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            let byte = bytes[at];
            if byte.is_ascii_alphanumeric() {
                word.push(byte.to_ascii_lowercase());
                word.bytes += 1;
                at += 1;
                continue;
            }
            let other = if byte.is_ascii() { None } else { text[at..].chars().next() };
            at += other.map_or(1, char::len_utf8);
            if let Some(letter) = other.filter(|letter| letter.is_alphanumeric()) {
                word.bytes += letter.len_utf8();
                let mut buffer = [0; 4];
                for lower in letter.to_lowercase() {
                    lower.encode_utf8(&mut buffer).bytes().for_each(|byte| word.push(byte));
                }
                continue;
            }
            if word.bytes > 0 {
                words.add(word);
                word = Word::default();
                if words.all == MOST_WORDS {
                    return words;
                }
            }
        }
        if word.bytes > 0 {
            words.add(word);
        }
        words
    }

    fn add(&mut self, word: Word) {
        self.all += 1;
        self.common += usize::from(word.is_common());
    }

    /// Whether so many common words make sentences.
    pub(super) fn are_prose(self) -> bool {
        self.all >= 5 && self.common * 5 >= self.all
    }
}

/// A word as it is read, in lower case.
#[derive(Clone, Copy, Debug, Default)]
struct Word {
    /// Its last bytes.
    key: u64,
    length: usize,
    /// Bytes before it was put in lower case.
    bytes: usize,
}

impl Word {
    fn push(&mut self, byte: u8) {
        self.key = self.key << 8 | u64::from(byte);
        self.length += 1;
    }

    fn is_common(self) -> bool {
        let short = self.bytes <= LONGEST && (1..=LONGEST).contains(&self.length);
        short && KEYS.binary_search(&(self.key << (8 * (LONGEST - self.length)))).is_ok()
    }
}

/// The common words as numbers, in the same order: eight bytes each, with noughts behind shorter ones.
const KEYS: [u64; COMMON.len()] = {
    let mut keys = [0; COMMON.len()];
    let mut word = 0;
    while word < COMMON.len() {
        let bytes = COMMON[word].as_bytes();
        let mut at = 0;
        while at < LONGEST {
            keys[word] = keys[word] << 8 | if at < bytes.len() { bytes[at] as u64 } else { 0 };
            at += 1;
        }
        word += 1;
    }
    keys
};

/// Whether a text is made of sentences of a script that does not part its words, or of one whose words are not known.
pub(super) fn is_foreign_script(text: &str) -> bool {
    let text = &text[..text.floor_char_boundary(600)];
    let (letters, foreign) = text.chars().fold((0_usize, 0_usize), |(letters, foreign), c| {
        (letters + usize::from(c.is_alphabetic()), foreign + usize::from(c.is_alphabetic() && c > '\u{24f}'))
    });
    letters >= 8 && foreign * 2 > letters
}

/// Whether a text is made of sentences, as far as its words tell.
pub(super) fn is_prose(text: &str) -> bool {
    Words::of(text).are_prose() || is_foreign_script(text)
}

#[cfg(test)]
mod tests {
    use super::{COMMON, KEYS, LONGEST, Words, is_prose};

    #[test]
    fn the_words_can_be_searched() {
        assert!(COMMON.is_sorted());
        assert!(COMMON.iter().all(|word| word.len() <= LONGEST));
        assert!(KEYS.is_sorted());
        for word in COMMON {
            assert_eq!(Words::of(word), Words { all: 1, common: 1 }, "{word}");
            assert_eq!(Words::of(&word.to_uppercase()).common, 1, "{word}");
        }
        assert_eq!(Words::of("x, y2; İ the\u{301} — THE"), Words { all: 5, common: 2 });
    }

    #[test]
    fn sentences_of_several_languages_are_told_from_code() {
        for prose in [
            "The harbour office keeps two ledgers of the ships",
            "Das Hafenamt führt zwei Bücher über die Schiffe und ihre Fracht",
            "Le bureau du port tient deux registres pour les navires",
            "Портовая контора ведёт две книги",
            "港务局保存两本账簿，记录船舶。",
        ] {
            assert!(is_prose(prose), "{prose}");
        }
        for other in ["let ledger = Ledger::new(port, office, ships);", "port office ledger ship cargo crew"]
        {
            assert!(!is_prose(other), "{other}");
        }
    }
}
